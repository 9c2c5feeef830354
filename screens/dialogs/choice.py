"""Choose one of several: a card, a sale, a connection, yes or no."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.i18n import _
from screens.dialogs.base import Dialog
from screens.text import clean, fit, right
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Row

V = TypeVar("V")


@dataclass(frozen=True)
class Option(Generic[V]):
    """What is offered: a text, a detail at the right, and the answer it stands for."""

    text: str
    value: V
    detail: str = ""


class OptionsView(LinesView[Option[V]]):
    """The options, numbered as far as digits go."""

    GROUND = "panel"

    def paint(self, row: Option[V], room: int, selected: bool) -> list[Segment]:
        base = self.ink("row", selected=selected)
        place = self.rows.index(row) + 1
        number = f"{place}  " if place <= 9 else "   "
        detail = min(room // 2, len(row.detail) + 1) if row.detail else 0
        return [
            Segment(number, self.ink("dim", selected=selected)),
            Segment(fit(row.text, room - 3 - detail), base),
            Segment(right(row.detail, detail), self.ink("dim", selected=selected)),
        ]


class Choice(Dialog[V | None]):
    """Arrows or a digit choose, Enter takes; a scan that lands here chooses nothing."""

    def __init__(
        self,
        title: str,
        options: Sequence[Option[V]],
        *,
        note: str = "",
        chosen: int = 0,
        keys: Mapping[str, V] | None = None,
        columns: int = 0,
    ) -> None:
        """``keys`` take an option at once; ``columns``: wider than dialogs are."""
        super().__init__(title, _("↑ ↓ choose    Enter: take    Esc: close"))
        self._options = tuple(options)
        self._chosen = chosen
        self._note = Row(id="dialog-note")
        self._note.content = Content(clean(note))
        self._view: OptionsView[V] = OptionsView(id="dialog-options")
        self._digits = ""
        self._by_key = keys or {}
        self._columns = columns

    def body(self) -> Iterable[Widget]:
        if self._note.content.plain:
            yield self._note
        yield self._view

    def on_mount(self) -> None:
        if self._columns:
            self.query_one("#dialog").styles.width = self._columns
        self._view.styles.height = min(len(self._options), 12)
        self._view.show(self._options, self._chosen)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        key, letter = event.key, event.character or ""
        if key == "escape":
            self.dismiss(None)
        elif key in self._by_key:
            self.dismiss(self._by_key[key])
        elif key == "enter":
            self._take()
        elif key in ("up", "down"):
            self._view.select((self._view.selected or 0) + (1 if key == "down" else -1))
            self._digits = ""
        elif event.is_printable:
            self._digit(letter)

    def _digit(self, letter: str) -> None:
        """One digit points at an option; more of them are a code from a scanner."""
        self._digits = self._digits + letter if letter.isalnum() else ""
        if self._digits.isdigit() and 0 < int(self._digits[:3]) <= len(self._options):
            self._view.select(int(self._digits[:3]) - 1)

    def _take(self) -> None:
        digits, self._digits = self._digits, ""
        if len(digits) > 2:
            self.show_keys(_("That was a code. Choose with ↑ ↓ and Enter; Esc: close"))
        elif self._options:
            self.dismiss(self._options[self._view.selected or 0].value)

    def on_lines_view_selected(self) -> None:
        self._take()
