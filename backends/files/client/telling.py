"""A finished receipt as the transactions of a sales report.

Emulated, as no source tells it: points are a payment of kind 3 with the card in it, and a detail of
the receipt without an amount says whose card it was when nothing else does. Payments stand without
the change, so that they add up to the lines in both families. All transactions of a receipt have
one moment, that of its closing: no request for days cuts one in two.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from backends.files.formats.model import Kind, Transaction
from cashier.receipt import Kind as ReceiptKind
from cashier.receipt import Line, Receipt, Source, TenderKind

CASH, BANK, POINTS, CERTIFICATE = 1, 2, 3, 4
_PAYMENTS = {TenderKind.CASH: CASH, TenderKind.CARD: BANK, TenderKind.CERTIFICATE: CERTIFICATE}
_LAST_DIGITS = re.compile(r"([0-9]{1,9})$")


def card_of(receipt: Receipt) -> str:
    """The number that was shown, known to the till or not; empty: no card was."""
    buyer = receipt.buyer
    if buyer is None:
        return ""
    if buyer.card is not None:
        return buyer.card.number
    return buyer.identifier.value if buyer.identifier.kind.value == "card" else ""


def transactions(receipt: Receipt, first: int) -> list[Transaction]:
    """Numbered from ``first``; the end of the receipt comes last."""
    closed = receipt.closed_at or receipt.opened_at
    number = _LAST_DIGITS.search(receipt.number)
    plain = Transaction(
        number=first,
        at=closed.replace(tzinfo=None, microsecond=0),
        kind=Kind.CLOSED,
        till=receipt.till,
        receipt=int(number[1]) if number else first,
        cashier=receipt.cashier,
        shift=receipt.shift,
    )
    return [replace(one, number=first + n) for n, one in enumerate(_all(receipt, plain))]


def _all(receipt: Receipt, plain: Transaction) -> Iterator[Transaction]:
    card, back = card_of(receipt), receipt.kind is ReceiptKind.RETURN
    for line in receipt.lines:
        yield from _line(line, card, Kind.RETURN_LINE if back else Kind.SALE_LINE, plain)
    if card:
        yield replace(plain, kind=Kind.RECEIPT_DETAIL, card=card)
    payment = replace(plain, kind=Kind.PAYMENT)
    if receipt.paid_with_points:
        yield replace(payment, card=card, payment=POINTS, amount=receipt.paid_with_points)
    change = receipt.change
    for tender in receipt.tenders:
        out = min(change, tender.amount) if tender.kind is TenderKind.CASH else 0
        change -= out
        kind = _PAYMENTS[tender.kind]
        yield replace(payment, payment=kind, amount=tender.amount - out, change=out)
    yield replace(plain, card=card, is_return=back)


def _line(line: Line, card: str, kind: Kind, plain: Transaction) -> Iterator[Transaction]:
    """Points are a payment, so they are no discount of the line."""
    off = line.discount - line.points
    by_card = sum(one.amount for one in line.discounts if one.source is Source.LEVEL)
    yield replace(
        plain,
        kind=kind,
        goods=line.sku,
        price=line.price,
        quantity=line.quantity,
        amount=line.amount,
        after=line.amount - off,
    )
    detail = replace(plain, kind=Kind.LINE_DETAIL)
    if by_card:
        yield replace(detail, card=card, amount=by_card)
    if off - by_card:
        yield replace(detail, amount=off - by_card)
