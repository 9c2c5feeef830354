"""One table of names for both directions: what a wire calls it, and what we call it.

Tables turn plain JSON into plain JSON. They know of types only what has to be said to whoever sends
something odd; the models of the exchange have the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeAlias

from cashier.money import show

_MOST = 10**12


class Malformed(ValueError):
    """It cannot be read; says where and why."""


class Way(Protocol):
    """How a value goes over a wire and comes back."""

    def read(self, told: Any, place: str) -> Any:
        """Theirs as ours; never null. Raises Malformed."""
        ...

    def write(self, said: Any) -> Any:
        """Ours as theirs; never null."""
        ...


class _AsItIs:
    def write(self, said: Any) -> Any:
        return said


@dataclass(frozen=True)
class Text(_AsItIs):
    longest: int = 500

    def read(self, told: Any, place: str) -> str:
        if not isinstance(told, str) or len(told) > self.longest:
            raise Malformed(f"{place}: text of at most {self.longest} letters is expected")
        return told


@dataclass(frozen=True)
class Whole(_AsItIs):
    most: int = 10**9

    def read(self, told: Any, place: str) -> int:
        if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= self.most:
            raise Malformed(f"{place}: a whole number up to {self.most} is expected")
        return told


@dataclass(frozen=True)
class Flag(_AsItIs):
    def read(self, told: Any, place: str) -> bool:
        if not isinstance(told, bool):
            raise Malformed(f"{place}: true or false is expected")
        return told


@dataclass(frozen=True)
class Time(_AsItIs):
    def read(self, told: Any, place: str) -> str:
        try:
            at = datetime.fromisoformat(told)
            if at.utcoffset() is None:
                raise ValueError("no offset")
        except (ValueError, TypeError) as error:
            raise Malformed(
                f"{place}: a time like 2026-03-31T10:00:00+03:00 is expected"
            ) from error
        return at.isoformat()


@dataclass(frozen=True)
class Day(_AsItIs):
    def read(self, told: Any, place: str) -> str:
        try:
            return date.fromisoformat(told).isoformat()
        except (ValueError, TypeError) as error:
            raise Malformed(f"{place}: a day like 2026-03-31 is expected") from error


@dataclass(frozen=True)
class Number:
    """Decimal text there, a whole number of the smallest parts here: "12.50" is 1250."""

    digits: int
    below_zero: bool = False

    def read(self, told: Any, place: str) -> int:
        try:
            if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
                raise ValueError("no number")
            exact = Decimal(told).scaleb(self.digits)
            if not exact.is_finite() or abs(exact) > _MOST or exact != int(exact):
                raise ValueError("not exact")
        except (ValueError, InvalidOperation) as error:
            why = f"a decimal with {self.digits} digits after the point is expected"
            raise Malformed(f"{place}: {why}") from error
        if exact < 0 and not self.below_zero:
            raise Malformed(f"{place}: nothing below zero is expected")
        return int(exact)

    def write(self, said: int) -> str:
        return show(said, self.digits, group="")


class OneOf:
    """Their word for one of ours, and back: ``OneOf(voucher="coupon")``."""

    def __init__(self, **words: str) -> None:
        self._ours = words
        self._theirs = {ours: theirs for theirs, ours in words.items()}

    def read(self, told: Any, place: str) -> str:
        if not isinstance(told, str) or told not in self._ours:
            raise Malformed(f"{place}: one of {', '.join(self._ours)} is expected")
        return self._ours[told]

    def write(self, said: str) -> str:
        return self._theirs[said]


@dataclass(frozen=True)
class Many:
    way: Way
    most: int = 1000

    def read(self, told: Any, place: str) -> list[Any]:
        if not isinstance(told, list) or len(told) > self.most:
            raise Malformed(f"{place}: a list of at most {self.most} is expected")
        return [self.way.read(one, f"{place}.{at}") for at, one in enumerate(told)]

    def write(self, said: list[Any]) -> list[Any]:
        return [self.way.write(one) for one in said]


Names: TypeAlias = Mapping[str, Way | tuple[str, Way]]


class Table:
    """An object: ``{their name: (our name, way)}``, or ``{name: way}`` where both say the same.

    Dots lead into objects. ``?`` after their name: it may be missing or null, then ours is left
    out. What is not in the table is passed over.
    """

    def __init__(self, names: Names) -> None:
        self._rows = [
            (name.rstrip("?"), name.endswith("?"), *_ours(name.rstrip("?"), told))
            for name, told in names.items()
        ]

    def read(self, told: Any, place: str = "") -> dict[str, Any]:
        if not isinstance(told, dict):
            raise Malformed(f"{place or 'body'}: an object is expected")
        made: dict[str, Any] = {}
        for theirs, optional, ours, way in self._rows:
            value, at = _at(told, theirs), f"{place}.{theirs}".lstrip(".")
            if value is not None:
                _put(made, ours, way.read(value, at))
            elif not optional:
                raise Malformed(f"{at}: this is required")
        return made

    def write(self, said: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for theirs, _optional, ours, way in self._rows:
            value = _at(said, ours)
            _put(made, theirs, None if value is None else way.write(value))
        return made


def _ours(theirs: str, told: Way | tuple[str, Way]) -> tuple[str, Way]:
    return told if isinstance(told, tuple) else (theirs, told)


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _put(into: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for name in way:
        into = into.setdefault(name, {})
    into[last] = value
