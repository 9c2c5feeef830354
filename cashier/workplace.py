"""What lies within the cashier's reach: the goods, the journal, the loyalty system, the clock."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar, cast

from cashier.card_terminal import SimulatedTerminal
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids
from cashier.daybook import Daybook
from cashier.errors import BadInput, CashierError, NotNow, StorageError
from cashier.events import Asking, Events, Exchanged, Said, SlipsWaiting, Tone, Waiting
from cashier.exchange import (
    Backend,
    Calculation,
    Can,
    Cause,
    Opening,
    OutcomeUnknown,
    Refused,
    System,
    Unavailable,
)
from cashier.exchange_log.log import ExchangeLog
from cashier.faults import Plan
from cashier.feedback import FeedbackBox
from cashier.i18n import _
from cashier.journal import Journal
from cashier.keys import KeyFiles
from cashier.outbox import Outbox
from cashier.printing import Printer
from cashier.printing.waiting import SlipQueue
from cashier.receipt import Feedback, Settled
from cashier.shop import Shop

if TYPE_CHECKING:
    from cashier.office import Office

A = TypeVar("A")


@dataclass
class Workplace:
    shop: Shop
    catalog: Catalog
    journal: Journal
    outbox: Outbox
    clock: Clock
    ids: Ids
    events: Events
    printer: Printer | None = None
    """None: nothing is printed."""
    backend: Backend | None = None
    """None: the shop is not connected to a loyalty system."""
    plug: Plan | None = None
    """What goes wrong on purpose between the till and the loyalty system."""
    key_files: KeyFiles = KeyFiles()
    """Where keys are changed."""
    practises_only: bool = False
    """The shop card itself is one for training: there is no real till to go back to."""
    _told: Waiting | None = field(default=None, init=False)
    system: System | None = field(default=None, init=False)
    """Known once the system answered for the first time."""
    agreed: bool = field(default=False, init=False)
    """Somebody said yes, in this run, to writing to the live system."""
    replaying: str = ""
    """Name of the recording that stands in for the loyalty system; empty: none does."""
    supervisor: str = field(default="", init=False)
    """Who allowed what is being done now; empty: nobody had to."""
    daybook: Daybook = field(init=False)
    feedback: FeedbackBox = field(init=False)
    """What parts of the system want to have back."""
    exchanges: ExchangeLog = field(init=False)
    slips: SlipQueue | None = field(default=None, init=False)
    """The way to the printer, if there is one."""
    card_terminal: SimulatedTerminal = field(init=False)

    def __post_init__(self) -> None:
        self.daybook = Daybook(self.journal)
        self.feedback = FeedbackBox(self.journal)
        self.exchanges = ExchangeLog(
            self.journal.database,
            self.shop.exchanges.keep_days,
            told=lambda exchange: self.events.tell(Exchanged(exchange)),
            troubled=lambda why: self.say(why, Tone.WARNING),
        )
        self.card_terminal = SimulatedTerminal(self.shop.card_terminal, self.clock)
        if self.printer is not None:
            self.slips = SlipQueue(
                self.printer,
                self.daybook,
                self.clock,
                slow=self.shop.printer.slow,
                troubled=self._no_slip,
                printed=lambda _slip: self.tell_slips(),
            )

    def _no_slip(self, why: str, waiting: int) -> None:
        """The printer is in trouble; the sale is not."""
        self.say(why, Tone.WARNING)
        self.events.tell(SlipsWaiting(waiting))

    def tell_slips(self) -> None:
        self.events.tell(SlipsWaiting(self.slips.waiting if self.slips else 0))

    @property
    def cashier(self) -> str:
        """Who works: as said when the shift was opened, else as the shop card says."""
        shift = self.daybook.shift
        return (shift.cashier if shift else "") or self.shop.cashier

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        self.events.tell(Said(tone, text))

    async def ask(self, step: str, answer: Awaitable[A], *, cancellable: bool = True) -> A:
        """Wait for an answer of the system, and let everybody see that the till waits.

        The feedback in it, or on what it raises, is on the disk when this returns, and not in the
        answer any more.
        """
        self.events.tell(Asking(step, cancellable))
        try:
            answered = await answer
        except (Refused, Unavailable, OutcomeUnknown) as error:
            self.keep_feedback(error.feedback)
            raise
        finally:
            self.events.tell(Asking(""))
        return self._without_feedback(answered)

    def _without_feedback(self, answered: A) -> A:
        """What comes besides has nothing to keep."""
        if not isinstance(answered, Settled | Calculation) or not answered.feedback:
            return answered
        self.keep_feedback(answered.feedback)
        if isinstance(answered, Settled):
            return cast("A", replace(answered, feedback=()))
        return cast("A", answered.model_copy(update={"feedback": ()}))

    def keep_feedback(self, came: Iterable[Feedback]) -> bool:
        """Before anything is done with the answer that brought it. A disk that does not take it
        never stands in the way of a sale: it is said, and tried again. False: not on the disk."""
        came = tuple(came)
        if not came:
            return True
        try:
            self.feedback.keep(came, self.shop.loyalty.system, self.clock.now())
        except StorageError as error:
            text = _("{why} What a part of the loyalty system has not got is kept in memory.")
            self.say(text.format(why=_sentence(error)), Tone.ERROR)
            return False
        except BadInput as error:
            text = _("{why} What a part of the loyalty system has not got is lost.")
            self.say(text.format(why=_sentence(error)), Tone.ERROR)
        self.tell_waiting()
        return True

    @property
    def waiting(self) -> int:
        """What the loyalty system has not got yet: receipts and feedback."""
        return self.outbox.waiting + self.feedback.waiting

    @property
    def parked(self) -> int:
        """What of it a person must look at: refused, or not to be read any more."""
        return self.outbox.parked + self.feedback.damaged

    def tell_waiting(self, *, news: bool = False) -> None:
        """``news``: only where it is not what was told last."""
        waiting = Waiting(self.waiting, self.parked)
        if not news or waiting != self._told:
            self._told = waiting
            self.events.tell(waiting)

    @property
    def feedback_seconds(self) -> int:
        """How often feedback is sent: as the system says, once it is known."""
        own = self.system.feedback_seconds if self.system else 0
        return max(1, own) if own else self.shop.sending.every_seconds

    @property
    def feedback_batch(self) -> int:
        """How much of it at once."""
        own = self.system.feedback_batch if self.system else 0
        return max(1, own) if own else self.shop.sending.batch

    async def loyalty(self, *, aside: bool = False) -> Backend:
        """The loyalty system, opened; ``aside``: nobody at the till waits for it.

        Raises NotNow when the shop has none, Unavailable.
        """
        if self.backend is None:
            raise NotNow(_("This shop is not connected to a loyalty system."))
        if self.system is None:
            opening = self.backend.open(self._opening())
            try:
                system = await (opening if aside else self.ask("open", opening))
            except Refused as error:
                raise Unavailable(str(error)) from error
            self._check_currency(system)
            self.system = system
            for note in system.notes:
                self.say(note, Tone.WARNING)
        return self.backend

    def _opening(self) -> Opening:
        shop = self.shop
        return Opening(
            shop=shop.shop,
            till=shop.till,
            currency=shop.currency,
            digits=shop.money.digits,
            training=shop.training,
        )

    def _check_currency(self, system: System) -> None:
        """Sums in another currency are no sums: better none. Raises Unavailable."""
        if system.currency and system.currency != self.shop.currency:
            text = _(
                "The loyalty system reckons in {theirs}, this shop in {ours}: sold without it."
            )
            text = text.format(theirs=system.currency, ours=self.shop.currency)
            raise Unavailable(text, cause=Cause.PROTOCOL, ours=True)

    def office(self) -> "Office | None":
        """The back office of the loyalty system, if it has one here."""
        from cashier.office import office_of  # most shifts never open it

        return office_of(self.backend)

    def can(self, ability: Can) -> bool:
        return self.system is not None and ability in self.system.can

    async def greet(self) -> None:
        """Open the system early, so that its name and abilities are seen; silence is no trouble."""
        if self.backend is None:
            return
        try:
            await self.loyalty()
        except Unavailable as error:
            if error.ours:
                self.say(str(error), Tone.ERROR)


def _sentence(error: CashierError) -> str:
    text = str(error)
    return text if text.endswith(".") else f"{text}."
