"""The register of lessons: every attempt, sealed, in a file of its own.

Rows are only ever added. An attempt under way is written again after each task, and what was
written of it before is emptied; its digest stays, so that the chain of seals (``seal``) goes on.
Who is killed in an exam leaves the last of these rows: it counts as broken off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cashier.database import Database, Layout
from cashier.errors import BadInput
from cashier.i18n import _
from cashier.lessons.attempt import Attempt
from cashier.lessons.kept import Kept, attempt_of, best_of, canonical, same_name
from cashier.lessons.seal import BEGINNING, Sealed, digest, seal, short

FILE = "lessons.db"

LAYOUT = Layout(
    application=0x4C534E53,
    version=1,
    schema="""
CREATE TABLE rows (
    seq INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL, body BLOB, digest TEXT NOT NULL,
    previous TEXT NOT NULL, seal TEXT NOT NULL);
CREATE INDEX rows_attempt ON rows (attempt_id);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER NOT NULL, seal TEXT NOT NULL)
""",  # noqa: E501
    orders=("rows.attempt_id",),
)


@dataclass(frozen=True)
class Change:
    """Something that is not as it was sealed."""

    row: int
    """Of the file, from 1; 0: the file as a whole."""
    attempt_id: str
    why: str
    """In a sentence."""


class Register:
    """All attempts of one data folder; several programs may write it one after another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.put_aside = database.put_aside
        """Where a damaged file was moved at opening."""

    @classmethod
    def open(cls, folder: Path | None) -> "Register":
        """None: in memory. A damaged file is put aside and a new one begun (see ``trouble``).

        Raises StorageError, and ConfigError when a newer program made the file.
        """
        return cls(Database.open(folder / FILE if folder else None, LAYOUT))

    @classmethod
    def read(cls, folder: Path) -> "Register | None":
        """For looking only, also while a lesson goes on; None: there were no lessons yet.

        Raises StorageError.
        """
        path = folder / FILE
        return cls(Database.read(path, LAYOUT)) if path.exists() else None

    @property
    def trouble(self) -> str:
        """What somebody should be told about the file; empty: nothing."""
        if self.put_aside is None:
            return ""
        text = _("The results of lessons were damaged; they are put aside as {name}.")
        return text.format(name=self.put_aside.name)

    def close(self) -> None:
        self._database.close()

    # --- keeping

    def save(self, attempt: Attempt) -> Kept:
        """Keep what is known of the attempt now; survives a power cut when this returns.

        Nothing is added when it is kept like that already. Raises StorageError; BadInput for what
        no register can hold, and for an attempt that was finished otherwise: that is final.
        """
        body = canonical(attempt)
        found = digest(body)
        with self._database.writing(full=True) as sql:
            last = sql.execute(
                "SELECT digest, seal, body FROM rows WHERE attempt_id = ?"
                " ORDER BY seq DESC LIMIT 1",
                (attempt.attempt_id,),
            ).fetchone()
            if last and last[0] == found:
                return Kept(attempt, last[1])
            if last and (before := attempt_of(last[2])) and before.finished:
                raise BadInput(_("This lesson is finished: its result stays as it is."))
            count, previous = sql.execute("SELECT rows, seal FROM head").fetchone() or (
                0,
                BEGINNING,
            )
            new = seal(previous, attempt.attempt_id, found)
            sql.execute(
                "UPDATE rows SET body = NULL WHERE attempt_id = ? AND body IS NOT NULL",
                (attempt.attempt_id,),
            )
            sql.execute(
                "INSERT INTO rows (attempt_id, body, digest, previous, seal)"
                " VALUES (?, ?, ?, ?, ?)",
                (attempt.attempt_id, body, found, previous, new),
            )
            sql.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?)", (count + 1, new))
        return Kept(attempt, new)

    # --- looking

    def all(self) -> list[Kept]:
        """The newest row of every attempt that can be read, in the order in which they began.

        Raises StorageError.
        """
        kept = [one for row in self._rows() if (one := row.kept()) is not None]
        return sorted(kept, key=lambda one: one.attempt.started)

    def of(self, trainee: str, lesson: str = "") -> list[Kept]:
        """What a trainee did, one lesson alone if it is named. Raises StorageError."""
        wanted = same_name(trainee)
        return [
            one
            for one in self.all()
            if same_name(one.attempt.trainee) == wanted and lesson in ("", one.attempt.lesson)
        ]

    def last(self, trainee: str, lesson: str) -> Kept | None:
        """Raises StorageError."""
        return next(reversed(self.of(trainee, lesson)), None)

    def best(self, trainee: str, lesson: str) -> Kept | None:
        """The exam that counts: a finished one before one broken off, then the score; of equal
        ones the first. Raises StorageError."""
        return best_of(self.of(trainee, lesson))

    def find(self, start: str) -> list[Kept]:
        """Attempts whose id begins so, or is it; else those whose seal does, as it is printed.

        Raises StorageError.
        """
        kept = self.all()
        found = [one for one in kept if one.attempt.attempt_id.startswith(start)]
        exact = [one for one in found if one.attempt.attempt_id == start]
        return exact or found or [one for one in kept if short(one.seal).startswith(start.upper())]

    def verify(self) -> list[Change]:
        """All that was changed after it was sealed; none: everything is as it was.

        Raises StorageError.
        """
        rows = self._rows()
        return [*_changes(rows), *self._end(rows)]

    def _rows(self) -> "list[_Row]":
        query = "SELECT seq, attempt_id, body, digest, previous, seal FROM rows ORDER BY seq"
        return [_Row.of(values) for values in self._database.rows(query)]

    def _end(self, rows: "list[_Row]") -> Iterator[Change]:
        """Rows that are gone from the end, where no seal after them tells of it."""
        head = self._database.row("SELECT rows, seal FROM head")
        last = rows[-1].sealed.seal if rows else BEGINNING
        if (head or (0, BEGINNING)) != (len(rows), last):
            yield Change(0, "", _("Results were removed from the end, or added there."))


