"""A list that is drawn row by row and never looks at what is not on screen."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screens.inks import Inkwell
from screens.text import fit

R = TypeVar("R")

_KEPT = 400
"""Drawn rows that are kept; more than any screen shows."""
_JUMP = 3
"""Rows left free when a growing list moves up."""


class LinesView(Widget, Generic[R]):
    """Rows of one kind, the last one in sight unless another is selected.

    A kind of list says how it paints a row; a row is painted again only when it is another one.
    """

    GROUND: ClassVar[str] = "background"
    """The theme variable that the rows stand on."""
    FOLLOWS: ClassVar[bool] = True
    """Whether the end, or the selected row, is kept in sight; a text stays where it is read."""

    class Selected(Message):
        """Another row was selected with the mouse."""

        def __init__(self, view: "LinesView[Any]") -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.rows: Sequence[R] = ()
        self.selected: int | None = None
        """Place of the selected row; None: the end of the list is followed."""
        self.below = 0
        """Rows under the selected one that belong to it and stay in sight with it."""
        self.top = 0
        self._drawn: dict[tuple[Hashable, ...], tuple[R, Strip]] = {}
        self.ink = Inkwell(self, self.GROUND)

    # --- what a kind of list says

    def head(self, room: int) -> str:
        """Names of the columns in so many cells; empty: this list has none."""
        del room
        return ""

    def paint(self, row: R, room: int, selected: bool) -> list[Segment]:
        raise NotImplementedError

    def empty(self, room: int) -> list[list[Segment]]:
        """What stands in an empty list of this width."""
        del room
        return []

    # --- what it shows

    def show(self, rows: Sequence[R], selected: int | None = None) -> None:
        """Other rows; costs no more for a long list than for a short one."""
        grown = len(rows) - len(self.rows)
        before = self.top, self.selected
        old, self.rows = self.rows, rows
        self.selected = selected if selected is None else max(0, min(selected, len(rows) - 1))
        if grown == 1 and self.selected is None and self.FOLLOWS:
            self._make_room()
        else:
            self._follow()
        if grown == 1 and before == (self.top, self.selected) and old and old[-1] is rows[-2]:
            self._refresh_row(len(rows) - 1)
        else:
            self.refresh()

    def select(self, place: int | None) -> None:
        if place is not None:
            place = max(0, min(place, len(self.rows) - 1)) if self.rows else None
        if place != self.selected:
            self.selected = place
            self._follow()
            self.refresh()

    @property
    def page(self) -> int:
        """Rows that fit."""
        return max(1, self.size.height - self._heading)

    @property
    def _heading(self) -> int:
        return 1 if self.head(max(1, self.size.width - 2)) else 0

    def _follow(self) -> None:
        """Move what is in sight to the selected row, or to the end."""
        last = max(0, len(self.rows) - self.page)
        if not self.FOLLOWS:
            self.top = min(self.top, last)
        elif self.selected is None:
            self.top = last
        else:
            least = self.selected + self.below - self.page + 1
            self.top = min(max(self.top, least), self.selected, last)

    def _make_room(self) -> None:
        """Another row at the end: move up by a few, so that the next ones leave the rest still."""
        count = len(self.rows)
        if not self.top < count <= self.top + self.page:
            self.top = max(0, count - self.page + min(_JUMP, self.page // 4))

    def _refresh_row(self, place: int) -> None:
        y = place - self.top + self._heading
        self.refresh(Region(0, y, self.size.width, 1))

    # --- drawing

    def notify_style_update(self) -> None:
        self.ink.clear()
        self._drawn.clear()
        super().notify_style_update()

    def forget(self) -> None:
        """Draw everything again: the words have changed."""
        self._drawn.clear()
        self.refresh()

    def on_resize(self) -> None:
        self._drawn.clear()
        self._follow()
        self.refresh()

    def on_show(self) -> None:
        """What was shown while it was hidden had no room to be arranged in."""
        self._follow()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        inner = max(1, room - 2)
        if y < self._heading:
            text = " " + fit(self.head(inner), inner) + " "
            return Strip([Segment(text, self.ink("dim"))], room)
        if not self.rows:
            return self._empty_line(y - self._heading, inner, room)
        place = y - self._heading + self.top
        if place >= len(self.rows):
            return Strip([Segment(" " * room, self.ink("row"))], room)
        return self._row(place, inner, room, self._bar(y))

    def is_selected(self, place: int) -> bool:
        """Whether this row is drawn as the selected one; several are where they belong together."""
        return place == self.selected

    def _row(self, place: int, inner: int, room: int, bar: str) -> Strip:
        row, selected = self.rows[place], self.is_selected(place)
        key = (id(row), place, selected, bar)
        kept = self._drawn.get(key)
        if kept is not None and kept[0] is row:
            return kept[1]
        segments = [Segment("▌" if selected else " ", self.ink("bar", selected=selected))]
        segments += self.paint(row, inner, selected)
        segments.append(Segment(bar, self.ink("dim", selected=selected and bar == " ")))
        strip = Strip(segments, room)
        if len(self._drawn) > _KEPT:
            self._drawn.clear()
        self._drawn[key] = row, strip
        return strip

    def _empty_line(self, y: int, inner: int, room: int) -> Strip:
        lines = self.empty(inner)
        first = max(0, (self.page - len(lines)) // 2)
        here = lines[y - first] if first <= y < first + len(lines) else []
        used = sum(segment.cell_length for segment in here)
        base = self.ink("row")
        return Strip([Segment(" ", base), *here, Segment(" " * (room - 1 - used), base)], room)

    def _bar(self, y: int) -> str:
        """The piece of the scroll bar in this row of the screen."""
        if len(self.rows) <= self.page:
            return " "
        size = max(1, self.page * self.page // len(self.rows))
        start = self.top * (self.page - size) // max(1, len(self.rows) - self.page)
        start = min(start, self.page - size)
        return "█" if start <= y - self._heading < start + size else "│"

    # --- the mouse

    def on_mouse_scroll_down(self) -> None:
        self.scroll_rows(3)

    def on_mouse_scroll_up(self) -> None:
        self.scroll_rows(-3)

    def scroll_rows(self, by: int) -> None:
        self.top = max(0, min(self.top + by, len(self.rows) - self.page))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        place = event.y - self._heading + self.top
        if event.y >= self._heading and place < len(self.rows):
            self.select(place)
            self.post_message(self.Selected(self))
