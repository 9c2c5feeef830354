"""Receipts of the tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from stand import MORNING

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
    Tender,
    TenderKind,
    line_of,
)

CARD = Buyer(Identifier(IdentifierKind.CARD, "201542"), card=Card("201542", "Silver"))


def sale(**changes: Any) -> Receipt:
    """Two pieces of bread and a weight of cheese, 50.00 off it by hand: 1482.00."""
    by_hand = Discount(Source.HAND, "hand", "", 5_000)
    bread = line_of(1, "123", "Bread", 10_000, 2_000)
    cheese = replace(line_of(2, "456", "Cheese", 100_000, 1_332), discounts=(by_hand,))
    made = Receipt(
        "uuid",
        MORNING,
        shop="shop",
        till="pos",
        number="0000100001",
        lines=(bread, cheese),
        buyer=CARD,
        tenders=(Tender(TenderKind.CASH, 150_000),),
        closed_at=MORNING + timedelta(minutes=2),
    )
    return replace(made, **changes)


def back(of: Receipt) -> Receipt:
    """The bread comes back."""
    sold = of.closed_at or of.opened_at
    return replace(
        of,
        receipt_id="back",
        kind=Kind.RETURN,
        lines=(replace(of.lines[0], sale_line=1),),
        of=SaleRef(of.receipt_id, of.number, sold),
        closed_at=sold + timedelta(days=1),
    )
