"""The goods as the buyer reads them: what each costs, and why it costs less."""

from typing import NamedTuple, TypeAlias

from rich.segment import Segment
from textual import events

from cashier.display import ShownLine
from cashier.i18n import _, comma
from cashier.money import show, show_quantity
from screens.text import fit, right, shortened, width
from screens.widgets.lines_view import LinesView


class Under(NamedTuple):
    """The row under a line that got cheaper."""

    line: ShownLine


Goods: TypeAlias = ShownLine | Under


class GoodsView(LinesView[Goods]):
    """The last lines in sight; nothing can be selected, for nobody sits at it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.digits = 2

    def show_lines(self, lines: tuple[ShownLine, ...]) -> None:
        rows: list[Goods] = []
        for line in lines:
            rows.append(line)
            if line.total < line.amount:
                rows.append(Under(line))
        self.show(rows)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        event.prevent_default()

    def paint(self, row: Goods, room: int, selected: bool) -> list[Segment]:
        """Name, quantity by price, sum; under it who made it cheaper, and by how much."""
        del selected
        total = 14 if room >= 70 else 11
        if isinstance(row, Under):
            given = ", ".join(row.line.discounts) or _("Discount")
            saved = self._money(row.line.total - row.line.amount)
            return [
                Segment(fit(f"   {given}", room - total), self.ink("good")),
                Segment(right(saved, total), self.ink("good")),
            ]
        price = shortened(self._price(row), max(0, room - total - 8))
        return [
            Segment(fit(row.name, max(0, room - total - width(price) - 2)), self.ink("row")),
            Segment(f"  {price}", self.ink("dim")),
            Segment(right(self._money(row.amount), total), self.ink("row")),
        ]

    def _money(self, amount: int) -> str:
        return show(amount, self.digits, comma=comma())

    def _price(self, line: ShownLine) -> str:
        quantity = show_quantity(line.quantity, comma=comma())
        if line.unit == "kg":
            quantity = _("{weight} kg").format(weight=quantity)
        return f"{quantity} × {self._money(line.price)}"
