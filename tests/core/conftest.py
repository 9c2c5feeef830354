"""Receipts for property tests: ``st.from_type(Receipt)`` makes one that is all right.

Such a receipt is a finished sale, priced and paid: all standing checks hold. Tests break it.
"""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from cashier.money import Amount, cost, spread
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Settled,
    Source,
    Tender,
    TenderKind,
    line_of,
)

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
BUYER = Buyer(Identifier(IdentifierKind.CARD, "2900000000018"), None, Card("2900000000018"))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line with promotions on it, none below its lowest price."""
    price = draw(st.integers(0, 1_000_000))
    unit = draw(st.sampled_from(["pc", "kg"]))
    pieces = st.integers(1, 50).map(lambda pieces: pieces * 1000)
    quantity = draw(pieces if unit == "pc" else st.integers(1, 20_000))
    lowest = draw(st.integers(0, price))
    line = replace(line_of(1, "10101", "Goods", price, quantity), unit=unit, lowest=lowest)
    room = line.amount - line.floor
    discounts = []
    for source in draw(st.lists(st.sampled_from([Source.PROMOTION, Source.COUPON]), max_size=3)):
        given = draw(st.integers(0, room))
        room -= given
        discounts.append(Discount(source, "rule", "Rule", given))
    return replace(line, discounts=tuple(discounts))


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    some = draw(st.lists(lines(), min_size=1, max_size=8))
    receipt = Receipt("sale-1", AT, number="R0101-000001", buyer=BUYER).with_lines(some)
    caps = [line.total - cost(line.lowest, line.quantity) for line in receipt.lines]
    spend = draw(st.integers(0, sum(caps)))
    receipt = _with_points(receipt, spend, caps)
    tenders = draw(_tenders(receipt.total))
    earn = draw(st.integers(0, 10_000))
    return replace(
        receipt,
        applied=Applied(earn=earn),
        tenders=tenders,
        closed_at=AT,
        settled=Settled(earned=earn, spent=spend),
    )


def _with_points(receipt: Receipt, spend: Amount, caps: list[Amount]) -> Receipt:
    parts = spread(spend, caps)
    paid = (
        replace(line, discounts=(*line.discounts, Discount(Source.POINTS, "points", "", part)))
        for line, part in zip(receipt.lines, parts, strict=True)
    )
    return replace(receipt.with_lines(paid), spend=spend)


@st.composite
def _tenders(draw: st.DrawFn, total: Amount) -> tuple[Tender, ...]:
    card = draw(st.integers(0, total))
    cash = total - card + draw(st.integers(0, 100_000) if card < total else st.just(0))
    both = (Tender(TenderKind.CARD, card), Tender(TenderKind.CASH, cash))
    return tuple(tender for tender in both if tender.amount)


st.register_type_strategy(Receipt, receipts())
st.register_type_strategy(Line, lines())