@dataclass(frozen=True)
class _Row:
    """A row of the file, which anybody may have written."""

    seq: int
    sealed: Sealed
    body: bytes | None

    @classmethod
    def of(cls, values: Any) -> "_Row":
        seq, attempt_id, body, *rest = values
        if isinstance(body, str):  # somebody edited it with a tool that makes text of it
            body = body.encode("utf-8", "replace")
        return cls(
            int(seq),
            Sealed(str(attempt_id), *map(str, rest)),
            body if isinstance(body, bytes | None) else b"",
        )

    @property
    def untouched(self) -> bool:
        changed = self.body is not None and digest(self.body) != self.sealed.digest
        return self.sealed.holds and not changed

    def kept(self) -> Kept | None:
        attempt = attempt_of(self.body)
        if attempt is None:
            return None
        return Kept(attempt, self.sealed.seal, self.untouched)


def _changes(rows: list[_Row]) -> Iterator[Change]:
    newest = {row.sealed.name: row.seq for row in rows}
    previous = BEGINNING
    for row in rows:
        sealed = row.sealed
        if sealed.previous != previous:
            yield Change(row.seq, sealed.name, _("Rows before it were removed or inserted."))
        if not row.untouched:
            yield Change(row.seq, sealed.name, _told(row, _("It was changed.")))
        elif row.body is None and newest[sealed.name] == row.seq:
            yield Change(row.seq, sealed.name, _("Its result was taken out."))
        previous = sealed.seal


def _told(row: _Row, what: str) -> str:
    """Whose result it says it is now."""
    attempt = attempt_of(row.body)
    if attempt is None:
        return what
    return f"{what} ({attempt.trainee}, {attempt.title}, {attempt.started:%Y-%m-%d %H:%M})"
