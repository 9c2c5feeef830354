"""Goods found by name, above the input line."""

from typing import Protocol

from rich.segment import Segment

from cashier.i18n import comma
from cashier.money import show
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

MOST = 6
"""Goods that are shown; who wants another types one more letter."""


class Good(Protocol):
    """What is shown of a good; the catalogue's own satisfy it."""

    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def price(self) -> int: ...


class FoundList(LinesView[Good]):
    GROUND = "panel"
    digits = 2

    @property
    def good(self) -> Good | None:
        """The one that Enter takes."""
        return self.rows[self.selected] if self.rows and self.selected is not None else None

    def show_found(self, goods: list[Good]) -> None:
        tall = len(goods[:MOST])
        self.display = bool(goods)
        self.styles.height = tall or 1
        self.show(goods[:MOST], 0 if goods else None)

    def move(self, by: int) -> None:
        self.select((self.selected or 0) + by)

    def paint(self, row: Good, room: int, selected: bool) -> list[Segment]:
        base = self.ink("row", selected=selected)
        price = show(row.price, self.digits, comma=comma())
        return [
            Segment(fit(row.name, room - 14), base),
            Segment(right(price, 14), self.ink("dim", selected=selected)),
        ]
