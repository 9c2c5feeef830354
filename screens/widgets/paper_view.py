"""The paper of the played printer: dark on light in every theme, for scanners read the codes."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events

from cashier.i18n import _
from screens.text import fit, shortened, width
from screens.widgets.lines_view import LinesView

_INK, _PAPER = "#1f2730", "#f6f5f1"
_EDGE = 1
"""Columns of paper beside the text."""


class PaperView(LinesView[str | None]):
    """Slips one below the other, the last one in sight; None is the gap between two."""

    GROUND = "panel"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._columns = 0

    def show_slips(self, slips: Sequence[Sequence[str]]) -> None:
        """The rows of each slip, oldest first. None of them need to fit."""
        rows: list[str | None] = []
        for slip in slips:
            rows += [None, *slip] if rows else slip
        columns = max((width(row) for row in rows if row), default=0)
        if columns != self._columns:
            self._columns = columns
            self.forget()
        self.show(rows)

    def empty(self, room: int) -> list[list[Segment]]:
        text = shortened(_("Nothing was printed yet"), room)
        return [[Segment(text.center(room), self.ink("dim"))]]

    def paint(self, row: str | None, room: int, selected: bool) -> list[Segment]:
        del selected  # nothing is, on paper
        ground = self.ink("row")
        if row is None:
            return [Segment(" " * room, ground)]
        paper = min(room, self._columns + 2 * _EDGE)
        edge = min(_EDGE, (room - 1) // 2)
        left = (room - paper) // 2
        text = " " * edge + fit(row, paper - 2 * edge) + " " * edge
        return [
            Segment(" " * left, ground),
            Segment(text, self._paper_ink()),
            Segment(" " * (room - left - paper), ground),
        ]

    def _paper_ink(self) -> Style:
        if self.app.native_ansi_color:
            return Style(color="black", bgcolor="bright_white")
        return Style(color=_INK, bgcolor=_PAPER)

    def on_click(self, event: events.Click) -> None:
        """Nothing on paper can be selected."""
        event.prevent_default()
