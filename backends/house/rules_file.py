"""The rules file on disk: the source of the rules, changed in place with its comments kept.

A change is drafted first: the file is looked at again, edited as text that keeps every byte it does
not have to change, and checked as at any start. Only then it is written, whole, under a name beside
it that takes the file's place in one step: whatever happens, there is a whole file.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backends.house.loading import parse_rules
from backends.house.rules import Rules
from cashier import fixtures
from cashier.config import read_text
from cashier.errors import ConfigError, NotNow, StorageError
from cashier.i18n import _

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it stands in the file."""

    literal: str
    """As TOML writes it."""
    tail: str = ""
    """What follows on its line: a comment."""
    behind: str = "name"
    """The key before it, where there is one: it is added there."""


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """One value of one promotion or kind of coupon."""

    table: str
    """``promotion`` or ``coupon``."""
    id: str
    path: tuple[str, ...]
    """``('percent',)`` or ``('when', 'since')``."""
    after: Written | None
    """None: left out of the file. Of a value that is only replaced the rest stays as it was."""
    before: Written | None = None
    """What stood there; known once it is drafted."""

    @property
    def back(self) -> "RuleEdit":
        """What puts it back."""
        return replace(self, after=self.before, before=self.after)


class ChangedByHand(NotNow):
    """The file is not as it was read: it was read again, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked new text of the rules file."""

    file: "RulesFile"
    text: str
    rules: Rules
    edits: tuple[RuleEdit, ...]
    """With what stood there before."""

    def write(self) -> None:
        """Put it on the disk. Raises StorageError."""
        self.file.write(self.text)

    def keep(self) -> None:
        """It holds from now on."""
        self.file.text, self.file.rules = self.text, self.rules


class RulesFile:
    """Where the rules come from. ``own`` takes the place of a file that came with the program."""

    def __init__(self, path: Path, own: Path, text: str, rules: Rules) -> None:
        self.path, self._own = path, own
        self.text, self.rules = text, rules

    @classmethod
    def open(cls, path: Path, own: Path) -> "RulesFile":
        """Read and check. Raises ConfigError naming file, line, field."""
        if came_with_program(path) and own.exists():
            path = own
        text = _read(path)
        return cls(path, own, text, parse_rules(text.removeprefix(_BOM), str(path)))

    @property
    def news(self) -> str:
        """What is to be said of the next change; mostly nothing."""
        if not came_with_program(self.path):
            return ""
        text = _("The rules that came with the program stay as they are; yours are now in {file}.")
        return text.format(file=self._own)

    def draft(self, edits: Iterable[RuleEdit]) -> Draft:
        """The file with these edits, checked; nothing is written yet.

        Raises ChangedByHand, and NotNow when the rules would not hold together.
        """
        self._look_again()
        bom = _BOM if self.text.startswith(_BOM) else ""
        text = self.text.removeprefix(bom)
        windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
        if windows:
            text = text.replace("\r\n", "\n")
        done = []
        for edit in edits:
            text, before = _edited(text, edit)
            done.append(replace(edit, before=before))
        rules = self._checked(text)
        if windows:
            text = text.replace("\n", "\r\n")
        return Draft(self, bom + text, rules, tuple(done))

    def _look_again(self) -> None:
        try:
            text = _read(self.path)
            if text == self.text:
                return
            rules = parse_rules(text.removeprefix(_BOM), str(self.path))
        except ConfigError as error:
            why = _("The rules file was changed by hand and cannot be read: {why}")
            raise NotNow(why.format(why=error)) from error
        self.text, self.rules = text, rules
        why = _("{file} was changed by hand: it was read again, and nothing was written.")
        raise ChangedByHand(why.format(file=self.path.name))

    def _checked(self, text: str) -> Rules:
        try:
            return parse_rules(text, self.path.name)
        except ConfigError as error:
            raise NotNow(str(error)) from error

    def write(self, text: str) -> None:
        """In one step. Raises StorageError; then the old file is still there."""
        target = self._own if came_with_program(self.path) else self.path.resolve()
        fresh = target.with_name(f"{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, fresh)
            fresh.replace(target)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            why = _("{file} cannot be written: {why}")
            raise StorageError(why.format(file=target, why=error.strerror or error)) from error
        if target == self._own:
            self.path = self._own


def came_with_program(path: Path) -> bool:
    """Whether it lies among the demo data: the next version of the program replaces those."""
    return path.resolve().is_relative_to(fixtures.path("").resolve())


def _read(path: Path) -> str:
    """Every byte of it, as text. Raises ConfigError as any settings file does."""
    read_text(path)
    return path.read_bytes().decode("utf-8")


def _edited(text: str, edit: RuleEdit) -> tuple[str, Written | None]:
    """The text with one value changed, and what stood there. Raises NotNow."""
    import tomlkit  # only whoever changes the rules needs it

    document = tomlkit.parse(text)
    entries: Any = document.get(edit.table, ())
    entry = next((one for one in entries if one.get("id") == edit.id), None)
    if entry is None:
        raise NotNow(_("The rules know nothing of {id} any more.").format(id=edit.id))
    *above, key = edit.path
    tables = [entry]
    for name in above:
        if name not in tables[-1]:
            if edit.after is None:
                return text, None
            _add(tables[-1], name, Written("{}"))
        tables.append(tables[-1][name])
    before = _written(tables[-1], key)
    if edit.after is None:
        _remove(tables, [*above, key])
    elif before is None:
        _add(tables[-1], key, edit.after)
    else:
        tables[-1][key] = tomlkit.value(edit.after.literal)
    return tomlkit.dumps(document), before


def _written(table: Any, key: str) -> Written | None:
    """How a value is written in the file, sign for sign."""
    import tomlkit

    if key not in table:
        return None
    container: Any = getattr(table, "value", None)
    item: Any = container.item(key) if hasattr(container, "item") else tomlkit.item(table[key])
    keys = list(table)
    behind = keys[keys.index(key) - 1] if key != keys[0] else ""
    return Written(item.as_string(), item.trivia.comment_ws + item.trivia.comment, behind)


def _add(table: Any, key: str, value: Written) -> None:
    """A new value, behind another: at the end it would stand under the next entry's comments."""
    import tomlkit
    from tomlkit.items import Table

    item = tomlkit.value(value.literal)
    plain = [name for name in table if not isinstance(table[name], Table)]
    if isinstance(table, Table) and plain:
        behind = value.behind if value.behind in plain else plain[-1]
        item.trivia.comment_ws, item.trivia.comment = _comment(value.tail)
        table.value._insert_after(behind, key, item)
    else:
        table[key] = item


def _comment(tail: str) -> tuple[str, str]:
    """The blanks before a comment, and the comment."""
    comment = tail.lstrip()
    return tail[: len(tail) - len(comment)], comment


def _remove(tables: list[Any], path: list[str]) -> None:
    """Take a value out, and the inline table around it when that is empty then."""
    from tomlkit.items import InlineTable

    key = path[-1]
    if key not in tables[-1]:
        return
    del tables[-1][key]
    if len(tables) > 1 and not tables[-1] and isinstance(tables[-1], InlineTable):
        del tables[-2][path[-2]]
