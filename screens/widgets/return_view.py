"""The lines of a sale at its return: what is left, what comes back, what is refunded."""

from typing import TYPE_CHECKING, NamedTuple, Optional

from rich.segment import Segment

from cashier.i18n import _, comma
from cashier.money import Quantity, show, show_quantity
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from cashier.exchange import FoundSale
    from cashier.receipt import Line, Receipt


class Back(NamedTuple):
    """A line of the sale."""

    line: "Line"
    left: Quantity
    """What has not come back earlier."""
    chosen: Optional["Line"]
    """The line of the return, if any of it comes back now."""

    @property
    def quantity(self) -> Quantity:
        return self.chosen.quantity if self.chosen else 0


class ReturnView(LinesView[Back]):
    """One line of the sale is always selected."""

    digits = 2

    def show_sale(self, sale: "FoundSale", receipt: "Receipt") -> None:
        came_back = {line.number: line.quantity for line in sale.returned}
        chosen = {line.sale_line: line for line in receipt.lines}
        rows = [
            Back(line, line.quantity - came_back.get(line.number, 0), chosen.get(line.number))
            for line in sale.receipt.lines
        ]
        self.show(rows, self.selected or 0)

    @property
    def back(self) -> Back | None:
        """The selected line."""
        return self.rows[self.selected] if self.rows and self.selected is not None else None

    def move(self, by: int) -> None:
        self.select((self.selected or 0) + by)

    def head(self, room: int) -> str:
        number, name, left, back, total = self._columns(room)
        return (
            fit(_("#"), number)
            + fit(_("Goods of the sale"), name)
            + right(_("Left"), left)
            + right(_("Comes back"), back)
            + right(_("Refund"), total)
        )

    @staticmethod
    def _columns(room: int) -> tuple[int, int, int, int, int]:
        number, left, back, total = (4, 12, 14, 14) if room >= 76 else (3, 10, 12, 11)
        return number, max(4, room - number - left - back - total), left, back, total

    def paint(self, row: Back, room: int, selected: bool) -> list[Segment]:
        base = self.ink("row", selected=selected)
        number, name, left, back, total = self._columns(room)
        plain = base if row.left else self.ink("dim", selected=selected)
        amount = show(row.chosen.total, self.digits, comma=comma()) if row.chosen else ""
        return [
            Segment(fit(str(row.line.number), number), self.ink("dim", selected=selected)),
            Segment(fit(row.line.name, name - 1) + " ", plain),
            Segment(right(self._quantity(row.left), left), self.ink("dim", selected=selected)),
            Segment(right(self._back(row), back), self.ink("good", selected=selected)),
            Segment(right(amount, total), plain),
        ]

    @staticmethod
    def _quantity(quantity: Quantity) -> str:
        return show_quantity(quantity, comma=comma())

    def _back(self, row: Back) -> str:
        if not row.left:
            return _("returned")
        return self._quantity(row.quantity) if row.quantity else "–"
