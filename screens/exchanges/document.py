"""An exchange as rows to read: laid out, or raw to the byte. Made without a screen."""

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from cashier.exchange_log.pretty import (
    HexRows,
    MadeRows,
    Path,
    Row,
    TextRows,
    json_rows,
    table,
    xml_rows,
)
from cashier.exchange_log.words import doing_words, outcome_words, took_words
from cashier.i18n import _
from cashier.masking.bodies import decoded
from cashier.witness import Exchange, WireCall
from screens.text import clean, width

_LAID_OUT = 300_000
"""Letters of a body up to which it is laid out; a longer one is only cut into rows."""
_NAMES = 14
"""Cells for the names of facts."""


class Rows(MadeRows):
    """Rows of several makers, one after another."""

    def __init__(self, parts: Iterable[Sequence[Row]]) -> None:
        self._parts = [part for part in parts if part]
        self._ends = list(accumulate(map(len, self._parts)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def made(self, place: int) -> Row:
        part = bisect_right(self._ends, place)
        return self._parts[part][place - (self._ends[part - 1] if part else 0)]


@dataclass
class Document:
    """What a page shows, and where in it the parts of the answer stand."""

    rows: Sequence[Row]
    places: dict[Path, int] = field(default_factory=dict)


def laid_out(exchange: Exchange, number: str, room: int) -> Document:
    """For people; ``number``: of the receipt, if it has one; ``room``: cells of a row."""
    rows = list(_wrapped(_head(exchange, number), room))
    places: dict[Path, int] = {}
    for title, name, body in (
        (_("Asked"), "request", exchange.request),
        (_("Answered"), "answer", exchange.answer),
    ):
        if not body:
            continue
        rows += _caption(title)
        places[name,] = len(rows) - 1
        for told in table(_value(body), zeros=name == "answer"):
            places[name, *told.path] = len(rows)
            rows += _wrapped((told.row,), room)
    parts: list[Sequence[Row]] = [rows]
    if exchange.raw and not any(call.answer_body == exchange.raw for call in exchange.calls):
        parts += [_caption(_("What came instead of an answer")), *_body(exchange.raw, (), room)]
    for place, call in enumerate(exchange.calls, 1):
        parts += _call(call, place, len(exchange.calls), room)
    return Document(Rows(parts), places)


def raw(exchange: Exchange, room: int, *, in_hex: bool = False) -> Document:
    """To the byte. Bytes that are no text, or all of them ``in_hex``, as numbers."""
    parts: list[Sequence[Row]] = []
    for call in exchange.calls:
        parts.append(_caption(f"> {call.method} {call.url}", room))
        parts.append(list(_wrapped(_headers(call.request_headers), room)))
        parts += _bytes(call.request_body, call.request_headers, room, in_hex=in_hex)
        parts.append(_caption(f"< {call.status or call.error}", room))
        parts.append(list(_wrapped(_headers(call.answer_headers), room)))
        parts += _bytes(call.answer_body, call.answer_headers, room, in_hex=in_hex)
    for title, body in (
        (_("Abstract request"), exchange.request),
        (_("Abstract answer"), exchange.answer),
        (_("What came instead of an answer"), exchange.raw),
    ):
        if body:
            parts += [_caption(title), *_bytes(body, (), room, in_hex=in_hex)]
    return Document(Rows(parts))


# --- parts


def _caption(text: str, room: int = 0) -> list[Row]:
    rows = list(_wrapped((((text, "caption"),),), room)) if room else [((text, "caption"),)]
    return [(), *rows]


def _head(exchange: Exchange, number: str) -> Iterator[Row]:
    took = took_words(exchange)
    for name, text in (
        (_("Came of it"), " · ".join(part for part in (outcome_words(exchange), took) if part)),
        (_("Words"), exchange.text),
        (_("Code"), exchange.code),
        (_("Time"), f"{exchange.at:%Y-%m-%d %H:%M:%S.%f}"[:-3]),
        (_("For"), doing_words(exchange.doing)),
        (_("Receipt"), number or exchange.receipt_id),
        (_("Operation"), exchange.operation_id),
        (_("Attempt"), str(exchange.attempt) if exchange.operation_id else ""),
    ):
        if text:
            yield (f"{name:<{_NAMES}}", "dim"), (text, "row")
    for note in exchange.notes:
        yield ("⚡ ".rjust(_NAMES), "warning"), (note, "warning")


def _call(call: WireCall, place: int, count: int, room: int) -> Iterator[Sequence[Row]]:
    title = _("Over the wire") if count == 1 else _("Over the wire, {n} of {count}")
    yield _caption(title.format(n=place, count=count))
    status = str(call.status) if call.status else _("no answer")
    times = _("attempt {n}").format(n=call.attempt)
    took = _("{n} ms").format(n=call.milliseconds)
    about = f"{status} · {took} · {times} · {call.at:%H:%M:%S}"
    good = 200 <= call.status < 300 and not call.error
    rows: list[Row] = [
        ((f"{call.method} ", "key"), (call.url, "text")),
        ((about, "good" if good else "bad"),),
        *([((call.error, "bad"),)] if call.error else []),
    ]
    yield list(_wrapped(rows, room))
    yield list(_wrapped(_headers(call.request_headers), room))
    yield from _body(call.request_body, call.request_headers, room)
    yield [((_("Answer"), "dim"),)] if call.status else []
    yield list(_wrapped(_headers(call.answer_headers), room))
    yield from _body(call.answer_body, call.answer_headers, room)


def _headers(headers: Iterable[tuple[str, str]]) -> Iterator[Row]:
    for name, value in headers:
        yield (f"{name}: ", "dim"), (value, "dim")


def _body(body: bytes, headers: Iterable[tuple[str, str]], room: int) -> Iterator[Sequence[Row]]:
    """JSON and XML laid out, other text as it is, the rest in numbers."""
    if not body:
        return
    text, _encoding = decoded(body, headers)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start and start in '{["<' and len(text) <= _LAID_OUT and _is_text(text):
        yield list(_wrapped(xml_rows(text) if start == "<" else json_rows(text), room))
    else:
        yield from _bytes(body, headers, room)


def _bytes(
    body: bytes, headers: Iterable[tuple[str, str]], room: int, *, in_hex: bool = False
) -> Iterator[Sequence[Row]]:
    if not body:
        return
    text, _encoding = decoded(body, headers)
    yield HexRows(body) if in_hex or not _is_text(text) else TextRows(text, room)


def _is_text(text: str) -> bool:
    """Whether somebody can read the beginning of it."""
    odd = sum(unicodedata.category(one) in ("Cc", "Cn", "Co") for one in text[:2000])
    blanks = sum(text[:2000].count(one) for one in "\t\r\n")
    return odd == blanks


def _value(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return {"?": body.decode("utf-8", "replace")}


# --- rows that fit


def _wrapped(rows: Iterable[Row], room: int) -> Iterator[Row]:
    """No row wider than ``room``; what is longer goes on further to the right."""
    for row in rows:
        parts = [(clean(text), ink) for text, ink in row]
        if sum(width(text) for text, _ink in parts) <= room:
            yield tuple(parts)
        else:
            yield from _cut(parts, room)


def _cut(parts: Sequence[tuple[str, str]], room: int) -> Iterator[Row]:
    """What stands beside each other with a gap between is not torn apart, where it fits."""
    first = parts[0][0] if parts else ""
    margin = " " * min(len(first) - len(first.lstrip(" ")) + 4, room // 2)
    row: list[tuple[str, str]] = []
    left = room
    for unit in _units(parts):
        needed = sum(width(text) for text, _ink in unit) - _GAP
        if row and left < needed <= room - len(margin):
            yield tuple(row)
            row, left = [(margin, "row")], room - len(margin)
        for text, ink in unit:
            while text:
                taken = _fitting(text, left)
                row.append((text[:taken], ink))
                left -= width(text[:taken])
                text = text[taken:]
                if text.strip():
                    yield tuple(row)
                    row, left = [(margin, "row")], room - len(margin)
                else:
                    text = ""
    if row:
        yield tuple(row)


_GAP = 3
"""Blanks behind a field that has another one beside it."""


def _units(parts: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """A name and its value; a row without gaps is one unit."""
    unit: list[tuple[str, str]] = []
    for part in parts:
        unit.append(part)
        if part[0].endswith(" " * _GAP) and part[0].strip():
            yield unit
            unit = []
    if unit:
        yield unit


def _fitting(text: str, room: int) -> int:
    """Letters that fit into so many cells."""
    if text.isascii():
        return max(0, room)
    taken = 0
    for letter in text:
        room -= width(letter)
        if room < 0:
            break
        taken += 1
    return taken
