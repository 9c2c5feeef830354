"""Settings files: TOML read into a model; an error names file, line and field."""

import json
import re
import tomllib
from collections.abc import Collection
from datetime import date, time
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from cashier.errors import ConfigError
from cashier.i18n import _

M = TypeVar("M", bound=BaseModel)
Where: TypeAlias = tuple[str | int, ...]
"""The way to a field: names, and places in lists from 0."""

LARGEST = 4_000_000
"""Bytes; a larger settings file is somebody's mistake."""


class Settings(BaseModel):
    """Base of what is read from a settings file: frozen, unknown fields refused.

    Types are exact (see ``parse``). Pydantic forgets that the data was text once a model has a
    validator of mode "before": use one only where all fields are plain text and numbers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


def load(path: Path, model: type[M]) -> M:
    """Read ``path`` as ``model``. Raises ConfigError."""
    return parse(read_text(path), model, str(path))


def read_text(path: Path, largest: int = LARGEST) -> str:
    """The text of a settings file. Raises ConfigError when there is none to read."""
    try:
        if path.stat().st_size > largest:
            raise ConfigError(_("{file}: too large for a settings file").format(file=path))
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(_("{file}: there is no such file").format(file=path)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(_("{file}: not UTF-8 text").format(file=path)) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte in it
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{path}: {why}") from error
    if not text.strip():
        raise ConfigError(_("{file}: the file is empty").format(file=path))
    return text


def stamp_of(path: Path) -> int:
    """Another one whenever the file was changed: whoever remembers what he read asks for it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # what is wrong with it is said when it is read


def parse(text: str, model: type[M], name: str) -> M:
    """Read TOML ``text`` as ``model``; errors call it ``name``. Raises ConfigError."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: a number of 5,000 digits, too
        raise ConfigError(_("{file}: not TOML: {why}").format(file=name, why=error)) from error
    return check(data, model, name, text)


class HasLines(Protocol):
    """Knows on which line of a file a field stands."""

    def line(self, path: Where) -> int: ...


def check(data: dict[str, Any], model: type[M], name: str, text: str, at: Where = ()) -> M:
    """``data``, which stand in the TOML ``text`` at ``at``, as ``model``. Raises ConfigError."""
    return fit(data, model, name, Places(text), at)


def fit(data: Any, model: type[M], name: str, places: HasLines, at: Where = ()) -> M:
    """``data``, which stand in a file at ``at``, as ``model``. Raises ConfigError."""
    try:
        # Through JSON, the strict way: text may stand for a date or an enum, but never for a
        # number, nor true for 1, nor 5.0 for 5.
        body = json.dumps(data, default=_iso)
    except (ValueError, RecursionError) as error:
        raise ConfigError(_("{file}: not TOML: {why}").format(file=name, why=error)) from error
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        found = (_explain(name, places, e, data, at) for e in error.errors())
        raise ConfigError("\n".join(dict.fromkeys(found))) from error


def _iso(value: date | time) -> str:
    """TOML has dates and times; JSON has text."""
    return value.isoformat()


def _explain(name: str, places: HasLines, error: Any, data: object, at: Where) -> str:
    path = (*at, *_in_file(error["loc"], data, missing=error["type"] == "missing"))
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    if error["type"] == "extra_forbidden":
        why = _("unknown field")
    elif error["type"] == "missing":
        why = _("this field is required")
    else:
        why = _("{expected}, got {given}").format(
            expected=_expected(error), given=_short(error.get("input"))
        )
    return _("{file}, line {line}, field {field}: {why}").format(
        file=name, line=places.line(path), field=field or "-", why=why
    )


def _short(given: object) -> str:
    text = json.dumps(given, default=str, ensure_ascii=False)
    return text if len(text) < 60 else text[:60] + "…"


def _expected(error: Any) -> str:
    """What should stand there, in the language of the till where the words are common."""
    facts = error.get("ctx", {})
    words = {
        "int_type": _("expected a whole number"),
        "string_type": _("expected text in quotes"),
        "bool_type": _("expected true or false"),
        "tuple_type": _("expected a list"),
        "list_type": _("expected a list"),
        "dict_type": _("expected a table"),
        "model_type": _("expected a table"),
        "literal_error": _("expected {values}"),
        "enum": _("expected {values}"),
        "date_parsing": _("expected a date like 2026-03-31"),
        "date_from_datetime_parsing": _("expected a date like 2026-03-31"),
        "union_tag_invalid": _("expected {discriminator} to be one of {expected_tags}"),
        "union_tag_not_found": _("expected a field {discriminator}"),
        "greater_than_equal": _("expected {ge} or more"),
        "less_than_equal": _("expected {le} or less"),
        "greater_than": _("expected more than {gt}"),
        "less_than": _("expected less than {lt}"),
        "string_too_short": _("expected at least {min_length} characters"),
        "string_too_long": _("expected at most {max_length} characters"),
        "string_pattern_mismatch": _("expected text of the form {pattern}"),
    }
    template = words.get(error["type"])
    return template.format(values=facts.get("expected"), **facts) if template else error["msg"]


def _in_file(loc: Where, data: Any, *, missing: bool) -> Where:
    """The path as it stands in the file: pydantic puts names of union members into it."""
    path: Where = ()
    for place, part in enumerate(loc):
        if part in _parts(data):
            data = data[part]
        elif not missing or place < len(loc) - 1:
            continue
        path = (*path, part)
    return path


def _parts(data: object) -> Collection[str | int]:
    if isinstance(data, dict):
        return data
    return range(len(data)) if isinstance(data, list) else ()


class Places:
    """On which line of a TOML text a field stands."""

    _NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
    _HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
    _KEY = re.compile(rf"^\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
    _LONG = re.compile(r"\"{3}|'{3}")

    def __init__(self, text: str) -> None:
        self._lines: dict[Where, int] = {}
        self._counts: dict[Where, int] = {}
        table: Where = ()
        quotes = ""
        for number, row in enumerate(text.split("\n"), 1):
            if not quotes:
                table = self._row(row, number, table)
            for found in self._LONG.findall(row):
                quotes = "" if found == quotes else quotes or found

    def _row(self, row: str, number: int, table: Where) -> Where:
        """Note what the row says; the table that the next row is in."""
        if header := self._HEADER.match(row):
            table = self._inside(self._split(header[2]))
            self._lines.setdefault(table, number)
            if header[1] == "[[":
                place = self._counts[table] = self._counts.get(table, -1) + 1
                table = (*table, place)
            self._lines.setdefault(table, number)
        elif key := self._KEY.match(row):
            self._lines.setdefault((*table, *self._split(key[1])), number)
        return table

    @staticmethod
    def _split(dotted: str) -> tuple[str, ...]:
        return tuple(part.strip().strip("\"'") for part in dotted.split("."))

    def _inside(self, parts: tuple[str, ...]) -> Where:
        """'[promotion.when]' under the second '[[promotion]]' is ('promotion', 1, 'when')."""
        table: Where = ()
        for place, part in enumerate(parts):
            table = (*table, part)
            if table in self._counts and place < len(parts) - 1:
                table = (*table, self._counts[table])
        return table

    def line(self, path: Where) -> int:
        """The line of the field, or of the nearest thing around it that is in the file."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)
