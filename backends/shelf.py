"""Things of one kind, each under its id, in the order in which they came."""

from sqlite3 import Connection
from typing import Generic, Protocol, Self, TypeVar

from cashier.database import Database


class Thing(Protocol):
    """A pydantic model with an id."""

    @property
    def id(self) -> str: ...
    def model_dump_json(self) -> str: ...
    @classmethod
    def model_validate_json(cls, json_data: str) -> Self: ...


M = TypeVar("M", bound=Thing)

SCHEMA = """
CREATE TABLE things (
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX things_by_id ON things (kind, id)
"""
_PUT = (
    "INSERT INTO things (kind, id, body) VALUES (?,?,?)"
    " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body"
)


class Shelf(Generic[M]):
    """What is put here stays, also after ``kill -9``. Every method may raise StorageError.

    ``full``: a power cut does not take it either; for what is worth money.
    """

    def __init__(self, db: Database, kind: str, model: type[M], *, full: bool = False) -> None:
        self._db, self._kind, self._model, self._full = db, kind, model, full

    def get(self, key: str) -> M | None:
        row = self._db.row("SELECT body FROM things WHERE kind = ? AND id = ?", (self._kind, key))
        return self._model.model_validate_json(row[0]) if row else None

    def all(self) -> list[M]:
        rows = self._db.rows("SELECT body FROM things WHERE kind = ? ORDER BY place", (self._kind,))
        return [self._model.model_validate_json(row[0]) for row in rows]

    def put(self, *things: M) -> None:
        """Add, or put in place of what has the same id; all of them or none."""
        with self._db.writing(full=self._full) as sql:
            self.put_within(sql, *things)

    def put_within(self, sql: Connection, *things: M) -> None:
        """The same within a transaction that the caller holds."""
        sql.executemany(_PUT, [(self._kind, one.id, one.model_dump_json()) for one in things])

    def remove(self, key: str) -> bool:
        """False: there was none."""
        with self._db.writing(full=self._full) as sql:
            done = sql.execute(
                "DELETE FROM things WHERE kind = ? AND id = ?", (self._kind, key)
            ).rowcount
        return bool(done)
