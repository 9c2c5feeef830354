"""Lists of the coupon page: what happened to a coupon, and the machines that know it."""

from rich.segment import Segment

from cashier.coupon_trace import Event, Machine, Turn
from cashier.i18n import _, ngettext
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

SIGNS = {
    Turn.MADE: "+",
    Turn.CAME: "→",
    Turn.USED: "●",
    Turn.FREE: "○",
    Turn.SENT: "✉",
    Turn.WAITING: "…",
    Turn.CONFLICT: "!",
    Turn.BLOCKED: "×",
    Turn.AWAY: "?",
}
INKS = {
    Turn.MADE: "row",
    Turn.CAME: "dim",
    Turn.USED: "strong",
    Turn.FREE: "good",
    Turn.SENT: "dim",
    Turn.WAITING: "warning",
    Turn.CONFLICT: "bad",
    Turn.BLOCKED: "bad",
    Turn.AWAY: "warning",
}
_ROOMY = 110
"""Cells from which on there is room for the day and the table."""
_MACHINE = 26


class EventsView(LinesView[Event]):
    """Time, machine, what happened; with the table where there is room."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self.nothing = ""

    @property
    def event(self) -> Event | None:
        """The selected one."""
        return self.rows[self.selected] if self.selected is not None and self.rows else None

    def head(self, room: int) -> str:
        table = fit(_("Table"), 37) if room >= _ROOMY else ""
        time = fit(_("Time"), 21 if room >= _ROOMY else 10)
        machine = fit(_("Machine"), _MACHINE)
        return f"{time}{machine}{table}  " + _("What happened")

    def empty(self, room: int) -> list[list[Segment]]:
        return [[Segment(fit(self.nothing, room), self.ink("dim"))]]

    def paint(self, row: Event, room: int, selected: bool) -> list[Segment]:
        dim, base = self.ink("dim", selected=selected), self.ink("row", selected=selected)
        ink = self.ink(INKS[row.turn], selected=selected)
        roomy = room >= _ROOMY
        time = f"{row.at:%Y-%m-%d %H:%M:%S}" if roomy else f"{row.at:%H:%M:%S}"
        left = [
            Segment(fit(time, 21 if roomy else 10), dim),
            Segment(fit(row.machine, _MACHINE - 1) + " ", base),
            *([Segment(fit(row.table, 36) + " ", dim)] if roomy else []),
            Segment(fit(SIGNS[row.turn], 2), ink),
        ]
        used = sum(part.cell_length for part in left)
        return [*left, Segment(fit(row.what, max(1, room - used)), ink)]


class MachinesView(LinesView[Machine]):
    """A machine a row: its rows in all, what waits there, and its place."""

    FOLLOWS = False

    def head(self, room: int) -> str:
        del room
        return fit(_("Machine"), 30) + right(_("Rows"), 10) + right(_("Waiting"), 10)

    def paint(self, row: Machine, room: int, selected: bool) -> list[Segment]:
        title = Segment(fit(row.title, 29) + " ", self.ink("row", selected=selected))
        if row.trouble:
            text = fit(row.trouble, max(1, room - 30))
            return [title, Segment(text, self.ink("bad", selected=selected))]
        rows = sum(count for _table, count in row.counts)
        ink = self.ink("warning" if row.waiting else "dim", selected=selected)
        left = 30 + 10 + 10
        return [
            title,
            Segment(right(str(rows), 10), self.ink("row", selected=selected)),
            Segment(right(str(row.waiting) if row.waiting else "-", 10), ink),
            Segment(fit(f"  {row.place}", max(1, room - left)), self.ink("dim", selected=selected)),
        ]


def waiting_words(machines: tuple[Machine, ...]) -> str:
    """How many messages wait in all; empty: none."""
    count = sum(machine.waiting for machine in machines)
    if not count:
        return ""
    return ngettext("{n} message waits", "{n} messages wait", count).format(n=count)
