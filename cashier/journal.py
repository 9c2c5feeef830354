"""The durable record of a till: the open receipt, what was sold, and what is still to be sent.

SQLite in WAL mode. Commands are kept with synchronous=NORMAL (survives ``kill -9``), everything
about money that changed hands with FULL (survives a power cut). What the disk refuses is taken
back whole: a method either did all of it or raised StorageError.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Concatenate, ParamSpec, TypeVar, get_args

from cashier import journal_rows as rows
from cashier.commands import Command, ResumeReceipt
from cashier.database import Database
from cashier.errors import StorageError
from cashier.exchange import LineReturned, SaveReturnRequest, SaveSaleRequest
from cashier.i18n import _
from cashier.money import Amount, Quantity
from cashier.receipt import Kind, Line, Receipt, Settled
from cashier.records import read, stored, unpacked

Request = SaveSaleRequest | SaveReturnRequest
_REQUESTS: dict[str, Any] = {Kind.SALE: SaveSaleRequest, Kind.RETURN: SaveReturnRequest}
_COMMANDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Command)}
P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[Concatenate["Journal", P], R]


def _sells_in_any_weather(act: Act[P, R]) -> Act[P, R]:
    """Done once more, alone, where the disk did not take what went along with it."""

    @wraps(act)
    def done(self: "Journal", /, *arguments: P.args, **named: P.kwargs) -> R:
        database = self.database
        try:
            return act(self, *arguments, **named)
        except StorageError:
            if not database.thrown_off or database.passenger is None:
                raise
        try:
            return act(self, *arguments, **named)
        except StorageError:
            database.passenger.wake()
            raise

    return done


@dataclass(frozen=True)
class _Kept:
    """What is on disk of the receipt being made: the next ``keep`` writes what differs."""

    doc: int
    receipt: Receipt


class Journal:
    """The durable record of one till. One receipt is open at a time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.put_aside = database.put_aside
        """Where a damaged journal was moved at opening."""
        self.complaints: list[str] = []
        """Records that could not be read and were passed over, as sentences for the cashier."""
        self.counts = {"sending": 0, "waiting": 0, "parked": 0}
        """Entries of the outbox by state."""
        self.feedback: Counter[str] = Counter()
        """What parts of the system want to have back, by state."""
        self._kept: _Kept | None = None
        self._owed: tuple[str, str, Receipt | None] | None = None
        """A refused sale whose promise could not be taken back yet."""
        self._promised: tuple[str, tuple[Line, ...]] | None = None
        self._sending = ""
        """The operation that was promised last and is not settled: nobody else moves it."""

    @classmethod
    def open(cls, path: Path | None) -> "Journal":
        """Open or make the journal; None: in memory. A damaged one is put aside.

        Raises StorageError, and ConfigError when a newer program made it.
        """
        journal = cls(Database.open(path, rows.LAYOUT))
        try:
            journal._recover()
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """For looking only, also while a till works on it. Raises StorageError."""
        return cls(Database.read(path, rows.LAYOUT))

    def close(self) -> None:
        self.database.close()

    # --- the receipt being made

    @_sells_in_any_weather
    def keep(
        self,
        at: datetime,
        command: Command,
        state: str,
        before: Receipt | None,
        after: Receipt | None,
    ) -> None:
        """Record a command and what it made of the open receipt; ``after`` None: it is gone.

        Writes only what differs from what is on disk. A receipt that was put aside is the open
        one again; one that is finished is not opened again. Raises StorageError, BadInput for text
        that no file can hold.
        """
        self._pay_owed()
        body, subject = stored(type(command), command), after or before
        kept = self._kept or self._read_kept()
        same = kept if kept and subject and _same(kept.receipt, subject) else None
        dropped = command == ResumeReceipt(keep=False)
        gone = kept if (not same if after else same or dropped) else None
        doc, live = (same.doc if same else None), True
        cancelled: Counter[str] | None = None
        with self.database.writing() as sql:
            if gone:
                cancelled = rows.drop(sql, gone.doc)
            if subject and not same:
                doc, live = rows.document(sql, subject, "open" if after else "dropped")
            if after and doc and not live:
                doc, live = rows.take_up(sql, doc)
            if after and doc and live:
                rows.write_open(sql, doc, state, after, same.receipt if same else None)
            sql.execute(
                "INSERT INTO commands (doc, at, name, body) VALUES (?, ?, ?, ?)",
                (doc, at.isoformat(), type(command).__name__, body),
            )
        if cancelled:
            self.feedback.update(cancelled)
        if after and doc and live:
            self._kept = _Kept(doc, after)
        elif gone:
            self._kept = None

    def open_receipt(self) -> tuple[str, Receipt] | None:
        """State and receipt left open by the last run, not one that is being finished."""
        row = self.database.row(
            "SELECT doc, open.state FROM open CROSS JOIN receipts USING (doc)"
            " WHERE receipts.state = 'open' ORDER BY doc DESC LIMIT 1"
        )
        self._kept = self._read_kept() if row else None
        return (row[1], self._kept.receipt) if self._kept else None

    def _read_kept(self) -> _Kept | None:
        # CROSS: read the few open ones first, never a million receipts.
        row = self.database.row(
            "SELECT doc FROM open CROSS JOIN receipts USING (doc)"
            " WHERE receipts.state IN ('open', 'finishing') ORDER BY doc DESC LIMIT 1"
        )
        return self._read_open(row[0]) if row else None

    def _read_open(self, doc: int) -> _Kept | None:
        """A receipt that is not finished, as it stood last; a damaged one is set aside."""
        row = self.database.row("SELECT lines, head FROM open WHERE doc = ?", (doc,))
        found = self.database.rows(
            "SELECT place, body FROM open_lines WHERE doc = ? ORDER BY place", (doc,)
        )
        try:
            if row is None or [place for place, body in found] != list(range(1, row[0] + 1)):
                raise ValueError
            lines = read(tuple[Line, ...], b"[%s]" % b",".join(line for _at, line in found))
            return _Kept(doc, replace(read(Receipt, row[1]), lines=lines))
        except (ValueError, TypeError):
            self.complain(_("The receipt left open by the last run is damaged and was set aside"))
            with self.database.writing() as sql:
                sql.execute("UPDATE receipts SET state = 'damaged' WHERE doc = ?", (doc,))
            return None

    # --- receipts put aside

    @_sells_in_any_weather
    def hold(self, receipt: Receipt, state: str) -> None:
        """Put the open receipt aside, to go on with in ``state``. Raises StorageError."""
        self._pay_owed()
        with self.database.writing(full=True) as sql:
            doc, _live = rows.document(sql, receipt, "held")
            rows.write_open(sql, doc, state, receipt, None)
            sql.execute("UPDATE receipts SET state = 'held' WHERE doc = ?", (doc,))
        self._kept = None

    def held(self) -> list[Receipt]:
        """Receipts put aside, oldest first. Raises StorageError; passes over what is damaged."""
        found = self.database.rows("SELECT doc FROM receipts WHERE state = 'held' ORDER BY doc")
        kept = (self._read_open(doc) for (doc,) in found)
        return [one.receipt for one in kept if one]

    @property
    def held_count(self) -> int:
        return int(self.database.row("SELECT count(*) FROM receipts WHERE state = 'held'")[0])

    def commands(self, receipt_id: str) -> list[tuple[datetime, Command]]:
        """What was done with a receipt, in order; for recordings."""
        found: list[tuple[datetime, Command]] = []
        for at, name, body in self.database.rows(
            "SELECT at, name, body FROM commands"
            " WHERE doc = (SELECT doc FROM receipts WHERE receipt_id = ?) ORDER BY seq",
            (receipt_id,),
        ):
            try:
                found.append((datetime.fromisoformat(at), read(_COMMANDS[name], body)))
            except (ValueError, KeyError, TypeError):
                self.complain(_("A command of receipt {id} is damaged").format(id=receipt_id))
        return found

    # --- finishing

    @_sells_in_any_weather
    def next_number(self, shop: str, till: str, prefix: str = "R") -> str:
        """A receipt number that was not given before: 'R0101-000042'."""
        head = f"{prefix}{shop}{till}"
        with self.database.writing() as sql:
            (number,) = sql.execute(
                "INSERT INTO numbers VALUES"
                " (?1, 1 + coalesce((SELECT last FROM numbers WHERE head = ''), 0))"
                " ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
                (head,),
            ).fetchone()
        return f"{head}-{int(number):06d}"

    def count_from(self, number: int) -> None:
        """Receipts are numbered from the one after ``number``: somebody remembers those before."""
        with self.database.writing() as sql:
            sql.execute("INSERT OR REPLACE INTO numbers VALUES ('', ?)", (number,))

    @_sells_in_any_weather
    def promise(self, request: Request, system: str) -> None:
        """Store the closed receipt as finishing and the request to ``system`` as being sent.

        From here on ``kill -9`` loses nothing: the next start counts it as sold, and sends it.
        """
        self._pay_owed()
        receipt = replace(request.receipt, settled=Settled(pending=True))
        bare = request.model_copy(update={"receipt": replace(request.receipt, lines=())})
        head = stored(type(request), bare)
        old = self._state(request.operation_id)
        with self.database.writing(full=True) as sql:
            doc = rows.store(sql, receipt, "finishing")
            if isinstance(request, SaveReturnRequest):
                rows.store_returned(sql, doc, receipt, request.lines)
            sql.execute(
                "INSERT INTO outbox (operation_id, doc, sale, system, name, state, head)"
                " VALUES (?, ?, ?, ?, ?, 'sending', ?)"
                " ON CONFLICT (operation_id) DO UPDATE SET state = 'sending', head = excluded.head",
                (request.operation_id, doc, rows.sale_of(receipt), system, receipt.kind, head),
            )
        self._promised = (receipt.receipt_id, receipt.lines)
        self._sending = request.operation_id
        self.count(old, "sending")

    @_sells_in_any_weather
    def withdraw(self, operation_id: str, state: str, receipt: Receipt | None = None) -> None:
        """The system refused: the receipt is open again, in ``state``, and nothing is finished.

        It is ``receipt`` from now on; None: as it was promised, but not closed. What the disk
        does not take (StorageError) is owed: nothing else is written before it.
        """
        self._owed, self._sending = (operation_id, state, receipt), ""
        self._withdraw(operation_id, state, receipt)
        self._owed = None

    def _pay_owed(self) -> None:
        if self._owed is not None:
            self.withdraw(*self._owed)

    def _withdraw(self, operation_id: str, state: str, receipt: Receipt | None) -> None:
        row = self.database.row(
            "SELECT doc, outbox.state, name, outbox.head, lines FROM outbox"
            " JOIN receipts USING (doc) WHERE operation_id = ?",
            (operation_id,),
        )
        if row is None:
            return
        doc, old, *record = row
        try:
            asked = request_of(*record).receipt
        except ValueError as error:
            raise _damaged(operation_id) from error
        receipt = receipt or replace(asked, closed_at=None, settled=None)
        before = self._kept.receipt if self._kept and self._kept.doc == doc else None
        with self.database.writing(full=True) as sql:
            sql.execute("DELETE FROM outbox WHERE operation_id = ?", (operation_id,))
            sql.execute(
                "DELETE FROM returned WHERE sale = ? AND doc = ?", (rows.sale_of(asked), doc)
            )
            sql.execute(
                "UPDATE receipts SET state = 'open', head = NULL, lines = NULL WHERE doc = ?",
                (doc,),
            )
            rows.forget_certificates(sql, doc)
            rows.write_open(sql, doc, state, receipt, before)
        self._kept = _Kept(doc, receipt)
        self.count(old, None)

    def finish(self, operation_id: str, receipt: Receipt) -> None:
        """Store what was settled; nothing is left to send."""
        with self.sold(operation_id, receipt, None) as (sql, _doc):
            sql.execute("DELETE FROM outbox WHERE operation_id = ?", (operation_id,))

    def queue(self, operation_id: str, receipt: Receipt, cause: str) -> None:
        """Finished, but not delivered: the entry waits in the outbox."""
        pending = replace(receipt.settled or Settled(), pending=True)
        with self.sold(operation_id, replace(receipt, settled=pending), "waiting") as (sql, _doc):
            sql.execute(
                "UPDATE outbox SET state = 'waiting', attempts = attempts + 1, cause = ?"
                " WHERE operation_id = ?",
                (cause, operation_id),
            )

    def finish_without(self, receipt: Receipt) -> None:
        """Finished in a shop without a loyalty system; a return by the ``sale_line`` of lines."""
        with self.sold("", receipt, None) as (sql, doc):
            if receipt.kind is Kind.RETURN and receipt.of is not None:
                lines = receipt.lines
                back = (LineReturned(number=it.sale_line, quantity=it.quantity) for it in lines)
                rows.store_returned(sql, doc, receipt, back)

    @contextmanager
    def sold(
        self, operation_id: str, receipt: Receipt, becomes: str | None
    ) -> Iterator[tuple[Connection, int]]:
        """The receipt is finished, and what is done inside, in one transaction.

        What was said to the loyalty system goes along with the command that follows.
        """
        old = "sending" if operation_id == self._sending != "" else self._state(operation_id)
        with self.database.writing(full=True, alone=True) as sql:
            new_lines = self._promised != (receipt.receipt_id, receipt.lines)
            doc = rows.store(sql, receipt, "finished", lines=new_lines)
            rows.close_open(sql, doc)
            yield sql, doc
        if self._kept and _same(self._kept.receipt, receipt):
            self._kept = None
        self._sending = ""
        self.count(old, becomes if old else None)

    def _recover(self) -> None:
        """What a crashed run was sending was paid for: it is sold, and waits in the outbox."""
        if self.put_aside:
            # It knew the numbers given. No till sells a receipt a minute for years, so the
            # minutes since 2020 are above them all.
            minutes = int(datetime.now(UTC).timestamp()) // 60 - 26_297_280
            with self.database.writing(full=True) as sql:
                sql.execute("INSERT OR REPLACE INTO numbers VALUES ('', ?)", (minutes,))
        self.counts.update(self.database.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        counted = self.database.rows("SELECT state, count(*) FROM feedback GROUP BY state")
        self.feedback = Counter(dict(counted))
        if not self.counts["sending"]:
            return
        with self.database.writing(full=True) as sql:
            for (doc,) in sql.execute("SELECT doc FROM outbox WHERE state = 'sending'").fetchall():
                sql.execute("UPDATE receipts SET state = 'finished' WHERE doc = ?", (doc,))
                rows.close_open(sql, doc)
            sql.execute("UPDATE outbox SET state = 'waiting' WHERE state = 'sending'")
        self.counts["waiting"] += self.counts["sending"]
        self.counts["sending"] = 0

    # --- what was sold

    def sale(self, number: str) -> Receipt | None:
        """The finished receipt of that number. Raises StorageError when it is damaged."""
        return self._one("number = ?", number)

    def sale_by_id(self, receipt_id: str) -> Receipt | None:
        """The finished receipt of that id. Raises StorageError when it is damaged."""
        return self._one("receipt_id = ?", receipt_id)

    def sales(self, card: str, day: date) -> list[Receipt]:
        """Finished receipts of a card (or of the number the buyer gave) on a day."""
        return self._all("card = ? AND day = ? ORDER BY doc", card, day.isoformat())

    def last(self) -> Receipt | None:
        return next(iter(self.recent(1)), None)

    def recent(self, limit: int, before: Receipt | None = None) -> list[Receipt]:
        """Finished receipts, newest first; ``before``: the last one of the page before."""
        if before is None:
            return self._all("1 ORDER BY doc DESC LIMIT ?", limit)
        return self._all(
            "doc < (SELECT doc FROM receipts WHERE receipt_id = ?) ORDER BY doc DESC LIMIT ?",
            before.receipt_id,
            limit,
        )

    def lowest_paid(self, sku: str, since: date) -> Amount | None:
        """The lowest price of one piece or kilogram that anybody paid since a day."""
        query = "SELECT min(price) FROM lowest WHERE sku = ? AND day >= ?"
        row = self.database.row(query, (sku, since.isoformat()))
        return row[0] if row else None

    def returned(self, receipt_id: str) -> dict[int, Quantity]:
        """What came back of a sale so far, by number of its line."""
        return dict(
            self.database.rows(
                "SELECT line, sum(quantity) FROM returned WHERE sale = ? GROUP BY line",
                (receipt_id,),
            )
        )

    def _one(self, where: str, key: str) -> Receipt | None:
        row = self.database.row(
            f"SELECT head, lines FROM receipts WHERE {where} AND state = 'finished'",  # noqa: S608
            (key,),
        )
        try:
            return receipt_of(*row) if row else None
        except ValueError as error:
            raise _damaged(key) from error

    def _all(self, where: str, *keys: object) -> list[Receipt]:
        """Damaged ones are passed over, with a complaint."""
        found = []
        where, by, order = where.partition(" ORDER BY ")
        for doc, head, lines in self.database.rows(
            "SELECT doc, head, lines FROM receipts"  # noqa: S608  # our own words
            f" WHERE {where} AND state = 'finished'{by}{order}",
            keys,
        ):
            try:
                found.append(receipt_of(head, lines))
            except ValueError:
                self.complain(str(_damaged(doc)))
        return found

    # --- the outbox lives in the same file

    def count(self, old: str | None, new: str | None) -> None:
        """An entry of the outbox went from one state to another; None: it is not there."""
        if old:
            self.counts[old] -= 1
        if new:
            self.counts[new] += 1

    def complain(self, sentence: str) -> None:
        if sentence not in self.complaints:
            self.complaints.append(sentence)

    def _state(self, operation_id: str) -> str | None:
        row = self.database.row("SELECT state FROM outbox WHERE operation_id = ?", (operation_id,))
        return str(row[0]) if row else None


# --- records


def _damaged(name: object) -> StorageError:
    return StorageError(_("The record of receipt {id} is damaged").format(id=name))


def receipt_of(head: object, lines: object) -> Receipt:
    """Raises ValueError when the record is damaged."""
    receipt: Receipt = read(Receipt, head)
    return replace(receipt, lines=unpacked(tuple[Line, ...], lines))


def request_of(name: str, head: object, lines: object) -> Request:
    """An entry of the outbox as the request that it is. Raises ValueError when it is damaged."""
    if name not in _REQUESTS:
        raise ValueError(name)
    request: Request = read(_REQUESTS[name], head)
    whole = replace(request.receipt, lines=unpacked(tuple[Line, ...], lines))
    return request.model_copy(update={"receipt": whole})


def _same(one: Receipt, other: Receipt) -> bool:
    return one.receipt_id == other.receipt_id
