"""What both families share: Windows-1251 lines of fields parted by ``;``, and the mark."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Never

from backends.files.formats.model import BadFile, Trouble
from cashier.i18n import _
from cashier.money import Amount, Hundredths, Quantity

ENCODING = "cp1251"
SEMICOLON = "\u00a4"
"""Byte A4: a ``;`` within a text."""
UNREAD, READ = "#", "@"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NUMBER = re.compile(r"(-?)([0-9]{1,15})(?:[.,]([0-9]{1,6}))?")
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{2}|[0-9]{4})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")


def lines_of(data: bytes, name: str) -> list[str]:
    """The lines of a whole file. Raises BadFile for another encoding and for a half-written one."""
    if data.startswith(_BOMS) or b"\0" in data:
        raise BadFile(name, 1, _("expected Windows-1251, found Unicode or binary data"))
    if _is_utf8(data):
        raise BadFile(name, 0, _("expected Windows-1251, found UTF-8"))
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(name, line, _("expected Windows-1251, found a byte it lacks")) from None
    lines = re.split(r"\r\n|\n|\r", text)
    if lines.pop():
        raise BadFile(name, len(lines) + 1, _("half-written: the last line has no end"))
    return lines


def _is_utf8(data: bytes) -> bool:
    """Three Russian letters or more, and everything fits: chance does not write that."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum("А" <= letter <= "ё" for letter in text) >= 3


class Row:
    """One line in its fields, counted from 1 as the sources do; one that is missing is empty.

    Every question but ``text`` raises ValueError, which names the field and what was expected.
    """

    def __init__(self, line: str) -> None:
        self._fields = line.split(";")

    def text(self, place: int) -> str:
        given = self._fields[place - 1] if place <= len(self._fields) else ""
        return given.replace(SEMICOLON, ";")

    def key(self, place: int) -> str:
        """A text that must be there: a code, a number of a card."""
        return self.text(place).strip() or self._expect(place, _("something"))

    def money(self, place: int) -> Amount:
        return self._scaled(place, 2)

    def percent(self, place: int) -> Hundredths:
        return self._scaled(place, 2)

    def quantity(self, place: int) -> Quantity:
        return self._scaled(place, 3)

    def whole(self, place: int, otherwise: int = 0) -> int:
        """``otherwise`` is what an empty field means."""
        return self._scaled(place, 0) if self.text(place).strip() else otherwise

    def number(self, place: int) -> int:
        """A whole number that must be there."""
        return self.whole(place) if self.key(place) else 0

    def flag(self, place: int, *, otherwise: bool = False) -> bool:
        given = self.text(place).strip()
        if given in ("0", "1", ""):
            return given == "1" if given else otherwise
        return bool(self._expect(place, _("0 or 1")))

    def day(self, place: int) -> date | None:
        given = self.text(place).strip()
        if not given:
            return None
        found = _DAY.fullmatch(given)
        try:
            if found:
                year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
                return date(year, int(found[2]), int(found[1]))
        except ValueError:
            pass
        return self._expect(place, _("a date as dd.mm.yyyy"))

    def moment(self, day: int, time: int) -> datetime:
        found = _TIME.fullmatch(self.text(time).strip())
        on = self.day(day) or self._expect(day, _("a date as dd.mm.yyyy"))
        try:
            if found:
                parts = int(found[1]), int(found[2]), int(found[3] or 0)
                return datetime(on.year, on.month, on.day, *parts)  # noqa: DTZ001 (till's own time)
        except ValueError:
            pass
        return self._expect(time, _("a time as hh:mm:ss"))

    def _scaled(self, place: int, digits: int) -> int:
        given = self.text(place).strip() or "0"
        found = _NUMBER.fullmatch(given)
        if not found or (found[3] or "")[digits:].strip("0"):
            self._expect(place, _("a number"))
        value = int(found[2] + (found[3] or "")[:digits].ljust(digits, "0"))
        return -value if found[1] else value

    def _expect(self, place: int, what: str) -> Never:
        words = _("field {place}: expected {what}, found {found}")
        raise ValueError(words.format(place=place, what=what, found=repr(self.text(place)[:40])))


def each(
    lines: Iterable[tuple[int, str]], name: str, read: Callable[[str], None]
) -> Iterator[Trouble]:
    """Give ``read`` every line that is not empty; a ValueError of it is a trouble there."""
    for number, line in lines:
        if line.strip():
            try:
                read(line)
            except ValueError as error:
                yield Trouble(name, number, str(error))


def unknown(line: str) -> Never:
    raise ValueError(_("unknown record {record}").format(record=repr(line.split(";")[0][:40])))


def text(value: str) -> str:
    """A text as a field: nothing in it parts fields or lines."""
    return re.sub(r"[\r\n\0]", " ", value).replace(";", SEMICOLON)


def key(value: str) -> str:
    """A code as a field. Raises BadFile for one that a reader would take for something else."""
    if not value.strip() or value != value.strip() or value[0] in "#!@%?$" or "\n" in value:
        raise BadFile(_("file"), 0, _("not a code for a file: {code}").format(code=repr(value)))
    return text(value)


def decimal(value: int, digits: int = 2) -> str:
    """With a point and all its digits."""
    whole, part = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{part:0{digits}}"


def day(value: date | None) -> str:
    return f"{value:%d.%m.}{value.year:04}" if value else ""


def row(fields: dict[int, Any], width: int) -> str:
    """``width`` fields, of which those are given that are not empty; flags are 1 and 0."""
    given = (fields.get(place, "") for place in range(1, width + 1))
    return ";".join(str(int(one)) if isinstance(one, bool) else str(one) for one in given)


def encoded(lines: Iterable[str]) -> bytes:
    """Windows-1251 with CRLF after every line; a letter that it lacks becomes ``?``."""
    return "".join(f"{line}\r\n" for line in lines).encode(ENCODING, "replace")


def as_written(value: str) -> str:
    """What comes back of a text that is written into a file."""
    return value.encode(ENCODING, "replace").decode(ENCODING)


class Marked:
    """The line that says whether the other side has read the file."""

    def read_processed(self, data: bytes, line: int) -> bool:
        lines = data.split(b"\n", line)
        return len(lines) >= line and lines[line - 1].strip() == READ.encode()

    def mark(self, data: bytes, line: int) -> bytes:
        lines = data.split(b"\n", line)
        if len(lines) >= line and lines[line - 1].strip() == UNREAD.encode():
            lines[line - 1] = lines[line - 1].replace(UNREAD.encode(), READ.encode())
        return b"\n".join(lines)
