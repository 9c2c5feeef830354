"""Faults on purpose: what stands and how often it struck; a new one made with the arrows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from rich.segment import Segment
from textual import events
from textual.widget import Widget

from cashier.exchange import Reason
from cashier.faults import (
    SLOW_SECONDS,
    Fault,
    FaultKind,
    Plan,
    Standing,
    kind_words,
    often_words,
    step_words,
)
from cashier.i18n import _
from cashier.methods import METHODS
from screens.dialogs.base import Dialog
from screens.text import fit, right
from screens.widgets.lines_view import LinesView

Fields: TypeAlias = Mapping[str, Any]

WHAT: tuple[Fields, ...] = (
    {"kind": FaultKind.LOST_ANSWER},
    {"kind": FaultKind.UNREACHABLE},
    {"kind": FaultKind.SLOW, "seconds": SLOW_SECONDS},
    {"kind": FaultKind.SLOW, "seconds": 15},
    {"kind": FaultKind.STATUS, "status": 500},
    {"kind": FaultKind.STATUS, "status": 503},
    {"kind": FaultKind.STATUS, "status": 401},
    {"kind": FaultKind.STATUS, "status": 404},
    {"kind": FaultKind.STATUS, "status": 429},
    {"kind": FaultKind.CUT},
    {"kind": FaultKind.GARBLED},
    {"kind": FaultKind.TWICE},
    {"kind": FaultKind.REFUSED, "reason": Reason.OTHER},
    {"kind": FaultKind.REFUSED, "reason": Reason.BLOCKED},
    {"kind": FaultKind.REFUSED, "reason": Reason.LIMIT_EXCEEDED},
    {"kind": FaultKind.REFUSED, "reason": Reason.EXPIRED},
    {"kind": FaultKind.REFUSED, "reason": Reason.ALREADY_PROCESSED},
)
STEPS: tuple[Fields, ...] = tuple({"step": step} for step in ("save_sale", "", *METHODS))
OFTEN: tuple[Fields, ...] = (
    {"times": 1},
    {"times": 2},
    {"times": 3},
    {},
    {"every": 2},
    {"every": 3},
    {"chance": 50},
    {"chance": 10},
)
LABEL = 14
"""Cells for the names of the fields."""
_MOST = 5
"""Faults that are shown at once."""


class ClearAll:
    """The answer that takes all faults away."""


@dataclass(frozen=True)
class Picked:
    """One field of the fault that is made."""

    label: str
    choices: tuple[Fields, ...]
    place: int = 0

    @property
    def fields(self) -> Fields:
        return self.choices[self.place]

    def moved(self, by: int) -> "Picked":
        return replace(self, place=(self.place + by) % len(self.choices))


class FieldsView(LinesView[Picked]):
    GROUND = "panel"

    def paint(self, row: Picked, room: int, selected: bool) -> list[Segment]:
        value = _value_words(row)
        shown = f"‹ {value} ›" if selected else f"  {value}"
        return [
            Segment(fit(row.label, LABEL), self.ink("dim", selected=selected)),
            Segment(fit(shown, room - LABEL), self.ink("row", selected=selected)),
        ]


class StandingView(LinesView[Standing]):
    GROUND = "panel"

    def paint(self, row: Standing, room: int, selected: bool) -> list[Segment]:
        fault = row.fault
        text = f"{step_words(fault.step)}: {kind_words(fault)}; {often_words(fault)}"
        hits = _("struck {n}").format(n=row.hits)
        del selected  # nothing is: they are only shown
        ink = self.ink("dark" if row.spent else "row")
        taken = len(hits) + 1
        return [Segment(fit(text, room - taken), ink), Segment(right(hits, taken), self.ink("dim"))]


def _value_words(row: Picked) -> str:
    fault = Fault(kind=FaultKind.LOST_ANSWER).model_copy(update=dict(row.fields))
    if row.choices is WHAT:
        return kind_words(fault)
    return step_words(fault.step) if row.choices is STEPS else often_words(fault)


class FaultsDialog(Dialog[Fault | ClearAll | None]):
    """Arrows choose, Enter sets the fault, Delete takes all away."""

    def __init__(self, plan: Plan) -> None:
        keys = _("↑ ↓ field    ← → choose    Enter: set")
        if plan.standing:
            keys += "    " + _("Del: none")
        super().__init__(_("Faults on purpose"), keys)
        self._plan = plan
        self._standing = StandingView(id="dialog-standing")
        self._picked = [
            Picked(_("What"), WHAT),
            Picked(_("At which step"), STEPS),
            Picked(_("How often"), OFTEN),
        ]
        self._fields = FieldsView(id="dialog-options")

    def body(self) -> Iterable[Widget]:
        if self._plan.standing:
            yield self._standing
        yield self._fields

    def on_mount(self) -> None:
        self.query_one("#dialog").styles.width = 76
        if self._plan.standing:
            self._standing.styles.height = min(_MOST, len(self._plan.standing))
            self._standing.styles.margin = (0, 0, 1, 0)
            self._standing.show(tuple(self._plan.standing))
        self._fields.styles.height = len(self._picked)
        self._fields.show(tuple(self._picked), 0)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        place = self._fields.selected or 0
        match event.key:
            case "escape":
                self.dismiss(None)
            case "up" | "down" | "tab" | "shift+tab":
                by = -1 if event.key in ("up", "shift+tab") else 1
                self._fields.select((place + by) % len(self._picked))
            case "left" | "right" | "space":
                self._picked[place] = self._picked[place].moved(-1 if event.key == "left" else 1)
                self._fields.show(tuple(self._picked), place)
            case "enter":
                self.dismiss(self._made())
            case "delete" if self._plan.standing:
                self.dismiss(ClearAll())

    def _made(self) -> Fault:
        chosen = {name: value for one in self._picked for name, value in one.fields.items()}
        return Fault(**chosen)
