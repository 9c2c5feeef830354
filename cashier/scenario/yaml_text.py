"""Values as YAML that a person likes to read: on one line while it is short, quoted where needed.

Written for ``source``, which keeps plain numbers as text: what is a number to a person stands bare,
and a code that only looks like one is quoted, as it should be for every other reader.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

WIDTH = 100
"""A line that would be longer has its fields below each other."""


@dataclass(frozen=True)
class Bare:
    """A number or a date: never quoted."""

    text: str


Data: TypeAlias = str | bool | Bare | list[Any] | dict[str, Any] | None

_WORD = re.compile(r"[^\W\d_](?:[\w./()%+-]| (?=[\w(]))*")
_SENTENCE = re.compile(r"[^\W_](?:[^:#]|:(?! |$)|(?<! )#)*")
_MEANS_MORE = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""Words that some reader takes for more than text."""
_NUMBER = re.compile(r"[0-9.:T+-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def flow(value: Data) -> str:
    """On one line, inside braces or after a colon."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Bare(text):
            return text if _NUMBER.fullmatch(text) else quoted(text)
        case str():
            return value if _is_word(value) else quoted(value)
        case list():
            return f"[{', '.join(map(flow, value))}]"
        case dict():
            return f"{{{', '.join(f'{name}: {flow(one)}' for name, one in value.items())}}}"


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and text.lower() not in _MEANS_MORE and text.isprintable()


def quoted(text: str) -> str:
    """Between quotes, whatever it is; what no file can hold becomes a question mark."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def field(name: str, value: Data, indent: int = 0) -> str:
    """``name: value`` as a line, or as several where one would be too long."""
    pad = " " * indent
    if value is None:
        return f"{pad}{name}:"
    if isinstance(value, str):
        return f"{pad}{name}: {sentence(value, indent + 2)}"
    line = f"{pad}{name}: {flow(value)}"
    if len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    return f"{pad}{name}:\n{block(value, indent + 2)}"


def block(value: Mapping[str, Any] | list[Any], indent: int) -> str:
    """A field or an item a line."""
    if isinstance(value, list):
        return "\n".join(f"{' ' * indent}- {flow(one)}" for one in value)
    return "\n".join(
        f"{' ' * indent}{name}: null" if one is None else field(name, one, indent)
        for name, one in value.items()
    )


def sentence(text: str, indent: int) -> str:
    """A text after a colon: as it stands, line by line, or quoted."""
    if "\n" in text and _fits_lines(text):
        return "|-\n" + "\n".join(f"{' ' * indent}{line}" for line in text.split("\n"))
    plain = _SENTENCE.fullmatch(text) and text.isprintable() and text == text.strip()
    is_text = plain and text.lower() not in _MEANS_MORE and not _NUMBER.fullmatch(text)
    return text if is_text else quoted(text)


def _fits_lines(text: str) -> bool:
    """Whether its lines can stand below each other as they are."""
    lines = text.split("\n")
    return all(line.isprintable() and line == line.strip() for line in lines) and bool(
        lines[0] and lines[-1]
    )


def item(fields: Mapping[str, Data], indent: int) -> str:
    """An item of a list with these fields; one without values is a word."""
    if len(fields) == 1 and next(iter(fields.values())) is None:
        return f"{' ' * indent}- {next(iter(fields))}"
    text = "\n".join(field(name, value, indent + 2) for name, value in fields.items())
    return f"{' ' * indent}- {text[indent + 2 :]}"
