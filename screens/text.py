"""Foreign text on a fixed grid: harmless, and exactly as wide as its place."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len, set_cell_size

_DROPPED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control, format and surrogate characters and line separators: they move the cursor, turn the
writing direction of a whole row, or cannot be written at all."""


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The text without anything that could leave its row."""
    if text.isascii() and text.isprintable():
        return text
    kept = (_harmless(letter) for letter in unicodedata.normalize("NFC", text))
    return "".join(kept)


def _harmless(letter: str) -> str:
    if letter in "\n\t\r":
        return " "
    return "" if unicodedata.category(letter) in _DROPPED or letter == "\ufe0f" else letter


def width(text: str) -> int:
    """Cells that the text takes on screen."""
    return len(text) if text.isascii() else cell_len(text)


@lru_cache(maxsize=4096)
def fit(text: str, cells: int) -> str:
    """The text in exactly so many cells, from the left; what does not fit ends in '…'."""
    text = clean(text)
    taken = width(text)
    if taken <= cells:
        return text + " " * (cells - taken)
    if cells <= 1:
        return "…"[:cells]
    return set_cell_size(text, cells - 1).rstrip().ljust(0) + _rest(text, cells)


def _rest(text: str, cells: int) -> str:
    """The ellipsis, and the blanks behind it where a wide letter or a space was cut."""
    kept = set_cell_size(text, cells - 1).rstrip()
    return "…" + " " * (cells - 1 - width(kept))


@lru_cache(maxsize=4096)
def right(text: str, cells: int) -> str:
    """The text in exactly so many cells, at their right end."""
    text = clean(text)
    taken = width(text)
    return " " * (cells - taken) + text if taken <= cells else fit(text, cells)


def shortened(text: str, cells: int) -> str:
    """At most so many cells, without blanks behind."""
    return fit(text, cells).rstrip()


def end_of(path: Path, room: int) -> str:
    """As much of a path as there is room for: its end says more than its beginning."""
    where = clean(str(path))
    while width(where) > max(10, room):
        where = f"…{where.removeprefix('…')[1:]}"
    return where


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def in_rows(words: Iterable[str], room: int) -> Iterator[str]:
    """'F1: help   Esc: back' in rows of so many cells, each of the words whole."""
    row = ""
    for word in words:
        longer = f"{row}   {word}" if row else word
        if row and width(longer) > room:
            yield row
            row = word
        else:
            row = longer
    yield row
