"""What stands where on a sheet of A4, in dots of 300 to the inch.

Modules are whole numbers of dots, so that a printer, a raster and a vector show the same code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from cashier.printing.cells import width, wrapped
from cashier.sheets.sample import Sample, heading
from cashier.sheets.symbols import Symbol, symbols

WIDTH, HEIGHT = 2480, 3508
MILLIMETRES = 210, 297
COLUMNS = range(1, 6)
"""With more of them bars get too thin for a camera."""
_MARGIN = 120
_HEAD = 130
_PAD = 22
"""Between the edge of a cell and what is in it."""
_BARS = 230
"""How tall bars are: 19 mm."""
_CODE = 262
"""Room for the code from above to below."""
_WIDEST_BAR, _WIDEST_DOT = 5, 9
_TITLE, _VALUE, _NOTE, _HEADING = 34, 40, 30, 60
"""Sizes of letters."""
_CELL = 2 * _PAD + 2 * (_TITLE + 8) + _CODE + _VALUE + 20 + 2 * (_NOTE + 6)
LETTER = 0.602
"""How wide a letter is, of its size: the letters are all of one width."""


class Canvas(Protocol):
    """Whatever a sheet is painted on."""

    def frame(self, x: int, y: int, width: int, height: int) -> None: ...
    def text(self, x: int, y: int, text: str, size: int) -> None:
        """In the middle of ``x``, standing on ``y``."""
        ...

    def symbol(self, x: int, y: int, symbol: Symbol, dots: int, height: int) -> None:
        """Dark modules, each ``dots`` wide, from the left upper corner; ``height`` of a row."""
        ...


@dataclass(frozen=True)
class Sheet:
    """One page of things of one kind."""

    name: str
    """For the file: 'card-2'."""
    title: str
    samples: tuple[Sample, ...]
    columns: int


def sheets(samples: Sequence[Sample], columns: int) -> list[Sheet]:
    """As many pages as it takes; the kinds in the order they come in."""
    rows = (HEIGHT - 2 * _MARGIN - _HEAD) // _CELL
    found = []
    for kind, group in groupby(samples, lambda sample: sample.kind):
        ours = tuple(group)
        pages = [ours[at : at + rows * columns] for at in range(0, len(ours), rows * columns)]
        for number, page in enumerate(pages, 1):
            title = heading(kind) + (f"  {number}/{len(pages)}" if len(pages) > 1 else "")
            found.append(Sheet(f"{kind.value}-{number}", title, page, columns))
    return found


def paint(sheet: Sheet, canvas: Canvas) -> None:
    canvas.text(WIDTH // 2, _MARGIN + _HEADING, sheet.title, _HEADING)
    across = (WIDTH - 2 * _MARGIN) // sheet.columns
    for place, sample in enumerate(sheet.samples):
        row, column = divmod(place, sheet.columns)
        x, y = _MARGIN + column * across, _MARGIN + _HEAD + row * _CELL
        canvas.frame(x, y, across, _CELL)
        _cell(sample, canvas, x, y, across)


def _cell(sample: Sample, canvas: Canvas, x: int, y: int, across: int) -> None:
    """From above: whose it is, the code, what is in it, what the till makes of it."""
    middle, room = x + across // 2, across - 2 * _PAD
    y += _PAD
    for line in _lines(sample.title, room, _TITLE):
        y += _TITLE + 8
        canvas.text(middle, y, line, _TITLE)
    y = y if sample.title else y + _TITLE
    symbol, dots = fitting(symbols(sample), room)
    bottom = y + _CODE
    if symbol is not None:
        height = dots if symbol.square else _BARS
        tall = height * len(symbol.rows)
        left = middle - dots * len(symbol.rows[0]) // 2
        canvas.symbol(left, y + (bottom - y - tall) // 2 + 8, symbol, dots, height)
    y = bottom + _VALUE
    for line in _lines(sample.value, room, _VALUE)[:1]:
        canvas.text(middle, y, line, _VALUE)
    for line in _lines(sample.note, room, _NOTE):
        y += _NOTE + 6
        canvas.text(middle, y, line, _NOTE)


def fitting(found: Sequence[Symbol], room: int) -> tuple[Symbol | None, int]:
    """The first symbol that fits with its quiet zone, and how many dots a module takes."""
    for symbol in found:
        most = _WIDEST_DOT if symbol.square else _WIDEST_BAR
        limit = min(room, _CODE) if symbol.square else room
        dots = min(most, limit // symbol.across)
        if dots >= 2:
            return symbol, dots
    return None, 0


def _lines(text: str, room: int, size: int) -> list[str]:
    """At most two lines; what does not fit ends in '…'."""
    most = max(4, int(room / (size * LETTER)))
    lines = [line for line in wrapped(text, most) if line]
    if len(lines) > 2:
        kept = lines[1]
        while width(kept) >= most:
            kept = kept[:-1]
        lines = [lines[0], kept + "…"]
    return lines
