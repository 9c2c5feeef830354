"""A new customer: the fields that the loyalty system asks for."""

from collections.abc import Iterable
from datetime import date

from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.commands import Register
from cashier.errors import BadInput
from cashier.exchange import Login, Registration
from cashier.i18n import _
from cashier.meaning import normal_phone
from cashier.receipt import Identifier, IdentifierKind
from screens.dialogs.base import Dialog
from screens.prompts import day_of
from screens.text import fit
from screens.widgets.input_line import InputLine
from screens.widgets.row import Row

LABEL = 22
"""Cells for the names of the fields."""


class RegistrationForm(Dialog[Register | None]):
    """Tab and arrows go from field to field; Enter in the last one registers."""

    def __init__(self, known: Identifier, form: Registration, *, region: str, today: date) -> None:
        super().__init__(
            _("New customer"), _("↑ ↓ field    Enter: next, then register    Esc: without")
        )
        self._region = region
        self._today = today
        self._login = form.login
        self._fields = {name: InputLine(id=f"field-{name}") for name in self._names()}
        self._active = 0
        self._prefill(known)
        self._trouble = Row(id="dialog-note")
        self._trouble.content = Content.styled(_("Nobody is known by this number yet."), "dim")

    def _names(self) -> tuple[str, ...]:
        login = "phone" if self._login is Login.PHONE else "email"
        other = "email" if self._login is Login.PHONE else "phone"
        return (login, "name", "birthdate", other)

    def _prefill(self, known: Identifier) -> None:
        kinds = {IdentifierKind.PHONE: "phone", IdentifierKind.EMAIL: "email"}
        name = kinds.get(known.kind)
        if name:
            self._fields[name].put(known.value)
        self._active = 1 if name == self._names()[0] else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, as those of ``Register`` are called, from top to bottom."""
        return tuple(self._fields)

    @property
    def field_at_hand(self) -> tuple[int, InputLine]:
        """The field in which one types now, and its place."""
        return self._active, list(self._fields.values())[self._active]

    def personal(self) -> Iterable[str]:
        """What is typed here belongs to a person."""
        return [field.text for field in self._fields.values()]

    def body(self) -> Iterable[Widget]:
        yield self._trouble
        yield from self._fields.values()

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        words = {
            "phone": _("Phone"),
            "email": _("E-mail"),
            "name": _("Name"),
            "birthdate": _("Birthday"),
        }
        for place, (name, field) in enumerate(self._fields.items()):
            field.active = place == self._active
            hint = {"birthdate": _("31.12.1990, may be left empty"), "name": _("may be left empty")}
            optional = "" if place == 0 else hint.get(name, _("may be left empty"))
            field.ask(fit(words[name], LABEL), optional)
            field.refresh()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        field = list(self._fields.values())[self._active]
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("up", "shift+tab"):
            self._go(-1)
        elif event.key in ("down", "tab"):
            self._go(1)
        elif event.key == "enter":
            self._enter()
        elif event.is_printable and event.character:
            field.put(event.character)
        else:
            field.edit(event.key)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        list(self._fields.values())[self._active].put(event.text.split("\n", 1)[0])

    def _go(self, by: int) -> None:
        self._active = (self._active + by) % len(self._fields)
        self._show()

    def _enter(self) -> None:
        if self._active < len(self._fields) - 1:
            self._go(1)
            return
        try:
            self.dismiss(self._answer())
        except BadInput as error:
            self._trouble.show(Content.styled(f"× {error}", "bold $text-error"))

    def _answer(self) -> Register:
        """Raises BadInput."""
        text = {name: field.text.strip() for name, field in self._fields.items()}
        phone = normal_phone(text["phone"], self._region) if text["phone"] else ""
        if phone is None:
            raise BadInput(_("Not a phone number."))
        if text["email"] and ("@" not in text["email"] or " " in text["email"]):
            raise BadInput(_("Not an e-mail address."))
        born = day_of(text["birthdate"], self._today) if text["birthdate"] else None
        if born is not None and born >= self._today:
            raise BadInput(_("A birthday is in the past."))
        if not text[self._names()[0]]:
            raise BadInput(
                _("The phone is required.")
                if self._login is Login.PHONE
                else _("The e-mail is required.")
            )
        return Register(phone=phone, email=text["email"].lower(), name=text["name"], birthdate=born)
