"""Deeds of a till at a real server of its own, over real HTTP, and what the house has of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from serving import served
from stand import MORNING, demo_goods

from backends.house.rules import Rules
from backends.keeping import CardQuery, MovementQuery, PersonQuery, SaleQuery
from backends.rarus.client import RarusBackend
from backends.rarus.server.app import Server
from backends.rarus.server.filling import fill
from backends.rarus.server.making import make_service
from backends.rarus.server.service import Service
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.extras import CouponHold, Hold
from backends.rarus.wire.shops import Shop
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import OutcomeUnknown
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Source,
    Tender,
    TenderKind,
    line_of,
)
from cashier.steps.pricing import with_prices

A = TypeVar("A")
ANNA = "2900000000018"
PHONE = "+79005550000"
GIFT, SOLD = "9800000000001", "9800000000002"


@dataclass
class At:
    """A till at a server of its own."""

    backend: RarusBackend
    service: Service
    phone: list[ex.PhoneMessage]

    @property
    def state(self) -> dict[str, Any]:
        """What of the house and of the wire a repetition could have done twice."""
        keeper, store = self.service.keeper, self.service.store
        movements = keeper.points.movements(MovementQuery(ANNA)).rows
        newcomers = keeper.people.people(PersonQuery(phone=PHONE)).rows
        certificates = [store.certificates.get(number) for number in (GIFT, SOLD)]
        return {
            "card": keeper.cards.card(ANNA),
            "moved": [(one.points, one.why) for one in movements],
            "sales": [
                (one.receipt.receipt_id, [back.receipt.receipt_id for back in one.returns])
                for one in keeper.sales.sales(SaleQuery(card=ANNA))
            ],
            "newcomers": [
                (one.name, len(keeper.cards.cards(CardQuery(customer=one.id)).rows))
                for one in newcomers
            ],
            "certificates": [(one.status, one.balance) for one in certificates if one],
            "holds": len(store.shelf("hold", Hold).all()),
            "coupon holds": len(store.shelf("coupon_hold", CouponHold).all()),
            "coupon": keeper.rules.coupon("SPRING10"),
        }


@asynccontextmanager
async def at_server(rules: Rules, **options: Any) -> AsyncIterator[At]:
    clock, phone = ManualClock(MORNING), list[ex.PhoneMessage]()
    service = make_service(
        rules, folder=None, accounts={"till": "p4ss"}, clock=clock, ids=counted_ids("server"),
        phone=phone.append,
    )  # fmt: skip
    shop = Shop(id="01", latitude=Decimal(0), longitude=Decimal(0))
    fill(service.store, shop, demo_goods(), milliseconds(clock.now()))
    async with served(Server(service)) as url:
        backend = RarusBackend.from_options(
            {"url": url, "login": "till", "password": "p4ss", **options},
            folder=Path(),
            card=Path("shop.toml"),
            clock=clock,
            ids=counted_ids("till"),
            phone=phone.append,
        )
        try:
            await backend.open(ex.Opening(shop="01", till="01"))
            yield At(backend, service, phone)
        finally:
            await backend.close()


async def surely(once: Callable[[bool], Awaitable[A]]) -> A:
    """What a till does: after silence the same again, and it is told that it is."""
    try:
        return await once(False)
    except OutcomeUnknown:
        return await once(True)


# --- what is done -----------------------------------------------------------------------------

MILK = line_of(1, "10201", "Milk", 8490, 4 * ONE)


async def anna(at: At) -> Buyer:
    identifier = Identifier(IdentifierKind.CARD, ANNA)
    found = await at.backend.identify(ex.IdentifyRequest(identifier=identifier, at=MORNING))
    assert isinstance(found, ex.Found)
    return Buyer(identifier, found.customer, found.cards[0])


async def priced(at: At, *more: Line, **facts: Any) -> Receipt:
    """Anna buys milk and pays some of it with points."""
    bare = Receipt(
        "doc-1", MORNING, shop="01", till="01", buyer=await anna(at), lines=(MILK, *more),
        number="R1", **facts,
    )  # fmt: skip
    answer = await at.backend.calculate(ex.CalculateRequest(receipt=bare, at=MORNING))
    return with_prices(bare, answer)


def with_points(receipt: Receipt) -> Receipt:
    milk = receipt.lines[0]
    points = Discount(Source.POINTS, "points", "Points", 5000)
    paid = replace(milk, discounts=(*milk.discounts, points))
    return replace(receipt, lines=(paid, *receipt.lines[1:]), spend=5000)


async def sell(at: At, receipt: Receipt) -> Receipt:
    closed = replace(receipt, closed_at=MORNING)
    if not closed.tenders:
        closed = replace(closed, tenders=(Tender(TenderKind.CASH, closed.total),))
    settled = await surely(
        lambda again: at.backend.save_sale(
            ex.SaveSaleRequest(operation_id="doc-1:sale", receipt=closed, at=MORNING, again=again)
        )
    )
    return replace(closed, settled=settled)
