"""The lines of the receipt, with what was taken off each and by whom."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, Union

from rich.segment import Segment

from cashier.i18n import _, comma
from cashier.money import show, show_quantity
from screens.text import fit, right, shortened
from screens.widgets.lines_view import LinesView

if TYPE_CHECKING:  # the receipt comes with the till, after the first paint
    from cashier.receipt import Discount, Line


class Under:
    """The row under a line: who took how much off it."""

    __slots__ = ("line",)

    def __init__(self, line: "Line") -> None:
        self.line = line


Shown: TypeAlias = Union["Line", Under]


Columns: TypeAlias = tuple[int, int, int, int, int]
"""Widths in cells: number, name, price, discount, sum."""


def columns(room: int) -> Columns:
    """The name takes what the others leave."""
    number, price, discount, total = (
        (5, 22, 14, 14) if room >= 96 else (4, 19, 10, 11) if room >= 76 else (3, 17, 10, 11)
    )
    return number, max(4, room - number - price - discount - total), price, discount, total


class ReceiptView(LinesView[Shown]):
    """Number, name, quantity by price, discount, total."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.digits = 2
        self.lines: tuple[Line, ...] = ()
        self.number: int | None = None
        """The number of the selected line; None: none is."""
        self.greeting: tuple[str, ...] = ()
        self._discounted = False

    def show_lines(self, lines: "tuple[Line, ...]", *, discounted: bool) -> None:
        """The lines of a receipt; ``discounted`` says whether some may have a row under them."""
        self.lines = lines
        self._discounted = discounted
        if self.number is not None and self.number > len(lines):
            self.number = None
        self._arrange()

    def _arrange(self) -> None:
        """Without discounts the rows are the lines themselves: nothing is done for each line."""
        if not self._discounted:
            self.show(self.lines, None if self.number is None else self.number - 1)
            return
        under = sum(1 for line in self.lines if line.discounts)
        roomy = len(self.lines) + under <= self.page
        rows: list[Shown] = []
        place = None
        for line in self.lines:
            if line.number == self.number:
                place = len(rows)
            rows.append(line)
            if line.discounts and (roomy or line.number == self.number):
                rows.append(Under(line))
        chosen = self.lines[self.number - 1] if self.number else None
        self.below = 1 if chosen is not None and chosen.discounts else 0
        self.show(rows, place)

    def move(self, by: int) -> None:
        """Select the line above or below; below the last one nothing is selected."""
        count = len(self.lines)
        number = (count + 1 if self.number is None else self.number) + by
        self.choose(None if number > count or not count else max(1, number))

    def choose(self, number: int | None) -> None:
        self.number = number
        self._arrange()

    def chosen(self) -> None:
        """A row was clicked."""
        row = self.rows[self.selected] if self.selected is not None else None
        if row is not None:
            self.choose(row.line.number if isinstance(row, Under) else row.number)

    def head(self, room: int) -> str:
        number, name, price, discount, total = columns(room)
        return (
            fit(_("#"), number)
            + fit(_("Goods"), name)
            + right(_("Qty × price"), price)
            + right(_("Discount"), discount)
            + right(_("Sum"), total)
        )

    def empty(self, room: int) -> list[list[Segment]]:
        rows = []
        for place, text in enumerate(self.greeting):
            text = shortened(text, room)
            style = self.ink("dim" if place else "row")
            rows.append([Segment(text.center(room), style)])
        return rows

    def paint(self, row: Shown, room: int, selected: bool) -> list[Segment]:
        base = self.ink("row", selected=selected)
        number, name, price, discount, total = columns(room)
        dim = self.ink("dim", selected=selected)
        if isinstance(row, Under):
            given = self._given(row.line.discounts, room - number)
            return [Segment(fit(" " * number + given, room), dim)]
        return [
            Segment(fit(str(row.number), number), dim),
            Segment(fit(row.name, name - 1) + " ", base),
            Segment(right(self._price(row), price), dim),
            Segment(right(self._discount(row), discount), self.ink("good", selected=selected)),
            Segment(right(self.money(row.total), total), base),
        ]

    def money(self, amount: int) -> str:
        return show(amount, self.digits, comma=comma())

    def _price(self, line: "Line") -> str:
        quantity = show_quantity(line.quantity, comma=comma())
        if line.unit == "kg":
            quantity = _("{weight} kg").format(weight=quantity)
        return f"{quantity} × {self.money(line.price)}"

    def _discount(self, line: "Line") -> str:
        return self.money(-line.discount) if line.discount else ""

    def _given(self, discounts: "Sequence[Discount]", room: int) -> str:
        parts = [f"{self.money(-given.amount)} {given.name}" for given in discounts]
        return shortened("  ".join(parts), room)
