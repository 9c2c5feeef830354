"""Feedback: what parts of a loyalty system could not be told, kept by the till and handed back.

The other half of the queue. An entry of the outbox is a whole receipt that the system has not got;
a feedback is a message of the system's own, which nobody here reads. It lies in the journal before
anything is done with the answer that brought it, so ``kill -9`` at any moment loses nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cashier.database import Database
from cashier.i18n import _
from cashier.receipt import Feedback, OnCancel, Saving
from cashier.records import read, stored

_ROW = "feedback_id, system, tries, cause, at, body FROM feedback"
LONGEST_CAUSE = 500


@dataclass(frozen=True)
class Kept:
    """A feedback as it waits here."""

    feedback_id: str
    feedback: Feedback | None
    """None: the record is damaged."""
    system: str
    at: datetime
    """When it came."""
    tries: int
    """How often it was handed back. What the system counts is ``Feedback.attempts``."""
    cause: str
    """What came of the last time."""


class FeedbackBox:
    """All feedback of a till. Every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.waiting = int(database.row("SELECT count(*) FROM feedback")[0])

    def keep(self, came: Iterable[Feedback], system: str, at: datetime) -> None:
        """Store what an answer brought. The same one again takes the place of the old."""
        came = list(came)
        if not came:
            return
        with self._database.writing(full=True) as sql:
            for one in came:
                if one.saving is Saving.REPLACE:
                    sql.execute(
                        "DELETE FROM feedback WHERE receipt_id = ? AND link = ? AND system = ?"
                        " AND feedback_id <> ?",
                        (one.receipt_id, one.link, system, one.feedback_id),
                    )
                sql.execute(
                    "INSERT INTO feedback (feedback_id, receipt_id, link, system, on_cancel, at,"
                    " body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feedback_id)"
                    " DO UPDATE SET body = excluded.body, on_cancel = excluded.on_cancel",
                    (
                        one.feedback_id,
                        one.receipt_id,
                        one.link,
                        system,
                        one.on_cancel,
                        at.isoformat(),
                        stored(Feedback, one),
                    ),
                )
        self._count()

    def entries(self) -> list[Kept]:
        """All, oldest first."""
        return [_kept(row) for row in self._database.rows(f"SELECT {_ROW} ORDER BY seq")]

    def batch(self, system: str, most: int) -> list[Kept]:
        """What is handed back next: the newest first, as the plugin contract has it, but those
        that were tried less often before the others, so that none waits for ever."""
        rows = self._database.rows(
            f"SELECT {_ROW} WHERE system = ? ORDER BY tries, seq DESC LIMIT ?",
            (system, most),
        )
        return [_kept(row) for row in rows]

    def answered(self, handed: Sequence[Kept], left: Iterable[Feedback]) -> int:
        """What is not ``left`` is done; the rest waits on, as the system wants it back. Returns
        how many are done."""
        again = {one.feedback_id: one for one in left}
        done = [one.feedback_id for one in handed if one.feedback_id not in again]
        with self._database.writing(full=True) as sql:
            sql.executemany(
                "DELETE FROM feedback WHERE feedback_id = ?", [(name,) for name in done]
            )
            sql.executemany(
                "UPDATE feedback SET tries = tries + 1, cause = '', body = ? WHERE feedback_id = ?",
                [(stored(Feedback, one), name) for name, one in again.items()],
            )
        self._count()
        return len(done)

    def unanswered(self, handed: Iterable[Kept], cause: str) -> None:
        """Silence: they wait on as they are."""
        with self._database.writing() as sql:
            sql.executemany(
                "UPDATE feedback SET tries = tries + 1, cause = ? WHERE feedback_id = ?",
                [(cause[:LONGEST_CAUSE], one.feedback_id) for one in handed],
            )

    def cancelled(self, receipt_id: str) -> None:
        """The receipt is: what does not outlive it goes."""
        if not self.waiting:
            return
        with self._database.writing(full=True) as sql:
            sql.execute(
                "DELETE FROM feedback WHERE receipt_id = ? AND on_cancel = ?",
                (receipt_id, OnCancel.REMOVE),
            )
        self._count()

    def knows(self, feedback_id: str) -> bool:
        query = "SELECT 1 FROM feedback WHERE feedback_id = ?"
        return self._database.row(query, (feedback_id,)) is not None

    def drop(self, feedback_id: str, why: str) -> bool:
        """Give one up; it and the reason are kept. False: there is none."""
        if not self.knows(feedback_id):
            return False
        with self._database.writing(full=True) as sql:
            sql.execute(
                "INSERT INTO outbox_closed"
                " (operation_id, doc, system, name, attempts, cause, why, head)"
                " SELECT feedback_id, coalesce((SELECT doc FROM receipts"
                "  WHERE receipts.receipt_id = feedback.receipt_id), 0),"
                " system, 'feedback', tries, cause, ?, body FROM feedback WHERE feedback_id = ?",
                (why, feedback_id),
            )
            sql.execute("DELETE FROM feedback WHERE feedback_id = ?", (feedback_id,))
        self._count()
        return True

    def _count(self) -> None:
        self.waiting = int(self._database.row("SELECT count(*) FROM feedback")[0])


def _kept(row: tuple[str, str, int, str, str, bytes]) -> Kept:
    feedback_id, system, tries, cause, at, body = row
    feedback: Feedback | None
    try:
        feedback, when = read(Feedback, body), datetime.fromisoformat(at)
    except (ValueError, TypeError):
        feedback, when = None, datetime.fromtimestamp(0).astimezone()
    return Kept(feedback_id, feedback, system, when, tries, cause)


def what(kept: Kept) -> str:
    """'Loymax: sale R0101-000017'."""
    if kept.feedback is None:
        return _("damaged: {id}").format(id=kept.feedback_id)
    return f"{kept.feedback.link}: {kept.feedback.text or kept.feedback.receipt_id}"
