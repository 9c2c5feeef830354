"""What the fields of a rules file may hold: exact numbers, names, texts in two languages."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cashier.config import Settings
from cashier.i18n import _, language
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
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$")]


class Text(Settings):
    """A text in both languages; plain text in the file means the same in both."""

    ru: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        return {"ru": value, "en": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.ru if language() == "ru" else self.en
