"""The rows of a document, with what was searched for marked in them."""

from rich.segment import Segment
from rich.style import Style

from cashier.exchange_log.pretty import Row
from screens.text import clean, fit, width
from screens.widgets.lines_view import LinesView

_INKS = {
    "key": "key", "text": "row", "number": "sum", "word": "good", "mark": "dim", "dim": "dim",
    "row": "row", "caption": "caption", "bad": "bad", "good": "good", "warning": "warning",
}  # fmt: skip
_REVERSE = Style(reverse=True)
_ABOVE = 3
"""Rows that are left in sight above one that was gone to."""


class DocumentView(LinesView[Row]):
    """A text stays where it is read; the row that was gone to is the selected one."""

    FOLLOWS = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.found = ""

    def mark(self, text: str) -> None:
        """Mark this text wherever it stands; empty: nothing."""
        self.found = text.lower()
        self.forget()

    def go_to(self, place: int) -> None:
        self.top = max(0, min(place - _ABOVE, len(self.rows) - self.page))
        self.selected = place
        self.refresh()

    def next(self, step: int) -> int | None:
        """The next row that says what is marked, or the one before; around the ends."""
        count = len(self.rows)
        start = self.selected if self.selected is not None else (-1 if step > 0 else count)
        for turn in range(1, count + 1):
            place = (start + step * turn) % count
            if self.found in "".join(text for text, _ink in self.rows[place]).lower():
                return place
        return None

    def paint(self, row: Row, room: int, selected: bool) -> list[Segment]:
        segments: list[Segment] = []
        left = room
        for part, name in row:
            text = clean(part)
            text = fit(text, left) if width(text) > left else text
            left -= width(text)
            segments += self._marked(text, self.ink(_INKS.get(name, "row"), selected=selected))
        return [*segments, Segment(" " * left, self.ink("row", selected=selected))]

    def _marked(self, text: str, ink: Style) -> list[Segment]:
        lower = text.lower()
        if not self.found or self.found not in lower or len(lower) != len(text):
            return [Segment(text, ink)]
        parts: list[Segment] = []
        start = 0
        while (at := lower.find(self.found, start)) >= 0:
            end = at + len(self.found)
            parts += [Segment(text[start:at], ink), Segment(text[at:end], ink + _REVERSE)]
            start = end
        return [*parts, Segment(text[start:], ink)]
