"""What the keys do, in twelve places; a place is lit while it does something now."""

from collections.abc import Sequence
from typing import NamedTuple

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


class Slot(NamedTuple):
    """One place: the name of the key ('F7', 'Alt+7', 'VD'), what it does, and whether it does it
    now. A place without a deed is empty."""

    cap: str
    deed: Deed | None
    lit: bool


class KeyBar(Widget):
    """The first ten places in two rows of five, or all twelve where there is room."""

    class Pressed(Message):
        def __init__(self, deed: Deed) -> None:
            super().__init__()
            self.deed = deed

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._ink = Inkwell(self, "surface")
        self.slots: tuple[Slot, ...] = ()

    def show(self, slots: Sequence[Slot]) -> None:
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
                segments += self._key(self.slots[slot], end - start)
            else:
                segments.append(Segment(" " * (end - start), self._ink("dark")))
        return Strip(segments, room)

    def _key(self, slot: Slot, room: int) -> list[Segment]:
        if slot.deed is None:
            return [Segment(" " * room, self._ink("dark"))]
        cap = f" {slot.cap} "
        key, label = (
            self._ink("key" if slot.lit else "dark"),
            self._ink("row" if slot.lit else "dark"),
        )
        return [Segment(cap, key), Segment(fit(_(slot.deed.label), room - len(cap)), label)]

    def on_click(self, event: events.Click) -> None:
        place = event.y * self.per_row() + event.x * self.per_row() // max(1, self.size.width)
        if place < len(self.slots):
            slot = self.slots[place]
            if slot.deed is not None and slot.lit:
                self.post_message(self.Pressed(slot.deed))
