"""Sales and returns at the server: what a till told of them, and what it is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backends.rarus.translate.lines import Goods, sold_lines, spent, tenders
from backends.rarus.translate.selling import OwnAmounts
from backends.rarus.wire.base import major, minor
from backends.rarus.wire.receipt import Operation, Processed, Row
from cashier.exchange import LineReturned, Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Quantity
from cashier.receipt import (
    Applied,
    Buyer,
    Coupon,
    Kind,
    Line,
    Receipt,
    SaleRef,
    Settled,
)


def sale(
    asked: Operation,
    goods: Goods,
    buyer: Buyer | None,
    sold_at: datetime,
    priced_at: datetime | None,
    system: str,
) -> Receipt:
    """``priced_at`` None: it was never calculated. Raises ValueError."""
    lines = sold_lines(asked, goods, system)
    coupon = (Coupon(asked.coupon),) if asked.coupon else ()
    return Receipt(
        receipt_id=asked.doc_id,
        opened_at=min(sold_at, priced_at or sold_at),
        closed_at=sold_at,
        shop=asked.shop_id,
        till=asked.kkm_id,
        cashier=asked.author,
        number=asked.cheque_number,
        lines=lines,
        buyer=buyer,
        coupons=coupon,
        applied=Applied() if priced_at else None,
        spend=spent(lines),
        tenders=tenders(asked.payment_types, asked.cert_payments),
        context=priced_at.isoformat() if priced_at else "",
    )


def processed(settled: Settled, doc_id: str, accum: Amount) -> Processed:
    """Of a return the amounts are what was taken and given back."""
    return Processed.model_construct(
        code=0,
        message="",
        bonus_earned=major(settled.earned or settled.taken_back),
        bonus_spent=major(settled.spent or settled.given_back),
        sale_id=doc_id,
        doc_id=doc_id,
        card_accum=major(accum),
    )


def moved(settled: Settled, own: OwnAmounts) -> Settled:
    """What a till wanted moved by its own reckoning."""
    return replace(settled, taken_back=own.taken_back, given_back=own.given_back)


# --- returns ----------------------------------------------------------------------------------


def return_id(asked: Operation, sale_id: str) -> str:
    """The id of a return itself: the other of its two; made of its number where there is none."""
    for one in (asked.doc_id_refund, asked.doc_id):
        if one and one != sale_id:
            return one
    return f"{sale_id}:refund:{asked.cheque_number}"


def returned(asked: Operation, of: Receipt, left: dict[int, Quantity]) -> tuple[LineReturned, ...]:
    """Which lines of the sale come back; no rows at all: whatever is ``left`` of them.

    Raises Refused for goods that are not in the sale.
    """
    if not asked.cheque_items:
        return tuple(
            LineReturned(number=number, quantity=quantity)
            for number, quantity in left.items()
            if quantity > 0
        )
    back: dict[int, Quantity] = {}
    for row in asked.cheque_items:
        line = _line_of(row, of.lines, left, back)
        back[line.number] = back.get(line.number, 0) + minor(row.quantity, 3)
    return tuple(LineReturned(number=number, quantity=back[number]) for number in back)


def _line_of(
    row: Row, lines: Sequence[Line], left: dict[int, Quantity], back: dict[int, Quantity]
) -> Line:
    """By number and article; by the article alone where the till numbers its rows anew."""
    same = [line for line in lines if line.sku == row.article]
    for line in same:
        if line.number == row.line_number:
            return line
    quantity = minor(row.quantity, 3)
    for line in same:
        if left.get(line.number, 0) - back.get(line.number, 0) >= quantity:
            return line
    if same:
        return same[0]
    text = _("line {number} is not in this sale").format(number=row.line_number)
    raise Refused(Reason.NOT_FOUND, text)


def return_receipt(asked: Operation, name: str, of: Receipt, at: datetime) -> Receipt:
    """The return as the system behind is told of it: it reckons from the lines of the sale."""
    return Receipt(
        receipt_id=name,
        opened_at=at,
        closed_at=at,
        kind=Kind.RETURN,
        shop=asked.shop_id,
        till=asked.kkm_id,
        cashier=asked.author,
        number=asked.cheque_number,
        buyer=of.buyer,
        of=SaleRef(of.receipt_id, of.number, of.closed_at or of.opened_at),
    )
