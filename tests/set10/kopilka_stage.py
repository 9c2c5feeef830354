"""Kopilka over real HTTP in front of the embedded system, and its client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import stamina
from serving import served
from stand import MORNING, demo_rules

from backends.house import HouseBackend
from backends.keeping import Keeper
from backends.set10.kopilka.client import KopilkaBackend
from backends.set10.kopilka.near import NearLine, desk_of
from backends.set10.kopilka.server import make_service
from backends.set10.kopilka.wire import Dialect, Recipe
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Feedback,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Source,
    line_of,
)

ANNA = "2900000000018"
AT_FIRST = 47_050
"""What she may spend, hundredths of points."""
SPEND = 50_00
KEY = "Tr0ub4dor&3"
OPENING = ex.Opening(shop="01", till="02")


@dataclass
class At:
    backend: KopilkaBackend
    line: NearLine
    keeper: Keeper
    url: str
    clock: ManualClock

    def available(self, number: str = ANNA) -> int:
        card = self.keeper.cards.card(number)
        assert card is not None
        return card.available

    def balance(self, number: str = ANNA) -> int:
        card = self.keeper.cards.card(number)
        assert card is not None
        return card.balance


def near_line(clock: ManualClock, folder: Path | None = None) -> NearLine:
    data = folder / "loyalty.db" if folder else None
    house = HouseBackend(
        data, demo_rules(), clock=clock, ids=counted_ids("house"), phone=lambda _message: None
    )
    return NearLine(house, desk_of(house, folder, clock))


def client(clock: ManualClock, folder: Path | None = None, **options: Any) -> KopilkaBackend:
    return KopilkaBackend.from_options(
        options,
        folder=folder,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids("client"),
        phone=lambda _message: None,
    )


@asynccontextmanager
async def at_kopilka(dialect: Dialect | None = None, **options: Any) -> AsyncIterator[At]:
    """Greeted, over HTTP. ``options``: of the client."""
    clock = ManualClock(MORNING)
    line = near_line(clock)
    spoken = dialect or Dialect(recipe=Recipe(key=KEY))
    given = {"sign": {"key": KEY}} | options
    async with served(make_service(line, spoken)) as url:
        backend = client(clock, url=url, **given)
        try:
            with stamina.set_testing(True, attempts=3, cap=True):  # asking again is not waited for
                await backend.open(OPENING)
                yield At(backend, line, line.house.keeping(), url, clock)
        finally:
            await backend.close()


@asynccontextmanager
async def near_kopilka(**options: Any) -> AsyncIterator[At]:
    """The same without a server, in this program."""
    clock = ManualClock(MORNING)
    backend = client(clock, **options)
    line = backend._line
    assert isinstance(line, NearLine)
    try:
        await backend.open(OPENING)
        yield At(backend, line, line.house.keeping(), "", clock)
    finally:
        await backend.close()


# --- receipts


def bought(*, spend: int = 0, context: str = "", hold: str = "", number: str = "7") -> Receipt:
    """Two loaves, 200.00 together; a hundredth of what is paid is earned."""
    line = line_of(1, "10101", "Bread", 10_000, 2000)
    if spend:
        line = replace(line, discounts=(Discount(Source.POINTS, "points", "Points", spend),))
    buyer = Buyer(Identifier(IdentifierKind.CARD, ANNA), card=Card(ANNA))
    return Receipt(
        f"doc-{number}", MORNING, shop="01", till="02", number=f"R0102-{number}", lines=(line,),
        shift=3, buyer=buyer, spend=spend, context=context, hold=hold, closed_at=MORNING,
    )  # fmt: skip


def reserving(operation: str = "op-h", receipt: Receipt | None = None) -> ex.ReserveRequest:
    return ex.ReserveRequest(
        operation_id=operation, receipt=receipt or bought(), spend=SPEND, at=MORNING
    )


async def held(backend: KopilkaBackend, operation: str = "op-h") -> Receipt:
    """Fifty points are reserved for it, and on its line."""
    answer = await backend.reserve(reserving(operation))
    return bought(spend=SPEND, context=answer.context, hold=operation)


def selling(receipt: Receipt, *, again: bool = False) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(
        operation_id=f"{receipt.receipt_id}:sale", receipt=receipt, at=MORNING, again=again
    )


def releasing(receipt: Receipt, operation: str = "op-h") -> ex.ReleaseRequest:
    return ex.ReleaseRequest(operation_id=operation, receipt=receipt, at=MORNING)


def returning(sale: Receipt, number: str = "8") -> ex.SaveReturnRequest:
    """All of it comes back."""
    lines = tuple(replace(line, sale_line=line.number) for line in sale.lines)
    back = replace(
        sale, receipt_id=f"doc-{number}", kind=Kind.RETURN, number=f"R0102-{number}", lines=lines,
        spend=0, context="", hold="", of=SaleRef(sale.receipt_id, sale.number, MORNING),
    )  # fmt: skip
    returned = tuple(ex.LineReturned(number=one.number, quantity=one.quantity) for one in lines)
    return ex.SaveReturnRequest(
        operation_id=f"doc-{number}:return", receipt=back, lines=returned, at=MORNING
    )


def handed(*kept: Feedback) -> ex.FeedbackRequest:
    return ex.FeedbackRequest(operation_id="op-f", feedback=kept, at=MORNING)
