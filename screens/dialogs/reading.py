"""Something to read: a slip, the keys, why a price is what it is."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from textual import events
from textual.widget import Widget

from cashier.i18n import _
from screens.dialogs.base import Dialog
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

Printed: TypeAlias = tuple[str, str, str]
"""Left text, right text, and the style's name: 'row', 'dim', 'good', 'caption'."""


class TextView(LinesView[Printed]):
    GROUND = "panel"
    FOLLOWS = False

    def paint(self, row: Printed, room: int, selected: bool) -> list[Segment]:
        left, detail, style = row
        del selected  # nothing is, in a text
        taken = min(room - 2, len(detail) + 1) if detail else 0
        return [Segment(fit(left, room - taken) + right(detail, taken), self.ink(style))]


class Reading(Dialog[None]):
    """Rows that can be scrolled; any of the closing keys closes."""

    def __init__(
        self,
        title: str,
        rows: Sequence[Printed],
        *,
        columns: int = 60,
        people: Iterable[str] = (),
    ) -> None:
        """``people``: names and numbers in it that belong to somebody."""
        super().__init__(title, "")
        self._people = tuple(people)
        self._rows = tuple(rows)
        self._columns = columns
        self._view = TextView(id="dialog-text")

    def personal(self) -> Iterable[str]:
        return self._people

    def body(self) -> Iterable[Widget]:
        yield self._view

    def on_mount(self) -> None:
        self.query_one("#dialog").styles.width = self._columns + 8
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        most = max(3, self.size.height - 10)
        tall = min(len(self._rows), most)
        self._view.styles.height = tall
        self._view.show(self._rows)
        scrolls = len(self._rows) > most
        self.show_keys(_("↑ ↓ scroll    Esc: close") if scrolls else _("Esc: close"))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        page = max(1, self._view.page - 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "space": page}
        if event.key in steps:
            self._view.scroll_rows(steps[event.key])
        elif event.key in ("escape", "enter", "q", "f1"):
            self.dismiss(None)
