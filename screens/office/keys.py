"""The keys of the back office: one list for the row at the bottom, the help and what they do."""

from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cashier.i18n import _
from screens.deeds import N_
from screens.inks import Inkwell
from screens.text import fit


class Press(NamedTuple):
    """A key that does something on every page."""

    id: str
    keys: str
    """Names of keys as Textual knows them, the function key first."""
    label: str
    """At most 11 letters."""
    help: str


PRESSES = (
    Press("help", "f1,alt+1", N_("Help"), N_("Show all keys")),
    Press("act", "f2,alt+2", N_("Actions"), N_("What can be done with this")),
    Press("undo", "f3,alt+3,ctrl+z", N_("Undo"), N_("Undo the last change; in the log this one")),
    Press("log", "f4,alt+4,ctrl+l", N_("Log"), N_("Who changed what, before and after")),
    Press("back", "f5,alt+5", N_("Back"), N_("One page back, in the end to the till")),
)
BY_KEY = {key: press for press in PRESSES for key in press.keys.split(",")}


class KeyRow(Widget):
    """The function keys of a page, in one row."""

    class Pressed(Message):
        def __init__(self, press: Press) -> None:
            super().__init__()
            self.press = press

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._ink = Inkwell(self, "surface")

    def notify_style_update(self) -> None:
        self._ink.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one row
        room, count = self.size.width, len(PRESSES)
        segments = []
        for place, press in enumerate(PRESSES):
            start, end = room * place // count, room * (place + 1) // count
            cap = f" {press.keys.split(',')[0].upper()} "
            segments.append(Segment(cap, self._ink("key")))
            segments.append(Segment(fit(_(press.label), end - start - len(cap)), self._ink("row")))
        return Strip(segments, room)

    def on_click(self, event: events.Click) -> None:
        place = event.x * len(PRESSES) // max(1, self.size.width)
        self.post_message(self.Pressed(PRESSES[place]))
