"""The rows of feedback in the journal: how one is written, and what an answer makes of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from cashier.errors import BadInput
from cashier.receipt import Feedback, OnCancel, Saving
from cashier.records import read, stored

COLUMNS = (
    "seq, feedback_id, system, tries, cause, at, body,"
    " (SELECT number FROM receipts WHERE receipts.receipt_id = feedback.receipt_id) FROM feedback"
)
_PUT = (
    "INSERT INTO feedback (feedback_id, receipt_id, link, system, on_cancel, at, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (system, feedback_id) DO UPDATE"
    " SET receipt_id = excluded.receipt_id, link = excluded.link, state = 'waiting',"
    " on_cancel = excluded.on_cancel, body = excluded.body"
)
_AGAIN = (
    "UPDATE feedback SET tries = tries + 1, turn = max(turn, 0) + 1, cause = '', on_cancel = ?,"
    " body = ? WHERE seq = ? AND body = ?"
)
_CLOSE = (
    "INSERT INTO outbox_closed (operation_id, doc, system, name, attempts, cause, why, head)"
    " SELECT feedback_id, coalesce((SELECT doc FROM receipts"
    "  WHERE receipts.receipt_id = feedback.receipt_id), 0), system, 'feedback', tries, cause, ?,"
    " body FROM feedback WHERE seq = ?"
)


@dataclass(frozen=True)
class Kept:
    """A feedback as it waits with the till."""

    seq: int
    feedback_id: str
    feedback: Feedback | None
    """None: the record is damaged."""
    system: str
    at: datetime
    """When it came first."""
    number: str
    """Of its receipt; empty while that has none."""
    tries: int
    """How often it was handed back. What the system counts is ``Feedback.attempts``."""
    cause: str
    """What came of the last time; empty: the system wants to have it again."""
    body: bytes = field(repr=False)
    """As it is stored: an answer counts for what was handed out, not for what came meanwhile."""

    @property
    def name(self) -> str:
        """How commands and people speak of it: 'F17', never given twice."""
        return f"F{self.seq}"


@dataclass(frozen=True)
class Came:
    """What one answer brought, with the records of it."""

    left: tuple[tuple[Feedback, bytes], ...]
    system: str
    at: datetime


def kept(row: Sequence[Any]) -> Kept:
    seq, feedback_id, system, tries, cause, at, body, number = row
    feedback: Feedback | None
    try:
        feedback = read(Feedback, body)
    except ValueError:
        feedback = None
    try:
        when = datetime.fromisoformat(at)
    except (ValueError, TypeError):
        when = datetime.fromtimestamp(0, UTC)
    return Kept(seq, feedback_id, feedback, system, when, number or "", tries, cause, body)


def recorded(came: Iterable[Feedback]) -> tuple[list[tuple[Feedback, bytes]], BadInput | None]:
    """With their records, and the trouble with those that no file can hold."""
    fit: list[tuple[Feedback, bytes]] = []
    trouble = None
    for one in came:
        try:
            fit.append((one, stored(Feedback, one)))
        except BadInput as error:
            trouble = error
    return fit, trouble


def put(sql: Connection, came: Came) -> Counter[str]:
    """Rows more in each state.

    ``Saving.REPLACE`` drops the earlier ones of the same receipt and link, not those that came
    with it: a part of a system may leave several at once.
    """
    moved: Counter[str] = Counter()
    together = {one.feedback_id for one, _body in came.left}
    replacing = [one for one, _body in came.left if one.saving is Saving.REPLACE]
    for place in {(came.system, one.receipt_id, one.link) for one in replacing}:
        earlier = sql.execute(
            "SELECT seq, feedback_id, state FROM feedback"
            " WHERE system = ? AND receipt_id = ? AND link = ?",
            place,
        ).fetchall()
        for seq, feedback_id, state in earlier:
            if feedback_id not in together:
                sql.execute("DELETE FROM feedback WHERE seq = ?", (seq,))
                moved[state] -= 1
    for one, body in came.left:
        row = sql.execute(
            "SELECT state FROM feedback WHERE system = ? AND feedback_id = ?",
            (came.system, one.feedback_id),
        ).fetchone()
        where = one.feedback_id, one.receipt_id, one.link, came.system
        sql.execute(_PUT, (*where, one.on_cancel.value, came.at.isoformat(), body))
        moved["waiting"] += 1
        if row:
            moved[row[0]] -= 1
    return moved


def settle(
    sql: Connection, handed: Iterable[Kept], again: Mapping[str, tuple[Feedback, bytes]]
) -> Counter[str]:
    """What was handed back is done and goes, or stays as the system wants it ``again``; unless it
    was given up, cancelled or said anew meanwhile. Rows more in each state."""
    moved: Counter[str] = Counter()
    for one in handed:
        told = again.get(one.feedback_id)
        if told is None:
            done = sql.execute(
                "DELETE FROM feedback WHERE seq = ? AND body = ?", (one.seq, one.body)
            )
            moved["waiting"] -= done.rowcount
        else:
            sql.execute(_AGAIN, (told[0].on_cancel.value, told[1], one.seq, one.body))
    return moved


def wanted(told: Iterable[Feedback], handed: Iterable[Kept]) -> dict[str, tuple[Feedback, bytes]]:
    """What a system wants to have again, by id, with the records of it.

    It is the same message, of the same receipt and link, whatever the system says now; where its
    new text cannot be stored, with the old one.
    """
    known = {one.feedback_id: one for one in handed}
    found: dict[str, tuple[Feedback, bytes]] = {}
    for one in told:
        was = known.get(one.feedback_id)
        if was is None or was.feedback is None:
            fit, _trouble = recorded((one,))
        else:
            same = replace(one, receipt_id=was.feedback.receipt_id, link=was.feedback.link)
            fit, _trouble = recorded((same,))
            fit = fit or [(was.feedback, was.body)]
        found.update({left.feedback_id: (left, body) for left, body in fit})
    return found


def cancel(sql: Connection, receipt_id: str) -> Counter[str]:
    """The receipt is cancelled: what does not outlive it goes. Rows more in each state."""
    gone = sql.execute(
        "DELETE FROM feedback WHERE receipt_id = ? AND on_cancel = ? RETURNING state",
        (receipt_id, OnCancel.REMOVE.value),
    ).fetchall()
    moved: Counter[str] = Counter()
    for (state,) in gone:
        moved[state] -= 1
    return moved


def close(sql: Connection, seq: int, why: str) -> Counter[str]:
    """Given up; it and the reason are kept. Rows more in each state."""
    sql.execute(_CLOSE, (why, seq))
    gone = sql.execute("DELETE FROM feedback WHERE seq = ? RETURNING state", (seq,)).fetchall()
    return Counter({state: -1 for (state,) in gone})
