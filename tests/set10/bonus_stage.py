"""The bonus account service over real HTTP in front of the embedded system, and its client."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import stamina
from serving import served
from stand import MORNING, demo_rules

from backends.house import HouseBackend
from backends.http import Answer, Call, Seen
from backends.keeping import Keeper, Movement, MovementQuery
from backends.set10.bonus.client import BonusBackend
from backends.set10.bonus.server import make_service
from backends.set10.bonus.wire import NAMESPACE, PATH, USUAL, Dialect
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
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
OPENING = ex.Opening(shop="01", till="02")


@dataclass
class At:
    backend: BonusBackend
    keeper: Keeper
    url: str
    clock: ManualClock

    def balance(self, number: str = ANNA) -> int:
        card = self.keeper.cards.card(number)
        assert card is not None
        return card.available

    def moved(self, number: str = ANNA) -> list[Movement]:
        """By this service, oldest first."""
        found = self.keeper.points.movements(MovementQuery(number=number)).rows
        return [one for one in reversed(found) if one.id.startswith("set10-bonus:")]

    def another(self, **options: Any) -> BonusBackend:
        return client(self.url, self.clock, **options)


def client(
    url: str, clock: ManualClock, *, folder: Path | None = None, **options: Any
) -> BonusBackend:
    return BonusBackend.from_options(
        {"url": url, **options},
        folder=folder,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids("client"),
        phone=lambda _message: None,
    )


@asynccontextmanager
async def at_bonus(dialect: Dialect = USUAL, **options: Any) -> AsyncIterator[At]:
    """Greeted. ``options``: of the client."""
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None, demo_rules(), clock=clock, ids=counted_ids("house"), phone=lambda _message: None
    )
    app = make_service(house, clock=clock, ids=counted_ids("server"), dialect=dialect)
    async with served(app) as url:
        backend = client(url, clock, **options)
        try:
            with stamina.set_testing(True, attempts=3, cap=True):  # asking again is not waited for
                await backend.open(OPENING)
                yield At(backend, house.keeping(), url, clock)
        finally:
            await backend.close()


# --- receipts


def bought(*, spend: int = 0, number: str = "R0102-000007", context: str = "") -> Receipt:
    """Two loaves, 200.00 together; a hundredth of what is paid is earned."""
    line = line_of(1, "10101", "Bread", 10_000, 2000)
    if spend:
        points = Discount(Source.POINTS, "points", "Points", spend)
        line = replace(line, discounts=(points,))
    buyer = Buyer(Identifier(IdentifierKind.CARD, ANNA), card=Card(ANNA))
    return Receipt(
        f"doc-{number}", MORNING, shop="01", till="02", number=number, lines=(line,), shift=3,
        buyer=buyer, spend=spend, context=context, closed_at=MORNING,
    )  # fmt: skip


def returned(sale: Receipt, number: str, quantity: int = 2000) -> Receipt:
    """So much of the only line; halves are exact."""
    (line,) = sale.lines
    part = replace(
        line,
        quantity=quantity,
        amount=line.amount * quantity // 2000,
        discounts=tuple(
            replace(one, amount=one.amount * quantity // 2000) for one in line.discounts
        ),
        sale_line=1,
    )
    return replace(
        sale, receipt_id=f"doc-{number}", kind=Kind.RETURN, number=number, lines=(part,), spend=0,
        context="", of=SaleRef(sale.receipt_id, sale.number, MORNING),
    )  # fmt: skip


def selling(receipt: Receipt, *, again: bool = False) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(
        operation_id=f"{receipt.receipt_id}:sale", receipt=receipt, at=MORNING, again=again
    )


def returning(receipt: Receipt, *, again: bool = False) -> ex.SaveReturnRequest:
    (line,) = receipt.lines
    return ex.SaveReturnRequest(
        operation_id=f"{receipt.receipt_id}:return",
        receipt=receipt,
        lines=(ex.LineReturned(number=1, quantity=line.quantity),),
        at=MORNING,
        again=again,
    )


async def priced(backend: BonusBackend, spend: int) -> Receipt:
    """With the words that the system has for it."""
    request = ex.CalculateRequest(receipt=bought(), spend=spend, at=MORNING)
    answer = await backend.calculate(request)
    return bought(spend=spend, context=answer.context)


# --- the wire


@dataclass
class Ear:
    """Hears every call; the n-th (from 0) that changes something loses its answer, or never gets
    there."""

    which: int = 1000
    sent: bool = True
    heard: list[Call] = field(default_factory=list)

    async def __call__(
        self, call: Call, send: Callable[[], Awaitable[Answer]], seen: Seen
    ) -> Answer:
        before = sum(one.changes for one in self.heard)
        self.heard.append(call)
        hit = call.changes and before == self.which
        if not hit or self.sent:
            answer = await send()
        if hit:
            seen.answer = None
            raise httpx.ReadError("the answer is lost")
        return answer

    @property
    def bodies(self) -> list[str]:
        return [one.body.decode() for one in self.heard]


def envelope(content: str) -> bytes:
    """By hand, so that nothing of ours writes what ours reads."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Body xmlns:p="{NAMESPACE}">{content}</s:Body></s:Envelope>'
    ).encode()


async def post(url: str, body: bytes, kind: str = "text/xml; charset=utf-8") -> httpx.Response:
    async with httpx.AsyncClient() as web:
        headers = {"Content-Type": kind, "SOAPAction": '""'}
        return await web.post(f"{url}{PATH}", content=body, headers=headers)
