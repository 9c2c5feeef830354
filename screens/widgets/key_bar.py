"""The function keys, lit while they do something now."""

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cashier.i18n import _
from screens.deeds import Deed
from screens.inks import Inkwell
from screens.text import fit

SIX_FROM = 96
TWELVE_FROM = 192
"""Columns of the terminal from which a row holds so many keys."""


class KeyBar(Widget):
    """F1 to F10 in two rows of five, or all twelve where there is room."""

    class Pressed(Message):
        def __init__(self, deed: Deed) -> None:
            super().__init__()
            self.deed = deed

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._ink = Inkwell(self, "surface")
        self.slots: tuple[tuple[Deed, bool], ...] = ()

    def show(self, slots: Sequence[tuple[Deed, bool]]) -> None:
        """A deed for each function key from F1, and whether it is lit."""
        if self.slots != tuple(slots):
            self.slots = tuple(slots)
            self.refresh()

    def notify_style_update(self) -> None:
        self._ink.clear()
        super().notify_style_update()

    def per_row(self) -> int:
        room = self.size.width
        return 12 if room >= TWELVE_FROM else 6 if room >= SIX_FROM else 5

    def render_line(self, y: int) -> Strip:
        room, count = self.size.width, self.per_row()
        segments = []
        for place in range(count):
            start, end = room * place // count, room * (place + 1) // count
            slot = y * count + place
            if slot < len(self.slots):
                segments += self._key(*self.slots[slot], end - start)
            else:
                segments.append(Segment(" " * (end - start), self._ink("dark")))
        return Strip(segments, room)

    def _key(self, deed: Deed, lit: bool, room: int) -> list[Segment]:
        cap = f" F{deed.slot} "
        key, label = self._ink("key" if lit else "dark"), self._ink("row" if lit else "dark")
        return [Segment(cap, key), Segment(fit(_(deed.label), room - len(cap)), label)]

    def on_click(self, event: events.Click) -> None:
        slot = event.y * self.per_row() + event.x * self.per_row() // max(1, self.size.width)
        if slot < len(self.slots) and self.slots[slot][1]:
            self.post_message(self.Pressed(self.slots[slot][0]))
