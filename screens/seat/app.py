"""The instructor's terminal: the trainee's screen live, events by key, notes."""

from pathlib import Path

from rich.segment import Segment
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from cashier.i18n import _
from cashier.seat.client import End, SeatClient
from cashier.seat.notes import Note
from cashier.seat.protocol import MOST_NOTES, Answer, Facts, Speak, Update, Wish, Write
from screens import textual_hacks, themes
from screens.seat import words
from screens.seat.events import OTHER_WORDS
from screens.seat.events import events as drop_ins
from screens.seat.picture_view import PictureView
from screens.text import fit
from screens.widgets.input_line import InputLine
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Ends, Row

LEAST_NOTES, MOST_NOTES_WIDE = 30, 60
"""Columns of the list of notes."""
_FOLDED = "-whole"
"""The class of an app that shows the picture and little else."""
_MOVES = {
    "up": (1, 0), "down": (-1, 0), "left": (0, -8), "right": (0, 8),
    "pageup": (10, 0), "pagedown": (-10, 0),
}  # fmt: skip


class NotesView(LinesView[Note]):
    """The notes and events of this till, the newest at the end."""

    def paint(self, row: Note, room: int, selected: bool) -> list[Segment]:
        time, sign, text = words.note_words(row)
        head = f"{time} {sign} "
        return [
            Segment(head, self.ink("dim", selected=selected)),
            Segment(fit(text, room - len(head)), self.ink("row", selected=selected)),
        ]


class SeatApp(App[None]):
    """Watches the till that works in ``folder`` until that is closed, or the instructor leaves."""

    TITLE = "cashier"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    CSS = """
    Row { height: auto; width: 1fr; }
    Ends { height: 1; width: 1fr; }
    #seat-heading { height: 1; padding: 0 1; background: $panel; }
    #seat-middle { height: 1fr; }
    #seat-picture { width: 1fr; height: 1fr; background: $panel-darken-1; }
    #seat-notes { display: none; height: 1fr; }
    #seat-facts { height: 2; padding: 0 1; background: $panel; }
    #seat-message { height: 1; padding: 0 1; }
    #seat-input { height: 1; }
    #seat-keys { height: auto; max-height: 3; padding: 0 1; }
    .-whole #seat-facts, .-whole #seat-keys { display: none; }
    """
    BINDINGS = [Binding("ctrl+q,ctrl+c", "quit", show=False, id="quit", priority=True)]

    def __init__(self, folder: Path, who: str, *, theme_name: str | None = None) -> None:
        super().__init__(driver_class=textual_hacks.driver())
        self.end: End | None = None
        """How the till ended it; None: the instructor left."""
        self.facts: Facts | None = None
        self.notes: list[Note] = []
        self.picture = PictureView(id="seat-picture")
        self.heading = Ends(id="seat-heading")
        self.side = NotesView(id="seat-notes")
        self.present = Row(id="seat-facts")
        self.message = Row(id="seat-message")
        self.input = InputLine(id="seat-input")
        self.keys = Row(id="seat-keys")
        self._speaking = False
        """What is typed is said by the customer; otherwise it is a note."""
        self._answers: list[Answer] = []
        """What came of the newest wishes."""
        self._client = SeatClient(folder, who, self.hear)
        for theme in themes.themes():
            self.register_theme(theme)
        few_colours = self.console.color_system in (None, "standard", "windows")
        textual_hacks.wear_first(self, themes.chosen(theme_name, few_colours=few_colours))

    def compose(self) -> ComposeResult:
        yield self.heading
        with Horizontal(id="seat-middle"):
            yield self.picture
            yield self.side
        yield self.present
        yield self.message
        yield self.input
        yield self.keys

    def on_mount(self) -> None:
        textual_hacks.end_on_hangup(self)
        self._ask(speaking=False)
        self.run_worker(self._watch(), name="till")

    async def _watch(self) -> None:
        self.end = await self._client.run()
        self.exit(return_code=0 if self.end.fine else 2)

    # --- what the till says

    def hear(self, update: Update) -> None:
        if update.notes:
            self.notes = [*self.notes, *update.notes][-MOST_NOTES:]
            self.side.show(tuple(self.notes))
        if update.facts is not None:
            self.facts = update.facts
        if update.picture is not None:
            self.picture.show(update.picture)
        for answer in update.answers:
            self.say(answer)
        self._show()

    def say(self, answer: Answer) -> None:
        """Beside what came of the other wishes that were sent at once."""
        self._answers.append(answer)
        self.message.show(words.answers_row(self._answers))

    def _show(self) -> None:
        facts = self.facts
        if facts is None:
            return
        self._give_room()
        cut = _("arrows: the rest") if self.picture.cut else ""
        self.heading.show(words.heading_left(facts), words.heading_right(facts, cut))
        room = max(20, self.size.width - 2)
        self.present.show(words.facts_rows(facts, room))
        labels = [(event.key, event.label, event.stands) for event in drop_ins(facts)]
        labels += [("Enter", _("note"), False), ("Tab", _("whole screen"), False)]
        labels.append(("Esc", _("leave"), False))
        self.keys.show(words.key_rows(labels, room))

    def _give_room(self) -> None:
        """The notes get what the picture leaves, if that is enough to read them."""
        picture = self.picture.picture
        left = self.size.width - (picture.columns if picture else 0)
        self.side.display = left >= LEAST_NOTES and not self.has_class(_FOLDED)
        self.side.styles.width = max(0, min(left, MOST_NOTES_WIDE))

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    # --- keys

    def on_key(self, event: events.Key) -> None:
        """Those of dialogs never come here."""
        if len(self.screen_stack) > 1:
            return
        key, letter = event.key, event.character or ""
        if key == "escape":
            self._back()
        elif key == "enter":
            self._enter()
        elif key == "tab":
            self.toggle_class(_FOLDED)
            self.call_after_refresh(self._show)
        elif not self.input.text and key in _MOVES:
            up, left = _MOVES[key]
            self.picture.move(up=up, left=left)
        elif not self.input.text and not self._speaking and self._drop(letter):
            pass
        elif event.is_printable and letter:
            self.input.put(letter)
        else:
            self.input.edit(key)

    def on_paste(self, event: events.Paste) -> None:
        if len(self.screen_stack) == 1:
            self.input.put(" ".join(event.text.split()))

    def _drop(self, letter: str) -> bool:
        """A digit on an empty line is an event."""
        facts = self.facts
        event = next((one for one in drop_ins(facts) if one.key == letter), None) if facts else None
        if event is None or facts is None:
            return False
        event.act(self, facts)
        return True

    def _enter(self) -> None:
        text, speaking = self.input.take(), self._speaking
        self._ask(speaking=False)
        if text:
            self.send(Speak(text=text) if speaking else Write(text=text))

    def _back(self) -> None:
        if self.input.text:
            self.input.clear()
        elif self._speaking:
            self._ask(speaking=False)
        else:
            self.exit()

    def _ask(self, *, speaking: bool) -> None:
        self._speaking = speaking
        if speaking:
            self.input.ask(_("The customer says"), _("Enter: say it"))
        else:
            self.input.ask(_("Note"), _("type what you see, then Enter"))

    # --- what events need

    def send(self, *wishes: Wish) -> None:
        self._answers = []
        for wish in wishes:
            if not self._client.say(wish):
                self.say(Answer(done=False, text=_("The till is not there now.")))
                return

    def speak(self, text: str) -> None:
        """As the customer; what is not ready is typed."""
        if text == OTHER_WORDS:
            self._ask(speaking=True)
        else:
            self.send(Speak(text=text))
