"""What the till tells whoever watches: screens, recordings, a customer's display."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from cashier.commands import Command
from cashier.errors import CashierError
from cashier.exchange import PhoneMessage
from cashier.receipt import Receipt
from cashier.snapshot import Snapshot
from cashier.witness import Exchange

if TYPE_CHECKING:  # made at the end of a shift
    from cashier.reports import ShiftReport


class Tone(StrEnum):
    GOOD = "good"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Changed:
    """A command was carried out."""

    snapshot: Snapshot


@dataclass(frozen=True)
class Carried:
    """What became of a command: for whoever writes down all that was done."""

    command: Command
    """Without its PIN."""
    before: Snapshot
    after: Snapshot
    error: CashierError | None = None
    """Why it was refused."""


@dataclass(frozen=True)
class Said:
    """A sentence to the cashier."""

    tone: Tone
    text: str


@dataclass(frozen=True)
class Asking:
    """A request is under way; an empty step means that the answer is there."""

    step: str
    """Name of the exchange method: 'identify', 'calculate', ..."""
    cancellable: bool = True


@dataclass(frozen=True)
class Exchanged:
    """Something is said to the loyalty system: told when it begins (its outcome is pending) and
    when it is over."""

    exchange: Exchange


@dataclass(frozen=True)
class HandedOut:
    """The slip of a receipt went to the printer; who wants to see it lays it out himself."""

    receipt: Receipt
    copy: bool = False


@dataclass(frozen=True)
class Waiting:
    """How many documents wait in the outbox, and how many were refused and parked."""

    waiting: int
    parked: int


@dataclass(frozen=True)
class SlipsWaiting:
    """How many slips wait for the printer."""

    waiting: int


@dataclass(frozen=True)
class Reported:
    """An X report, or (the shift is closed) a Z report."""

    report: "ShiftReport"


@dataclass(frozen=True)
class TrainingSwitched:
    """The till is to be opened again, in training mode or out of it."""

    on: bool


@dataclass(frozen=True)
class OfficeOpened:
    """Somebody may look behind the counter."""

    who: str


@dataclass(frozen=True)
class CustomerSaid:
    """A wish of the customer, told by the instructor; an empty one takes it back."""

    text: str


@dataclass(frozen=True)
class DroppedIn:
    """An instructor has changed something at the till."""

    command: Command | None = None
    """What he did; None: it was no command."""


@dataclass(frozen=True)
class Watched:
    """So many instructors look at the till."""

    watchers: int


Event: TypeAlias = (
    Changed | Carried | Said | Asking | Exchanged | HandedOut | Waiting | SlipsWaiting | Reported
    | TrainingSwitched | OfficeOpened | CustomerSaid | DroppedIn | Watched | PhoneMessage
)  # fmt: skip
Watcher: TypeAlias = Callable[[Event], None]
Bend: TypeAlias = Callable[[Event], Event | None]
"""An event as it is told; None: it is not."""


class Events:
    """Hands every event to every watcher, in order."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._bends: list[Bend] = []

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def forget(self, watcher: Watcher) -> None:
        """He does not watch any more."""
        self._watchers.remove(watcher)

    def bend(self, bend: Bend) -> None:
        """From now on events are told as ``bend`` leaves them: an instructor plays a customer who
        reads his code wrong, and keeps from a trainee what is about to happen. What others bend
        already comes to it bent."""
        self._bends.append(bend)

    def unbend(self, bend: Bend) -> None:
        """He does not bend any more; others still do."""
        self._bends.remove(bend)

    def tell(self, event: Event) -> None:
        for bend in tuple(self._bends):
            bent = bend(event)
            if bent is None:
                return
            event = bent
        for watcher in tuple(self._watchers):
            watcher(event)
