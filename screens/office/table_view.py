"""Lists of the back office: columns that fit the width, rows drawn only where they are seen."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from rich.segment import Segment

from cashier.i18n import _
from cashier.office import Column, Kind, Row, Value
from screens.showing import Amounts
from screens.text import clean, fit, right
from screens.widgets.lines_view import LinesView

WIDE = 100
"""Cells from which the columns are shown that a narrow list leaves out."""
_GAP = 2
"""Cells between columns."""
_LEAST = 12
"""Cells that a column without a width of its own keeps."""
_NUMBERS = (Kind.COUNT, Kind.MONEY, Kind.POINTS, Kind.PERCENT)


def shown(value: Value, kind: Kind, amounts: Amounts) -> str:
    """A value as it is read on screen; money and points as everywhere at the till."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, str):
        return clean(value)
    if kind is Kind.MONEY:
        return amounts.money(value)
    return str(value) if kind is Kind.COUNT else amounts.points(value)


def laid_out(columns: Sequence[Column], room: int) -> list[tuple[int, Column, int]]:
    """The columns that fit into so many cells: place, column, cells with the gap behind it."""
    seen = [
        (place, column) for place, column in enumerate(columns) if not column.extra or room >= WIDE
    ]
    fixed = sum(column.width + _GAP for _place, column in seen if column.width)
    free = [column for _place, column in seen if not column.width]
    each = max(_LEAST, (room - fixed) // len(free)) if free else 0
    return [
        (place, column, column.width + _GAP if column.width else each) for place, column in seen
    ]


class TableView(LinesView[Row]):
    """Rows of one section."""

    columns: tuple[Column, ...] = ()
    amounts = Amounts()
    nothing = ""
    """What stands where there are no rows."""

    def head(self, room: int) -> str:
        return head_text(self.columns, room)

    def paint(self, row: Row, room: int, selected: bool) -> list[Segment]:
        ink = self.ink("dark" if row.quiet else "row", selected=selected)
        text = row_text(row, self.columns, room, self.amounts)
        return [Segment(fit(text, room), ink)]

    def empty(self, room: int) -> list[list[Segment]]:
        text = fit(self.nothing, min(room, len(self.nothing)))
        return [[Segment("  " + text, self.ink("dim"))]]

    def people(self) -> Iterator[str]:
        """Their names, of the rows in sight."""
        for row in self.rows[self.top : self.top + self.page]:
            yield from names_in(row, self.columns)

    @property
    def row(self) -> Row | None:
        """The selected one."""
        if self.selected is None or not self.rows:
            return None
        return self.rows[self.selected]


def names_in(row: Row, columns: Sequence[Column]) -> Iterator[str]:
    for cell, column in zip(row.cells, columns, strict=False):
        if column.kind is Kind.PERSON and cell:
            yield str(cell)


def head_text(columns: Sequence[Column], room: int) -> str:
    """The names of the columns."""
    return "".join(
        _aligned(column.title, column, cells) for _n, column, cells in laid_out(columns, room)
    )


def row_text(row: Row, columns: Sequence[Column], room: int, amounts: Amounts) -> str:
    return "".join(
        _aligned(shown(row.cells[place], column.kind, amounts), column, cells)
        for place, column, cells in laid_out(columns, room)
    )


def _aligned(text: str, column: Column, cells: int) -> str:
    """Numbers stand at the right end of their column."""
    put = right if column.kind in _NUMBERS else fit
    return put(text, cells - _GAP) + " " * _GAP


def nothing_found(text: str) -> str:
    return _("Nothing is found by these letters.") if text else _("There is nothing here yet.")
