"""Numbers: money, points and quantities both ways, and exact arithmetic."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from backends.mapped.functions.base import EXACT, Here, each, function, items, number, tidy, whole
from cashier import money


def _scaled(value: Any, digits: int) -> int:
    exact = number(value).scaleb(digits, EXACT)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def _unscaled(value: Any, digits: int) -> Decimal:
    return Decimal(whole(value)).scaleb(-digits, EXACT)


@function("minor(number)")
def minor(here: Here, value: Any) -> int:
    return _scaled(value, here.digits)


@function("major(minor)")
def major(here: Here, value: Any) -> Decimal:
    return _unscaled(value, here.digits)


@function("hundredths(number)")
def hundredths(_here: Here, value: Any) -> int:
    return _scaled(value, 2)


@function("from_hundredths(whole)")
def from_hundredths(_here: Here, value: Any) -> Decimal:
    return _unscaled(value, 2)


@function("thousandths(number)")
def thousandths(_here: Here, value: Any) -> int:
    return _scaled(value, 3)


@function("from_thousandths(whole)")
def from_thousandths(_here: Here, value: Any) -> Decimal:
    return _unscaled(value, 3)


@function("fixed(number, digits)")
def fixed(_here: Here, value: Any, digits: Any) -> str:
    step = Decimal(1).scaleb(-whole(digits))
    return f"{number(value).quantize(step, ROUND_HALF_UP, EXACT):f}"


@function("number(value)")
def as_number(_here: Here, value: Any) -> int | Decimal:
    return tidy(number(value))


@function("plus(a, b, ...)")
def plus(_here: Here, *values: Any) -> int | Decimal:
    return _sum(list(values))


@function("minus(a, b)")
def minus(_here: Here, a: Any, b: Any) -> int | Decimal:
    return tidy(EXACT.subtract(number(a), number(b)))


@function("times(a, b)")
def times(_here: Here, a: Any, b: Any) -> int | Decimal:
    return tidy(EXACT.multiply(number(a), number(b)))


@function("divided(a, b, digits)")
def divided(_here: Here, a: Any, b: Any, digits: Any) -> int | Decimal:
    if not number(b):
        raise ValueError("divided by nothing")
    quotient = EXACT.divide(number(a), number(b))
    return tidy(quotient.quantize(Decimal(1).scaleb(-whole(digits)), ROUND_HALF_UP, EXACT))


@function("rounded(number, digits)")
def rounded(_here: Here, value: Any, digits: Any) -> int | Decimal:
    step = Decimal(1).scaleb(-whole(digits))
    return tidy(number(value).quantize(step, ROUND_HALF_UP, EXACT))


@function("ceil(number)")
def ceil(_here: Here, value: Any) -> int:
    return int(number(value).to_integral_value(ROUND_CEILING))


@function("floor(number)")
def floor(_here: Here, value: Any) -> int:
    return int(number(value).to_integral_value(ROUND_FLOOR))


@function("abs(number)")
def absolute(_here: Here, value: Any) -> int | Decimal:
    return tidy(abs(number(value)))


@function("spread(whole, weights)")
def spread(here: Here, value: Any, weights: Any) -> list[int]:
    # What does not fit goes round once more for each weight that is full.
    here.budget.spend(len(items(weights)) ** 2)
    return money.spread(whole(value), [whole(one) for one in weights])


# --- of lists


@function("sum(list)")
def total(_here: Here, values: Any) -> int | Decimal:
    return _sum(items(values))


@function("avg(list)")
def average(_here: Here, values: Any) -> int | Decimal | None:
    found = items(values)
    return tidy(EXACT.divide(Decimal(_sum(found)), Decimal(len(found)))) if found else None


@function("max(list)")
def largest(_here: Here, values: Any) -> Any:
    return max(zip(_keys(items(values)), values, strict=True), key=_first, default=_NONE)[1]


@function("min(list)")
def smallest(_here: Here, values: Any) -> Any:
    return min(zip(_keys(items(values)), values, strict=True), key=_first, default=_NONE)[1]


@function("sort(list)")
def in_order(_here: Here, values: Any) -> list[Any]:
    return [one for _key, one in sorted(zip(_keys(items(values)), values, strict=True), key=_first)]


@function("max_by(list, &key)")
def max_by(_here: Here, values: Any, key: Any) -> Any:
    return max(_keyed(values, key), key=_first, default=_NONE)[1]


@function("min_by(list, &key)")
def min_by(_here: Here, values: Any, key: Any) -> Any:
    return min(_keyed(values, key), key=_first, default=_NONE)[1]


@function("sort_by(list, &key)")
def sort_by(_here: Here, values: Any, key: Any) -> list[Any]:
    return [one for _key, one in sorted(_keyed(values, key), key=_first)]


_NONE = (None, None)


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _keyed(values: Any, key: Any) -> list[tuple[Any, Any]]:
    return list(zip(_keys([each(key, one) for one in items(values)]), values, strict=True))


def _keys(values: list[Any]) -> list[Any]:
    """To compare by: all text, or all numbers. Raises ValueError."""
    if all(isinstance(one, str) for one in values):
        return values
    return [number(one) for one in values]


def _sum(values: list[Any]) -> int | Decimal:
    result = Decimal(0)
    for one in values:
        result = EXACT.add(result, number(one))
    return tidy(result)
