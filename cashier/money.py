"""Amounts: exact integers, one rounding, and spreading that adds up to the last kopeck.

Nothing here, nor anywhere in the core, is a float. Three kinds of numbers, all integers:

* ``Amount``   money in minor units of the currency (kopecks, cents);
* ``Points``   loyalty points in hundredths of a point;
* ``Quantity`` goods in thousandths (pieces, kilograms).

Each carries the name of its unit: a scenario is written in roubles and pieces, and whoever reads
one looks there what a field of a command is counted in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

Amount: TypeAlias = Annotated[int, "money"]
Points: TypeAlias = Annotated[int, "points"]
Quantity: TypeAlias = Annotated[int, "quantity"]
Hundredths: TypeAlias = Annotated[int, "percent"]
"""Of a per cent."""

ONE: Quantity = 1000
"""One piece, or one kilogram."""
MOST_OF_ONE: Quantity = 99_999 * ONE
"""The largest quantity that a person can mean; more is a scan gone astray."""


class BadNumber(ValueError):
    """A text that is not the number asked for; it is the message, as it was given."""


@dataclass(frozen=True)
class Currency:
    """How an amount is written: ISO code, sign, and how many digits after the point."""

    code: str = "RUB"
    sign: str = "₽"
    digits: int = 2

    @property
    def unit(self) -> Amount:
        """Minor units in one unit of the currency."""
        return int(10**self.digits)


def rounded(numerator: int, denominator: int) -> int:
    """The one place where an amount is rounded: half up, away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator < 0:
        return -((-numerator * 2 + denominator) // (denominator * 2))
    return (numerator * 2 + denominator) // (denominator * 2)


def cost(price: Amount, quantity: Quantity) -> Amount:
    """What ``quantity`` of goods at ``price`` costs."""
    return rounded(price * quantity, ONE)


def percent(amount: int, hundredths: int) -> int:
    """A part of ``amount``; ``hundredths`` are hundredths of a percent (10 % is 1000)."""
    return rounded(amount * hundredths, 10_000)


def share(whole: int, part: int, of: int) -> int:
    """The first ``part`` of ``of`` equal shares of ``whole``.

    Cumulative: what the n-th return gives is ``share(after) - share(before)``, so any
    sequence of part returns adds up to the whole exactly.
    """
    return rounded(whole * part, of) if of else 0


def spread(whole: int, weights: Sequence[int], most: Sequence[int] | None = None) -> list[int]:
    """Divide ``whole`` over ``weights``; the parts add up to it exactly.

    In proportion to the weights by cumulative rounding; no part exceeds its place in
    ``most`` (the weights themselves where it is left out): what does not fit goes to the others.
    Raises ValueError when the whole does not fit at all, and for a weight below zero.
    """
    if weights and min(weights) < 0:
        raise ValueError("a weight is below zero")
    caps = [max(0, cap) for cap in (weights if most is None else most)]
    if whole < 0 or whole > sum(caps):
        raise ValueError(f"{whole} does not fit into {sum(caps)}")
    parts = [0] * len(caps)
    places = [place for place, cap in enumerate(caps) if cap > 0]
    left = whole
    while left:
        wanted = _in_proportion(left, [weights[place] for place in places])
        over = {place for place, part in zip(places, wanted, strict=True) if part > caps[place]}
        if not over:
            for place, part in zip(places, wanted, strict=True):
                parts[place] = part
            break
        for place in over:
            parts[place] = caps[place]
            left -= caps[place]
        places = [place for place in places if place not in over]
    return parts


def _in_proportion(whole: int, weights: Sequence[int]) -> list[int]:
    """Cumulative shares of ``whole``, none below zero; equal ones where the weights say nothing."""
    if not any(weights):
        weights = [1] * len(weights)
    base, done, given = sum(weights), 0, 0
    parts = []
    for weight in weights:
        done += weight
        part = (whole * done * 2 + base) // (base * 2) - given  # share() written out
        parts.append(part)
        given += part
    return parts


def parse_amount(text: str, currency: Currency = Currency()) -> Amount:
    """'1 234,50' or '1234.5' in minor units. Raises BadNumber."""
    return _parse(text, currency.digits)


def parse_points(text: str) -> Points:
    """'50' or '12,5' in hundredths of a point. Raises BadNumber."""
    return _parse(text, 2)


def parse_quantity(text: str) -> Quantity:
    """'3' or '0,450' in thousandths. Raises BadNumber."""
    return _parse(text, 3)


def show(value: int, digits: int = 2, *, comma: str = ".", group: str = " ") -> str:
    """'1 234.50' from 123450; the digits never leave the integers."""
    whole, rest = divmod(abs(value), 10**digits)
    text = f"{whole:,}".replace(",", group)
    if digits:
        text += f"{comma}{rest:0{digits}d}"
    return f"-{text}" if value < 0 else text


def show_quantity(value: Quantity, *, comma: str = ".") -> str:
    """'3' for whole pieces, '0.450' for a weight."""
    return show(value // ONE, 0) if value % ONE == 0 else show(value, 3, comma=comma)


_LONGEST = 12
"""Digits before the point that a person can mean; a longer number is a scan gone astray."""


_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f"))
"""What may stand between thousands."""


def _parse(text: str, digits: int) -> int:
    compact = text.strip().translate(_SPACES).replace(",", ".")
    whole, _, rest = compact.partition(".")
    plain = whole.removeprefix("-")
    if not (plain + rest).isascii() or not (plain + rest).isdigit():
        raise BadNumber(text)
    if len(plain) > _LONGEST or len(rest) > digits:
        raise BadNumber(text)
    value: int = int(plain or "0") * 10**digits + int(rest.ljust(digits, "0") or "0")
    return -value if whole.startswith("-") else value
