"""The lines of the receipt, with what was taken off each and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.segment import Segment

from cashier.i18n import _, comma
from cashier.money import show, show_quantity
from cashier.receipt import Discount, Line
from screens.text import fit, right, shortened
from screens.widgets.lines_view import LinesView


@dataclass(frozen=True)
class Under:
    """The row under a line: who took how much off it."""

    line: Line


Shown: TypeAlias = Line | Under


@dataclass(frozen=True)
class Columns:
    """Widths of the columns in cells; the name takes what is left."""

    number: int
    name: int
    price: int
    discount: int
    total: int

    @classmethod
    def of(cls, room: int) -> "Columns":
        number, price, discount, total = (4, 20, 12, 13) if room >= 76 else (3, 17, 10, 11)
        return cls(number, max(4, room - number - price - discount - total), price, discount, total)


class ReceiptView(LinesView[Shown]):
    """Number, name, quantity by price, discount, total."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.digits = 2
        self.lines: tuple[Line, ...] = ()
        self.number: int | None = None
        """The number of the selected line; None: none is."""
        self.greeting: tuple[str, ...] = ()

    def show_lines(self, lines: tuple[Line, ...], *, discounted: bool) -> None:
        """The lines of a receipt; ``discounted`` says whether some may have a row under them."""
        self.lines = lines
        if self.number is not None and self.number > len(lines):
            self.number = None
        self._arrange(discounted)

    def _arrange(self, discounted: bool) -> None:
        if not discounted:
            self.show(self.lines, None if self.number is None else self.number - 1)
            return
        rows: list[Shown] = []
        place = None
        for line in self.lines:
            if line.number == self.number:
                place = len(rows)
            rows.append(line)
            if line.discounts:
                rows.append(Under(line))
        self.show(rows, place)

    def move(self, by: int) -> None:
        """Select the line above or below; below the last one nothing is selected."""
        count = len(self.lines)
        number = (count + 1 if self.number is None else self.number) + by
        self.choose(None if number > count or not count else max(1, number))

    def choose(self, number: int | None) -> None:
        self.number = number
        self.select(None if number is None else self._place(number))

    def chosen(self) -> None:
        """A row was clicked."""
        row = self.rows[self.selected] if self.selected is not None else None
        if row is not None:
            self.choose(row.number if isinstance(row, Line) else row.line.number)

    def _place(self, number: int) -> int:
        if len(self.rows) == len(self.lines):
            return number - 1
        return next(
            (
                at
                for at, row in enumerate(self.rows)
                if isinstance(row, Line) and row.number == number
            ),
            0,
        )

    def head(self, room: int) -> str:
        columns = Columns.of(room)
        return (
            fit("№" if room >= 76 else "#", columns.number)
            + fit(_("Goods"), columns.name)
            + right(_("Qty × price"), columns.price)
            + right(_("Discount"), columns.discount)
            + right(_("Sum"), columns.total)
        )

    def empty(self, room: int) -> list[list[Segment]]:
        rows = []
        for place, text in enumerate(self.greeting):
            text = shortened(text, room)
            style = self.style("dim" if place else "row")
            rows.append([Segment(text.center(room), style)])
        return rows

    def paint(self, row: Shown, room: int, selected: bool) -> list[Segment]:
        base = self.style("selected" if selected else "row")
        columns = Columns.of(room)
        if isinstance(row, Under):
            text = " " * columns.number + self._given(row.line.discounts, room - columns.number)
            return [Segment(fit(text, room), self.style("under") + base)]
        return [
            Segment(fit(str(row.number), columns.number), self.style("dim") + base),
            Segment(fit(row.name, columns.name - 1) + " ", base),
            Segment(right(self._price(row), columns.price), self.style("dim") + base),
            Segment(right(self._discount(row), columns.discount), self.style("good") + base),
            Segment(right(self.money(row.total), columns.total), base),
        ]

    def money(self, amount: int) -> str:
        return show(amount, self.digits, comma=comma())

    def _price(self, line: Line) -> str:
        quantity = show_quantity(line.quantity, comma=comma())
        if line.unit == "kg":
            quantity = _("{weight} kg").format(weight=quantity)
        return f"{quantity} × {self.money(line.price)}"

    def _discount(self, line: Line) -> str:
        return self.money(-line.discount) if line.discount else ""

    def _given(self, discounts: Sequence[Discount], room: int) -> str:
        parts = [f"{self.money(-given.amount)} {given.name}" for given in discounts]
        return shortened("  ".join(parts), room)
