"""What was done at the till, command by command, with what came of it: remembered for scenarios.

Light, for every till remembers its last hours: nothing is read or worked out here but what cannot
be known any more when somebody asks.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cashier.commands import Command
from cashier.errors import CashierError
from cashier.events import Carried, Event, Exchanged
from cashier.exchange import IdentifyRequest, PhoneMessage
from cashier.receipt import Identifier
from cashier.scenario.sight import Sight, TellsGiven
from cashier.snapshot import AskCard, AskCode, OfferRegistration, Snapshot
from cashier.till import Till
from cashier.uniform import innermost
from cashier.witness import Outcome

MOST = 3000
"""So many commands are remembered: a long day of a busy till."""
MOST_LINES = 500_000
"""So many lines on all their receipts together: each command has the receipt as it was then, and of
one of a thousand lines that is half a million."""


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody who came to the till, and what the system knew of him just then."""

    identifier: Identifier
    sight: Sight | None
    """None: nothing; or it does not tell."""


@dataclass(frozen=True, slots=True)
class Act:
    """A command that was carried out or refused."""

    at: datetime
    command: Command
    before: Snapshot
    after: Snapshot
    error: CashierError | None
    aside: str
    """The reason of a refusal that is no error of the till: a wrong code."""
    code: str
    """The last code on the customer's phone before it."""
    waiting: int
    """In the queue, afterwards; and what was refused, and receipts put aside."""
    parked: int
    held: int
    met: Met | None = None


class Acts:
    """The last acts at a till. Watches it from the moment it is made."""

    def __init__(self, till: Till, told: Callable[[Act], None] | None = None) -> None:
        """``told`` hears of each."""
        self.done: deque[Act] = deque()
        self._lines = 0
        self._desk, self._told = till.workplace, told
        self._code = self._next_code = self._aside = ""
        self._who: Identifier | None = None
        till.events.watch(self._hear)

    def leave(self) -> None:
        """Another till works from now on."""
        self._desk.events.forget(self._hear)

    def _hear(self, event: Event) -> None:
        match event:
            case Carried():
                self._carried(event)
            case PhoneMessage() if event.code:
                self._next_code = event.code
            case Exchanged() if event.exchange.outcome is Outcome.REFUSED:
                self._aside = event.exchange.reason if event.exchange.doing == "EnterCode" else ""

    def _carried(self, event: Carried) -> None:
        desk = self._desk
        act = Act(
            at=desk.clock.now(),
            command=event.command,
            before=event.before,
            after=event.after,
            error=event.error,
            aside=self._aside,
            code=self._code,
            waiting=desk.waiting,
            parked=desk.parked,
            held=desk.journal.held_count,
            met=self._met(event.after),
        )
        self._aside, self._code = "", self._next_code
        self._remember(act)
        if self._told is not None:
            self._told(act)

    def _remember(self, act: Act) -> None:
        """The oldest are forgotten."""
        self.done.append(act)
        self._lines += _lines(act)
        while len(self.done) > MOST or (self._lines > MOST_LINES and len(self.done) > 1):
            self._lines -= _lines(self.done.popleft())

    def _met(self, now: Snapshot) -> Met | None:
        """Whoever comes is looked up at once: later his points are others."""
        who = _who(now)
        came, self._who = who != self._who, who
        if who is None or not came:
            return None
        system = innermost(self._desk.backend)
        return Met(who, system.sight(who) if isinstance(system, TellsGiven) else None)


def _lines(act: Act) -> int:
    return len(act.after.receipt.lines) if act.after.receipt else 0


def _who(now: Snapshot) -> Identifier | None:
    match now.question:
        case AskCode(request=IdentifyRequest(identifier=who)):
            return who
        case AskCard(identifier=who) | OfferRegistration(identifier=who):
            return who
    return now.receipt.buyer.identifier if now.receipt and now.receipt.buyer else None
