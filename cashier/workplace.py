"""What lies within the cashier's reach: the goods, the journal, the loyalty system, the clock."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from cashier.card_terminal import SimulatedTerminal
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids
from cashier.commands import Connection
from cashier.daybook import Daybook
from cashier.errors import NotNow
from cashier.events import Asking, Events, Said, SlipsWaiting, Tone
from cashier.exchange import Backend, Can, Opening, Refused, System, Unavailable
from cashier.i18n import _
from cashier.journal import Journal
from cashier.keys import KeyFiles
from cashier.outbox import Outbox
from cashier.printing import Printer
from cashier.printing.waiting import SlipQueue
from cashier.shop import Shop

if TYPE_CHECKING:
    from cashier.office import Office

A = TypeVar("A")


class Plug(Protocol):
    """The plug of the loyalty system: pulled on purpose to see what the till does then."""

    connection: Connection


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
    plug: Plug | None = None
    key_files: KeyFiles = KeyFiles()
    """Where keys are changed."""
    practises_only: bool = False
    """The shop card itself is one for training: there is no real till to go back to."""
    system: System | None = field(default=None, init=False)
    """Known once the system answered for the first time."""
    supervisor: str = field(default="", init=False)
    """Who allowed what is being done now; empty: nobody had to."""
    daybook: Daybook = field(init=False)
    slips: SlipQueue | None = field(default=None, init=False)
    """The way to the printer, if there is one."""
    card_terminal: SimulatedTerminal = field(init=False)

    def __post_init__(self) -> None:
        self.daybook = Daybook(self.journal)
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
        """Wait for an answer of the system, and let everybody see that the till waits."""
        self.events.tell(Asking(step, cancellable))
        try:
            return await answer
        finally:
            self.events.tell(Asking(""))

    async def loyalty(self) -> Backend:
        """The loyalty system, opened. Raises NotNow when the shop has none, Unavailable."""
        if self.backend is None:
            raise NotNow(_("This shop is not connected to a loyalty system."))
        if self.system is None:
            opening = Opening(shop=self.shop.shop, till=self.shop.till)
            try:
                self.system = await self.ask("open", self.backend.open(opening))
            except Refused as error:
                raise Unavailable(str(error)) from error
        return self.backend

    def office(self) -> "Office | None":
        """The back office of the loyalty system, if it has one here."""
        from cashier.office import office_of  # most shifts never open it

        return office_of(self.backend)

    def can(self, ability: Can) -> bool:
        return self.system is not None and ability in self.system.can

    async def greet(self) -> None:
        """Open the system early, so that its name and abilities are seen; silence is no trouble."""
        if self.backend is not None:
            with suppress(Unavailable):
                await self.loyalty()
