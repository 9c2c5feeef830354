"""Rows of the wire as lines of a receipt, at the server. Raises ValueError for what is no row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol, TypeAlias

from backends.rarus.translate.rows import PAYMENTS, SOURCES
from backends.rarus.wire.base import minor
from backends.rarus.wire.receipt import CertificatePayment, Operation, Payment, Row
from cashier.money import Amount, Points, cost, spread
from cashier.receipt import Discount, Line, Source, Tender, TenderKind


class Good(Protocol):
    """What the server knows of an article, and the wire does not tell."""

    @property
    def group(self) -> str: ...

    @property
    def unit(self) -> str:
        """``pc`` or ``kg``."""
        ...

    @property
    def lowest(self) -> Amount:
        """The lowest price of one."""
        ...


Goods: TypeAlias = Callable[[str], Good]
Given: TypeAlias = Mapping[int, Sequence[Discount]]
"""Discounts by row, as the calculation gave them."""

_KINDS = {payment.value: kind for kind, payment in PAYMENTS.items()}
_TAKEN_OFF = "till"
"""Id of what the till took off by itself."""


def lines(rows: Sequence[Row], goods: Goods, source: Source = Source.HAND) -> tuple[Line, ...]:
    """``source``: what the discounts of the rows come from."""
    made = tuple([_line(row, goods(row.article), source) for row in rows])
    if len({line.number for line in made}) != len(made):
        raise ValueError("cheque_items: a line_number stands there twice")
    return made


def _line(row: Row, good: Good, source: Source) -> Line:
    quantity, price = minor(row.quantity, 3), minor(row.price)
    amount = cost(price, quantity)
    taken = minor(row.discount_summ) if row.discount_summ else 0
    if quantity <= 0 or price < 0:
        raise ValueError(f"row {row.line_number}: {row.quantity} at {row.price} is no sale")
    if not 0 <= taken <= amount:
        raise ValueError(f"row {row.line_number}: {row.discount_summ} off {row.price}")
    return Line(
        row.line_number,
        row.article,
        row.name,
        price,
        quantity,
        amount,
        "",
        good.unit,
        good.group,
        good.lowest,
        (Discount(source, _TAKEN_OFF, "", taken),) if taken else (),
    )


def sold_lines(asked: Operation, goods: Goods, system: str) -> tuple[Line, ...]:
    """With what the calculation gave, what the till took off beside that, and points."""
    given = _given(asked, system)
    bare = lines(asked.cheque_items, goods)
    points = _points(asked, [line.total for line in bare])
    return tuple(
        _sold(line, given.get(line.number, ()), part)
        for line, part in zip(bare, points, strict=True)
    )


def _sold(line: Line, given: Sequence[Discount], points: Points) -> Line:
    by_till = line.discount - sum(one.amount for one in given)
    discounts = [*given]
    if by_till > 0:
        discounts.insert(0, Discount(Source.HAND, _TAKEN_OFF, "", by_till))
    if points:
        discounts.append(Discount(Source.POINTS, "points", "", points))
    made = replace(line, discounts=tuple(discounts))
    if made.total < 0:
        raise ValueError(f"row {line.number}: more is taken off than it costs")
    return made


def _given(asked: Operation, system: str) -> dict[int, list[Discount]]:
    """From ``cheque_bonus``; a till that sends only ``calculate_history`` is understood, too."""
    given: dict[int, list[Discount]] = {}
    for one in asked.cheque_bonus:
        amount, source = minor(one.discount_summ), SOURCES.get(one.discount_type)
        if source is not None and amount > 0:
            discount = Discount(source, one.discount_id, one.discount_name, amount, system=system)
            given.setdefault(one.line_number, []).append(discount)
    if not asked.cheque_bonus:
        for told in asked.calculate_history:
            amount = minor(told.discount_summ)
            if amount > 0:
                discount = Discount(Source.PROMOTION, told.discount_id, "", amount, system=system)
                given.setdefault(told.line_number, []).append(discount)
    return given


def _points(asked: Operation, totals: Sequence[Amount]) -> list[Points]:
    """Points row by row; told only for the receipt, they are spread over what the rows cost."""
    parts = [minor(row.bonus_payment_sum or Decimal(0)) for row in asked.cheque_items]
    whole = minor(asked.bonus_payment or Decimal(0))
    if any(part < 0 for part in parts) or whole < 0:
        raise ValueError("bonus_payment: below zero")
    if not any(parts):
        return spread(whole, totals)
    if asked.bonus_payment is not None and sum(parts) != whole:
        raise ValueError("bonus_payment: not the sum of bonus_payment_sum of the rows")
    return parts


def spent(lines: Iterable[Line]) -> Points:
    return sum(line.points for line in lines)


def tenders(
    payments: Sequence[Payment], certificates: Sequence[CertificatePayment]
) -> tuple[Tender, ...]:
    """What was paid; each certificate by its number."""
    paid = [
        Tender(_KINDS[one.type], minor(one.sum))
        for one in payments
        if one.type in _KINDS and one.sum > 0 and not (one.type == _CERTIFICATE and certificates)
    ]
    paid += [
        Tender(TenderKind.CERTIFICATE, minor(one.sum), one.certificate_id)
        for one in certificates
        if one.sum > 0
    ]
    return tuple(paid)


_CERTIFICATE = PAYMENTS[TenderKind.CERTIFICATE].value
