"""Why a line costs less: the arithmetic in words, in the language of the till."""

from collections.abc import Callable
from typing import TypeAlias

from backends.house.promotions import Given
from backends.house.rules import Kind, Promotion
from cashier.i18n import _, comma
from cashier.money import Amount, Points, show, show_quantity
from cashier.receipt import Line

Why: TypeAlias = Callable[[Given, Line], str]


def money(amount: Amount) -> str:
    if 0 <= amount < 100_000:  # most of them, and a calculation writes hundreds
        return f"{amount // 100}{comma()}{amount % 100:02d}"
    return show(amount, comma=comma())


def points(value: Points) -> str:
    """'50' for whole points, '12.50' for others."""
    return show(value // 100, 0) if value % 100 == 0 else show(value, comma=comma())


percents = points
"""Percents are hundredths as well and are written the same way."""


def explainer(spec: Promotion) -> Why:
    """What puts the arithmetic of one promotion into words, in the language of now.

    What is the same for every line is put together here, once.
    """
    plain = _plain(spec)
    cut = "; " + _("not below the lowest price")
    return lambda given, line: plain(given, line) + cut if given.cut else plain(given, line)


def _plain(spec: Promotion) -> Why:
    match spec.kind:
        case Kind.PERCENT:
            return _percent(spec)
        case Kind.AMOUNT:
            text = _("{amount} off each, {quantity} of them")
            return lambda _given, line: text.format(
                amount=money(spec.amount), quantity=_quantity(line)
            )
        case Kind.PRICE:
            text = _("price {new} instead of {old}, {quantity} of them")
            return lambda _given, line: text.format(
                new=money(spec.price), old=money(line.price), quantity=_quantity(line)
            )
        case Kind.N_FOR_M:
            text = _("{take} for the price of {pay}: {free} free; the share of this line")
            return lambda given, _line: text.format(take=spec.take, pay=spec.pay, free=given.base)
        case Kind.THRESHOLD:
            return _threshold(spec)
        case Kind.GIFT:
            text = _("gift: {free} free")
            return lambda given, _line: text.format(free=given.base)
        case _:
            text = _("{total} rounded down to {whole}")
            return lambda given, _line: text.format(
                total=money(given.base), whole=money(given.base // spec.unit * spec.unit)
            )


def _percent(spec: Promotion, tail: str = "") -> Why:
    text = _("{percent} of {base}")
    before, _sep, after = text.format(percent=f"{percents(spec.percent)} %", base="\0").partition(
        "\0"
    )
    after += tail
    return lambda given, _line: f"{before}{money(given.base)}{after}"


def _threshold(spec: Promotion) -> Why:
    reason = _("bought for {minimum} or more").format(minimum=money(spec.when.minimum))
    if spec.percent:
        return _percent(spec, f"; {reason}")
    share = _("{amount} off the receipt, the share of this line")
    text = f"{share.format(amount=money(spec.amount))}; {reason}"
    return lambda _given, _line: text


def _quantity(line: Line) -> str:
    return show_quantity(line.quantity, comma=comma())
