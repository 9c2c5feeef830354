"""What all messages of the Rarus loyalty service have in common (first generation of its API).

Sources: the vendor's wiki and its PHP SDK 1.4.1, as gathered in ``docs/systems/rarus.md``. Amounts
are JSON numbers in roubles, points likewise; times are Unix milliseconds, 0 is none. Keys keep the
vendor's spelling, misspelt ones too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SUCCESS = 0
NOT_FOUND = 114
"""The only code of a failure that is documented: with HTTP 404, for empty lists too, and for
'no discount applies'."""


class Message(BaseModel):
    """A message, or a part of one: more keys than we know are passed over, numbers may come as
    text and text as numbers."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,  # what we write has every key
    )


class Nothing(Message):
    """No body, no parameters."""


@dataclass(frozen=True)
class _Empty:
    """What some clients leave empty, this is instead.

    Asked only where the value is nothing else that it should be: a receipt has hundreds of these.
    """

    instead: str | int | Decimal
    wanted: str
    """What it should be, for whoever reads why it was refused."""
    empty: tuple[object, ...] = (None, "")

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.union_schema(
            [handler(source), core_schema.no_info_plain_validator_function(self._read)],
            mode="left_to_right",
            custom_error_type="wrong",
            custom_error_message=f"{self.wanted} was expected",
            serialization=core_schema.simple_ser_schema("any"),
        )

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if handler.mode == "serialization" and isinstance(self.instead, Decimal):
            return {"type": "number"}  # pydantic would write text
        return handler(schema["choices"][0])

    def _read(self, value: Any) -> str | int | Decimal:
        if value in self.empty:
            return self.instead
        raise ValueError


Text: TypeAlias = Annotated[str, _Empty("", "text", (None,))]
"""Text; null is empty."""
Sum: TypeAlias = Annotated[Decimal, _Empty(Decimal(0), "a number")]
"""Roubles or points; null is 0."""
Number: TypeAlias = Annotated[int, _Empty(0, "a whole number")]
"""A whole number; null is 0."""
Flag: TypeAlias = Annotated[bool, BeforeValidator(lambda value: value not in (None, "") and value)]
"""True or false; null is false."""
Moment: TypeAlias = Annotated[int, _Empty(0, "a moment in milliseconds")]
"""Unix time in milliseconds; 0 and null are none. Some clients send seconds: see ``instant``."""
Listed = BeforeValidator(lambda value: () if value is None else value)
"""For lists, ``Annotated[tuple[Row, ...], Listed]``: null is an empty one."""


class Reply(Message):
    """What every answer has; a failure has nothing else that can be relied on."""

    code: Number = SUCCESS
    message: Text = ""


DONE = "Операция успешно выполнена"
"""Clients show it or pass it over; that it says 'done' in Russian is documented."""


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


_REMEMBERED = 1 << 14
"""Prices and quantities are few, and said again and again."""
_MOST = Decimal(10**13)
_SCALE = {0: Decimal(1), 2: Decimal(100), 3: Decimal(1000)}


@lru_cache(maxsize=_REMEMBERED)
def minor(value: Decimal, digits: int = 2) -> int:
    """Minor units of money, or hundredths of points; half up. Raises ValueError for too much."""
    if not -_MOST < value < _MOST:
        raise ValueError(f"too much: {value}")
    scaled = value * _SCALE[digits]
    whole = int(scaled)
    if whole == scaled:
        return whole
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@lru_cache(maxsize=_REMEMBERED)
def major(value: int, digits: int = 2) -> Decimal:
    """Roubles of kopecks, points of hundredths; whole ones without a point."""
    whole, rest = divmod(value, int(_SCALE[digits]))
    return Decimal(value).scaleb(-digits) if rest else Decimal(whole)


_NOT_SET = (None, "", 0, "0")


class Pages(Message):
    """Which page of a list is asked for."""

    page: Annotated[
        int, Field(ge=1, le=10**9), BeforeValidator(lambda told: 1 if told in _NOT_SET else told)
    ] = 1
    per_page: Annotated[
        int, Field(ge=1, le=500), BeforeValidator(lambda told: 10 if told in _NOT_SET else told)
    ] = 10
    calculate_count: Flag = False


class Pagination(Message):
    """Which page it is; all four keys are there in every list."""

    page: Number = 1
    per_page: Number = 10
    items: Number = 0
    """How many there are in all."""
    pages: Number = 0
