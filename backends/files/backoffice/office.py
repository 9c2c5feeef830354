"""The back office: it makes the load, takes the reports, and its accounts are the truth."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from backends.files.backoffice.besides import Noted, closing, notes, sums
from backends.files.backoffice.booking import Booking
from backends.files.backoffice.told import Told, receipts
from backends.files.folder import Folder, FoundReport, Request
from backends.files.formats.model import BadFile, Card, Goods, Kind, Load, SalesReport
from backends.fronting import Goods as ShopGoods
from backends.house import HouseBackend
from backends.keeping import CardInfo, CardQuery, Standing, Window
from backends.shelf import SCHEMA, Shelf
from cashier.clock import Clock
from cashier.database import Database, Layout
from cashier.i18n import _
from cashier.money import Amount, Points

LAYOUT = Layout(application=0x424F4646, version=1, schema=SCHEMA)
_MOST = 1000
_FORBIDDEN = (Standing.BLOCKED, Standing.INACTIVE)


class Done(BaseModel):
    """A receipt that is counted."""

    model_config = ConfigDict(frozen=True)

    id: str


class Aside(Done):
    """What could not be read of a report: the till has it still."""

    text: str = ""
    """In words."""


@dataclass
class Round:
    """What one round brought: ``said`` is for whoever minds the office, ``bad`` among it what is
    wrong with a file."""

    said: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    receipts: int = 0
    earned: Points = 0
    spent: Points = 0
    loads: int = 0

    def wrong(self, text: str) -> None:
        self.said.append(text)
        self.bad.append(text)


class Office:
    """Over an embedded system, for as many tills as there are folders.

    Raises Unavailable and StorageError where its own data fail; trouble with a folder or a file is
    told in the round, and the file stays.
    """

    def __init__(
        self,
        house: HouseBackend,
        data: Path | None,
        goods: ShopGoods,
        folders: Sequence[Folder],
        clock: Clock,
        *,
        shop: str,
        rounding: Amount = 0,
    ) -> None:
        """``data``: its database, None keeps it in memory; ``rounding``: of cash, minor units."""
        self._house, self._goods, self._folders, self._clock = house, goods, folders, clock
        self._rounding, self._booking = rounding, Booking(house, shop)
        self._db = Database.open(data, LAYOUT)
        self._done = Shelf(self._db, "done", Done, full=True)
        self._aside = Shelf(self._db, "aside", Aside, full=True)
        self._waiting = Shelf(self._db, "waiting", Told, full=True)
        self._noted = Shelf(self._db, "noted", Noted, full=True)

    async def close(self) -> None:
        self._db.close()
        await self._house.close()

    # --- the load

    def load(self) -> Round:
        """A load for every till that has taken its last one."""
        told, load = Round(), self._load()
        for folder in self._folders:
            with _minded(told, folder):
                if folder.put_load(load):
                    told.loads += 1
                else:
                    words = _("the till has not taken the last load yet")
                    told.said.append(_at(folder, words))
        return told

    def _load(self) -> Load:
        goods = tuple(
            Goods(one.sku, one.name, one.price, one.codes, one.name)
            for one in self._goods.catalog.goods
        )
        return Load(goods, tuple(map(self._card, self.cards())))

    def _card(self, info: CardInfo) -> Card:
        """What is held back or starts later cannot be told: it is not there."""
        owner = self._house.keeping().people.person(info.customer) if info.customer else None
        return Card(
            info.number,
            owner=owner.name if owner else "",
            accumulated=info.available if info.balance >= 0 else info.balance,
            forbidden=info.standing in _FORBIDDEN,
            may_pay=info.standing is Standing.ACTIVE,
        )

    def cards(self) -> Iterator[CardInfo]:
        """All but those that nobody has yet."""
        keeper, skip = self._house.keeping(), 0
        while True:
            part = keeper.cards.cards(CardQuery(), Window(skip, _MOST))
            yield from (one for one in part.rows if one.account is not None)
            skip += len(part.rows)
            if not part.rows or skip >= part.total:
                return

    # --- the report

    async def take(self) -> Round:
        """All reports that lie there, oldest receipts first, over all tills."""
        told, found, come = Round(), list[tuple[Folder, FoundReport]](), list[Told]()
        zone = self._clock.now().tzinfo
        for folder in self._folders:
            with _minded(told, folder):
                report = folder.find_report()
                if report is None:
                    continue
                found.append((folder, report))
                new, wrong = receipts(report.report, self._goods, zone, self._rounding)
                come += new
                told.said += self._noted_of(report.report, zone)
                bad = {_at(folder, str(one)): str(one) for one in report.troubles}
                for key, text in (bad | wrong).items():
                    told.wrong(_at(folder, text))
                    if self._done.get(key) is None:
                        self._aside.put(Aside(id=key, text=_at(folder, text)))
        known = {one.id: one for one in [*self._waiting.all(), *come]}
        for receipt in sorted(known.values(), key=lambda one: (one.at, one.is_return)):
            await self._book(receipt, told)
        for folder, report in found:
            with _minded(told, folder):
                folder.settle_report(report)
        return told

    def _noted_of(self, report: SalesReport, zone: tzinfo | None) -> list[str]:
        """What a till did besides; of shifts that were closed it is said."""
        noted = [one for one in notes(report, zone) if self._noted.get(one.id) is None]
        self._noted.put(*noted)
        return [closing(one) for one in noted if one.kind is Kind.Z_REPORT]

    async def _book(self, one: Told, told: Round) -> None:
        if self._done.get(one.id) is not None:
            self._waiting.remove(one.id)
            return
        booked = await self._booking.book(one)
        told.said += booked.remarks
        if booked.settled is None:
            self._waiting.put(one)
            return
        self._done.put(Done(id=one.id))
        self._aside.remove(one.id)
        self._waiting.remove(one.id)
        told.receipts += 1
        told.earned += booked.settled.earned
        told.spent += booked.settled.spent

    def ask(self) -> Round:
        """For a report of yesterday and today; a till adds what is older and not processed."""
        told, today = Round(), self._clock.now().date()
        for folder in self._folders:
            with _minded(told, folder):
                folder.put_request(Request(today - timedelta(days=1), today))
        return told

    # --- how it stands

    def besides(self) -> list[str]:
        """What each till did besides selling."""
        return sums(self._noted.all())

    def waiting(self) -> list[str]:
        """Returns without their sale, what could not be read, what lies in the folders."""
        told = Round()
        told.said += [one.text or one.id for one in self._aside.all()]
        text = _("till {till}, return {receipt} of card {card} waits for its sale")
        told.said += [
            text.format(till=one.till, receipt=one.number, card=one.card)
            for one in self._waiting.all()
        ]
        for folder in self._folders:
            with _minded(told, folder):
                if folder.load_flag.exists():
                    told.said.append(_at(folder, _("a load waits for the till")))
                if folder.report_flag.exists():
                    told.said.append(_at(folder, _("a report is asked for")))
                if folder.find_report() is not None:
                    told.said.append(_at(folder, _("a report waits to be processed")))
        return told.said


@contextmanager
def _minded(told: Round, folder: Folder) -> Iterator[None]:
    """Whatever is wrong with this folder is told, and the next one has its turn."""
    try:
        yield
    except (BadFile, OSError) as error:
        words = (error.strerror if isinstance(error, OSError) else "") or str(error)
        told.wrong(_at(folder, words))


def _at(folder: Folder, text: str) -> str:
    return f"{folder.load.parent}: {text}"
