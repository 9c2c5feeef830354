"""How values are written: money with two decimals and a dot, quantities with three, moments as ISO
8601 with milliseconds and offset. Whatever is read raises ValueError when it is none."""

import re
from datetime import datetime
from functools import lru_cache

from backends.loymax.common.numbers import read_number
from backends.soap import Element
from cashier.money import show

_WHOLE = re.compile(r"\d{1,12}", re.ASCII)
LONGEST = 500
_REMEMBERED = 2048
"""Prices and quantities stand in a sale many times over."""


@lru_cache(maxsize=_REMEMBERED)
def quantity(value: int) -> str:
    return show(value, 3, group="")


def moment(at: datetime) -> str:
    """Raises ValueError for a moment without an offset."""
    if at.utcoffset() is None:
        raise ValueError("a moment without an offset")
    return at.isoformat(timespec="milliseconds")


@lru_cache(maxsize=_REMEMBERED)
def read_whole(name: str, text: str) -> int:
    """Not below zero."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{name}: expected a whole number")
    return int(text)


def read_moment(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"{name}: expected a moment, ISO 8601") from error
    if at.utcoffset() is None or not 1970 < at.year < 9000:
        raise ValueError(f"{name}: expected a moment of our time with its offset")
    return at


def text_in(one: Element, name: str) -> str:
    """An attribute; empty: it is not there."""
    text = one.get(name)
    return text.strip()[:LONGEST] if text else ""


def needed(one: Element, name: str) -> str:
    text = text_in(one, name)
    if not text:
        raise ValueError(f"{name} is missing")
    return text


def number_in(one: Element, name: str, digits: int = 2) -> int | None:
    """None: it is not there."""
    text = text_in(one, name)
    return read_number(name, text, digits) if text else None


def whole_in(one: Element, name: str) -> int:
    """Of a number that must be there, not below zero."""
    return read_whole(name, needed(one, name))
