"""The rows of the log of exchanges: what is seen in a list in columns, the rest packed together.

A record is a head in JSON and behind it all bodies as they are. It is written as it is, because
packing takes as long as all the rest of writing it; at a quiet moment it is packed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from cashier import records
from cashier.errors import BadInput
from cashier.witness import Exchange, Outcome, WireCall

COLUMNS = (
    "seq, receipt_id, at, doing, method, operation_id, attempt, outcome, reason, milliseconds,"
    " notes"
)
_INSERT = (
    f"INSERT INTO exchanges ({COLUMNS}, body)"  # noqa: S608  # constants only
    " VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class Entry:
    """An exchange in a list; what was said in it is fetched with ``ExchangeLog.whole``."""

    seq: int
    """Its place in the journal; 0: only in memory."""
    exchange: Exchange
    """From the disk without bodies, texts and calls."""


@dataclass(frozen=True)
class _Head:
    """What of an exchange is not in the columns of its row."""

    text: str
    code: str
    calls: tuple[WireCall, ...]
    """Without bodies."""
    sizes: tuple[int, ...]
    """Bytes of each body."""


def write(sql: Connection, exchange: Exchange) -> int:
    """Its place in the journal."""
    try:
        body = _recorded(exchange)
    except BadInput:  # half a letter in what somebody said
        exchange = _sayable(exchange)
        body = _recorded(exchange)
    added = sql.execute(
        _INSERT,
        (
            exchange.receipt_id or None,
            exchange.at.isoformat(),
            exchange.doing,
            exchange.method,
            exchange.operation_id or None,
            exchange.attempt,
            exchange.outcome.value,
            exchange.reason,
            exchange.milliseconds,
            "\n".join(exchange.notes),
            body,
        ),
    )
    return added.lastrowid or 0


def entry_of(row: Any) -> Entry:
    seq, receipt_id, at, doing, method, operation_id, attempt, outcome, reason, took, notes = row
    exchange = Exchange(
        at=_time(at),
        doing=doing,
        method=method,
        outcome=Outcome(outcome) if outcome in _OUTCOMES else Outcome.BROKEN,
        request=b"",
        reason=reason,
        receipt_id=receipt_id or "",
        operation_id=operation_id or "",
        attempt=attempt,
        milliseconds=took,
        notes=tuple(notes.split("\n")) if notes else (),
    )
    return Entry(seq, exchange)


_OUTCOMES = frozenset(Outcome)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _recorded(exchange: Exchange) -> bytes:
    bodies = [exchange.request, exchange.answer, exchange.raw]
    for call in exchange.calls:
        bodies += (call.request_body, call.answer_body)
    calls = tuple(replace(call, request_body=b"", answer_body=b"") for call in exchange.calls)
    sizes = tuple(map(len, bodies))
    head = records.stored(_Head, _Head(exchange.text, exchange.code, calls, sizes))
    record = b"".join((b"%d " % len(head), head, *bodies))
    return record if len(record) < _LARGE else records.zipped(record)


def smaller(body: bytes) -> bytes:
    """A record packed; the same, if it is."""
    return body if _is_packed(body) else records.zipped(body)


def _is_packed(body: bytes) -> bool:
    """One that is not begins with the length of its head."""
    return not body[:1].isdigit()


_LARGE = 65_536
"""Bytes of a record that is packed at once: writing it takes longer than packing."""


def unpacked(bare: Exchange, body: object) -> Exchange:
    """``bare`` with all that was said. Raises ValueError when the record is damaged."""
    if not isinstance(body, bytes):
        raise ValueError
    record = records.unzipped(body) if _is_packed(body) else body
    size, _blank, rest = record.partition(b" ")
    end = int(size)
    head: _Head = records.read(_Head, rest[:end])
    bodies = []
    for length in head.sizes:
        bodies.append(rest[end : end + length])
        end += length
    request, answer, raw, *wire = bodies
    if end != len(rest) or len(wire) != 2 * len(head.calls):
        raise ValueError
    calls = tuple(
        replace(call, request_body=asked, answer_body=answered)
        for call, asked, answered in zip(head.calls, wire[::2], wire[1::2], strict=True)
    )
    return replace(
        bare,
        text=head.text,
        code=head.code,
        request=request,
        answer=answer,
        raw=raw,
        calls=calls,
    )


def _sayable(exchange: Exchange) -> Exchange:
    """The same with texts that a file can hold."""
    calls = tuple(
        replace(
            call,
            url=_letters(call.url),
            error=_letters(call.error),
            request_headers=_headers(call.request_headers),
            answer_headers=_headers(call.answer_headers),
            secrets=tuple(map(_letters, call.secrets)),
        )
        for call in exchange.calls
    )
    return replace(
        exchange,
        text=_letters(exchange.text),
        code=_letters(exchange.code),
        reason=_letters(exchange.reason),
        operation_id=_letters(exchange.operation_id),
        notes=tuple(map(_letters, exchange.notes)),
        calls=calls,
    )


def _headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((_letters(name), _letters(value)) for name, value in headers)


def _letters(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
