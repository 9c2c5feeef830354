"""Which scenarios are run: the files of folders, and what ``-k`` and ``--tag`` leave of them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from cashier.errors import BadInput, ConfigError
from cashier.i18n import _

_ENDINGS = (".yaml", ".yml")
_HEAD = re.compile(r"""(?m)^\ufeff?(["']?)scenario\1[ \t]*:""")


@dataclass(frozen=True)
class Found:
    path: Path
    group: str
    """Its way from the folder that was asked for, without the ending: ``points.part-return``."""


def files(asked: Iterable[Path]) -> list[Found]:
    """The files themselves, and of folders those that hold a scenario. Raises ConfigError."""
    found: dict[Path, Found] = {}
    for path in asked:
        inside = _inside(path) if path.is_dir() else [Found(path, path.stem)]
        if not inside:
            raise ConfigError(
                _("{folder}: there is no scenario in this folder").format(folder=path)
            )
        for one in inside:
            found.setdefault(one.path.resolve(), one)
    return list(found.values())


def _inside(folder: Path) -> list[Found]:
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix in _ENDINGS)
    return [
        Found(path, ".".join(path.relative_to(folder).with_suffix("").parts))
        for path in paths
        if path.is_file() and is_scenario(path)
    ]


def is_scenario(path: Path) -> bool:
    """Whether ``scenario:`` stands in it; other files are pieces that scenarios include."""
    try:
        return _HEAD.search(path.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def fits_tags(tags: Collection[str], wanted: Iterable[str]) -> bool:
    """At least one of the wanted tags, and none of those with an exclamation mark."""
    wanted = list(wanted)
    without = {tag[1:] for tag in wanted if tag.startswith("!")}
    some = {tag for tag in wanted if not tag.startswith("!")}
    return not without & set(tags) and (not some or bool(some & set(tags)))


# --- words


_TOKEN = re.compile(r"""\(|\)|"[^"]*"|'[^']*'|[^\s()]+""")
_WORDS_BETWEEN = ("and", "or", ")", "")
_DEEPEST = 50


class Words:
    """``-k``: parts of names with ``and``, ``or``, ``not`` and brackets."""

    def __init__(self, text: str) -> None:
        """Raises BadInput."""
        self._text = text
        self._tokens = _TOKEN.findall(text)
        self.fit("")  # what is wrong with it is told at once

    def fit(self, name: str) -> bool:
        """Whether the expression is true of ``name``."""
        left = list(reversed(self._tokens))
        true = self._either(left, name.casefold(), 0)
        if left:
            raise self._wrong()
        return true

    def _either(self, left: list[str], name: str, depth: int) -> bool:
        true = self._both(left, name, depth)
        while left and left[-1] == "or":
            left.pop()
            true = self._both(left, name, depth) or true
        return true

    def _both(self, left: list[str], name: str, depth: int) -> bool:
        true = self._one(left, name, depth)
        while left and left[-1] == "and":
            left.pop()
            true = self._one(left, name, depth) and true
        return true

    def _one(self, left: list[str], name: str, depth: int) -> bool:
        word = left.pop() if left else ""
        if word in _WORDS_BETWEEN or depth > _DEEPEST:
            raise self._wrong()
        if word == "not":
            return not self._one(left, name, depth + 1)
        if word == "(":
            true = self._either(left, name, depth + 1)
            if not left or left.pop() != ")":
                raise self._wrong()
            return true
        return word.strip("\"'").casefold() in name

    def _wrong(self) -> BadInput:
        text = _("-k: expected words with and, or, not and brackets, got {text}")
        return BadInput(text.format(text=self._text[:60]))
