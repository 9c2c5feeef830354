"""A record as a table: which field of a line is which of a thing, and how it stands there."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from backends.files.formats.text import Row, day, decimal, key, row, text


class Way(NamedTuple):
    """How a value stands in a field. ``read`` raises ValueError."""

    write: Callable[[Any], object]
    read: Callable[[Row, int], Any]


TEXT = Way(text, Row.text)
KEY = Way(key, Row.key)
MONEY = PERCENT = Way(decimal, Row.money)
QUANTITY = Way(partial(decimal, digits=3), Row.quantity)
WHOLE = Way(int, Row.whole)
ONE = Way(int, partial(Row.whole, otherwise=1))
"""A whole number; an empty field is 1."""
NUMBER = Way(int, Row.number)
OFF = Way(bool, Row.flag)
"""A flag; an empty field is 0."""
ON = Way(bool, partial(Row.flag, otherwise=True))
DAY = Way(day, Row.day)


class Record:
    """``fields``: by place, the name in the model and how it is written; of one that stands at
    two places the later is read. ``fixed`` is written besides, and not read."""

    def __init__(
        self,
        width: int,
        fields: Mapping[int, tuple[str, Way]],
        fixed: Mapping[int, object] | None = None,
    ) -> None:
        self._width, self.fields, self._fixed = width, fields, fixed or {}

    def write(self, one: object, more: Mapping[int, object] | None = None) -> str:
        """``more``: fields that only the writer knows. Raises BadFile for a bad code."""
        told = {place: way.write(getattr(one, name)) for place, (name, way) in self.fields.items()}
        return row({**self._fixed, **told, **(more or {})}, self._width)

    def read(self, given: Row) -> dict[str, Any]:
        """Raises ValueError, which names the field."""
        return {name: way.read(given, place) for place, (name, way) in self.fields.items()}
