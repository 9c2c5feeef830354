"""The client at a service that says what a test wants, over real HTTP; good answers by default."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mapped.scripted import Say, Service
from rarus.bodies import ANNA, AT, BUYER, CARD, LEVELS, MILK, MOMENT, USER, discounted, sold, taken
from serving import served
from stand import MORNING
from starlette.applications import Starlette
from starlette.routing import Route

from backends.rarus.client import RarusBackend
from backends.rarus.wire.people import Card as Told
from cashier import exchange as ex
from cashier.clock import ManualClock, random_ids
from cashier.receipt import (
    Applied,
    Coupon,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Source,
    Tender,
    TenderKind,
)

PASSWORD = "Tr0ub4dor&3"  # noqa: S105 - nobody's
HASHED = "874572e7a5ae6a49466a6ac578b98adba78c6aa6"
"""Its SHA-1, worked out elsewhere."""
TOKEN = "0123456789ABCDEF0123456789ABCDEF1001"  # noqa: S105 - nobody's
CARD_ID = CARD["id"]
PAGES = {"page": 1, "per_page": 10, "items": 1, "pages": 1}
NEXT = {"level_id": "silver", "level_name": "Silver", "accum_level": 10000, "accum_amount": 12000}


def done(**payload: Any) -> dict[str, Any]:
    """A success, as the service words it."""
    return {"code": 0, "message": "Операция успешно выполнена", **payload}


def no(status: int = 404, code: int = 114, message: str = "Объект не найден") -> Say:
    return status, {"code": code, "message": message}


def _part(number: int, paid: object) -> dict[str, Any]:
    return {
        "line_number": number, "article": "10201", "summ": 169.8, "max_payment_percent": 30,
        "max_payment_sum": 50, "payment_sum": paid,
    }  # fmt: skip


CALCULATED = done(
    cheque_items=[
        {"line_number": 1, "article": "10201", "quantity": 2, "price": 84.9, "summ": 154.8,
         "discount_summ": 15, "bonus_summ": 4.64, "bonus_percet": 3},
    ],
    cheque_discounts=[
        {"line_number": 1, "discount_id": "milk-price", "discount_type": 1, "discount_summ": 15,
         "gift_list_id": "", "discount_name": "Red price", "discount_value": 8.83},
        {"line_number": 0, "discount_id": "tea-gift", "discount_type": 4, "discount_summ": 0,
         "gift_list_id": "seg-1", "discount_name": "Chocolate", "discount_value": 1},
    ],
    cheque_bonus=[{"line_number": 1, "discount_id": "", "discount_type": 5, "discount_summ": 4.64}],
    payment_distribution=[_part(1, 50)],
    max_payment=50,
)  # fmt: skip
SALE = {
    "row_number": 1, "date": MOMENT, "doc_id": "doc-1", "card_id": CARD_ID, "shop_id": "01",
    "cashbox_id": "01", "check_number": "R0101-000001", "summ": 169.8,
    "summ_with_discount": 154.8, "bonus_earned": 4.64, "bonus_spent": 50, "operation": "sale",
    "date_calculate_local": MOMENT,
    "cheque_items_for_sales": [
        {"article_id": "10201", "item_name": "Milk", "quantity": 2, "price": 84.9, "discount": 65},
    ],
    "payment_types": [{"type": "cash", "sum": 104.8}],
}  # fmt: skip
REFUND = {
    **SALE, "doc_id_refund": "doc-2", "operation": "refund", "check_number": "R0101-000002",
    "bonus_earned": 2.32, "bonus_spent": 25, "summ_with_discount": 77.4,
    "cheque_items_for_sales": [{"article_id": "10201", "quantity": 1, "price": 84.9}],
}  # fmt: skip
CONFIRMATION = {
    "id": "conf-1", "method": "phone", "address": "+7 900 ***-**-01", "seconds": 300, "attempts": 3,
}  # fmt: skip
COUPON = {
    "id": "SPRING10", "coupon_group_id": "spring", "card_id": None, "active": True, "used": False,
    "add_date": 1751328000, "activate_date": 0, "last_date": 0,
    "coupon_group": {"id": "spring", "name": "Spring sale", "type": 0},
}  # fmt: skip
CERTIFICATE = {
    "id": "9800000001", "group_id": "g", "status": 1, "nominal": 500, "value": 500, "balance": 300,
}  # fmt: skip

GOOD: dict[str, Say] = {
    "POST /sign_in": done(token=TOKEN, company_id=1001, expires=0),
    "GET /organization": done(organization={"name": "Rarus of the test"}),
    "GET /organization/settings": done(
        settings=[
            {"name": "LoginValue", "value": "phone"},
            {"name": "ConfirmationMethod", "value": "none"},
            {"name": "AttachCardOnRegistration", "value": True},
        ]
    ),
    "GET /organization/shop/01": done(shop={"id": "01", "name": "Shop", "deleted": False}),
    "GET /organization/card_level": done(card_level=LEVELS, pagination=PAGES),
    "GET /organization/card": done(cards=[CARD], pagination=PAGES),
    f"GET /organization/card/{CARD_ID}": done(card=CARD),
    f"GET /organization/card/{CARD_ID}/balance_info": done(
        balance=480.5, balance_available=430, last_transactions=[], bonusactive=[]
    ),
    f"POST /organization/card/{CARD_ID}/balance": done(
        card_level_id="start", balance_available=470.5, max_payment=50, master_card_id="",
        excluded_articles=[], payment_distribution=[_part(1, 50)],
    ),
    f"POST /organization/card/{CARD_ID}/levelup": [done(next_level_up=NEXT), done(level_up=NEXT)],
    f"POST /organization/card/{CARD_ID}/leveldown": done(level_down=NEXT),
    "POST /organization/card/with_confirmation": done(cards=[CARD]),
    "POST /organization/card/attach": done(id=CARD_ID),
    "POST /organization/user/new": done(id="c01"),
    "GET /organization/user": done(users=[USER], pagination=PAGES),
    "GET /organization/user/c01": done(user=USER),
    "POST /organization/user/c01/send_confirmation_code": done(confirmation=CONFIRMATION),
    "POST /organization/user/c01/confirm": done(),
    "GET /organization/coupon/SPRING10": done(coupon=COUPON),
    "GET /organization/coupon_group/spring": done(coupon_group=COUPON["coupon_group"]),
    "POST /organization/calculate_document": CALCULATED,
    "POST /organization/assortment_segment/get_assortment": done(
        assortment_for_segment_items=[{"id": "10901", "name": "Chocolate"}], pagination=PAGES
    ),
    "POST /organization/hold/add": done(id="hold-1"),
    "POST /organization/hold/hold-1/delete": done(),
    "POST /organization/coupon_hold/add": done(id="hold-2"),
    "GET /organization/coupon_hold/hold-2/delete": done(),
    "POST /organization/process_bonus": done(
        bonus_earned=4.64, bonus_spent=50, sale_id="doc-1", doc_id="doc-1", card_accum=4354.8
    ),
    "GET /organization/sale_info": done(sales=[SALE, REFUND]),
    "GET /organization/certificate/9800000001": done(certificate=CERTIFICATE),
    "POST /organization/certificate/pay": done(),
    "POST /organization/certificate/activate": done(),
    "POST /organization/certificate/9800000002/delete": done(),
}  # fmt: skip
"""An answer to everything that the client asks."""


@dataclass
class At:
    """A client, opened, and the service that it speaks to."""

    backend: RarusBackend
    service: Service
    clock: ManualClock
    url: str

    def knows(self, number: str, card_id: str) -> None:
        """As after this card was identified."""
        self.backend.session.remember(Told(id=card_id, barcode=number))

    def lines(self) -> list[str]:
        """What was asked since the greeting, or since the last time; signing in aside."""
        said = [one.line.replace("/organization", "") for one in self.service.heard]
        self.service.heard.clear()
        return [line for line in said if line != "POST /sign_in"]

    def body(self, line: str) -> Any:
        """What was said last with this request."""
        return next(one.json for one in reversed(self.service.heard) if one.line == line)


@asynccontextmanager
async def at_service(script: dict[str, Say] | None = None, **options: Any) -> AsyncIterator[At]:
    """Greeted, and Anna's card is known. ``script``: answers in place of the good ones."""
    async with strangers(script, **options) as at:
        await at.backend.open(OPENING)
        at.knows(ANNA.number, CARD_ID)
        at.service.heard.clear()
        yield at


