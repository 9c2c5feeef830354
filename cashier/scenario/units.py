"""Fields of a step as people write them: roubles, pieces, dates; what they are inside."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from cashier.i18n import _
from cashier.money import BadNumber, parse_amount, parse_points, parse_quantity, show

REST = ("max", "rest", "all")
"""Instead of a number: as much as there is."""


def _read(parse: Callable[[str], int], *, rest: bool) -> Callable[[object], int | None]:
    def read(value: object) -> int | None:
        if value is None or (rest and value in REST):
            return None  # refused further on where a number must stand
        if isinstance(value, int) and not isinstance(value, bool):
            return value  # it is one of ours already
        try:
            return parse(value if isinstance(value, str) else "")
        except BadNumber as error:
            raise PydanticCustomError("number", _("expected a number like 12.50")) from error

    return read


def _whole(text: str) -> int:
    if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()):
        raise BadNumber(text)
    return int(text[:10])


def _write(digits: int) -> Callable[[int | None], str]:
    def write(value: int | None) -> str:
        if value is None:
            return REST[0]
        text = show(value, digits, group="")
        return text.rstrip("0").rstrip(".") if digits == 3 and "." in text else text

    return write


def _unit(parse: Callable[[str], int], digits: int, words: str, *, rest: bool = False) -> Any:
    forms = [r"-?[\d ]+([.,]\d+)?", r".*\$\{.+\}.*", *(REST if rest else ())]
    schema = {
        "type": ["number", "string"],
        "description": f"{words}; {', '.join(REST)}" if rest else words,
        "pattern": f"^({'|'.join(forms)})$",
    }
    return Annotated[
        int | None if rest else int,
        BeforeValidator(_read(parse, rest=rest)),
        PlainSerializer(_write(digits), return_type=str),
        WithJsonSchema(schema),
    ]


_KINDS: dict[str, tuple[Callable[[str], int], int, str]] = {
    "money": (parse_amount, 2, "money: 12.50"),
    "points": (parse_points, 2, "points: 12.50"),
    "quantity": (parse_quantity, 3, "pieces or kilograms: 3, 0.450"),
    "percent": (parse_points, 2, "per cent: 10"),
    "number": (_whole, 0, "a whole number"),
}
UNITS: dict[str, Any] = {name: _unit(*kind) for name, kind in _KINDS.items()}
"""By the name that the type of a command's field carries; a bare ``int`` is a ``number``."""
REST_OF: dict[str, Any] = {name: _unit(*kind, rest=True) for name, kind in _KINDS.items()}
"""The same, where None is as much as there is."""

Number: TypeAlias = Annotated[
    int, BeforeValidator(_read(_whole, rest=False)), WithJsonSchema({"type": ["integer", "string"]})
]
"""A whole number in the head of a scenario."""
TEXT_SCHEMA = {"type": ["string", "number"]}


def _text(value: object) -> object:
    if value is None or isinstance(value, bool | list | dict):
        raise PydanticCustomError("text", _("expected text"))
    return value


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(TEXT_SCHEMA)]
Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]


def snake(name: str) -> str:
    """How a class is called in a scenario: 'AskCode' is 'ask_code'."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
