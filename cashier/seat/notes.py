"""What an instructor noted, and what he dropped in: kept in the data folder, for a report.

One file for the real till and for its training mode, because it is about people, not about sales.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from cashier.database import Database, Layout
from cashier.exchange import Frozen

LONGEST_NOTE = 500
_FILE = "notes.db"
_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)
_FIELDS = "at, kind, text, who, receipt_id, receipt, state, training"

LAYOUT = Layout(
    application=0x43534E54,
    version=1,
    schema="""
CREATE TABLE notes (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    who TEXT NOT NULL, receipt_id TEXT NOT NULL, receipt TEXT NOT NULL, state TEXT NOT NULL,
    training INTEGER NOT NULL);
CREATE INDEX notes_at ON notes (at);
CREATE INDEX notes_receipt ON notes (receipt_id)
""",
    orders=("notes.at", "notes.receipt_id"),
)


class NoteKind(StrEnum):
    NOTE = "note"
    """Written by the instructor."""
    EVENT = "event"
    """Something that he dropped in."""


class Note(Frozen):
    """One line of the report."""

    at: AwareDatetime
    """By the clock on the wall, also where the till plays another day."""
    kind: Annotated[NoteKind, Field(strict=False)]
    text: Annotated[str, Field(max_length=LONGEST_NOTE)]
    who: Annotated[str, Field(max_length=100)] = ""
    """The instructor."""
    receipt_id: Annotated[str, Field(max_length=100)] = ""
    """The receipt that was on the till; empty: there was none."""
    receipt: Annotated[str, Field(max_length=100)] = ""
    """Its number; empty when it never got one."""
    state: Annotated[str, Field(max_length=20)] = ""
    """The step of the sale: a ``State``."""
    training: bool = False


class Notebook:
    """Where the till writes notes down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unnumbered = {
            row[0]
            for row in database.rows(
                "SELECT DISTINCT receipt_id FROM notes WHERE receipt = '' AND receipt_id != ''"
            )
        }
        """Receipts with notes that had no number then."""

    @classmethod
    def open(cls, folder: Path) -> "Notebook":
        """A damaged file is put aside, a new one begun. Raises StorageError, ConfigError."""
        return cls(Database.open(folder / _FILE, LAYOUT))

    @property
    def put_aside(self) -> Path | None:
        """Where a damaged file was moved."""
        return self._database.put_aside

    def write(self, note: Note) -> None:
        """Durable when this returns. Raises StorageError; then nothing is written."""
        marks = ", ".join("?" * len(_FIELDS.split(",")))
        with self._database.writing(full=True) as sql:
            sql.execute(f"INSERT INTO notes ({_FIELDS}) VALUES ({marks})", _row(note))  # noqa: S608
        if note.receipt_id and not note.receipt:
            self._unnumbered.add(note.receipt_id)

    def numbered(self, receipt_id: str, number: str) -> None:
        """The receipt has got its number. Raises StorageError."""
        if number and receipt_id in self._unnumbered:
            with self._database.writing() as sql:
                sql.execute(
                    "UPDATE notes SET receipt = ? WHERE receipt_id = ? AND receipt = ''",
                    (number, receipt_id),
                )
            self._unnumbered.discard(receipt_id)

    def last(self, count: int) -> list[Note]:
        """The newest ones, in order of time. Raises StorageError."""
        rows = self._database.rows(
            f"SELECT {_FIELDS} FROM notes ORDER BY seq DESC LIMIT ?",  # noqa: S608
            (count,),
        )
        return list(_notes(reversed(rows)))

    def close(self) -> None:
        self._database.close()


def read_notes(
    folder: Path, since: datetime | None = None, until: datetime | None = None
) -> list[Note]:
    """What was noted from ``since`` on and before ``until``, in order; also beside a running till.

    ``folder`` is the data folder of the till, not that of its training mode. The times know their
    time zone; None is no limit. Raises StorageError.
    """
    path = folder / _FILE
    if not path.exists():
        return []
    database = Database.read(path, LAYOUT)
    try:
        rows = database.rows(
            f"SELECT {_FIELDS} FROM notes WHERE at >= ? AND at < ? ORDER BY at, seq",  # noqa: S608
            (_stamp(since or _FIRST), _stamp(until or _LAST)),
        )
    finally:
        database.close()
    return list(_notes(rows))


def _stamp(at: datetime) -> str:
    """Stamps of all time zones are in order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _row(note: Note) -> tuple[object, ...]:
    return (
        _stamp(note.at), note.kind.value, note.text, note.who, note.receipt_id, note.receipt,
        note.state, int(note.training),
    )  # fmt: skip


def _notes(rows: Iterable[Any]) -> Iterable[Note]:
    """What somebody else wrote into the file is left out."""
    for at, kind, text, who, receipt_id, receipt, state, training in rows:
        try:
            yield Note(
                at=datetime.fromisoformat(at), kind=kind, text=text, who=who,
                receipt_id=receipt_id, receipt=receipt, state=state, training=bool(training),
            )  # fmt: skip
        except (ValueError, TypeError):
            continue
