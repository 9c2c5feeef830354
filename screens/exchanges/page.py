"""What the list of exchanges and a single exchange share: keys, search line, masks, files."""

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from cashier.errors import CashierError
from cashier.events import Tone
from cashier.exchange_log.curl import curl
from cashier.exchange_log.log import Entry
from cashier.i18n import _, ngettext
from screens.dialogs.choice import Choice, Option
from screens.exchanges.reader import Reader
from screens.showing import said
from screens.text import clean, end_of, in_rows, width
from screens.widgets.input_line import InputLine
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Ends, Row

_LETTERS = {
    "c": "c", "с": "c", "h": "h", "р": "h", "b": "b", "и": "b", "u": "u", "г": "u",
    "x": "x", "ч": "x", "n": "n", "т": "n", "/": "/", ".": "/",
}  # fmt: skip
"""What a letter does, with the Russian layout on as well."""


class Left(Enum):
    """How a page is left."""

    BACK = auto()
    PUT_AWAY = auto()
    """All of it, the list beside the receipt, too."""


class ExchangesPage(Screen[Left]):
    """Left by Esc, or by the key that opened it."""

    AUTO_FOCUS = ""
    CSS_PATH = str(Path(__file__).with_name("exchanges.tcss"))
    MORE: ClassVar[tuple[str, ...]] = ()
    """Letters that only this page knows."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.heading = Ends(id="exchanges-heading")
        self.message = Row(id="exchanges-message")
        self.search = InputLine(id="exchanges-search")
        self.keys = Row(id="exchanges-keys")
        self.searching = False

    # --- what a page says of itself

    @property
    def view(self) -> LinesView[Any]:
        raise NotImplementedError

    def title_text(self) -> str:
        raise NotImplementedError

    def aside(self) -> str:
        """What stands at the right of the title."""
        return ""

    def key_words(self) -> tuple[str, ...]:
        """'C: copy as curl', one for each key."""
        raise NotImplementedError

    def taking_words(self) -> tuple[str, ...]:
        masks = _("U: mask") if self.reader.unmasked else _("U: show all")
        copying = (_("C: copy as curl"), _("H: save HAR"), _("B: bug report"))
        return (*copying, masks, _("Esc: back"))

    def load(self) -> None:
        """Everything anew. Raises CashierError."""
        raise NotImplementedError

    def entry(self) -> Entry | None:
        """The exchange that the keys are about."""
        raise NotImplementedError

    def all_of_it(self) -> list[Entry]:
        """Those that an archive is made of. Raises StorageError."""
        raise NotImplementedError

    def find(self, text: str) -> None:
        """Raises CashierError."""
        raise NotImplementedError

    def pressed(self, key: str) -> bool:
        """A key of this page alone; False: it is none."""
        raise NotImplementedError

    # --- what they share

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self.view
        yield self.message
        yield self.search
        yield self.keys

    def on_mount(self) -> None:
        self.search.display = False
        self.reader.desk.exchanges = self
        self.again()

    def on_screen_resume(self) -> None:
        self.reader.desk.exchanges = self
        if self.is_mounted:
            self.again()

    def on_unmount(self) -> None:
        if self.reader.desk.exchanges is self:
            self.reader.desk.exchanges = None

    def again(self) -> None:
        self.guarded(self.load)
        self.head()

    def heard(self) -> None:
        """Something was said to the system just now."""

    def head(self) -> None:
        masked = (
            (_(" NOT MASKED "), "bold reverse $text-error")
            if self.reader.unmasked
            else (_("masked"), "dim")
        )
        left = Content.styled(clean(self.title_text()), "bold $text-primary")
        right = Content.assemble((f"{clean(self.aside())}   ", "dim"), masked)
        self.heading.show(left, right)
        words = (_("Enter: find"), _("Esc: back")) if self.searching else self.key_words()
        room = max(20, self.size.width - 2)
        self.keys.show(Content.styled("\n".join(in_rows(words, room)), "dim"))

    def on_resize(self) -> None:
        self.head()

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        self.message.show(said(tone, text) if text else Content(""))

    def guarded(self, act: Callable[[], object]) -> None:
        """Expected trouble is said."""
        try:
            act()
        except CashierError as error:
            self.say(str(error), Tone.ERROR)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if self.searching:
            self._typed(event)
            return
        key = event.key
        moves = {"up": -1, "down": 1, "pageup": -self.view.page, "pagedown": self.view.page}
        letter = _LETTERS.get((event.character or "").lower(), "")
        if key in moves:
            self.move(moves[key])
        elif key in ("home", "end"):
            self.move(-(10**9) if key == "home" else 10**9)
        elif key in ("slash", "ctrl+f") or letter == "/":
            self._ask()
        elif letter in ("c", "h", "b", "u"):
            self.say("")
            acts = {"c": self._copy, "h": self._har, "b": self._report, "u": self._mask}
            self.guarded(acts[letter])
        elif key == "escape":
            self.back()
        elif key in self._own_keys():
            self.dismiss(Left.PUT_AWAY)
        else:
            back = letter == "n" and (event.character or "").isupper()
            name = "N" if back else letter if letter in self.MORE else key
            self.guarded(lambda: self.pressed(name))

    def _own_keys(self) -> tuple[str, ...]:
        """Those of the deed that opens the list: once more, and it is put away."""
        from screens.deeds import BY_ID

        return self.reader.desk.screen.key_map.keys(BY_ID["exchanges"])

    def move(self, by: int) -> None:
        raise NotImplementedError

    def back(self) -> None:
        self.dismiss(Left.BACK)

    # --- searching

    def _ask(self) -> None:
        self.searching = True
        self.search.display = True
        self.search.clear()
        self.search.ask(_("Find"))
        self.head()

    def _typed(self, event: events.Key) -> None:
        if event.key == "escape":
            self._end_search()
        elif event.key == "enter":
            text = self.search.text.strip()
            self._end_search()
            self.say("")
            self.guarded(lambda: self.find(text))
            self.head()
        elif event.is_printable and event.character:
            self.search.put(event.character)
        else:
            self.search.edit(event.key)

    def _end_search(self) -> None:
        self.searching = False
        self.search.display = False
        self.head()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.searching:
            self.search.put(event.text.split("\n", 1)[0])

    # --- taken along

    def _copy(self) -> None:
        entry = self.entry()
        if entry is None:
            return
        calls = self.reader.masked(self.reader.whole(entry)).calls
        if not calls:
            self.say(_("Nothing of it went over a wire: there is nothing for curl."), Tone.WARNING)
            return
        self.app.copy_to_clipboard("\n".join(map(curl, calls)) + "\n")
        text = ngettext("Copied: {n} curl command.", "Copied: {n} curl commands.", len(calls))
        masked = "" if self.reader.unmasked else " " + _("Secrets in it are masked.")
        self.say(text.format(n=len(calls)) + masked, Tone.GOOD)

    def _har(self) -> None:
        entries = self.all_of_it()
        if entries:
            path = self.reader.har(entries, self._file_name())
            self._saved(_("Archive: {path}"), path)

    def _report(self) -> None:
        entry, receipt = self.entry(), self.reader.receipt
        receipt_id = entry.exchange.receipt_id if entry else ""
        receipt_id = receipt_id or (receipt.receipt_id if receipt else "")
        if not receipt_id:
            self.say(_("This belongs to no receipt: there is nothing to report."), Tone.WARNING)
            return
        self._saved(_("Report: {path}"), self.reader.report(receipt_id))

    def _file_name(self) -> str:
        entry = self.entry()
        receipt_id = entry.exchange.receipt_id if entry else ""
        return self.reader.number(receipt_id) or receipt_id[:12] or "exchanges"

    def _saved(self, text: str, path: Path) -> None:
        self.say(text.format(path=end_of(path, self.size.width - width(text))), Tone.GOOD)

    # --- masks

    def _mask(self) -> None:
        if self.reader.unmasked:
            self.reader.unmasked = False
            self.again()
            return
        question = Choice(
            _("Show and copy everything as it is?"),
            (Option(_("Keep it masked"), False), Option(_("Show everything"), True)),  # noqa: FBT003
            note=_(
                "Names, phones, cards, passwords and tokens can be read then, on this screen and in"
                " what is copied and saved here. When you leave, they are masked again."
            ),
        )
        self.app.push_screen(question, self._answered)

    def _answered(self, everything: bool | None) -> None:
        self.reader.unmasked = bool(everything)
        self.again()
