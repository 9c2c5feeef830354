"""A till for one scenario: everything real, nothing on the disk, time only when steps say so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from secrets import randbelow
from tempfile import TemporaryDirectory

from cashier import commands as do
from cashier import fixtures, i18n
from cashier.catalog import Catalog
from cashier.clock import Clock, SteppedClock, SystemClock, counted_ids, random_ids
from cashier.config import load, stamp_of
from cashier.errors import BadInput, CashierError
from cashier.events import Event, Exchanged, Said
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.journal import Journal
from cashier.opening import Plug, equip
from cashier.outbox import Outbox
from cashier.printing.paper import Played
from cashier.printing.text import render
from cashier.receipt import Receipt
from cashier.registered import lives_here
from cashier.scenario.given import SetsUp
from cashier.scenario.model import Restart, Scenario
from cashier.scenario.standing import Remembering
from cashier.shop import Shop, beside
from cashier.slip import Slip
from cashier.snapshot import Snapshot
from cashier.till import Till
from cashier.uniform import innermost
from cashier.witness import DOING, Exchange, Outcome, tap
from cashier.workplace import Workplace

MORNING = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
"""When a scenario plays that says nothing of it: a Tuesday."""
EMBEDDED = "house"
_NUMBERS = 900_000_000
"""So far apart that no two runs give the same number to a receipt."""


class PaperTray(Played):
    """A printer that keeps what it printed; it can be in trouble as the paper on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.slips: list[Slip] = []
        self.opened = 0
        """How often the drawer was opened."""

    def print(self, slip: Slip) -> None:
        self._try_paper()
        self.slips.append(slip)

    def open_drawer(self) -> None:
        self._try_drawer()
        self.opened += 1


