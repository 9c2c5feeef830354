"""How wide a text is in a terminal or on paper of equal columns, and how it is broken."""

import unicodedata
from collections.abc import Iterator


def width(text: str) -> int:
    """Columns that the text takes: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most ``columns``; the following lines keep its indent.

    Broken at spaces; a word that is longer than a line is broken where the line ends.
    """
    indent = " " * min(len(text) - len(text.lstrip(" ")), columns // 4)
    room = columns - len(indent)
    lines: list[str] = []
    line = ""
    for word in text.split():
        for part in _parts(word, room):
            longer = f"{line} {part}" if line else part
            if width(longer) <= room:
                line = longer
            else:
                lines.append(line)
                line = part
    return [indent + line for line in (*lines, line)]


def _parts(word: str, columns: int) -> Iterator[str]:
    """A word in pieces that fit; what combines with a character stays with it."""
    part, taken = "", 0
    for char in word:
        wide = _width(char)
        if taken + wide > columns and part:
            yield part
            part, taken = "", 0
        part += char
        taken += wide
    if part:
        yield part
