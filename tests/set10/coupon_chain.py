"""A chain of two shops for the tests of coupons: real databases, a clock that is moved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from set10.postgres import Postgres
from stand import MORNING

from backends.house.fields import Text
from backends.set10.coupons import CouponDesk, CouponSettings, Kind, Topology
from backends.set10.coupons.settings import (
    Exemplar,
    Numbers,
    Series,
    Server,
    SetLoyalty,
    ShopServer,
    Span,
)

ONE, TWO, BLOCKED, ANNAS, MILK = (
    "9940000001",
    "9940000002",
    "9940000003",
    "9940000004",
    "9950000001",
)
PROMO, NUMBERED = "SPRING", "9930000042"
ANNA = "2900000000018"


def name(text: str) -> Text:
    return Text(ru=text, en=text)


SERIES = (
    Series(
        id="spring",
        kind=Kind.REUSABLE,
        name=name("Promo code"),
        range=(Span(first=PROMO, last=PROMO), Span(first="9930000001", last="9930000999")),
    ),
    Series(
        id="present",
        kind=Kind.ONE_TIME,
        name=name("Present"),
        ends=MORNING + timedelta(days=30),
        count=3,
        exemplar=(
            Exemplar(number=ONE),
            Exemplar(number=TWO),
            Exemplar(number=BLOCKED, blocked=True),
            Exemplar(number=ANNAS, client=ANNA),
        ),
    ),
    Series(
        id="milk",
        kind=Kind.ONE_TIME,
        name=name("Milk"),
        line_coupon=True,
        exemplar=(Exemplar(number=MILK),),
    ),
    Series(
        id="later",
        kind=Kind.ONE_TIME,
        name=name("Later"),
        ready=False,
        starts=MORNING + timedelta(days=2),
        count=12_000,
    ),
    Series(id="sweet", kind=Kind.TILL, name=name("Sweet"), holds_days=14),
    Series(id="mine", kind=Kind.TILL, name=name("Mine"), own_client=True),
)


@dataclass
class Databases:
    """Addresses by machine; a machine without one has a file."""

    addresses: dict[str, str] = field(default_factory=dict)

    def of(self, machine: str) -> str:
        address = self.addresses.get(machine, "")
        return address.replace("postgresql://", "postgresql+psycopg://", 1)


def fresh(server: Postgres) -> Databases:
    """One for every server of a chain."""
    machines = ("centre", "loyalty", "shop-01", "shop-02")
    return Databases({machine: server.database() for machine in machines})


@dataclass
class Chain:
    folder: Path
    databases: Databases = field(default_factory=Databases)
    loyalty: bool = False
    now: datetime = MORNING
    more: tuple[str, ...] = ()
    """Other shops, of one till, on a file."""

    def __post_init__(self) -> None:
        self.topology = Topology.open(self.settings(), self.folder, self.now)

    def settings(self) -> CouponSettings:
        of = self.databases.of
        return CouponSettings(
            patience_seconds=1,
            numbers=Numbers(maxCountOfGeneratedCouponsInCheck=3),
            centre=Server(database=of("centre")),
            loyalty=SetLoyalty(connected=self.loyalty, database=of("loyalty")),
            shop=(
                ShopServer(number="01", tills=("01", "02"), database=of("shop-01")),
                ShopServer(number="02", tills=("01",), database=of("shop-02")),
                *(ShopServer(number=shop, tills=("01",)) for shop in self.more),
            ),
            series=SERIES,
        )

    def again(self) -> "Chain":
        """The program is started anew on the same databases."""
        self.topology.close()
        self.topology = Topology.open(self.settings(), self.folder, self.now)
        return self

    def desk(self, shop: str = "01", till: str = "01") -> CouponDesk:
        return self.topology.desk(shop, till)

    def use(self, code: str, shop: str = "01", till: str = "01", receipt: str = "r1") -> None:
        self.desk(shop, till).use([code], receipt, receipt.removeprefix("r"), "", self.now)

    def check(self, code: str, shop: str = "01", till: str = "01", receipt: str = "r9") -> str:
        return self.desk(shop, till).check(code, receipt, "", self.now).id

    def wait(self, **by: int) -> None:
        self.now += timedelta(**by)

    def pump(self) -> int:
        return self.topology.pump(self.now).count

    def waiting(self) -> list[tuple[str, str, str]]:
        return [(one.sender, one.receiver, one.what) for one in self.topology.messages()]

    def turns(self, code: str, machine: str = "") -> list[str]:
        title = self.topology.nodes.nodes[machine].title if machine else ""
        events = self.topology.trace(code)
        return [event.turn.value for event in events if not title or event.machine == title]

    def close(self) -> None:
        self.topology.close()
