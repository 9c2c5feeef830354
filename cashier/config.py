"""Settings files: TOML read into a model; an error names file, line and field."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from cashier.errors import ConfigError
from cashier.i18n import _

M = TypeVar("M", bound=BaseModel)

LARGEST = 4_000_000
"""Bytes; a larger settings file is somebody's mistake."""


class Settings(BaseModel):
    """Base of what is read from a settings file: frozen, unknown fields refused."""

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
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if not text.strip():
        raise ConfigError(_("{file}: the file is empty").format(file=path))
    return text


def parse(text: str, model: type[M], name: str) -> M:
    """Read TOML ``text`` as ``model``; errors call it ``name``. Raises ConfigError."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(_("{file}: not TOML: {why}").format(file=name, why=error)) from error
    try:
        # Through JSON types: dates and enums may be written as text in the file.
        return model.model_validate(data, strict=False)
    except ValidationError as error:
        lines = Places(text)
        raise ConfigError("\n".join(_explain(name, lines, e) for e in error.errors())) from error


def _explain(name: str, places: "Places", error: Any) -> str:
    path = tuple(part for part in error["loc"] if not _is_tag(part))
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    if error["type"] == "extra_forbidden":
        why = _("unknown field")
    elif error["type"] == "missing":
        why = _("this field is required")
    else:
        given = str(error.get("input"))
        why = _("{expected}, got {given}").format(
            expected=error["msg"], given=given if len(given) < 60 else given[:60] + "…"
        )
    return _("{file}, line {line}, field {field}: {why}").format(
        file=name, line=places.line(path), field=field or "-", why=why
    )


def _is_tag(part: object) -> bool:
    """pydantic names the union member in the path; the file does not."""
    return isinstance(part, str) and part.startswith(("tag:", "function-"))


class Places:
    """On which line of a TOML text a field stands."""

    _HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
    _KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        for number, row in enumerate(text.splitlines(), 1):
            if header := self._HEADER.match(row):
                table = self._inside(self._split(header[2]), counts)
                if header[1] == "[[":
                    place = counts[table] = counts.get(table, -1) + 1
                    table = (*table, place)
                self._lines.setdefault(table, number)
            elif key := self._KEY.match(row):
                self._lines.setdefault((*table, *self._split(key[1])), number)

    @staticmethod
    def _split(dotted: str) -> tuple[str, ...]:
        return tuple(part.strip().strip("\"'") for part in dotted.split("."))

    @staticmethod
    def _inside(
        parts: tuple[str, ...], counts: dict[tuple[str | int, ...], int]
    ) -> tuple[str | int, ...]:
        """'[promotion.when]' under the second '[[promotion]]' is ('promotion', 1, 'when')."""
        table: tuple[str | int, ...] = ()
        for place, part in enumerate(parts):
            table = (*table, part)
            if table in counts and place < len(parts) - 1:
                table = (*table, counts[table])
        return table

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line of the field, or of the nearest thing around it that is in the file."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)
