"""What Set Machine keeps: offers that were issued, uses, receipts and goods that tills told it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cashier.database import Database, Layout
from cashier.errors import StorageError
from cashier.exchange import LineReturned, Unavailable
from cashier.receipt import Receipt, Settled

LAYOUT = Layout(
    application=0x5345544D,
    version=1,
    schema="""
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE issued (
    id TEXT PRIMARY KEY, offer TEXT NOT NULL, card TEXT NOT NULL, receipt TEXT NOT NULL,
    ends INTEGER
) WITHOUT ROWID;
CREATE INDEX issued_by_card ON issued (card);
CREATE INDEX issued_by_receipt ON issued (receipt);
CREATE TABLE uses (
    personal TEXT NOT NULL, receipt TEXT NOT NULL, card TEXT NOT NULL,
    PRIMARY KEY (personal, receipt)
) WITHOUT ROWID;
CREATE INDEX uses_by_card ON uses (card);
CREATE INDEX uses_by_receipt ON uses (receipt);
CREATE TABLE receipts (
    receipt TEXT PRIMARY KEY, number TEXT NOT NULL, card TEXT NOT NULL, at INTEGER NOT NULL,
    cancelled INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE receipt_lines (
    receipt TEXT NOT NULL, number INTEGER NOT NULL, quantity INTEGER NOT NULL,
    returned INTEGER NOT NULL, PRIMARY KEY (receipt, number)
) WITHOUT ROWID;
CREATE TABLE goods (
    sku TEXT PRIMARY KEY, name TEXT NOT NULL, grp TEXT NOT NULL, price INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE done (operation TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID
""",
)
_RECEIPT = TypeAdapter(Receipt)
_SETTLED = TypeAdapter(Settled)


@dataclass(frozen=True)
class Issued:
    """An offer that a sale has brought to a card."""

    id: str
    offer: str
    ends: int | None
    """Seconds since 1970; None: never."""


class Store:
    """SQLite; opened when first needed. Raises Unavailable with a sentence."""

    def __init__(self, path: Path | None) -> None:
        """``path``: of the database; None: in memory."""
        self._path = path
        self._opened: Database | None = None
        self._began: int | None = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def began(self, now: int) -> int:
        """The first start, which days of offers count from that nobody issued."""
        if self._began is None:
            with self.changing() as change:
                change.sql.execute("INSERT OR IGNORE INTO facts VALUES ('began', ?)", (now,))
            rows = self._rows("SELECT value FROM facts WHERE name = 'began'")
            self._began = int(rows[0][0])
        return self._began

    def issued(self, card: str) -> list[Issued]:
        rows = self._rows("SELECT id, offer, ends FROM issued WHERE card = ? ORDER BY id", card)
        return [Issued(*row) for row in rows]

    def uses(self, card: str, but: str) -> dict[str, int]:
        """On how many receipts each offer of a card was used, ``but`` this one."""
        query = (
            "SELECT personal, count(*) FROM uses WHERE card = ? AND receipt <> ? GROUP BY personal"
        )
        return dict(self._rows(query, card, but))

    def done(self, operation: str) -> Settled | None:
        rows = self._rows("SELECT answer FROM done WHERE operation = ?", operation)
        if not rows:
            return None
        try:
            return _SETTLED.validate_json(rows[0][0])
        except ValidationError:
            return None

    @contextmanager
    def changing(self) -> Iterator["Change"]:
        """All of it, or nothing."""
        with _told(), self._database.writing(full=True) as sql:
            yield Change(sql)

    @property
    def _database(self) -> Database:
        if self._opened is None:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = Database.open(self._path, LAYOUT)
        return self._opened

    def _rows(self, query: str, *keys: object) -> list[Any]:
        with _told():
            return self._database.rows(query, keys)


@dataclass(frozen=True)
class Change:
    """What may be written in one transaction."""

    sql: Connection

    def keep_receipt(self, receipt: Receipt, card: str, at: datetime) -> None:
        """As a till exports it, with its goods."""
        body = _RECEIPT.dump_json(receipt).decode()
        self.sql.execute(
            "INSERT OR REPLACE INTO receipts VALUES (?,?,?,?,0,?)",
            (receipt.receipt_id, receipt.number, card, int(at.timestamp()), body),
        )
        self.sql.executemany(
            "INSERT OR IGNORE INTO receipt_lines VALUES (?,?,?,0)",
            [(receipt.receipt_id, line.number, line.quantity) for line in receipt.lines],
        )
        self.sql.executemany(
            "INSERT OR REPLACE INTO goods VALUES (?,?,?,?)",
            [(line.sku, line.name, line.group, line.price) for line in receipt.lines],
        )

    def use(self, personal: str, receipt: str, card: str) -> None:
        self.sql.execute("INSERT OR IGNORE INTO uses VALUES (?,?,?)", (personal, receipt, card))

    def issue(self, one: Issued, card: str, receipt: str) -> None:
        row = (one.id, one.offer, card, receipt, one.ends)
        self.sql.execute("INSERT OR IGNORE INTO issued VALUES (?,?,?,?,?)", row)

    def undo(self, receipt: str) -> None:
        """What this sale used is free again; what it brought is gone, unless it was used."""
        self.sql.execute("DELETE FROM uses WHERE receipt = ?", (receipt,))
        self.sql.execute(
            "DELETE FROM issued WHERE receipt = ? AND id NOT IN (SELECT personal FROM uses)",
            (receipt,),
        )

    def cancel(self, receipt: str) -> None:
        self.sql.execute("UPDATE receipts SET cancelled = 1 WHERE receipt = ?", (receipt,))

    def bring_back(self, sale: str, lines: tuple[LineReturned, ...]) -> bool:
        """Whether all of a sale has come back by now; False as well: nobody knows it."""
        self.sql.executemany(
            "UPDATE receipt_lines SET returned = returned + ? WHERE receipt = ? AND number = ?",
            [(one.quantity, sale, one.number) for one in lines],
        )
        row = self.sql.execute(
            "SELECT count(*), sum(returned < quantity) FROM receipt_lines WHERE receipt = ?",
            (sale,),
        ).fetchone()
        return bool(row[0]) and not row[1]

    def remember(self, operation: str, settled: Settled) -> None:
        answer = _SETTLED.dump_json(settled).decode()
        self.sql.execute("INSERT OR REPLACE INTO done VALUES (?,?)", (operation, answer))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (StorageError, OSError) as error:
        raise Unavailable(str(error), ours=True) from error
