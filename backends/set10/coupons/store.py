"""The database of one machine: transactions, and which trouble means what.

Whatever goes wrong before the last word of a transaction is ``Unavailable``: nothing happened.
An SQLite file is never made anew behind a running program: one that is gone is a machine that is
away, and what was meant for it waits.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from backends.set10.coupons.schema import METADATA
from cashier.exchange import OutcomeUnknown, Unavailable
from cashier.i18n import _

R = TypeVar("R")

_IMMEDIATE = "immediate"
_SURE = 0.1
"""Seconds for which a reader takes it that the file is still that file. Writers always look."""


class Store:
    """Opens by itself when it is first asked, and again when it was away."""

    def __init__(
        self,
        title: str,
        database: str | Path,
        tables: Sequence[Table],
        patience: int,
        metadata: MetaData = METADATA,
    ) -> None:
        self.title = title
        """In the nominative: 'the server of shop 01'."""
        self._path = database if isinstance(database, Path) else None
        self._patience = patience
        self._reader: sqlite3.Connection | None = None
        """Kept open beside the pool, for one reader at a time."""
        self._reading = Lock()
        self._look_again = 0.0
        self._tables = tuple(tables)
        self._metadata = metadata
        self._engine = (
            _postgres(make_url(database), patience)
            if isinstance(database, str)
            else _sqlite(database, patience)
        )
        self._dbapi_error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        self._file: tuple[int, int] | None = None
        """Which file it was, by device and inode: another one under the same name is another."""
        self._prepared = False

    @property
    def place(self) -> str:
        """The file, or the address without its password."""
        return str(self._path or self._engine.url.render_as_string(hide_password=True))

    @property
    def engine(self) -> Engine:
        return self._engine

    def close(self) -> None:
        self._dispose()

    def prepare(self) -> bool:
        """Make what is missing of it; whether it is new. Raises Unavailable."""
        try:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                _make_file(self._path)
                self._file = _identity(self._path)
            with self._engine.connect() as sql:
                new = not inspect(sql).has_table(self._tables[0].name)
            if new:  # all tables or none: somebody else may be making them, too
                with self._engine.connect() as sql:
                    sql = sql.execution_options(**{_IMMEDIATE: True})
                    with sql.begin():
                        self._metadata.create_all(sql, self._tables)
        except (SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as error:
            raise self._away(error) from error
        self._prepared = True
        return new

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All of it, or nothing and Unavailable; OutcomeUnknown when only the last word of the
        database is missing."""
        yield from self._transaction(immediate=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Raises Unavailable."""
        yield from self._transaction(immediate=False)

    def read(self, ask: Callable[[Any], R]) -> R:
        """What ``ask`` reads with a bare cursor: for whoever reads much and fast. Raises
        Unavailable."""
        if self._reader is None or monotonic() > self._look_again:
            self.ready()
            self._look_again = monotonic() + _SURE
        try:
            if self._path is None:
                raw = self._engine.raw_connection()
                try:
                    return ask(raw.cursor())
                finally:
                    raw.close()
            with self._reading:
                if self._reader is None:
                    self._reader = _connected(self._path, self._patience)
                return ask(self._reader)
        except (SQLAlchemyError, self._dbapi_error) as error:
            self._dispose()
            raise self._away(error) from error

    def _dispose(self) -> None:
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        self._engine.dispose()

    def _transaction(self, *, immediate: bool) -> Iterator[Connection]:
        self.ready()
        ending = False
        try:
            with self._engine.connect() as sql:
                if immediate:
                    sql = sql.execution_options(**{_IMMEDIATE: True})
                with sql.begin() as transaction:
                    yield sql
                    ending = True
                    transaction.commit()
        except (SQLAlchemyError, sqlite3.Error) as error:
            if ending and self._path is None and immediate:
                raise OutcomeUnknown(self._why(error), ours=True) from error
            raise self._away(error) from error

    def ready(self) -> None:
        """Raises Unavailable where a file is gone, and makes what never could be made."""
        if self._prepared and self._path is not None:
            try:
                same = _identity(self._path) == self._file
            except OSError as error:
                self._dispose()
                raise self._away(error) from error
            if not same:
                self._dispose()
                self._prepared = False
        if not self._prepared:
            self.prepare()

    def _away(self, error: Exception) -> Unavailable:
        return Unavailable(self._why(error), ours=True)

    def _why(self, error: Exception) -> str:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        why = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        if isinstance(cause, sqlite3.OperationalError) and "locked" in why:
            why = _("its database is busy with somebody else")
        return _("{machine} does not answer: {why}").format(
            machine=self.title, why=" ".join(why.split())[:200]
        )


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116  # a third of the time: it is asked at every step
    return found.st_dev, found.st_ino


def _make_file(path: Path) -> None:
    sql = sqlite3.connect(path, timeout=2)
    try:
        sql.execute("PRAGMA journal_mode = WAL")
    finally:
        sql.close()


def _connected(path: Path, patience: int) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",  # never made here: 'rw' and not 'rwc'
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )


def _sqlite(path: Path, patience: int) -> Engine:
    connected = partial(_connected, path, patience)
    engine = create_engine("sqlite://", creator=connected, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begun(sql: Connection) -> None:
        immediate = sql.get_execution_options().get(_IMMEDIATE)
        sql.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgres(url: URL, patience: int) -> Engine:
    limits = f"-c lock_timeout={patience}s -c statement_timeout={30 * patience}s"
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": max(2, patience), "options": limits},
    )


def insert_new(sql: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Put in those that are not there yet."""
    if rows:
        sql.execute(_new(sql, table), list(rows))


def insert_one(sql: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Put it in; False: it is there already."""
    counted = {"preserve_rowcount": True}  # of an INSERT it is forgotten otherwise
    return sql.execute(_new(sql, table), row, execution_options=counted).rowcount == 1


def _new(sql: Connection, table: Table) -> Any:
    """Each of the two has words of its own for it, SQLAlchemy none for both."""
    if sql.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as lite

        return lite(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.postgresql import insert

    return insert(table).on_conflict_do_nothing()
