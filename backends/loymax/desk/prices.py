"""Prices of the embedded system, rounded as the settings of the server say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backends.loymax.desk.rounding import Position, corrected, payable, per_unit
from backends.loymax.desk.settings import LoymaxSettings
from cashier.exchange import LinePrice
from cashier.i18n import _
from cashier.money import Amount
from cashier.receipt import Discount, Line, Source

Given = Mapping[int, tuple[Discount, ...]]
"""By the number of a line."""
RULE = "rounding"
"""Id of the offer that rounds."""


def rounded(lines: Sequence[Line], prices: Sequence[LinePrice], settings: LoymaxSettings) -> Given:
    """The discounts after the direct discount correction, then evenly by units and by the step of
    the currency: where they disagree, these win (*emulated*)."""
    given: Given = {one.number: one.discounts for one in prices}
    if settings.discount_round > 1:
        wanted = corrected(
            [_position(line, given.get(line.number, ())) for line in lines],
            settings.discount_round,
            settings.discount_over,
            settings.discount_way,
        )
        given = _with(lines, given, wanted)
    if settings.per_unit or settings.divisibility > 1:
        wanted = [_even(one, _sum(given.get(one.number, ())), settings) for one in lines]
        given = _with(lines, given, wanted)
    return given


def _even(line: Line, discount: Amount, settings: LoymaxSettings) -> Amount:
    """The largest discount up to this one that divides as it should."""
    if settings.per_unit:
        return per_unit(discount, line.quantity, settings.divisibility)
    return discount - discount % settings.divisibility


def _position(line: Line, given: Sequence[Discount]) -> Position:
    return Position(line.total, _sum(given), line.price, line.quantity, line.floor)


def _sum(given: Sequence[Discount]) -> Amount:
    return sum(one.amount for one in given)


def _with(lines: Sequence[Line], given: Given, wanted: Sequence[Amount]) -> Given:
    made = {}
    for line, amount in zip(lines, wanted, strict=True):
        discounts = _made(given.get(line.number, ()), amount)
        if discounts:
            made[line.number] = discounts
    return made


def _made(given: tuple[Discount, ...], wanted: Amount) -> tuple[Discount, ...]:
    """More by an offer of its own; less off the last ones first."""
    more = wanted - _sum(given)
    if more > 0:
        return (*given, Discount(Source.PROMOTION, RULE, _("Rounding"), more))
    left = list(given)
    while more < 0:
        last = left.pop()
        rest = max(0, last.amount + more)
        more += last.amount - rest
        if rest:
            left.append(replace(last, amount=rest))
    return tuple(left)


def may_pay(spendable: Amount, total: Amount, settings: LoymaxSettings) -> Amount:
    """After the payment correction."""
    most = max(0, spendable)
    if settings.payment_round > 1:
        most = payable(spendable, total, settings.payment_round, settings.payment_target)
    return most - most % settings.divisibility
