"""A supervisor's PIN, and why it is allowed."""

from collections.abc import Iterable

from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.commands import Allow
from cashier.i18n import _, ngettext
from cashier.snapshot import AskSupervisor
from screens.dialogs.base import Dialog
from screens.text import clean, fit
from screens.widgets.input_line import InputLine
from screens.widgets.row import Row

LABEL = 12
"""Cells for the names of the two fields."""


class PinDialog(Dialog[Allow | None]):
    """The PIN is never shown; Enter allows, Tab goes to the reason."""

    def __init__(self, question: AskSupervisor) -> None:
        super().__init__(
            _("A supervisor must allow it"), _("Enter: allow    Tab: reason    Esc: do not")
        )
        left = ngettext("{n} try left", "{n} tries left", question.attempts)
        text = f"{clean(question.text)}\n{left.format(n=question.attempts)}"
        self._note = Row(id="dialog-note")
        self._note.content = Content(text)
        self._pin = InputLine(id="field-pin")
        self._pin.secret = True
        self._why = InputLine(id="field-why")
        self._fields = (self._pin, self._why)
        self._active = self._pin

    def body(self) -> Iterable[Widget]:
        yield self._note
        yield from self._fields

    def on_mount(self) -> None:
        self._pin.ask(fit(_("PIN"), LABEL))
        self._why.ask(fit(_("Reason"), LABEL), _("may be left empty"))
        self._go(self._pin)

    def _go(self, field: InputLine) -> None:
        self._active = field
        for one in self._fields:
            one.active = one is field
            one.refresh()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("tab", "shift+tab", "up", "down"):
            self._go(self._why if self._active is self._pin else self._pin)
        elif event.key == "enter":
            self.dismiss(Allow(self._pin.text, self._why.text))
        elif event.is_printable and event.character:
            self._active.put(event.character)
        else:
            self._active.edit(event.key)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._active.put(event.text.split("\n", 1)[0])