@asynccontextmanager
async def strangers(script: dict[str, Say] | None = None, **options: Any) -> AsyncIterator[At]:
    """Nothing was said yet."""
    service = Service({})
    for line, say in {**GOOD, **(script or {})}.items():
        service.script[line] = list(say) if isinstance(say, list) else say
    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", service.answer, methods=methods)])
    clock = ManualClock(MORNING)
    async with served(app) as url:
        backend = client(url, clock, **options)
        try:
            yield At(backend, service, clock, url)
        finally:
            await backend.close()


def client(url: str, clock: ManualClock, **options: Any) -> RarusBackend:
    given = {"url": url, "login": "till", "password": PASSWORD, **options}
    return RarusBackend.from_options(
        given, folder=Path(), card=Path("shop.toml"), clock=clock, ids=random_ids, phone=print
    )


ONCE = {"again": 0}
"""Nothing is asked twice."""


# --- requests ---------------------------------------------------------------------------------

OPENING = ex.Opening(shop="01", till="01")
OPEN = sold(MILK, coupons=(Coupon("SPRING10", "Spring sale"),))
PRICED = sold(
    discounted(MILK, taken(1500, Source.PROMOTION, "milk-price", "Red price")),
    coupons=OPEN.coupons,
    applied=Applied(earn=464),
)
FINISHED = sold(
    discounted(
        MILK,
        taken(1500, Source.PROMOTION, "milk-price", "Red price"),
        taken(5000, Source.POINTS, "points", "Points"),
    ),
    number="R0101-000001",
    coupons=OPEN.coupons,
    applied=Applied(earn=464),
    spend=5000,
    tenders=(Tender(TenderKind.CASH, 10_480),),
    closed_at=AT,
)
HELD = replace(
    OPEN, hold="op-h", context='{"hold":"hold-1","coupon_hold":"hold-2","held_as":"op-h"}'
)
WITH_CERTIFICATES = replace(
    FINISHED,
    lines=(*FINISHED.lines, replace(MILK, number=2, certificate="9800000002")),
    tenders=(
        Tender(TenderKind.CERTIFICATE, 20_000, "9800000001"),
        Tender(TenderKind.CASH, 7460),
    ),
)
BACK = Receipt(
    "doc-2", AT, kind=Kind.RETURN, shop="01", till="01", number="R0101-000002", buyer=BUYER,
    lines=(replace(MILK, quantity=1000, amount=8490, sale_line=1),),
    tenders=(Tender(TenderKind.CASH, 8490),), of=SaleRef("doc-1", "R0101-000001", AT),
    closed_at=AT,
)  # fmt: skip


