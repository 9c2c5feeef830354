"""The screen where keys are changed: every deed with its keys, and the ready sets."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.widget import Widget

from cashier.errors import BadInput, StorageError
from cashier.i18n import _
from cashier.key_names import key_name, normal_key
from cashier.keys import Keys
from screens.deeds import BY_ID, DEEDS
from screens.dialogs.base import Dialog
from screens.dialogs.choice import Choice, Option
from screens.keys import (
    CLEAR,
    SEARCH,
    KeyMap,
    files_of,
    key_map,
    keys_of_set,
    read_words,
    scanner_of,
    title,
    trouble,
    words_of_set,
)
from screens.text import fit, right
from screens.widgets.input_line import InputLine
from screens.widgets.lines_view import LinesView
from screens.widgets.row import Row

if TYPE_CHECKING:
    from screens.desk import Desk

SetName: TypeAlias = Literal["function", "alt", "typed", "numpad"]

_LABEL = 13
_NAMES = 24


class KeysView(LinesView[str]):
    """One row for each deed, by its id; an empty id is the choice of the set."""

    GROUND = "panel"

    def __init__(self, keys: KeyMap) -> None:
        super().__init__(id="dialog-options")
        self.keys = keys

    def paint(self, row: str, room: int, selected: bool) -> list[Segment]:
        settings = self.keys.settings
        changed = row in settings.change or row in settings.words
        mark = "• " if changed else "  "
        label = _("Key set") if not row else title(row)
        about = "" if not row else _(BY_ID[row].help) if row in BY_ID else _("typed on the line")
        names = set_names()[settings.set] if not row else ", ".join(self._names(row))
        cells = max(room - 2 - _LABEL - _NAMES, 0)
        return [
            Segment(mark + fit(label, _LABEL), self.ink("row", selected=selected)),
            Segment(fit(about, cells), self.ink("dim", selected=selected)),
            Segment(right(names, _NAMES), self.ink("row", selected=selected)),
        ]

    def _names(self, name: str) -> Iterable[str]:
        if name in BY_ID:
            return self.keys.names(BY_ID[name]) or (_("no key"),)
        return (word for word, pseudo in self.keys.pseudo.items() if pseudo == name)


def set_names() -> dict[SetName, str]:
    return {
        "function": _("Function keys"),
        "alt": _("Alt and a digit"),
        "typed": _("Typed words"),
        "numpad": _("Numeric pad"),
    }


_AROUND = 11
"""Rows of the dialog around the list: the frame, the title, a note, two rows of keys."""


class KeysDialog(Dialog[None]):
    """What is changed here holds at once, and is kept for the next start."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(_("Keys"))
        self._desk = desk
        self._files = files_of(desk.till.workplace)
        self._view = KeysView(desk.screen.key_map)
        self._note = Row(id="dialog-note")
        self._word = InputLine(id="field-word")
        self._wanted: Literal["", "key", "more", "word"] = ""
        """What comes next for the selected deed: its key, one more key, its word."""

    def body(self) -> Iterable[Widget]:
        yield self._note
        yield self._view
        yield self._word

    def on_mount(self) -> None:
        self.query_one("#dialog").styles.width = 100
        self._word.display = self._note.display = False
        self._fit()
        self._browse()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        room = self.size.height * 96 // 100 - _AROUND
        self._view.styles.height = max(3, min(len(self._rows()), room))
        self._view.show(self._rows(), self._view.selected or 0)

    def _rows(self) -> list[str]:
        pseudo = [CLEAR, SEARCH] if self._settings.set == "typed" else []
        return ["", *(deed.id for deed in DEEDS), *pseudo]

    @property
    def _settings(self) -> Keys:
        return self._view.keys.settings

    @property
    def _deed(self) -> str:
        return self._view.rows[self._view.selected or 0]

    def _browse(self) -> None:
        self._wanted = ""
        self._word.display = False
        keys = _("Enter: new key    +: one more    Backspace: none    Del: as in the set")
        if self._settings.set == "typed":
            keys += "    " + _("W: word")
        self.show_keys(keys)

    def _say(self, text: str, style: str = "dim") -> None:
        self._note.display = bool(text)
        self._note.show(Content.styled(text, style))

    # --- keys

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape" and self._wanted:
            self._browse()
        elif self._wanted == "word":
            self._spell(event)
        elif self._wanted:
            self._press(event.key)
        else:
            self._choose(event.key)

    def on_lines_view_selected(self) -> None:
        self._choose("enter")

    def _choose(self, key: str) -> None:
        page = max(1, self._view.page - 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        deed = self._deed
        if key in steps:
            self._view.select((self._view.selected or 0) + steps[key])
        elif key == "escape":
            self.dismiss(None)
        elif key == "enter" and not deed:
            self._choose_set()
        elif self._wants_word(deed, key):
            self._want_word()
        elif deed in BY_ID and key in ("enter", "plus"):
            self._want_key(more=key == "plus")
        elif deed and key == "backspace":
            self._change(deed, "")
        elif deed and key == "delete":
            self._change(deed, None)

    def _want_key(self, *, more: bool) -> None:
        self._wanted = "more" if more else "key"
        self._say(_("Press the key for “{deed}”.").format(deed=title(self._deed)), "bold")
        self.show_keys(_("Esc: leave it as it is"))

    def _wants_word(self, deed: str, key: str) -> bool:
        """Words that are no deeds have nothing else."""
        if not deed or self._settings.set != "typed":
            return False
        return key in ("w", "W") or (key == "enter" and deed not in BY_ID)

    def _want_word(self) -> None:
        self._wanted = "word"
        self._word.clear()
        self._word.ask(_("Word for “{deed}”").format(deed=title(self._deed)))
        self._word.display = True
        self.show_keys(_("Enter: take it    Esc: leave it as it is"))

    def _press(self, key: str) -> None:
        """The key for the selected deed."""
        deed, more = self._deed, self._wanted == "more"
        self._browse()
        try:
            taken = normal_key(key)
        except BadInput as error:
            self._say(str(error), "bold $text-error")
            return
        before = self._desk.screen.key_map.keys(BY_ID[deed]) if more else ()
        keys = dict.fromkeys((*before, taken))
        self._change(deed, ", ".join(key_name(key) if len(key) > 1 else key for key in keys))

    def _spell(self, event: events.Key) -> None:
        if event.key == "enter":
            deed, text = self._deed, self._word.take()
            self._browse()
            try:
                read_words(text)
            except BadInput as error:
                self._say(str(error), "bold $text-error")
                return
            self._set_words(deed, text.upper())
        elif event.is_printable and event.character:
            self._word.put(event.character)
        else:
            self._word.edit(event.key)

    # --- changes

    def _choose_set(self) -> None:
        names = set_names()
        options = [Option(name, set_name) for set_name, name in names.items()]
        chosen = list(names).index(self._settings.set)

        def answered(answer: SetName | None) -> None:
            if answer is not None:
                self._apply(self._settings.model_copy(update={"set": answer}))

        self.app.push_screen(Choice(_("Key set"), options, chosen=chosen), answered)

    def _change(self, deed: str, keys: str | None) -> None:
        """Other keys for the deed; None: those of the set, and its word, too."""
        if keys is not None and deed in BY_ID:
            self._apply(_changed(self._settings, "change", deed, keys))
        elif keys is not None:
            self._set_words(deed, keys)
        else:
            self._apply(
                _changed(_changed(self._settings, "change", deed, None), "words", deed, None)
            )

    def _set_words(self, deed: str, words: str) -> None:
        self._apply(_changed(self._settings, "words", deed, words))

    def _apply(self, keys: Keys) -> None:
        """Take the keys over if they can be, and keep them."""
        scanner = scanner_of(self._desk.till.workplace)
        why = trouble(keys, scanner)
        if why:
            self._say(why, "bold $text-error")
            return
        self._view.keys = key_map(keys)
        self._view.forget()
        self._fit()
        self._browse()
        self._desk.screen.use_keys(self._view.keys)
        try:
            path = self._files.save(keys)
        except StorageError as error:
            self._say(str(error), "bold $text-error")
            return
        if path is None:
            self._say(_("It holds until the till is closed."))
        else:
            self._say(_("Saved in {file}").format(file=path))


def _changed(keys: Keys, part: Literal["change", "words"], deed: str, value: str | None) -> Keys:
    """The settings with other keys or words for a deed; None, or as it comes: none of its own."""
    entries = dict(getattr(keys, part))
    entries.pop(deed, None)
    if value is not None and not _as_it_comes(keys, part, deed, value):
        entries[deed] = value
    return keys.model_copy(update={part: entries})


def _as_it_comes(keys: Keys, part: str, deed: str, value: str) -> bool:
    own = keys_of_set(keys.set) if part == "change" else words_of_set()
    names = [part.strip().lower() for part in value.split(",") if part.strip()]
    return names == [key_name(key).lower() for key in own.get(deed, ())]
