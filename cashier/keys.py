"""Keys and scanner as settings: two tables of a shop card, and where changed keys are kept."""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from cashier import fixtures
from cashier.config import Places, Settings, load, read_text
from cashier.errors import ConfigError, StorageError
from cashier.i18n import _


class Keys(Settings):
    """``[keys]``: a ready set, and what is different in this shop."""

    set: Literal["function", "alt", "typed", "numpad"] = "function"
    change: dict[str, str] = {}
    """What a deed is done with: its id, and its keys as 'f9, alt+v'; empty: no key."""
    words: dict[str, str] = {}
    """The same for the words of the set ``typed``: 'MG, SUSPEND'."""

    def kept(self) -> dict[str, Any]:
        """As it stands in a file: what is as it comes is left out."""
        kept = self.model_dump()
        return {name: value for name, value in kept.items() if value or name == "set"}


class Scanner(Settings):
    """``[scanner]``: what a scanner sends around a code, and how fast it types."""

    prefix: str = Field(default="", max_length=8, pattern=r"^[^\s\x00-\x1f]*$")
    """What it sends before each code; taken off. After it a short code is a scan, too."""
    suffix: str = Field(default="enter", min_length=1, max_length=8, pattern=r"^[^\s\x00-\x1f]*$")
    """``enter``, ``tab``, ``none``, or the text that it sends after each code."""
    gap_ms: int = Field(default=35, ge=5, le=500)
    """The most milliseconds between two characters of a scan."""
    least: int = Field(default=6, ge=3, le=40)
    """A shorter burst of characters is taken for typing."""


class KeysFile(Settings):
    """``keys.toml`` of a data folder."""

    keys: Keys = Keys.model_construct()


@dataclass(frozen=True)
class KeyFiles:
    """Where the keys of a till stand: its shop card, or ``keys.toml`` of its data folder.

    ``keys.toml`` is read after the shop card, and then it holds alone. It is written where the
    shop card cannot be: the demo shop's belongs to the program.
    """

    card: Path | None = None
    data: Path | None = None

    @property
    def own(self) -> Path | None:
        return self.data / "keys.toml" if self.data else None

    def read(self, of_card: Keys) -> Keys:
        """The keys in force. Raises ConfigError."""
        own = self.own
        return load(own, KeysFile).keys if own is not None and own.exists() else of_card

    def explain(self, field: tuple[str, ...], why: str) -> str:
        """'FILE, line N, field keys.change.void: why', as errors of settings files are told."""
        return f"{self.place(field)}: {why}"

    def place(self, field: tuple[str, ...]) -> str:
        own = self.own
        path = own if field[0] == "keys" and own is not None and own.exists() else self.card
        line = 1
        with suppress(ConfigError):  # gone meanwhile: then only the field is told
            line = Places(read_text(path)).line(field) if path else 1
        return _("{file}, line {line}, field {field}").format(
            file=path or _("shop card"), line=line, field=".".join(field)
        )

    def save(self, keys: Keys) -> Path | None:
        """Keep the keys; where they are now, None if there is no place. Raises StorageError."""
        own, card = self.own, self.card
        if card is not None and _is_ours(card) and not (own is not None and own.exists()):
            with suppress(OSError, ValueError):
                # ValueError: the file cannot be edited so that it says what it should
                return _write(card.resolve(), with_keys(_text(card), keys))
        if own is None:
            return None
        try:
            text = _text(own) if own.exists() else _("# Keys, as changed at the till.") + "\n"
            return _write(own, with_keys(text, keys))
        except (OSError, ValueError) as error:
            text = _("The keys cannot be kept in {file}: {why}")
            raise StorageError(text.format(file=own, why=error)) from error


def _is_ours(card: Path) -> bool:
    """Whether the shop card may be written: the demo shop's may not."""
    demo = fixtures.path("shop.toml").resolve().parent
    return card.resolve().parent != demo and os.access(card, os.W_OK)


def _text(path: Path) -> str:
    """Ends of lines as they are."""
    return path.read_bytes().decode("utf-8-sig")


def with_keys(text: str, keys: Keys) -> str:
    """The TOML ``text`` with these keys; all the rest, comments too, as it was.

    Raises ValueError when that cannot be done by editing.
    """
    import tomlkit  # only here, and only when keys are changed

    wanted = keys.kept()
    document: Any = tomlkit.parse(text)
    if "keys" not in document:
        if text.strip():
            document.add(tomlkit.nl())
        document["keys"] = tomlkit.table()
    table = document["keys"]
    table["set"] = wanted.pop("set")
    for name in ("change", "words"):
        _replace(table, name, wanted.get(name, {}))
    changed: str = tomlkit.dumps(document)
    before, after = tomllib.loads(text), tomllib.loads(changed)
    before.pop("keys", None)
    read = Keys.model_validate(after.pop("keys", {}))
    if read != keys or before != after:
        raise ValueError(_("its tables are written in a way that cannot be edited"))
    return changed


def _replace(table: Any, name: str, entries: Mapping[str, str]) -> None:
    """Only what differs is touched: a comment behind an entry stays."""
    if name not in table:
        if not entries:
            return
        import tomlkit

        table[name] = tomlkit.table()
    for key in [key for key in table[name] if key not in entries]:
        del table[name][key]
    for key, value in entries.items():
        if table[name].get(key) != value:
            table[name][key] = value


def _write(path: Path, text: str) -> Path:
    """All of it or nothing, even when the power goes."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
