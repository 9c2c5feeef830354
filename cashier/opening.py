"""Opening a till: the shop card, the goods, the journal, the loyalty system, put together.

Used by the command line alone, after the first paint: everything heavy comes in from here.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from cashier import fixtures, i18n, live
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids, SystemClock, random_ids
from cashier.config import load
from cashier.drill import Drill, Judgement, exchange_of
from cashier.errors import ConfigError
from cashier.events import Events
from cashier.exchange import Backend
from cashier.faults import Plan
from cashier.folder import DataFolder
from cashier.i18n import _
from cashier.journal import Journal
from cashier.keys import KeyFiles
from cashier.outbox import Outbox
from cashier.printing import Printer
from cashier.printing.making import make_printer
from cashier.receipt import Receipt
from cashier.registered import find_backend
from cashier.shop import Shop, beside
from cashier.till import Till
from cashier.witness import Exchange, Witness
from cashier.workplace import Workplace

if TYPE_CHECKING:
    from cashier.office import Office

Keep: TypeAlias = Callable[[Exchange], None]
"""Somebody who keeps what is said to the loyalty system."""
Record: TypeAlias = Callable[[Shop, Events], Keep]
"""Makes who keeps a recording."""
Plug: TypeAlias = Callable[[Callable[[], Backend], Clock], tuple[Backend, Plan]]
"""Puts faults between the till and the system, which it makes when it is opened."""


@dataclass(frozen=True)
class Place:
    """Which till to open: its shop card, its data, what the command line overrides."""

    card: Path
    data: Path
    language: str | None = None
    training: bool = False
    replay: str = ""
    """Name of the recording that stands in for the loyalty system."""

    @property
    def folder(self) -> Path:
        """Where the data are; training and a recording have their own, so that nothing of them
        touches the real ones."""
        if self.training:
            return self.data / "training"
        return self.data / "replay" if self.replay else self.data

    @classmethod
    def of(cls, shop: str | None, data: str | None, language: str | None = None) -> "Place":
        """The demo shop and the user's data folder, where nothing else is said."""
        card = Path(shop).expanduser() if shop else fixtures.demo_card(language)
        return cls(card.absolute(), _folder(card, data), language)


def _folder(card: Path, data: str | None) -> Path:
    if data:
        return Path(data).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("cashier-emulator", appauthor=False) / card.stem


def read_shop(place: Place) -> Shop:
    """The shop card; sets the language of the program. Raises ConfigError."""
    shop = load(place.card, Shop)
    i18n.set_language(place.language or shop.language)
    if place.training:
        return practising(shop)
    return shop.model_copy(update={"live": False}) if place.replay else shop


def practising(shop: Shop) -> Shop:
    """The same shop in training mode: its own numbers, and an embedded system of its own.

    Whatever system the shop works with is not even made: nothing can reach it.
    """
    options = {"rules": shop.practice.rules} if shop.practice.rules else {}
    loyalty = shop.loyalty.model_copy(update={"system": "house", "options": options})
    prefix = f"T{shop.codes.slip_prefix}"[:4]
    return shop.model_copy(
        update={
            "training": True,
            "live": False,
            "loyalty": loyalty if shop.loyalty.system else shop.loyalty,
            "codes": shop.codes.model_copy(update={"slip_prefix": prefix}),
        }
    )


def open_till(
    place: Place,
    plug: Plug,
    *,
    clock: Clock | None = None,
    ids: Ids = random_ids,
    record: "Record | None" = None,
) -> Till:
    """A till ready to be started; ``record`` makes who keeps a recording.

    Raises ConfigError, FolderBusy, StorageError.
    """
    clock = clock or SystemClock()
    shop = read_shop(place)
    folder = DataFolder.open(place.folder)
    try:
        desk = equip(
            shop,
            place.card,
            plug,
            journal=Journal.open(folder.path / "journal.db"),
            printer=make_printer(shop.printer, shop.slip.columns, folder.path / "slips"),
            clock=clock,
            ids=ids,
            folder=place.folder,
            record=record,
            key_files=KeyFiles(place.card, place.data),
            practises_only=shop.training and not place.training,
            replaying=place.replay,
        )
    except BaseException:
        folder.close()
        raise
    return Till(desk, folder)


def equip(
    shop: Shop,
    card: Path,
    plug: Plug,
    *,
    journal: Journal,
    printer: Printer | None,
    clock: Clock,
    ids: Ids,
    folder: Path | None,
    catalog: Catalog | None = None,
    record: "Record | None" = None,
    key_files: KeyFiles = KeyFiles(),
    practises_only: bool = False,
    replaying: str = "",
) -> Workplace:
    """All that lies within reach in the shop of this ``card``; ``folder`` None: its loyalty system
    keeps its data in memory, if it is one that keeps any.

    Raises ConfigError.
    """
    events = Events()
    desk = Workplace(
        shop=shop,
        catalog=catalog or Catalog.load(beside(card, shop.goods), i18n.language(), shop.money),
        journal=journal,
        outbox=Outbox(journal, shop.sending),
        clock=clock,
        ids=ids,
        events=events,
        printer=printer,
        key_files=key_files,
        practises_only=practises_only,
        replaying=replaying,
    )
    if shop.loyalty.system:
        make = partial(_backend, shop, card, folder, clock, ids, events)
        backend, desk.plug = plug(make, clock)
        live.check_faults(shop, desk.plug)
        keep = record(shop, events) if record else None
        desk.backend = _watched(backend, desk, desk.plug, keep)
    elif replaying or record:
        raise ConfigError(_("This shop has no loyalty system."))
    return desk


def _watched(backend: Backend, desk: Workplace, plan: Plan, record: Keep | None) -> Backend:
    """The system as the till meets it: everything said to it is kept, a live one is guarded, and
    after a fault at a save somebody looks whether it was done twice."""
    log = desk.exchanges
    witness = Witness(backend, log.keep, desk.clock, begun=log.begun)
    if record is not None:
        witness.watch(record)

    def keep_verdict(judgement: Judgement, receipt: Receipt, text: str) -> None:
        witness.remark(exchange_of(judgement, receipt, text, desk.clock.now()))

    guarded = live.Guard(witness, lambda: desk.agreed) if desk.shop.live else witness
    return Drill(guarded, plan, desk.clock, desk.say, keep_verdict)


@contextmanager
def open_office(place: Place) -> "Iterator[tuple[Office, Shop]]":
    """The back office of the shop's loyalty system; the data folder is locked meanwhile.

    Raises ConfigError, FolderBusy, StorageError, Unavailable.
    """
    from cashier.office import office_of

    shop = read_shop(place)
    if not shop.loyalty.system:
        raise ConfigError(_("This shop has no loyalty system."))
    folder = DataFolder.open(place.folder)
    try:
        backend = _backend(shop, place.card, place.folder, SystemClock(), random_ids, Events())
        try:
            office = office_of(backend)
            if office is None:
                raise ConfigError(_("This loyalty system has no back office here."))
            yield office, shop
        finally:
            asyncio.run(backend.close())
    finally:
        folder.close()


def _backend(
    shop: Shop, card: Path, folder: Path | None, clock: Clock, ids: Ids, events: Events
) -> Backend:
    """The system that the shop card names, made by its own factory."""
    system: Any = find_backend(shop.loyalty.system)
    backend: Backend = system.from_options(
        shop.loyalty.options,
        folder=folder,
        card=card,
        clock=clock,
        ids=ids,
        phone=events.tell,
    )
    return backend
