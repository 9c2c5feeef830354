"""Bodies laid out for reading: coloured rows of JSON and XML, tables of abstract messages, hex.

Nothing is worked out anew: numbers stand as they were sent, and what was cut off is laid out as far
as it goes. A row is a few texts, each with the name of its ink.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias, overload

Row: TypeAlias = tuple[tuple[str, str], ...]
"""Texts with their inks: ``key``, ``text``, ``number``, ``word``, ``mark``, ``dim``, ``row``."""
Path: TypeAlias = tuple[str | int, ...]

_STEP = 2
_DEEPEST = 40
"""Steps of indentation; deeper is not moved further to the right."""


def _indent(depth: int) -> str:
    return " " * (_STEP * max(0, min(depth, _DEEPEST)))


# --- JSON

_JSON = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*+"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)'
    r"|(?P<mark>[][{}:,])|(?P<blank>\s+)|(?P<rest>[^\s\"\[\]{}:,]+)",
    re.DOTALL,
)


def json_rows(text: str) -> Iterator[Row]:
    """One value in a row, indented."""
    row: list[tuple[str, str]] = []
    depth = 0
    pieces = [match for match in _JSON.finditer(text) if match.lastgroup != "blank"]
    for place, match in enumerate(pieces):
        piece, ink = match[0], match.lastgroup or "rest"
        after = pieces[place + 1][0] if place + 1 < len(pieces) else ""
        if piece in ("}", "]"):
            empty = row and row[-1][0] in ("{", "[")
            depth -= 1
            if row and not empty:
                yield _row(depth + 1, row)
                row = []
            row.append((piece, "mark"))
            if not empty or after != ",":
                continue
        elif piece == ",":
            row.append((piece, "mark"))
            yield _row(depth, row)
            row = []
        elif piece == ":":
            row.append((": ", "mark"))
        else:
            row.append((piece, "key" if ink == "text" and after == ":" else _INKS.get(ink, ink)))
        if piece in ("{", "["):
            depth += 1
            if after not in ("}", "]"):
                yield _row(depth - 1, row)
                row = []
    if row:
        yield _row(depth, row)


_INKS = {"rest": "bad", "mark": "mark"}


def _row(depth: int, parts: Sequence[tuple[str, str]]) -> Row:
    return ((_indent(depth), "row"), *parts)


# --- XML

_XML = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|<[^>]*>|[^<]+|<", re.DOTALL)
_PARTS = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<mark>[<>/?!=]+)|(?P<key>[^\s<>/?!="']+)|(\s+)"""
)


def xml_rows(text: str) -> Iterator[Row]:
    """One element in a row; an element with nothing but text in it stays in one."""
    pieces = [piece for piece in _XML.findall(text) if piece.strip()]
    depth = place = 0
    while place < len(pieces):
        piece = pieces[place]
        if piece.startswith("</"):
            depth -= 1
            yield _row(depth, _tag(piece))
        elif not piece.startswith("<") or piece.startswith(("<!", "<?")):
            ink = "dim" if piece.startswith("<") else "text"
            for line in piece.strip().splitlines():
                yield _row(depth, ((line, ink),))
        elif piece.endswith("/>"):
            yield _row(depth, _tag(piece))
        elif _is_leaf(pieces, place):
            inner = (pieces[place + 1].strip(), "text")
            yield _row(depth, (*_tag(piece), inner, *_tag(pieces[place + 2])))
            place += 2
        else:
            yield _row(depth, _tag(piece))
            depth += 1
        place += 1


def _is_leaf(pieces: Sequence[str], place: int) -> bool:
    """An element with one line of text in it."""
    inner = pieces[place + 1 : place + 3]
    return (
        len(inner) == 2
        and not inner[0].startswith("<")
        and "\n" not in inner[0].strip()
        and inner[1].startswith("</")
    )


def _tag(piece: str) -> tuple[tuple[str, str], ...]:
    return tuple((match[0], match.lastgroup or "row") for match in _PARTS.finditer(piece))


# --- abstract messages


@dataclass(frozen=True)
class Told:
    """A row of a table, and where in the message it stands."""

    path: Path
    row: Row


def table(value: Any, *, zeros: bool = True) -> Iterator[Told]:
    """What a message says: plain fields beside each other, the others below them.

    What is empty is left out; without ``zeros`` also what is 0 or false.
    """
    yield from _table("", value, (), 0, zeros=zeros)


def _table(name: str, value: Any, path: Path, depth: int, *, zeros: bool) -> Iterator[Told]:
    fields: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict | list):
        fields = value.items() if isinstance(value, dict) else enumerate(value)
    told = [(key, part) for key, part in fields if part not in _EMPTY and (zeros or part)]
    flat = [(key, part) for key, part in told if _is_plain(part)]
    head = [(f"{name}  ", "caption")] if name else []
    if head or flat:
        yield Told(path, _row(depth, (*head, *_beside(flat))))
    for key, part in told:
        if not _is_plain(part):
            below = str(key + 1) if isinstance(key, int) else key
            deeper = depth + 1 if name else depth
            yield from _table(below, part, (*path, key), deeper, zeros=zeros)


_EMPTY: tuple[Any, ...] = (None, "", [], {})


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return not any(isinstance(part, dict | list) for part in value)
    return not isinstance(value, dict)


def _beside(fields: Iterable[tuple[str | int, Any]]) -> Iterator[tuple[str, str]]:
    for key, part in fields:
        text, ink = _plain(part)
        yield (f"{key} ", "dim") if isinstance(key, str) else ("", "dim")
        yield f"{text}   ", ink


def _plain(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return str(value).lower(), "word"
    if isinstance(value, list):
        return ", ".join(map(str, value)), "text"
    return str(value), "text" if isinstance(value, str) else "number"


# --- bytes


class MadeRows(Sequence[Row], ABC):
    """Rows that are made only when they are looked at."""

    @abstractmethod
    def made(self, place: int) -> Row:
        """The row at a ``place`` that is there."""

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self.made(at) for at in range(*place.indices(len(self)))]
        place = place + len(self) if place < 0 else place
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self.made(place)


class HexRows(MadeRows):
    """Bytes sixteen in a row, with the letters that they are."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __len__(self) -> int:
        return -(-len(self._body) // 16)

    def made(self, place: int) -> Row:
        part = self._body[place * 16 : place * 16 + 16]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        halves = f"{part[:8].hex(' '):<23}  {part[8:].hex(' '):<23}"
        return (f"{place * 16:08x}  ", "dim"), (halves, "number"), (f"  {letters}", "text")


class TextRows(MadeRows):
    """A long text cut into rows of so many letters."""

    def __init__(self, text: str, width: int) -> None:
        self._text, self._width = text, max(1, width)
        self._starts = list(chain.from_iterable(self._cut(text)))

    def _cut(self, text: str) -> Iterator[range]:
        start = 0
        for line in text.split("\n"):
            yield range(start, start + max(1, len(line)), self._width)
            start += len(line) + 1

    def __len__(self) -> int:
        return len(self._starts)

    def made(self, place: int) -> Row:
        start = self._starts[place]
        line = self._text[start : start + self._width].partition("\n")[0].rstrip("\r")
        return ((line, "text"),)
