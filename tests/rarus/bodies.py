"""Bodies as the vendor's library and the reference have them, and receipts to go with them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from backends.exact_json import read_json
from cashier.money import ONE
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Coupon,
    Customer,
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

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
MOMENT = 1772521200000
"""The same as the wire has it."""
ANNA = Card("2900000000018", "Starter", balance=47_050, available=47_050)
BUYER = Buyer(
    Identifier(IdentifierKind.CARD, ANNA.number),
    Customer("c01", "Anna", "+79001234501", "anna@example.org"),
    ANNA,
)
MILK = line_of(1, "10201", "Milk", 8490, 2 * ONE)
APPLES = line_of(2, "10601", "Apples", 13_990, 1234)

CARD: dict[str, Any] = {
    "id": "7d1c7a52-6f4e-4d3d-9d1d-0b6b6a9c1111",
    "name": "Anna",
    "barcode": ANNA.number,
    "code": "",
    "description": "",
    "active": True,
    "blocked": False,
    "date_active": 1451606400000,
    "date_deactivate": 0,
    "card_level_id": "start",
    "accum_sale_amount": Decimal("4200.00"),
    "user_id": "c01",
    "balance": Decimal("470.50"),
    "actual_balance": Decimal("470.50"),
    "blocked_status": 0,
}
USER: dict[str, Any] = {
    "id": "c01",
    "login": "79001234501",
    "name": "Anna",
    "phone": "79001234501",
    "email": "anna@example.org",
    "image": None,
    "app_client": False,
    "gender": "female",
    "birthdate": 574300800000,
    "confirmed": True,
    "is_locked": False,
    "personal_data_agree": True,
}
LEVELS: list[dict[str, Any]] = [
    {"id": "silver", "name": "Silver", "order": 1, "accum_level": 10000},
    {"id": "start", "name": "Starter", "order": 0, "accum_level": 0, "max_payment_percent": 30},
]


def sold(*lines: Line, **changes: Any) -> Receipt:
    """A receipt of Anna's, with these lines."""
    facts: dict[str, Any] = {"shop": "01", "till": "01", "buyer": BUYER, "lines": lines, **changes}
    return Receipt("doc-1", AT, **facts)


def discounted(line: Line, *discounts: Discount) -> Line:
    from dataclasses import replace

    return replace(line, discounts=discounts)


def taken(amount: int, source: Source, rule: str = "r1", name: str = "Rule") -> Discount:
    return Discount(source, rule, name, amount, system="Rarus")


def finished() -> Receipt:
    """Milk with a promotion, a discount by hand and points; apples; cash with change and a card."""
    milk = discounted(
        MILK,
        taken(100, Source.HAND, "hand", "Given"),
        taken(1500, Source.PROMOTION, "milk-price", "Red price"),
        taken(5000, Source.POINTS, "points", "Points"),
    )
    return sold(
        milk,
        APPLES,
        number="R0101-000001",
        cashier="Vera",
        spend=5000,
        coupons=(Coupon("SPRING10", "Spring"),),
        applied=Applied(),
        context='{"priced_at":1772521140000}',
        tenders=(Tender(TenderKind.CARD, 10_000, "ref"), Tender(TenderKind.CASH, 20_000)),
        closed_at=AT,
    )


def written(message: Any) -> dict[str, Any]:
    """As it goes over the wire, read again."""
    from backends.exact_json import json_bytes

    body: dict[str, Any] = read_json(json_bytes(message.model_dump(exclude_unset=True)))
    return body
