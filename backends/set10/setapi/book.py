"""What the till keeps of its plugins: open write-offs, sales that may come back, what is done.

A write-off is written down before the plugin hears of it, so that a crash, or an answer that is
lost, leaves no points gone for nothing: whoever meets the receipt again sees it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from sqlite3 import Connection
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from cashier.database import Database, Layout
from cashier.errors import StorageError
from cashier.exchange import Unavailable
from cashier.money import Amount, Points, Quantity
from cashier.receipt import Settled

LAYOUT = Layout(
    application=0x53415049,
    version=1,
    schema="""
CREATE TABLE write_offs (
    id TEXT PRIMARY KEY, operation TEXT NOT NULL, receipt TEXT NOT NULL, card TEXT NOT NULL,
    points INTEGER NOT NULL, state TEXT NOT NULL, answered TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX write_offs_by_receipt ON write_offs (receipt);
CREATE TABLE sales (receipt TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE done (operation TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID
""",
)


class State(StrEnum):
    """Of a write-off."""

    ASKED = "asked"
    """The plugin was told; what it did is not known."""
    WRITTEN = "written"
    UNDO = "undo"
    """It is to be rolled back, as soon as the plugin answers."""
    OVER = "over"
    """Rolled back, or never made."""
    SOLD = "sold"


@dataclass(frozen=True)
class WriteOff:
    id: str
    """The transaction id that the plugin was asked with."""
    operation: str
    """Of the exchange."""
    receipt: str
    card: str
    points: Points
    state: State = State.ASKED
    answered: str = ""
    """The plugin's own transaction id."""

    @property
    def transaction(self) -> str:
        return self.answered or self.id

    @property
    def is_open(self) -> bool:
        return self.state in (State.ASKED, State.WRITTEN)


@dataclass(frozen=True)
class SoldLine:
    number: int
    quantity: Quantity
    spent: Amount
    """Paid with points."""
    accrued: Points
    """Its share of what the sale earned."""
    returned: Quantity = 0


@dataclass(frozen=True)
class Sold:
    """A sale, as far as it may come back."""

    receipt: str
    card: str
    """Empty: it was nobody's."""
    lines: tuple[SoldLine, ...]


T = TypeVar("T")
_SOLD = TypeAdapter(Sold)
_SETTLED = TypeAdapter(Settled)


class Book:
    """Raises Unavailable with a sentence where the disk does not take it."""

    def __init__(self, path: Path | None) -> None:
        """``path``: of the database; None: in memory. It is opened when it is first needed."""
        self._path = path
        self._opened: Database | None = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # --- write-offs

    def of_receipt(self, receipt: str) -> tuple[WriteOff, ...]:
        """All of them, also those that are over."""
        query = (
            "SELECT id, operation, receipt, card, points, state, answered FROM write_offs"
            " WHERE receipt = ? ORDER BY id"
        )
        return tuple(
            WriteOff(name, operation, of, card, points, State(state), answered)
            for name, operation, of, card, points, state, answered in self._rows(query, receipt)
        )

    def promise(self, operation: str, receipt: str, card: str, points: Points) -> WriteOff:
        """The open write-off of an operation; a new one where it has none."""
        known = [one for one in self.of_receipt(receipt) if one.operation == operation]
        for one in known:
            if one.is_open:
                return one
        name = f"{operation}:{len(known) + 1}" if known else operation
        one = WriteOff(name, operation, receipt, card, points)
        self.keep(one)
        return one

    def keep(self, one: WriteOff) -> None:
        with self._writing() as sql:
            _write(sql, one)

    # --- sales and returns

    def done(self, operation: str) -> Settled | None:
        rows = self._rows("SELECT answer FROM done WHERE operation = ?", operation)
        return _read(_SETTLED, rows[0][0]) if rows else None

    def sale(self, receipt: str) -> Sold | None:
        rows = self._rows("SELECT body FROM sales WHERE receipt = ?", receipt)
        return _read(_SOLD, rows[0][0]) if rows else None

    def settle(
        self, operation: str, settled: Settled, sold: Sold, write_off: WriteOff | None = None
    ) -> None:
        """An operation is done, all in one transaction."""
        with self._writing() as sql:
            if write_off is not None:
                _write(sql, write_off)
            body, answer = _SOLD.dump_json(sold).decode(), _SETTLED.dump_json(settled).decode()
            sql.execute("INSERT OR REPLACE INTO sales VALUES (?,?)", (sold.receipt, body))
            sql.execute("INSERT OR REPLACE INTO done VALUES (?,?)", (operation, answer))

    # --- the database

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

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _told(), self._database.writing(full=True) as sql:
            yield sql


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (StorageError, OSError) as error:
        raise Unavailable(str(error), ours=True) from error


def _write(sql: Connection, one: WriteOff) -> None:
    row = (one.id, one.operation, one.receipt, one.card, one.points, one.state, one.answered)
    sql.execute("INSERT OR REPLACE INTO write_offs VALUES (?,?,?,?,?,?,?)", row)


def _read(kind: TypeAdapter[T], text: str) -> T | None:
    """None: it was written by nobody we know."""
    try:
        return kind.validate_json(text)
    except ValidationError:
        return None
