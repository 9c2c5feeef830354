"""Opening a till: the shop card, the goods, the journal, the loyalty system, put together.

Used by the command line alone, after the first paint: everything heavy comes in from here.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cashier import fixtures, i18n
from cashier.catalog import Catalog
from cashier.clock import Clock, Ids, SystemClock, random_ids
from cashier.config import load
from cashier.errors import ConfigError
from cashier.events import Events
from cashier.exchange import Backend
from cashier.folder import DataFolder
from cashier.i18n import _
from cashier.journal import Journal
from cashier.keys import KeyFiles
from cashier.outbox import Outbox
from cashier.printing.making import make_printer
from cashier.shop import Shop, beside
from cashier.till import Till
from cashier.workplace import Plug, Workplace

if TYPE_CHECKING:
    from cashier.office import Office

GROUP = "cashier.backends"
"""Entry points under which loyalty systems are registered; a third party's as well as ours."""


@dataclass(frozen=True)
class Place:
    """Which till to open: its shop card, its data, what the command line overrides."""

    card: Path
    data: Path
    language: str | None = None
    training: bool = False

    @property
    def folder(self) -> Path:
        """Where the data are; training has its own, so nothing of it touches the real ones."""
        return self.data / "training" if self.training else self.data

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
    return practising(shop) if place.training else shop


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
            "loyalty": loyalty if shop.loyalty.system else shop.loyalty,
            "codes": shop.codes.model_copy(update={"slip_prefix": prefix}),
        }
    )


def open_till(
    place: Place,
    plug: Callable[[Callable[[], Backend], Clock], tuple[Backend, Plug]],
    *,
    clock: Clock | None = None,
    ids: Ids = random_ids,
) -> Till:
    """A till ready to be started. Raises ConfigError, FolderBusy, StorageError."""
    clock = clock or SystemClock()
    shop = read_shop(place)
    catalog = Catalog.load(beside(place.card, shop.goods), i18n.language(), shop.money)
    folder = DataFolder.open(place.folder)
    try:
        events = Events()
        journal = Journal.open(folder.path / "journal.db")
        desk = Workplace(
            shop=shop,
            catalog=catalog,
            journal=journal,
            outbox=Outbox(journal, shop.sending),
            clock=clock,
            ids=ids,
            events=events,
            printer=make_printer(shop.printer, shop.slip.columns, folder.path / "slips"),
            key_files=KeyFiles(place.card, place.data),
            practises_only=shop.training and not place.training,
        )
        if shop.loyalty.system:
            make = partial(_backend, shop, place, clock, ids, events)
            desk.backend, desk.plug = plug(make, clock)
    except BaseException:
        folder.close()
        raise
    return Till(desk, folder)


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
        backend = _backend(shop, place, SystemClock(), random_ids, Events())
        try:
            office = office_of(backend)
            if office is None:
                raise ConfigError(_("This loyalty system has no back office here."))
            yield office, shop
        finally:
            asyncio.run(backend.close())
    finally:
        folder.close()


def _backend(shop: Shop, place: Place, clock: Clock, ids: Ids, events: Events) -> Backend:
    """The system that the shop card names, made by its own factory."""
    system: Any = find_backend(shop.loyalty.system)
    backend: Backend = system.from_options(
        shop.loyalty.options,
        folder=place.folder,
        card=place.card,
        clock=clock,
        ids=ids,
        phone=events.tell,
    )
    return backend


def find_backend(name: str) -> Any:
    """The class registered under ``name``. Raises ConfigError that names the known ones."""
    from importlib.metadata import entry_points  # slow, and not needed before the first scan

    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        text = _("There is no loyalty system {name}; known are: {known}.")
        raise ConfigError(text.format(name=name, known=", ".join(sorted(known)) or "-"))
    return known[name].load()
