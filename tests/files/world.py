"""An office with accounts of its own, and tills that know it only by their folders."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from files.way import office_of
from stand import MORNING, Stand, demo_rules, demo_shop, make_stand

from backends.files.client import FilesBackend
from backends.files.folder import Folder
from backends.files.formats import profile
from backends.files.formats.model import Card, Goods, Load
from backends.fronting import tellable
from backends.house import HouseBackend
from backends.keeping import SaleInfo, SaleQuery
from cashier import commands as do
from cashier.clock import ManualClock, counted_ids
from cashier.journal import Journal
from cashier.money import ONE, Amount, Points
from cashier.receipt import TenderKind

ANNA, AT_FIRST = "2900000000018", 470_50
PAY = do.TakeTender(TenderKind.CASH)


def groats(pieces: int) -> do.AddGoods:
    """At 79.90."""
    return do.AddGoods("10801", pieces * ONE)


def priced(price: Amount, balance: Amount = AT_FIRST) -> Load:
    """Groats at this price and Anna with this balance; all else stays."""
    goods = Goods("10801", "", price, ("4600000000756",))
    return Load((goods,), (Card(ANNA, accumulated=balance),), clears=frozenset())


def till_of(place: Path, name: str, clock: ManualClock, **options: Any) -> FilesBackend:
    """``place``: everything of the till is in here, also after it was killed."""
    given = {"folder": str(place / "exchange"), "profile": name, "report": "sale"} | options
    return FilesBackend.from_options(
        given,
        folder=place,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids(place.name),
        phone=lambda _message: None,
    )


class World:
    """``async with``: tills are closed with it."""

    def __init__(
        self, where: Path, name: str = "shtrihm", tills: int = 1, *, lasts: bool = False
    ) -> None:
        """``lasts``: the office keeps its accounts on the disk, too."""
        self.name, self.clock = name, ManualClock(MORNING)
        self.places = [where / f"till-{number}" for number in range(1, tills + 1)]
        for place in self.places:
            (place / "exchange").mkdir(parents=True, exist_ok=True)
        self.house = HouseBackend(
            where / "loyalty.db" if lasts else None,
            tellable(demo_rules()),
            clock=self.clock,
            ids=counted_ids("house"),
            phone=lambda _message: None,
        )
        folders = [place / "exchange" for place in self.places]
        data = where / "backoffice.db" if lasts else None
        self.office = office_of(self.house, folders, self.clock, name, data)
        self.tills: list[FilesBackend] = []
        self._leaving = AsyncExitStack()

    async def __aenter__(self) -> "World":
        self._leaving.push_async_callback(self.office.close)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        await self._leaving.aclose()

    async def stand(self, number: int = 1, journal: Path | None = None, **options: Any) -> Stand:
        """A till that has the goods of the test stand, and its journal in memory or where said."""
        till = till_of(self.places[number - 1], self.name, self.clock, **options)
        self.tills.append(till)
        shop = demo_shop().model_copy(update={"till": f"{number:02}"})
        made = make_stand(shop=shop, journal=Journal.open(journal), around=lambda _house: till)
        self._leaving.push_async_callback(made.till.close)
        await made.till.start()
        return made

    def folder(self, number: int = 1) -> Folder:
        return Folder(self.places[number - 1] / "exchange", profile(self.name))

    def sales(self, card: str) -> Sequence[SaleInfo]:
        """In the accounts."""
        return self.house.keeping().sales.sales(SaleQuery(card=card))

    def balance(self, card: str = ANNA) -> Points:
        """In the accounts."""
        info = self.house.keeping().cards.card(card)
        assert info is not None
        return info.balance


async def balance_at(stand: Stand, card: str = ANNA) -> Points:
    """As the customer would hear it at the till."""
    await stand.do(do.Scan(card))
    buyer = stand.receipt.buyer
    assert buyer is not None
    assert buyer.card is not None
    await stand.do(do.CancelReceipt())
    return buyer.card.balance
