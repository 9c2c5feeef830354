"""A list of exchanges: beside the receipt, and on a screen of its own."""

from rich.segment import Segment

from cashier.events import Tone
from cashier.exchange_log.log import Entry
from cashier.exchange_log.words import MARKS, TONES, method_words, outcome_words, took_words
from cashier.i18n import _
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

INKS = {Tone.GOOD: "good", Tone.INFO: "dim", Tone.WARNING: "warning", Tone.ERROR: "bad"}
_ROOMY = 66
"""Cells from which on there is room for what came of it in words."""


class EntriesView(LinesView[Entry]):
    """Time, step, outcome, how long it took, which attempt it was, what meddled with it."""

    def __init__(self, *, id: str | None = None, caption: str = "") -> None:  # noqa: A002
        super().__init__(id=id)
        self.caption = caption
        """What stands over a narrow list."""
        self.numbers: dict[str, str] = {}
        """Numbers of receipts by id, where the list has several."""
        self.nothing = ""

    @property
    def entry(self) -> Entry | None:
        """The selected one."""
        return self.rows[self.selected] if self.selected is not None and self.rows else None

    @property
    def _times(self) -> int:
        """Cells for the time; with the day where there are several receipts."""
        return 16 if self.numbers else 10

    def head(self, room: int) -> str:
        if room < _ROOMY:
            return self.caption
        return (
            fit(_("Time"), self._times)
            + (fit(_("Receipt"), 15) if self.numbers else "")
            + fit(_("Step"), 28)
            + right(_("Took"), 8)
            + "  "
            + _("What came of it")
        )

    def empty(self, room: int) -> list[list[Segment]]:
        return [[Segment(fit(self.nothing, room), self.ink("dim"))]]

    def paint(self, row: Entry, room: int, selected: bool) -> list[Segment]:
        one = row.exchange
        dim, tone = self.ink("dim", selected=selected), INKS[TONES[one.outcome]]
        ink = self.ink(tone, selected=selected)
        again = f" ×{one.attempt}" if one.attempt > 1 else ""
        fault = " ⚡" if one.notes else ""
        words = f"{method_words(one.method)}{again}{fault}"
        base = self.ink("row", selected=selected)
        if room < _ROOMY:
            return [
                Segment(fit(f"{one.at:%H:%M:%S}", 9), dim),
                Segment(fit(MARKS[one.outcome], 2), ink),
                Segment(fit(words, room - 19), base),
                Segment(right(took_words(one), 8), dim),
            ]
        number = fit(self.numbers.get(one.receipt_id, ""), 15) if self.numbers else ""
        form = "%m-%d %H:%M:%S" if self.numbers else "%H:%M:%S"
        about = " · ".join((outcome_words(one), *one.notes))
        return [
            Segment(fit(f"{one.at:{form}}", self._times), dim),
            Segment(number, dim),
            Segment(fit(MARKS[one.outcome], 2), ink),
            Segment(fit(words, 26), base),
            Segment(right(took_words(one), 8), dim),
            Segment(fit(f"  {about}", room - 36 - self._times - len(number)), ink),
        ]


class EntriesBeside(EntriesView):
    """The same in the column beside the receipt."""

    GROUND = "surface"
