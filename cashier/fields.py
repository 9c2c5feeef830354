"""What the number fields of a settings file may hold."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from cashier.i18n import _
from cashier.money import BadNumber, parse_amount


def _hundredths(value: object) -> int:
    """12 or '12.50' in hundredths; a TOML float is refused, for it is not exact."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return _positive(value * 100)
        if isinstance(value, str):
            return _positive(parse_amount(value))
    except BadNumber as error:
        raise _not_a_number() from error
    raise _not_a_number()


def _positive(value: int) -> int:
    if not 0 <= value <= 10**12:
        raise _not_a_number()
    return value


def _not_a_number() -> PydanticCustomError:
    return PydanticCustomError(
        "exact_number", _('expected a whole number, or text like "12.50", not below zero')
    )


Exact = Annotated[int, BeforeValidator(_hundredths)]
"""Money, points or percents: hundredths inside."""
Percent = Annotated[Exact, Field(le=10_000)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]
"""'09:00-18:00'."""
