"""The form of any action: its fields, and what is wrong with them, until it is done or given up."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.errors import CashierError
from cashier.i18n import _
from cashier.office import Action, Field, Kind, Wrong
from cashier.words import explain
from screens.dialogs import base
from screens.dialogs.base import Dialog
from screens.office.table_view import shown
from screens.showing import Amounts
from screens.text import clean, fit
from screens.widgets.input_line import InputLine
from screens.widgets.row import Row

LABEL = 22
"""Cells for the names of the fields."""
_DENSE = 4
"""From more fields than this they stand without gaps: the smallest terminal must hold them."""


class Form(Dialog[str | None]):
    """Answers with the sentence that says what was done; None when it was given up.

    ``submit`` is called with what was typed; while it refuses, the form stays as it is.
    """

    CSS_PATH = str(Path(base.__file__).with_name("dialogs.tcss"))

    def __init__(
        self, action: Action, submit: Callable[[Mapping[str, str]], str], amounts: Amounts
    ) -> None:
        super().__init__(
            action.label, _("↑ ↓ field    ← → choice    Enter: next, do    Esc: close")
        )
        self._submit = submit
        self._fields = action.fields
        self._lines = [InputLine(id=f"field-{field.id}") for field in action.fields]
        self._chosen: dict[str, int] = {}
        self._active = 0
        self._trouble = Row(id="dialog-note")
        for field, line in zip(self._fields, self._lines, strict=True):
            self._prefill(field, line, amounts)

    def _prefill(self, field: Field, line: InputLine, amounts: Amounts) -> None:
        if field.kind is Kind.CHOICE:
            places = (n for n, one in enumerate(field.choices) if one.value == field.value)
            self._chosen[field.id] = next(places, 0)
        else:
            line.put(shown(field.value, field.kind, amounts))

    def body(self) -> Iterable[Widget]:
        yield self._trouble
        yield from self._lines

    def on_mount(self) -> None:
        self._trouble.display = False
        for line in self._lines[:-1] if len(self._lines) > _DENSE else ():
            line.styles.margin = 0
        self._show()

    def _show(self) -> None:
        for place, (field, line) in enumerate(zip(self._fields, self._lines, strict=True)):
            line.active = place == self._active
            hint = field.hint
            if field.kind is Kind.CHOICE:
                hint = f"◂ {clean(field.choices[self._chosen[field.id]].label)} ▸"
            line.ask(fit(field.label, LABEL), hint)
            line.refresh()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        field, line = self._fields[self._active], self._lines[self._active]
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("up", "shift+tab"):
            self._go(self._active - 1)
        elif event.key in ("down", "tab"):
            self._go(self._active + 1)
        elif event.key in ("enter", "ctrl+j"):
            self._enter()
        elif field.kind is Kind.CHOICE:
            self._choose(field, {"left": -1, "right": 1, "space": 1}.get(event.key, 0))
        elif event.is_printable and event.character:
            line.put(event.character)
        else:
            line.edit(event.key)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self._fields[self._active].kind is not Kind.CHOICE:
            self._lines[self._active].put(event.text.split("\n", 1)[0])

    def _choose(self, field: Field, by: int) -> None:
        self._chosen[field.id] = (self._chosen[field.id] + by) % len(field.choices)
        self._show()

    def _go(self, place: int) -> None:
        self._active = place % len(self._fields)
        self._show()

    def _enter(self) -> None:
        if self._active < len(self._fields) - 1:
            self._go(self._active + 1)
            return
        try:
            self.dismiss(self._submit(self._typed()))
        except CashierError as error:
            self._trouble.display = True
            self._trouble.show(Content.styled(f"× {clean(explain(error))}", "bold $text-error"))
            names = [field.id for field in self._fields]
            if isinstance(error, Wrong) and error.field in names:
                self._go(names.index(error.field))

    def _typed(self) -> dict[str, str]:
        typed = {}
        for field, line in zip(self._fields, self._lines, strict=True):
            if field.kind is Kind.CHOICE:
                typed[field.id] = field.choices[self._chosen[field.id]].value
            else:
                typed[field.id] = line.text
        return typed
