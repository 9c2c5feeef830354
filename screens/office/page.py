"""What every screen of the back office shares: title, message, keys, actions, undoing."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from cashier.errors import CashierError
from cashier.events import Tone
from cashier.i18n import _
from cashier.key_names import key_name
from cashier.office import Action, Entry, Office
from cashier.words import explain
from screens.dialogs.choice import Choice, Option
from screens.dialogs.reading import Printed, Reading
from screens.office.form import Form
from screens.office.keys import BY_KEY, PRESSES, KeyRow, Press
from screens.showing import Amounts, said
from screens.text import clean, fit
from screens.textual_hacks import paint_now
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Ends, Row

if TYPE_CHECKING:
    from typing import Any

_KEYS = 24
"""Cells for the names of keys in the help."""


class Page(Screen[None]):
    """One screen of the office; ``who`` is written into the log."""

    AUTO_FOCUS = ""
    CSS_PATH = str(Path(__file__).with_name("office.tcss"))

    def __init__(self, office: Office, who: str, amounts: Amounts) -> None:
        super().__init__()
        self.office = office
        self.who = who
        self.amounts = amounts
        self.heading = Ends(id="office-heading")
        self.message = Row(id="office-message")
        self.keys = KeyRow(id="office-keys")

    # --- what a page says of itself

    @property
    def view(self) -> "LinesView[Any]":
        """The list that the arrows move in."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        raise NotImplementedError

    def title_text(self) -> str:
        raise NotImplementedError

    def aside(self) -> str:
        """What stands at the right of the title: how many there are, what Enter does."""
        return ""

    def personal(self) -> Iterable[str]:
        """The names of people that are in sight."""
        return ()

    def load(self) -> None:
        """Read everything anew. Raises CashierError."""
        raise NotImplementedError

    def opened(self) -> None:
        """Enter: open what is selected."""
        raise NotImplementedError

    def possible(self) -> tuple[Action, ...]:
        """What can be done here now. Raises CashierError."""
        return ()

    def do(self, action: str, values: Mapping[str, str]) -> str:
        """Carry out one of them. Raises CashierError."""
        raise NotImplementedError

    def to_undo(self) -> Entry | None:
        """What Ctrl+Z undoes: the last change that can be undone. Raises CashierError."""
        return next((entry for entry in self.office.log() if entry.undoable), None)

    # --- what all of them do

    def compose(self) -> ComposeResult:
        yield self.heading
        yield from self.body()
        yield self.message
        yield self.keys

    def on_mount(self) -> None:
        self.again()

    def on_screen_resume(self) -> None:
        """Another page may have changed something."""
        if self.is_mounted:
            self.again()

    def again(self) -> None:
        self._guarded(self.load)
        self.head()

    def head(self) -> None:
        """The title row."""
        right = Content.styled(clean("    ".join(filter(None, [self.aside(), self.who]))), "dim")
        self.heading.show(Content.styled(clean(self.title_text()), "bold $text-primary"), right)

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        self.message.show(said(tone, text) if text else Content(""))

    def _guarded(self, work: Callable[[], None]) -> None:
        """Expected trouble is said."""
        try:
            work()
        except CashierError as error:
            self.say(explain(error), Tone.ERROR)

    # --- keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        press = BY_KEY.get(event.key)
        if press is not None:
            self.press(press)
        elif event.key in ("enter", "ctrl+j"):
            self._guarded(self.opened)
        elif event.key == "escape":
            self.back()
        elif event.key in _STEPS:
            self.move(_STEPS[event.key])
        else:
            self.typed(event)
        paint_now(self, (self.view, self.message, *self.quick()))

    def quick(self) -> tuple[Widget, ...]:
        """What else a key changes and is painted at once."""
        return ()

    def typed(self, event: events.Key) -> None:
        """Any other key."""

    def on_key_row_pressed(self, event: KeyRow.Pressed) -> None:
        self.press(event.press)

    def press(self, press: Press) -> None:
        {
            "help": self.help,
            "act": lambda: self._guarded(self.act),
            "undo": lambda: self._guarded(self.undo),
            "log": self.log_page,
            "back": self.leave,
        }[press.id]()

    def move(self, step: str) -> None:
        view = self.view
        last = len(view.rows) - 1
        now = view.selected or 0
        places = {
            "up": now - 1,
            "down": now + 1,
            "pageup": now - view.page,
            "pagedown": now + view.page,
            "home": 0,
            "end": last,
        }
        view.select(places[step])

    def back(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.dismiss(None)

    def log_page(self) -> None:
        from screens.office.log_page import LogPage

        self.app.push_screen(LogPage(self.office, self.who, self.amounts))

    def help(self) -> None:
        rows: list[Printed] = []
        for keys, what in self.helped():
            rows.append((fit(keys, _KEYS) + what, "", "row"))
        for press in PRESSES:
            names = ", ".join(key_name(key) for key in press.keys.split(","))
            rows.append((fit(names, _KEYS) + _(press.help), "", "row"))
        self.app.push_screen(Reading(_("Help"), rows, columns=70))

    def helped(self) -> tuple[tuple[str, str], ...]:
        """Keys beside those on the key bar."""
        return (("↑ ↓", _("choose")), (_("Enter"), _("open")), (_("Esc"), _("back")))

    # --- doing and undoing

    def act(self) -> None:
        """A menu of what can be done."""
        actions = self.possible()
        if not actions:
            self.say(_("Nothing can be done with this by hand."))
            return

        def chosen(action: Action | None) -> None:
            if action is not None:
                self.begin(action)

        options = [Option(action.label, action) for action in actions]
        self.app.push_screen(Choice(_("Actions"), options), chosen)

    def begin(self, action: Action) -> None:
        """Ask for its fields, or for a yes where it has none."""

        def done(sentence: str | None) -> None:
            if sentence:
                self.again()
                self.say(sentence, Tone.GOOD)

        if action.fields:
            form = Form(action, lambda values: self.do(action.id, values), self.amounts)
            self.app.push_screen(form, done)
        else:
            self._sure(action.label, lambda: self.do(action.id, {}))

    def undo(self) -> None:
        entry = self.to_undo()
        if entry is None:
            self.say(_("There is nothing to undo."))
        else:
            question = _("Undo: {what}?").format(what=entry.what)
            self._sure(question, lambda: self.office.undo(entry.id, self.who))

    def _sure(self, question: str, work: Callable[[], str]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._guarded(lambda: self._done(work()))

        options = [Option(_("Yes"), value=True), Option(_("No"), value=False)]
        self.app.push_screen(Choice(question, options), answered)

    def _done(self, sentence: str) -> None:
        self.again()
        self.say(sentence, Tone.GOOD)


_STEPS = {key: key for key in ("up", "down", "pageup", "pagedown", "home", "end")}
