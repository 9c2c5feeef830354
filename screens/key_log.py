"""What was pressed for each receipt, for a report of what went wrong. Kept in memory alone.

Nothing of what is typed where dots stand for it (a PIN) is written down. Imported before the first
paint.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from textual import events
from textual.screen import Screen

from screens.widgets.input_line import InputLine

_MOST_RECEIPTS = 30
_MOST_KEYS = 20_000
_LAST = 60
_EDITS = ("<backspace>", "<delete>", "<left>", "<right>", "<home>", "<end>", "<ctrl+h>")
"""Keys that mend what is typed; every other one ends it."""


class Mask(Protocol):
    def text(self, text: str) -> str: ...


class KeyLog:
    """Keys by receipt; those before there is one belong to the next."""

    def __init__(self) -> None:
        self._by_receipt: dict[str, list[str]] = {}
        self._new: list[str] = []
        self._receipt = ""
        self._last: deque[str] = deque(maxlen=_LAST)

    def pressed(self, key: events.Key, where: Screen[object]) -> None:
        letter = key.character if key.is_printable and not key.key.startswith("alt+") else ""
        if letter and _takes_secrets(where):
            return
        self._note(letter or f"<{key.key}>")

    def pasted(self, text: str, where: Screen[object]) -> None:
        if not _takes_secrets(where):
            self._note(text.replace("\r\n", "\n").replace("\n", "<enter>"))

    def _note(self, text: str) -> None:
        self._last.append(text)
        if len(self._new) < _MOST_KEYS:
            self._new.append(text)

    def belongs_to(self, receipt_id: str | None) -> None:
        """A command was carried out on this receipt; None: the till is at rest."""
        name = receipt_id or self._receipt
        self._receipt = receipt_id or ""
        if not name:
            return
        keys = self._by_receipt.setdefault(name, [])
        keys += self._new[: _MOST_KEYS - len(keys)]
        self._new = []
        while len(self._by_receipt) > _MOST_RECEIPTS:
            del self._by_receipt[next(iter(self._by_receipt))]

    def last(self, mask: Mask | None) -> str:
        """The newest ones, whatever they were pressed for."""
        return "".join(_shown(entry, mask.text if mask else None) for entry in _entries(self._last))

    def of(self, receipt_id: str, mask: Mask | None) -> str:
        """'4600000000015<enter>', an entry in a row."""
        keys = self._by_receipt.get(receipt_id, [])
        if receipt_id == self._receipt:
            keys = keys + self._new
        return "".join(_shown(entry, mask.text if mask else None) for entry in _entries(keys))


def _takes_secrets(where: Screen[object]) -> bool:
    """Only dialogs do: on the till itself no scan waits until its widgets are looked through."""
    return where.is_modal and any(line.secret for line in where.query(InputLine))


def _is_name(key: str) -> bool:
    return len(key) > 2 and key[0] == "<" and key[-1] == ">"


def _entries(keys: Iterable[str]) -> Iterator[list[str]]:
    """What was typed up to a key that is no letter, that key with it."""
    entry: list[str] = []
    for key in keys:
        entry.append(key)
        if _is_name(key) and key not in _EDITS:
            yield entry
            entry = []
    yield entry


def _shown(entry: list[str], mask: Callable[[str], str] | None) -> str:
    """An entry that is somebody's is shown as it was in the end, masked."""
    text = "".join(entry) + ("\n" if entry[-1:] == ["<enter>"] else "")
    if mask is None:
        return text
    letters = "".join(key for key in entry if not _is_name(key))
    masked = mask(letters)
    if masked == letters:
        return text
    return masked + "".join(key for key in entry if _is_name(key)) + "\n"
