"""What all messages of the Rarus loyalty service have in common (first generation of its API).

Sources: the vendor's wiki and its PHP SDK 1.4.1, as gathered in ``docs/rarus.md``. Amounts are JSON
numbers in roubles, points likewise; times are Unix milliseconds, 0 is none. Keys keep the vendor's
spelling, misspelt ones too.
"""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

SUCCESS = 0
NOT_FOUND = 114
"""The only code of a failure that is documented: with HTTP 404, for empty lists too, and for
'no discount applies'."""


class Message(BaseModel):
    """A message, or a part of one: more keys than we know are passed over, numbers may come as
    text and text as numbers."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True
    )


class Reply(Message):
    """What every answer has; a failure has nothing else that can be relied on."""

    code: int = SUCCESS
    message: str = ""


class Nothing(Message):
    """No body, no parameters."""


def _text(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> Any:
    return 0 if value is None or value == "" else value


Text: TypeAlias = Annotated[str, BeforeValidator(_text)]
"""Text; null is empty."""
Sum: TypeAlias = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False)]
"""Roubles or points; null is 0."""
Number: TypeAlias = Annotated[int, BeforeValidator(_number)]
"""A whole number; null is 0."""
Flag: TypeAlias = Annotated[bool, BeforeValidator(lambda value: value not in (None, "") and value)]
"""True or false; null is false."""
Moment: TypeAlias = Annotated[int, BeforeValidator(_number)]
"""Unix time in milliseconds; 0 and null are none. Some clients send seconds: see ``instant``."""

_SECONDS_BELOW = 100_000_000_000
_LATEST = 253_402_300_799
"""The last second of the year 9999."""


def instant(moment: int) -> datetime | None:
    """A moment of the wire; below 1e11 it must be seconds. Raises ValueError."""
    if not moment:
        return None
    seconds, rest = (moment, 0) if abs(moment) < _SECONDS_BELOW else divmod(moment, 1000)
    if not -_LATEST // 5 <= seconds <= _LATEST:
        raise ValueError(f"no moment: {moment}")
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def milliseconds(at: datetime | None) -> int:
    """A moment as the wire has it."""
    return 0 if at is None else int(at.timestamp()) * 1000 + at.microsecond // 1000


def minor(value: Decimal, digits: int = 2) -> int:
    """Minor units of money, or hundredths of points; half up. Raises ValueError for too much."""
    if abs(value) > 10**13:
        raise ValueError(f"too much: {value}")
    return int(value.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def major(value: int, digits: int = 2) -> Decimal:
    """Roubles of kopecks, points of hundredths."""
    return Decimal(value).scaleb(-digits)


class Pages(Message):
    """Which page of a list is asked for."""

    page: Annotated[int, BeforeValidator(lambda value: value or 1), Field(ge=1, le=10**9)] = 1
    per_page: Annotated[int, BeforeValidator(lambda value: value or 10), Field(ge=1, le=500)] = 10
    calculate_count: Flag = False


class Pagination(Message):
    """Which page it is; all four keys are there in every list."""

    page: Number = 1
    per_page: Number = 10
    items: Number = 0
    """How many there are in all."""
    pages: Number = 0
