"""What the till has done, transaction by transaction, and which of it the office has got."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from sqlite3 import Connection

from backends.files.client.layout import TRANSACTION, fact, remember
from backends.files.folder import Request
from backends.files.formats.model import Kind, SalesReport, Transaction
from cashier.database import Database


@dataclass(frozen=True)
class Handed:
    """The last report: ``written`` False while it may not be in the folder yet."""

    number: int
    written: bool


class Roll:
    """Every method may raise StorageError."""

    def __init__(self, db: Database, says: Callable[[Kind], bool]) -> None:
        """``says``: whether a report has a word for it; what it has none for is not kept."""
        self._db, self._says = db, says

    def next(self, sql: Connection) -> int:
        """The number of the next transaction."""
        (last,) = sql.execute("SELECT coalesce(max(number), 0) FROM transactions").fetchone()
        return int(last) + 1

    def append(self, sql: Connection, told: Iterable[Transaction]) -> int:
        """Under the next numbers, in the transaction of the caller. Returns the last."""
        said = [one for one in told if self._says(one.kind)]
        first = self.next(sql)
        for number, one in enumerate(said, first):
            body = TRANSACTION.dump_json(replace(one, number=number)).decode()
            sql.execute(
                "INSERT INTO transactions (number, day, body) VALUES (?,?,?)",
                (number, one.at.date().isoformat(), body),
            )
        return first + len(said) - 1

    # --- reports

    @property
    def handed(self) -> Handed | None:
        """None: the office has processed all that it was given."""
        told = fact(self._db, "handed")
        return Handed(*json.loads(told)) if told else None

    def waiting(self) -> int:
        """Transactions that are in no report yet."""
        (count,) = self._db.row(
            "SELECT count(*) FROM transactions WHERE processed = 0 AND report IS NULL"
        )
        return int(count)

    def make_report(self, wanted: Request | None) -> int:
        """What is not processed, and all of the days that are wanted. Returns its number."""
        number = int(fact(self._db, "report") or 0) + 1
        first = (wanted.first if wanted else date.max).isoformat()
        last = (wanted.last if wanted else date.max).isoformat()
        with self._db.writing(full=True) as sql:
            sql.executemany(
                "UPDATE transactions SET report = ? WHERE processed = ? AND day BETWEEN ? AND ?",
                [(number, 0, "", last), (number, 1, first, last)],
            )
            remember(sql, {"report": str(number), "handed": json.dumps([number, False])})
        return number

    def report(self, number: int) -> SalesReport:
        rows = self._db.rows(
            "SELECT body FROM transactions WHERE report = ? ORDER BY number", (number,)
        )
        told = tuple(TRANSACTION.validate_json(body) for (body,) in rows)
        return SalesReport(number, fact(self._db, "database"), told)

    def written(self, number: int) -> None:
        with self._db.writing(full=True) as sql:
            remember(sql, {"handed": json.dumps([number, True])})

    def processed(self, number: int) -> None:
        with self._db.writing(full=True) as sql:
            sql.execute(
                "UPDATE transactions SET processed = 1, report = NULL WHERE report = ?", (number,)
            )
            remember(sql, {"handed": ""})
