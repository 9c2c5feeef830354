"""The database: one connection, whole transactions, every trouble a sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic_core import PydanticSerializationError

from cashier.exchange import Cause, Reason, Refused, Unavailable
from cashier.i18n import _

VERSION = 3
SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT UNIQUE, email TEXT UNIQUE, birthdate TEXT
) WITHOUT ROWID;
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, customer TEXT UNIQUE REFERENCES customers (id),
    turnover INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE cards (
    number TEXT PRIMARY KEY, account INTEGER REFERENCES accounts (id),
    level TEXT NOT NULL, status TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX cards_by_account ON cards (account);
CREATE TABLE lots (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES accounts (id),
    starts INTEGER NOT NULL, ends INTEGER, left INTEGER NOT NULL
);
CREATE INDEX lots_alive ON lots (account, ends, starts, left) WHERE left <> 0;
CREATE TABLE movements (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL, lot INTEGER NOT NULL REFERENCES lots (id),
    at INTEGER NOT NULL, why TEXT NOT NULL, points INTEGER NOT NULL, receipt TEXT, note TEXT
);
CREATE INDEX movements_by_account ON movements (account);
CREATE TABLE holds (
    receipt TEXT PRIMARY KEY, account INTEGER NOT NULL, points INTEGER NOT NULL,
    confirmed INTEGER NOT NULL, ends INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE challenges (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, code TEXT NOT NULL,
    ends INTEGER NOT NULL, attempts INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE coupons (
    code TEXT PRIMARY KEY, kind TEXT NOT NULL, customer TEXT, starts INTEGER, ends INTEGER,
    blocked INTEGER NOT NULL DEFAULT 0, printed_by TEXT
) WITHOUT ROWID;
CREATE TABLE coupon_uses (
    code TEXT NOT NULL, kind TEXT NOT NULL, account INTEGER, receipt TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (code, receipt)
) WITHOUT ROWID;
CREATE INDEX coupon_uses_by_receipt ON coupon_uses (receipt);
CREATE TABLE sales (
    receipt TEXT PRIMARY KEY, number TEXT NOT NULL, account INTEGER, card TEXT,
    day TEXT NOT NULL, lot INTEGER, cancelled INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sales_by_number ON sales (number);
CREATE INDEX sales_by_card ON sales (card, day);
CREATE TABLE sale_lines (
    receipt TEXT NOT NULL, number INTEGER NOT NULL, quantity INTEGER NOT NULL,
    paid INTEGER NOT NULL, earned INTEGER NOT NULL, spent INTEGER NOT NULL,
    returned INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (receipt, number)
) WITHOUT ROWID;
CREATE TABLE spent_lots (
    receipt TEXT NOT NULL, place INTEGER NOT NULL, lot INTEGER NOT NULL,
    points INTEGER NOT NULL, back INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (receipt, place)
) WITHOUT ROWID;
CREATE TABLE operations (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, answer TEXT NOT NULL
) WITHOUT ROWID;
"""
OFFICE = """
CREATE TABLE office_log (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    about TEXT NOT NULL, differences TEXT NOT NULL, undo TEXT, undone_by INTEGER
);
"""
KEEPING = """
CREATE TABLE returns (
    receipt TEXT NOT NULL, sale TEXT NOT NULL, at INTEGER NOT NULL, lines TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX returns_by_receipt ON returns (receipt);
CREATE INDEX returns_by_sale ON returns (sale);
CREATE TABLE coupon_holds (
    code TEXT NOT NULL, receipt TEXT NOT NULL, account INTEGER, ends INTEGER NOT NULL,
    PRIMARY KEY (code, receipt)
) WITHOUT ROWID;
CREATE INDEX coupon_holds_by_receipt ON coupon_holds (receipt);
ALTER TABLE movements ADD COLUMN operation TEXT;
CREATE INDEX movements_by_operation ON movements (operation) WHERE operation IS NOT NULL;
"""
UPGRADES = {1: f"ALTER TABLE movements ADD COLUMN note TEXT; {OFFICE}", 2: KEEPING}
"""What makes data of an older version those of the next one; nothing is lost."""
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_PART = ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part")


class Store:
    """Opened at once; None keeps everything in memory. Raises Unavailable."""

    def __init__(self, path: Path | None) -> None:
        self._name = str(path) if path else ":memory:"
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self._name, isolation_level=None, timeout=2, check_same_thread=False
            )
            self._guarded = _Guarded(self._db, self._name)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except (sqlite3.Error, OSError) as error:
            _explain(error, self._name)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        if version and version not in UPGRADES:
            raise Unavailable(
                _("{file}: made by another version of the program").format(file=self._name),
                cause=Cause.PROTOCOL,
            )
        steps = (
            [UPGRADES[one] for one in range(version, VERSION)]
            if version
            else [SCHEMA, OFFICE, KEEPING]
        )
        script = f"BEGIN IMMEDIATE; {' '.join(steps)} PRAGMA user_version = {VERSION}; COMMIT;"
        self._db.executescript(script)

    def close(self) -> None:
        self._db.close()

    @property
    def stamp(self) -> tuple[int, int]:
        """Another one whenever anything was written, here or by another program."""
        with self._guarded:
            return self._db.total_changes, self._db.execute("PRAGMA data_version").fetchone()[0]

    def reading(self) -> "_Guarded":
        return self._guarded

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on the disk when it is over; within another one, on the disk with
        that, and by itself still all or nothing."""
        within = self._db.in_transaction
        begin, end, undo = _PART if within else _WHOLE
        with self._guarded:
            self._db.execute(begin)
            try:
                yield self._db
                self._db.execute(end)
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute(undo)
                    if within:
                        self._db.execute(end)
                raise


class _Guarded:
    """The database; whatever trouble it makes is told in words of the exchange."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self._db, self._name = db, name

    def __enter__(self) -> sqlite3.Connection:
        return self._db

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            _explain(error, self._name)


def _explain(error: BaseException, name: str) -> None:
    """Raises Unavailable, or Refused; what is no trouble with the data goes its way."""
    match error:
        case sqlite3.Error() | OSError():
            # Whatever was begun is rolled back: nothing happened.
            text = _("The data of the loyalty system cannot be used: {file}: {why}")
            raise Unavailable(text.format(file=name, why=error), cause=Cause.STATUS) from error
        case UnicodeEncodeError() | PydanticSerializationError():
            raise Refused(Reason.OTHER, _("there are signs in it that are no text")) from error
        case OverflowError():
            raise Refused(Reason.LIMIT_EXCEEDED, _("the numbers are too large")) from error


def seconds(at: datetime) -> int:
    """A moment as it is stored and compared: whole seconds since 1970."""
    return int(at.timestamp())


def counted(db: sqlite3.Connection, name: str) -> int:
    """The next number of a counter, from 1."""
    db.execute("INSERT OR IGNORE INTO counters VALUES (?, 0)", (name,))
    db.execute("UPDATE counters SET value = value + 1 WHERE name = ?", (name,))
    row = db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
    return int(row[0])
