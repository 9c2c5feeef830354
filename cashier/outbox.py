"""What could not be delivered yet.

Entries live in the journal, so that a sale and its promise to the loyalty system are one
transaction. Only what waits is taken: an entry that the till is sending itself is left alone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from cashier.errors import CashierError, StorageError
from cashier.exchange import (
    Backend,
    OutcomeUnknown,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.journal import Journal, request_of
from cashier.receipt import Feedback, Receipt, Settled
from cashier.shop import Sending
from cashier.words import reason_words

_ENTRY = (
    "operation_id, system, name, entry.state, attempts, cause, entry.head, lines"
    " FROM outbox AS entry JOIN receipts USING (doc)"
)
_NEXT = (
    f"SELECT {_ENTRY}"  # noqa: S608  # constants only
    " WHERE entry.state = 'waiting' AND (?1 = '' OR system = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM receipts AS sold JOIN outbox AS sale USING (doc)"
    "  WHERE sold.receipt_id = entry.sale)"
    " ORDER BY seq {order} LIMIT 1"
)
"""A return whose sale is still here, waiting or parked, is passed over until it is gone."""


@dataclass(frozen=True)
class Entry:
    """One request that a loyalty system has not got yet."""

    operation_id: str
    request: SaveSaleRequest | SaveReturnRequest
    at: datetime
    system: str
    attempts: int
    state: str
    """``sending``, ``waiting`` or ``parked``."""
    cause: str
    """Why it was not delivered, or what it was refused with, as the system put it."""


class Outbox:
    """Abstract requests with their operation id, time and context, delivered later, in order."""

    def __init__(self, journal: Journal, sending: Sending) -> None:
        self._journal = journal
        self._database = journal.database
        self._sending = sending
        self._one = asyncio.Lock()

    @property
    def waiting(self) -> int:
        return self._journal.counts["waiting"]

    @property
    def parked(self) -> int:
        """Refused by the system: for a person to look at."""
        return self._journal.counts["parked"]

    def entries(self) -> list[Entry]:
        """All, oldest first. Raises StorageError; passes over what is damaged."""
        rows = self._database.rows(f"SELECT {_ENTRY} ORDER BY seq")
        return [entry for row in rows if (entry := self._entry(row))]

    def entry(self, operation_id: str) -> Entry | None:
        """None: there is none, or it is damaged. Raises StorageError."""
        row = self._database.row(f"SELECT {_ENTRY} WHERE operation_id = ?", (operation_id,))
        return self._entry(row) if row else None

    def damaged(self) -> list[str]:
        """Operation ids of entries that cannot be read any more. Raises StorageError."""
        rows = self._database.rows(f"SELECT {_ENTRY} ORDER BY seq")
        return [row[0] for row in rows if self._entry(row) is None]

    def named(self, name: str) -> str | None:
        """The operation id of the entry with this id or receipt number. Raises StorageError."""
        if self.knows(name):
            return name
        found = (one for one in self.entries() if one.request.receipt.number == name)
        return next((one.operation_id for one in found), None)

    def knows(self, operation_id: str) -> bool:
        """Whether there is such an entry. Raises StorageError."""
        query = "SELECT 1 FROM outbox WHERE operation_id = ?"
        return self._database.row(query, (operation_id,)) is not None

    def holds(self, receipt_id: str) -> bool:
        """Whether this receipt is still to be delivered. Raises StorageError."""
        query = (
            "SELECT 1 FROM receipts JOIN outbox AS entry USING (doc) WHERE receipts.receipt_id = ?"
        )
        return self._database.row(query, (receipt_id,)) is not None

    async def deliver(
        self,
        backend: Backend,
        system: str = "",
        trouble: Callable[[Entry, CashierError], None] | None = None,
        left: Callable[[tuple[Feedback, ...]], None] | None = None,
    ) -> list[Receipt]:
        """Send up to a batch, in order; the receipts that were delivered, with what was settled.

        ``system``: only what was promised to that system. Refused ones are parked. Stops where
        the system does not answer; the entry stays and will be sent with the same id. ``trouble``
        hears of both, ``left`` of the feedback that answers bring. Raises StorageError; what the
        system did by then is repeated, which changes nothing.
        """
        tell = trouble or (lambda _entry, _error: None)
        keep = left or (lambda _feedback: None)
        delivered: list[Receipt] = []
        async with self._one:
            query = _NEXT.format(order="DESC" if self._sending.newest_first else "ASC")
            for _turn in range(self._sending.batch):
                row = self._database.row(query, (system,))
                if row is None:
                    break
                entry = self._entry(row)
                if entry is None:
                    self._tried(row[0], "parked", _("The record is damaged"))
                    continue
                try:
                    settled = await _send(backend, entry)
                except Refused as refusal:
                    keep(refusal.feedback)
                    self._tried(entry.operation_id, "parked", _why(refusal))
                    tell(entry, refusal)
                except (Unavailable, OutcomeUnknown) as silence:
                    keep(silence.feedback)
                    self._tried(entry.operation_id, "waiting", str(silence) or silence.cause)
                    tell(entry, silence)
                    break
                else:
                    keep(settled.feedback)
                    delivered.append(self._settle(entry, settled))
        return delivered

    def release(self, operation_id: str) -> None:
        """A parked entry waits again, in its old place. Raises StorageError."""
        self._move(operation_id, "parked", "waiting")

    def drop(self, operation_id: str, why: str) -> bool:
        """Give an entry up. It and the reason are kept, and its receipt is not pending any more.

        False: there is none, or it is being sent and stays. Raises StorageError.
        """
        query = f"SELECT {_ENTRY} WHERE operation_id = ? AND entry.state <> 'sending'"
        row = self._database.row(query, (operation_id,))
        if row is None:
            return False
        entry = self._entry(row)
        if entry is None:
            with self._database.writing(full=True) as sql:
                _close(sql, operation_id, why)
            self._journal.count(row[3], None)
            return True
        receipt = self._receipt(entry)
        settled = replace(receipt.settled or Settled(), pending=False)
        done = replace(receipt, settled=settled)
        with self._journal.sold(operation_id, done, None) as (sql, _doc):
            _close(sql, operation_id, why)
        return True

    def _receipt(self, entry: Entry) -> Receipt:
        """As it was stored, or as it was promised where that record is damaged."""
        asked = entry.request.receipt
        try:
            return self._journal.sale_by_id(asked.receipt_id) or asked
        except StorageError:
            return asked

    def _settle(self, entry: Entry, settled: Settled) -> Receipt:
        done = replace(self._receipt(entry), settled=replace(settled, pending=False, feedback=()))
        self._journal.finish(entry.operation_id, done)
        return done

    def _tried(self, operation_id: str, state: str, cause: str) -> None:
        """One attempt more; not if a person moved the entry meanwhile."""
        self._move(operation_id, "waiting", state, cause, 1)

    def _move(self, operation_id: str, old: str, new: str, cause: str = "", tried: int = 0) -> None:
        with self._database.writing(full=True) as sql:
            moved = sql.execute(
                "UPDATE outbox SET state = ?, cause = ?, attempts = attempts + ?"
                " WHERE operation_id = ? AND state = ?",
                (new, cause, tried, operation_id, old),
            ).rowcount
        if moved:
            self._journal.count(old, new)

    def _entry(self, row: tuple[Any, ...]) -> Entry | None:
        operation_id, system, name, state, attempts, cause, head, lines = row
        try:
            request = request_of(name, head, lines)
        except ValueError:
            self._journal.complain(
                _("An entry of the queue is damaged: {id}").format(id=operation_id)
            )
            return None
        return Entry(operation_id, request, request.at, system, attempts, state, cause)


async def _send(backend: Backend, entry: Entry) -> Settled:
    """Under the old id and with the old time; it may have been said before."""
    if isinstance(entry.request, SaveReturnRequest):
        return await backend.save_return(entry.request.model_copy(update={"again": True}))
    return await backend.save_sale(entry.request.model_copy(update={"again": True}))


def _why(refusal: Refused) -> str:
    """The system's own words; the common ones where it has none."""
    return refusal.text or reason_words(refusal.reason)


def _close(sql: Connection, operation_id: str, why: str) -> None:
    sql.execute(
        "INSERT INTO outbox_closed (operation_id, doc, system, name, attempts, cause, why, head)"
        " SELECT operation_id, doc, system, name, attempts, cause, ?, head FROM outbox"
        " WHERE operation_id = ?",
        (why, operation_id),
    )
    sql.execute("DELETE FROM outbox WHERE operation_id = ?", (operation_id,))
