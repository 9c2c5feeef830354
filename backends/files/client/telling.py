"""A finished receipt as the transactions of a sales report.

Emulated, as no source tells it: points are a payment of kind 3 with the card in it, and a detail of
the receipt without an amount says whose card it was when nothing else does. Payments stand without
the change, so that they add up to the lines in both families. All transactions of a receipt have
one moment, that of its closing: no request for days cuts one in two. What was taken off it stands
before its lines, sold and off again. A cancelled receipt has no number at the till: 0.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from backends.files.formats.model import Kind, Transaction
from cashier.money import Quantity, cost
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


def transactions(receipt: Receipt, off: Iterable[Transaction], other: int) -> list[Transaction]:
    """Without numbers yet; the end of the receipt comes last. ``off``: what was taken off;
    ``other``: the number of a receipt whose own has no digits."""
    number = _LAST_DIGITS.search(receipt.number)
    plain = _plain(
        receipt, receipt.closed_at or receipt.opened_at, int(number[1]) if number else other
    )
    return [*_off(off, plain), *_all(receipt, plain)]


def cancelled(receipt: Receipt, off: Iterable[Transaction], at: datetime) -> list[Transaction]:
    """A receipt that was dropped."""
    plain = _plain(receipt, at, 0)
    kind = Kind.RETURN_LINE if receipt.kind is ReceiptKind.RETURN else Kind.SALE_LINE
    lines = [_gone(line, line.quantity, plain, kind) for line in receipt.lines]
    return [*_off(off, plain), *lines, replace(plain, kind=Kind.CANCELLED)]


def taken_off(before: Receipt, after: Receipt, at: datetime) -> list[Transaction]:
    """What is less on a receipt than it was, by goods and price."""
    left: Counter[tuple[str, int]] = Counter()
    for line in after.lines:
        left[line.sku, line.price] += line.quantity
    gone = []
    for line in before.lines:
        stays = min(line.quantity, left[line.sku, line.price])
        left[line.sku, line.price] -= stays
        if line.quantity > stays:
            plain = _plain(before, at, 0)
            gone.append(_gone(line, line.quantity - stays, plain, Kind.SALE_LINE))
    return gone


def plain_of(kind: Kind, at: datetime, **known: Any) -> Transaction:
    """One that belongs to no receipt, without a number yet."""
    return Transaction(0, at.replace(tzinfo=None, microsecond=0), kind, **known)


def _plain(receipt: Receipt, at: datetime, number: int) -> Transaction:
    return plain_of(
        Kind.CLOSED,
        at,
        till=receipt.till,
        receipt=number,
        cashier=receipt.cashier,
        shift=receipt.shift,
    )


def _off(gone: Iterable[Transaction], plain: Transaction) -> Iterator[Transaction]:
    """Sold and off again, at the moment and under the number of their receipt."""
    for one in gone:
        sold = replace(one, at=plain.at, receipt=plain.receipt, shift=plain.shift)
        yield sold
        yield replace(sold, kind=Kind.STORNO)


def _gone(line: Line, quantity: Quantity, plain: Transaction, kind: Kind) -> Transaction:
    amount = cost(line.price, quantity)
    return replace(
        plain,
        kind=kind,
        goods=line.sku,
        price=line.price,
        quantity=quantity,
        amount=amount,
        after=amount,
    )


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
