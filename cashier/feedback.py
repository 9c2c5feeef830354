"""Feedback: what parts of a loyalty system could not be told, kept by the till and handed back.

The other half of the queue. An entry of the outbox is a whole receipt that the system has not got;
a feedback is a message of the system's own, which nobody here reads. It lies in the journal before
anything is done with the answer that brought it, and leaves it after the answer that took it: a
till that is killed between the two hands it back once more, and loses nothing.

The newest goes first, as the plugin contract of SetRetail10 has it, but what was handed back less
often goes before what was more often: a batch that always fails holds nothing else back.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cashier import feedback_rows as rows
from cashier.errors import StorageError
from cashier.exchange import (
    Backend,
    FeedbackRequest,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from cashier.feedback_rows import Came
from cashier.feedback_rows import Kept as Kept  # whoever knows the box knows it from here
from cashier.i18n import _
from cashier.journal import Journal
from cashier.receipt import Feedback, Message
from cashier.words import explain

LONGEST_CAUSE = 500
MOST_OWED = 200
"""Answers whose feedback is remembered while the disk takes none."""


@dataclass(frozen=True)
class Sent:
    """What came of one batch."""

    done: int
    left: int
    """How many the system wants to have again."""
    messages: tuple[Message, ...]


class FeedbackBox:
    """All feedback of a till."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._database = journal.database
        self._owed: list[Came] = []
        """What the disk did not take yet."""
        self._one = asyncio.Lock()

    @property
    def waiting(self) -> int:
        return self._journal.feedback["waiting"]

    @property
    def damaged(self) -> int:
        """Records that cannot be read: for a person to look at."""
        return self._journal.feedback["damaged"]

    # --- what comes

    def keep(self, came: Iterable[Feedback], system: str, at: datetime) -> None:
        """Store what one answer brought, on the platter when this returns; the same id again takes
        the place of the old one.

        Raises StorageError (it is remembered, and stored with what comes next) and BadInput for
        text that no file can hold (the rest is stored).
        """
        left, trouble = rows.recorded(came)
        if left or self._owed:
            self._store([*self._owed, Came(tuple(left), system, at)])
        if trouble is not None:
            raise trouble

    def _store(self, pending: list[Came]) -> None:
        try:
            with self._database.writing(full=True, alone=True) as sql:
                moved = [rows.put(sql, one) for one in pending]
        except StorageError:
            self._owed = pending[-MOST_OWED:]
            raise
        self._owed = []
        for one in moved:
            self._journal.feedback.update(one)

    def cancelled(self, receipt_id: str) -> None:
        """A receipt that the journal never had is over: what does not outlive it goes. Raises
        StorageError."""
        if self.waiting:
            with self._database.writing(full=True) as sql:
                moved = rows.cancel(sql, receipt_id)
            self._journal.feedback.update(moved)

    # --- what is there

    def entries(self) -> list[Kept]:
        """All, oldest first. Raises StorageError."""
        found = self._database.rows(f"SELECT {rows.COLUMNS} ORDER BY seq")
        return [rows.kept(row) for row in found]

    def entry(self, name: str) -> Kept | None:
        """By its name, or by the system's id of it. Raises StorageError."""
        row = self._database.row(
            f"SELECT {rows.COLUMNS} WHERE 'F' || seq = ?1 OR feedback_id = ?1"
            " ORDER BY 'F' || seq <> ?1 LIMIT 1",
            (name,),
        )
        return rows.kept(row) if row else None

    # --- what goes

    async def send(
        self, backend: Backend, system: str, most: int, now: Callable[[], datetime]
    ) -> Sent | None:
        """Hand one batch back; None: nothing waits for this system.

        Raises Refused, Unavailable and OutcomeUnknown, and then all of it waits on as it was; and
        StorageError: what the system did by then is repeated.
        """
        async with self._one:
            handed = self.batch(system, most)
            if not handed:
                return None
            request = FeedbackRequest(
                operation_id=_operation(handed[0]),
                feedback=tuple(one.feedback for one in handed if one.feedback is not None),
                at=now(),
            )
            try:
                answer = await backend.send_feedback(request)
            except (Refused, Unavailable, OutcomeUnknown) as error:
                self._unanswered(handed, explain(error))
                self.keep(error.feedback, system, now())
                raise
            left = self._answered(handed, answer.feedback, system, now())
            return Sent(len(handed) - left, left, answer.messages)

    def batch(self, system: str, most: int) -> list[Kept]:
        """What is handed back next. What cannot be read is put aside. Raises StorageError."""
        while True:
            found = self._database.rows(
                f"SELECT {rows.COLUMNS} WHERE state = 'waiting' AND system = ?"
                " ORDER BY turn, seq DESC LIMIT ?",
                (system, most),
            )
            batch = [rows.kept(row) for row in found]
            damaged = [one for one in batch if one.feedback is None]
            if not damaged:
                return batch
            self._put_aside(damaged)

    def _put_aside(self, damaged: Sequence[Kept]) -> None:
        with self._database.writing(full=True) as sql:
            sql.executemany(
                "UPDATE feedback SET state = 'damaged' WHERE seq = ?",
                [(one.seq,) for one in damaged],
            )
        self._journal.feedback.update(waiting=-len(damaged), damaged=len(damaged))
        for one in damaged:
            self._journal.complain(_("An entry of the queue is damaged: {id}").format(id=one.name))

    def _answered(
        self, handed: Sequence[Kept], told: Iterable[Feedback], system: str, at: datetime
    ) -> int:
        """How many the system wants to have again. What it has never said before is new."""
        again = rows.wanted(told, handed)
        known = {one.feedback_id for one in handed}
        new = tuple(both for name, both in again.items() if name not in known)
        with self._database.writing(full=True, alone=True) as sql:
            settled = rows.settle(sql, handed, again)
            brought = rows.put(sql, Came(new, system, at))
        self._journal.feedback.update(settled)
        self._journal.feedback.update(brought)
        return len(known & again.keys())

    def _unanswered(self, handed: Iterable[Kept], cause: str) -> None:
        """Silence: they wait on as they are, behind those that were tried less."""
        with self._database.writing(full=True, alone=True) as sql:
            sql.executemany(
                "UPDATE feedback SET tries = tries + 1, turn = max(turn, 0) + 1, cause = ?"
                " WHERE seq = ?",
                [(cause[:LONGEST_CAUSE], one.seq) for one in handed],
            )

    def first(self, name: str) -> bool:
        """It goes with the next batch, whatever else waits. False: there is none. Raises
        StorageError."""
        found = self.entry(name)
        if found is None:
            return False
        with self._database.writing(full=True) as sql:
            sql.execute("UPDATE feedback SET turn = -1 WHERE seq = ?", (found.seq,))
        return True

    def drop(self, name: str, why: str) -> bool:
        """Give one up; it and the reason are kept. False: there is none. Raises StorageError."""
        found = self.entry(name)
        if found is None:
            return False
        with self._database.writing(full=True) as sql:
            moved = rows.close(sql, found.seq, why)
        self._journal.feedback.update(moved)
        return True


def _operation(first: Kept) -> str:
    """Of a batch: the same when a killed till hands the same batch back, another for every try."""
    import hashlib  # it loads a library of its own, and most tills have no feedback

    said = f"{first.feedback_id}\n{first.tries}".encode("utf-8", "replace")
    return f"feedback:{hashlib.sha256(said).hexdigest()[:32]}"