def by(kind: IdentifierKind, value: str, code: str = "") -> ex.IdentifyRequest:
    told = ex.Confirmation(challenge="conf-1", code=code) if code else None
    return ex.IdentifyRequest(identifier=Identifier(kind, value), confirmation=told, at=AT)


def registering(code: str = "") -> ex.RegisterRequest:
    told = ex.Confirmation(challenge="c01 conf-1", code=code) if code else None
    return ex.RegisterRequest(
        operation_id="op-r", phone="+79001234501", name="Anna", confirmation=told, at=AT
    )


def selling(receipt: Receipt = FINISHED, *, again: bool = False) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(
        operation_id=f"{receipt.receipt_id}:sale", receipt=receipt, at=AT, again=again
    )


def giving_back(receipt: Receipt = BACK, *, again: bool = False) -> ex.SaveReturnRequest:
    lines = tuple(
        ex.LineReturned(number=line.sale_line, quantity=line.quantity) for line in receipt.lines
    )
    return ex.SaveReturnRequest(
        operation_id="doc-2:return", receipt=receipt, lines=lines, at=AT, again=again
    )


def rising(*, confirm: bool, card: str = ANNA.number) -> ex.UpgradeRequest:
    return ex.UpgradeRequest(operation_id="op-u", card=card, confirm=confirm, at=AT)


def reserving(spend: int = 5000) -> ex.ReserveRequest:
    return ex.ReserveRequest(operation_id="op-h", receipt=PRICED, spend=spend, at=AT)
