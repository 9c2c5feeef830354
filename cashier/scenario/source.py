"""The text of a scenario: YAML without surprises, and on which line everything stands.

Plain numbers stay text as they were written (``57.00`` is no float, ``0101`` is not octal); only
``true``, ``false`` and ``null`` are more than text. Tags make no objects. Aliases are followed, but
all they stand for together may not be more than a scenario can be.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cashier.config import Where, read_text
from cashier.errors import ConfigError
from cashier.i18n import _

LARGEST = 2_000_000
"""Bytes of a file."""
MOST_VALUES = 200_000
"""Values in a file, aliases followed."""
DEEPEST = 30

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_PLAIN = frozenset(
    ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Source:
    """A file that was read: its data, and the lines on which they stand."""

    name: str
    """How it is called in messages."""
    folder: Path
    """Where paths in it start."""
    data: Any
    lines: dict[Where, int]

    @classmethod
    def load(cls, path: Path) -> "Source":
        """Raises ConfigError."""
        return cls.of(read_text(path, LARGEST), str(path), path.parent)

    @classmethod
    def of(cls, text: str, name: str, folder: Path) -> "Source":
        """Raises ConfigError that names the line."""
        try:
            node = yaml.compose(text, _Loader)
        except yaml.MarkedYAMLError as error:
            raise ConfigError(_not_yaml(name, text, error)) from error
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            text = _("{file}: not YAML: {why}").format(file=name, why=str(error)[:200])
            raise ConfigError(text) from error
        if node is None:
            raise ConfigError(_("{file}: the file is empty").format(file=name))
        builder = _Builder(name)
        data = builder.build(node, ())
        return cls(name, folder, data, builder.lines)

    def line(self, path: Where) -> int:
        """The line of a value, or of the nearest thing around it that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def wrong(self, path: Where, why: str) -> ConfigError:
        """Something at ``path`` is wrong."""
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        text = _("{file}, line {line}, field {field}: {why}")
        return ConfigError(
            text.format(file=self.name, line=self.line(path), field=field or "-", why=why)
        )


class _Builder:
    """Plain data of the nodes of a text."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._values = 0
        self.lines: dict[Where, int] = {}

    def build(self, node: Any, path: Where) -> Any:
        self._values += 1
        line = node.start_mark.line + 1
        if self._values > MOST_VALUES or len(path) > DEEPEST:
            raise self._wrong(line, _("more values than a scenario can have: aliases of aliases?"))
        self.lines[path] = line
        if node.tag.removeprefix(_CORE) not in _PLAIN:
            tag = node.tag.replace(_CORE, "!!")[:40]
            raise self._wrong(line, _("a tag: {tag}").format(tag=tag))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(one, (*path, place)) for place, one in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return _scalar(node)

    def _mapping(self, node: Any, path: Where) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise self._wrong(line, _("expected a name before the colon"))
            if key.value == "<<":
                raise self._wrong(line, _("merging by << is not known here"))
            if key.value in made:
                raise self._wrong(line, _("{field} stands here twice").format(field=key.value))
            self.lines[*path, key.value] = line
            made[key.value] = self.build(value, (*path, key.value))
            self.lines[*path, key.value] = line
        return made

    def _wrong(self, line: int, why: str) -> ConfigError:
        text = _("{file}, line {line}: {why}")
        return ConfigError(text.format(file=self._name, line=line, why=why))


def _scalar(node: Any) -> str | bool | None:
    text: str = node.value
    return _WORDS.get(text.lower(), text) if not node.style else text


def _not_yaml(name: str, given: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    why = error.problem or str(error)
    row = given.splitlines()[mark.line : mark.line + 1] if mark else []
    if row and "\t" in row[0][: len(row[0]) - len(row[0].lstrip())]:
        why = _("a tab; indent with blanks")
    if "mapping values are not allowed" in why:
        why = _("a colon too many; or the word above it, with fields below, has none")
    text = _("{file}, line {line}: not YAML: {why}")
    return text.format(file=name, line=mark.line + 1 if mark else 1, why=why[:200])
