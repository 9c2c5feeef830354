"""Why a line costs less: the arithmetic in words, in the language of the till."""

from collections.abc import Callable

from backends.house.promotions import Given
from backends.house.rules import Kind
from cashier.i18n import _, comma
from cashier.money import Amount, Points, show, show_quantity
from cashier.receipt import Line


def money(amount: Amount) -> str:
    return show(amount, comma=comma())


def points(value: Points) -> str:
    """'50' for whole points, '12.50' for others."""
    return show(value // 100, 0) if value % 100 == 0 else show(value, comma=comma())


percents = points
"""Percents are hundredths as well and are written the same way."""


def why(given: Given, line: Line) -> str:
    text = _WHY[given.rule.kind](given, line)
    if given.cut:
        text += "; " + _("not below the lowest price")
    return text


def _percent(given: Given, line: Line) -> str:
    return _("{percent} % of {base}").format(
        percent=percents(given.rule.spec.percent), base=money(given.base)
    )


def _amount(given: Given, line: Line) -> str:
    return _("{amount} off each, {quantity} of them").format(
        amount=money(given.rule.spec.amount), quantity=show_quantity(line.quantity, comma=comma())
    )


def _price(given: Given, line: Line) -> str:
    return _("price {new} instead of {old}, {quantity} of them").format(
        new=money(given.rule.spec.price),
        old=money(line.price),
        quantity=show_quantity(line.quantity, comma=comma()),
    )


def _n_for_m(given: Given, line: Line) -> str:
    return _("{take} for the price of {pay}: {free} free; the share of this line").format(
        take=given.rule.spec.take, pay=given.rule.spec.pay, free=given.base
    )


def _threshold(given: Given, line: Line) -> str:
    spec = given.rule.spec
    reason = _("bought for {minimum} or more").format(minimum=money(spec.when.minimum))
    if spec.percent:
        return f"{_percent(given, line)}; {reason}"
    share = _("{amount} off the receipt, the share of this line")
    return f"{share.format(amount=money(spec.amount))}; {reason}"


def _gift(given: Given, line: Line) -> str:
    return _("gift: {free} free").format(free=given.base)


def _round(given: Given, line: Line) -> str:
    spec = given.rule.spec
    return _("{total} rounded down to {whole}").format(
        total=money(given.base), whole=money(given.base // spec.unit * spec.unit)
    )


_WHY: dict[Kind, Callable[[Given, Line], str]] = {
    Kind.PERCENT: _percent,
    Kind.AMOUNT: _amount,
    Kind.PRICE: _price,
    Kind.N_FOR_M: _n_for_m,
    Kind.THRESHOLD: _threshold,
    Kind.GIFT: _gift,
    Kind.ROUND: _round,
}