@dataclass
class Stage:
    """A till, and what those around it saw: the customer's phone, the paper, the exchange."""

    till: Till
    clock: Clock
    tray: PaperTray
    shop: Shop
    phone: list[PhoneMessage] = field(default_factory=list)
    """Messages to the customer, oldest first."""
    said: list[str] = field(default_factory=list)
    """What the till said during this step."""
    exchanges: list[Exchange] = field(default_factory=list)
    """What was said to the loyalty system during this step."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """By the names that steps gave them."""
    notes: list[str] = field(default_factory=list)
    """What could not be as the scenario wants it, in this shop."""
    phone_code: str = ""
    """What customers of a foreign system tell, where nobody sees their phones."""
    saves: Remembering | None = None
    """All that was saved at the loyalty system."""
    folder: "TemporaryDirectory[str] | None" = None
    opened: Callable[[], Awaitable[None]] | None = None
    """Starts the till of a program that was killed where a screen works with it."""

    @property
    def now(self) -> Snapshot:
        return self.till.now

    @property
    def desk(self) -> Workplace:
        return self.till.workplace

    @property
    def code(self) -> str:
        """The last code that the customer got. Raises CashierError."""
        for message in reversed(self.phone):
            if message.code:
                return message.code
        if self.phone_code:
            return self.phone_code
        raise CashierError(_("No code has come to the customer's phone."))

    @property
    def pin(self) -> str:
        """Of the first supervisor whose PIN stands on the shop card in digits. Raises BadInput."""
        for person in self.shop.permissions.people:
            if person.pin.isdigit():
                return person.pin
        raise BadInput(_("No supervisor's PIN stands on the shop card in digits."))

    @property
    def last_slip(self) -> str | None:
        slips = self.tray.slips
        return render(slips[-1], self.shop.slip.columns) if slips else None

    def receipt(self, name: str = "") -> Receipt | None:
        """The one at hand, or one that a step has named; as the journal has it by now."""
        if not name:
            return self.now.receipt
        kept = self.receipts[name]
        return self.desk.journal.sale_by_id(kept.receipt_id) or kept

    def watch(self, event: Event) -> None:
        match event:
            case Said():
                self.said.append(event.text)
            case PhoneMessage():
                self.phone.append(event)
            case Exchanged() if event.exchange.outcome is not Outcome.PENDING:
                self.exchanges.append(event.exchange)

    def forget_step(self) -> None:
        """The next step begins."""
        self.said.clear()
        self.exchanges.clear()

    async def restart(self) -> None:
        """As if the program had been killed and started again, with the same system."""
        was = self.desk
        await self.till.abandon()
        assert self.folder is not None  # made for every scenario that restarts
        journal = Journal.open(_journal(self.folder))
        desk = Workplace(
            shop=was.shop,
            catalog=was.catalog,
            journal=journal,
            outbox=Outbox(journal, was.shop.sending),
            clock=was.clock,
            ids=was.ids,
            events=was.events,
            printer=was.printer,
            backend=was.backend,
            plug=was.plug,
        )
        desk.agreed = was.agreed
        self.till = Till(desk)
        await (self.opened or self.till.start)()

    async def close(self) -> None:
        try:
            await self.till.close()
        finally:
            if self.folder is not None:
                self.folder.cleanup()


def _journal(folder: "TemporaryDirectory[str]") -> Path:
    return Path(folder.name) / "journal.db"


@dataclass(frozen=True)
class Staging:
    """How stages are made: in the shop of the scenario, or all in the shop that was asked for."""

    plug: Plug
    card: Path | None = None
    """The shop card in place of those that scenarios name."""
    system: str = ""
    """The loyalty system in place of the one on the shop card (``--backend``)."""
    seed: int = 0
    phone_code: str = ""
    agreed: bool = False
    """Somebody said yes to writing to a live system."""
    clock: Callable[[datetime], Clock] | None = None
    """Another clock than the one that only steps move."""

    async def make(self, scenario: Scenario) -> Stage:
        """A till that has started; its shift is open, unless the scenario opens one.

        Raises ConfigError, and Refused where ``given`` cannot be.
        """
        stage = self.prepare(scenario)
        try:
            await stage.till.start()
            self.set_up(stage, scenario)
        except BaseException:
            await stage.close()
            raise
        return stage

    def prepare(self, scenario: Scenario) -> Stage:
        """The same, not started yet: ``set_up`` is to be called when it is."""
        if scenario.language:
            i18n.set_language(scenario.language)
        card, shop = self.shop_of(scenario)
        own = not shop.loyalty.system or lives_here(shop.loyalty.system)
        clock, folder = self._clock(scenario, own=own), _folder(scenario)
        tray = PaperTray()
        journal = Journal.open(_journal(folder) if folder else None)
        if not own:
            journal.count_from(randbelow(_NUMBERS))
        desk = equip(
            shop,
            card,
            self.plug,
            journal=journal,
            printer=tray,
            clock=clock,
            # A foreign system remembers ids of earlier runs, and numbers of receipts.
            ids=counted_ids(f"s{self.seed}") if own else random_ids,
            folder=None,
            catalog=_catalog(beside(card, shop.goods), i18n.language(), stamp_of(card), shop),
        )
        desk.agreed = self.agreed
        saves = None
        if desk.backend is not None:
            desk.backend = saves = Remembering(desk.backend)
        if not _opens_shift(scenario):
            desk.daybook.open_shift(clock.now(), "", 0)
        stage = Stage(
            Till(desk), clock, tray, shop, phone_code=self.phone_code, saves=saves, folder=folder
        )
        if not own and scenario.clock is not None:
            stage.notes.append(_("This system has its own clock: that of the scenario is not set."))
        desk.events.watch(stage.watch)
        return stage

    def shop_of(self, scenario: Scenario) -> tuple[Path, Shop]:
        """The card of its shop, and the shop as the scenario has it. Raises ConfigError."""
        if self.card is not None:
            card = self.card
        elif scenario.shop == "demo":
            card = fixtures.demo_card(i18n.language())
        else:
            card = beside(Path(scenario.source.name).absolute(), scenario.shop)
        shop = _remembered_shop(card, stamp_of(card))
        loyalty = shop.loyalty
        if self.system:
            loyalty = loyalty.model_copy(update={"system": self.system})
        if loyalty.system == EMBEDDED and scenario.given.rules:
            rules = str(beside(Path(scenario.source.name).absolute(), scenario.given.rules))
            loyalty = loyalty.model_copy(update={"options": {"rules": rules}})
        return card, shop.model_copy(update={"loyalty": loyalty})

    def _clock(self, scenario: Scenario, *, own: bool) -> Clock:
        if not own:
            return SystemClock()
        at = scenario.clock or MORNING
        return self.clock(at) if self.clock else SteppedClock(at, _at_work)

    def set_up(self, stage: Stage, scenario: Scenario) -> None:
        """Make it true what is given, on a stage that has started. Raises Refused, Unavailable."""
        if not scenario.given.customers:
            return
        system = innermost(stage.desk.backend)
        if isinstance(system, SetsUp):
            system.set_up(scenario.given)
        else:
            text = _("What is given cannot be made true in this system: skipped.")
            stage.notes.append(text)


def _at_work() -> bool:
    """A request that is slow is waited for, by the queue as well; its next look is not."""
    return DOING.get() not in ("", "queue") or tap() is not None


def _folder(scenario: Scenario) -> "TemporaryDirectory[str] | None":
    """Only what is killed has to be on the disk."""
    killed = any(isinstance(step.deed, Restart) for step in scenario.steps)
    return TemporaryDirectory(prefix="cashier-") if killed else None


def _opens_shift(scenario: Scenario) -> bool:
    deeds = (type(step.deed) for step in scenario.steps if step.deed is not None)
    first = next((it for it in deeds if it in (do.OpenShift, do.CloseShift)), None)
    return first is do.OpenShift


@lru_cache(maxsize=8)
def _remembered_shop(card: Path, stamp: int) -> Shop:  # noqa: ARG001 (changed: read anew)
    return load(card, Shop)


_CATALOGS: dict[tuple[Path, str, int], Catalog] = {}


def _catalog(goods: Path, language: str, stamp: int, shop: Shop) -> Catalog:
    key = (goods, language, max(stamp, stamp_of(goods)))
    if key not in _CATALOGS:
        if len(_CATALOGS) > 8:
            _CATALOGS.clear()
        _CATALOGS[key] = Catalog.load(goods, language, shop.money)
    return _CATALOGS[key]
