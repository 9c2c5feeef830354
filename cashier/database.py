"""An SQLite database of ours: transactions, clear sentences, and damage put aside."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from cashier.errors import ConfigError, StorageError
from cashier.folder import unusable
from cashier.i18n import _


@dataclass(frozen=True)
class Layout:
    """What a database of ours looks like."""

    application: int
    """Tells our files from others."""
    version: int
    schema: str
    upgrades: tuple[str, ...] = ()
    """Statements that make version 2 of version 1, 3 of 2, and so on."""
    orders: tuple[str, ...] = ()
    """Columns with an index, ``table.column``: opening looks at these indexes too."""

    def probes(self) -> Iterator[str]:
        """What opening reads: a page or two of everything, as much of an old file as of a new."""
        for table in re.findall(r"CREATE TABLE (\w+)", self.schema):
            yield f"SELECT * FROM {table} ORDER BY 1 DESC LIMIT 1"  # noqa: S608  # our own schema
        for column in self.orders:
            table, _dot, name = column.partition(".")
            yield f"SELECT {name} FROM {table} ORDER BY {name} DESC LIMIT 1"  # noqa: S608


class Passenger(Protocol):
    """Rows that go along with whatever transaction comes next, and never stand in its way."""

    def board(self, sql: sqlite3.Connection) -> bool:
        """Write them; False: there are none."""
        ...

    def arrived(self) -> None:
        """They are stored."""
        ...

    def rest(self, why: str) -> None:
        """The disk did not take them: nothing goes along any more."""
        ...

    def wake(self) -> None:
        """Alone it fails as well: it was not because of them."""
        ...


class Damaged(Exception):
    """This file is not, or not any more, a database of ours."""


class Database:
    """One SQLite file in WAL mode, or one in memory."""

    def __init__(self, sql: sqlite3.Connection, path: Path | None, aside: Path | None) -> None:
        self.put_aside = aside
        """Where a damaged file was moved at opening."""
        self.path = path
        """None: in memory."""
        self.passenger: Passenger | None = None
        self.thrown_off = False
        """The last transaction failed with a passenger on board: it may pass alone."""
        self._sql = sql
        self._full: bool | None = None

    @classmethod
    def open(cls, path: Path | None, layout: Layout) -> "Database":
        """Open or make; None: in memory. A damaged file is put aside and a new one made.

        Raises StorageError, and ConfigError when a newer program made the file.
        """
        if path is None:
            return cls(_connected(None, layout), None, None)
        try:
            return cls(_connected(path, layout), path, None)
        except Damaged:
            aside = _put_aside(path, datetime.now(UTC))
            return cls(_connected(path, layout), path, aside)

    @classmethod
    def read(cls, path: Path, layout: Layout) -> "Database":
        """For looking only, also at an older file or one that a till works on. Raises
        StorageError."""
        try:
            sql = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=2, isolation_level=None
            )
            try:
                application, version = _kind(sql)
                if application != layout.application or not 1 <= version <= layout.version:
                    raise sqlite3.DatabaseError(_("made by another program"))
                _lay_over(sql, version, layout)
                sql.execute("PRAGMA query_only = ON")
            except sqlite3.Error:
                sql.close()
                raise
        except sqlite3.Error as error:
            raise _unopened(path, error) from error
        return cls(sql, path, None)

    def close(self) -> None:
        self._sql.close()

    @contextmanager
    def writing(self, *, full: bool = False, alone: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing and StorageError.

        ``full`` waits until it is on the platter and survives a power cut; otherwise it survives
        ``kill -9``. With ``alone`` nothing goes along.
        """
        sql, passenger, boarded = self._sql, None if alone else self.passenger, False
        self.thrown_off = False
        try:
            if full is not self._full:
                sql.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
                self._full = full
            sql.execute("BEGIN IMMEDIATE")
            yield sql
            if passenger is not None:
                boarded = True
                boarded = passenger.board(sql)
            sql.execute("COMMIT")
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            self._roll_back()
            trouble = self._trouble(error)
            if passenger is not None and boarded:
                self.thrown_off = True
                passenger.rest(str(trouble))
            raise trouble from error
        except BaseException:
            self._roll_back()
            raise
        if passenger is not None and boarded:
            passenger.arrived()

    def rows(self, query: str, keys: Sequence[object] = ()) -> list[Any]:
        """Raises StorageError."""
        try:
            return self._sql.execute(query, keys).fetchall()
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise self._trouble(error) from error

    def row(self, query: str, keys: Sequence[object] = ()) -> Any:
        """The first of the rows, or None."""
        return next(iter(self.rows(query, keys)), None)

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")

    def _trouble(self, error: Exception) -> StorageError:
        code = _code(error)
        if code == sqlite3.SQLITE_FULL:
            return StorageError(_("The disk is full: nothing was stored. Make room and try again"))
        if code in _DAMAGE and self.path:
            with suppress(OSError):
                _suspicion(self.path).touch()
            return StorageError(
                _("{path} is damaged: start the till again to have it checked").format(
                    path=self.path
                )
            )
        return StorageError(_("The disk did not take it: {why}").format(why=error))


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MAGIC = b"SQLite format 3\0"


def _code(error: Exception) -> int:
    """The primary result code; 0 when the trouble is not SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _suspicion(path: Path) -> Path:
    """A file that says: damage was met at run time, look through the whole database once."""
    return path.with_name(path.name + "-suspect")


def _connected(path: Path | None, layout: Layout) -> sqlite3.Connection:
    """Raises Damaged, StorageError, ConfigError."""
    sql = None
    try:
        if path:
            _look_at_header(path)
        sql = sqlite3.connect(
            path or ":memory:", timeout=2, isolation_level=None, check_same_thread=False
        )
        _check(sql, path, layout)
    except (sqlite3.Error, OSError, Damaged, ConfigError) as error:
        if sql:
            sql.close()
        if isinstance(error, Damaged | ConfigError):
            raise
        # Nothing that we ask of a sound file of ours is wrong, and all its text is UTF-8.
        if isinstance(error, sqlite3.Error) and _code(error) in (*_DAMAGE, sqlite3.SQLITE_ERROR, 0):
            raise Damaged from error
        raise _unopened(path, error) from error
    return sql


def _unopened(path: Path | None, error: Exception) -> StorageError:
    why = getattr(error, "strerror", None) or error
    return StorageError(_("{path} cannot be opened: {why}").format(path=path, why=why))


def _kind(sql: sqlite3.Connection) -> tuple[int, int]:
    """Whose database this is, and which version of it."""
    (application,) = sql.execute("PRAGMA application_id").fetchone()
    (version,) = sql.execute("PRAGMA user_version").fetchone()
    return application, version


def _look_at_header(path: Path) -> None:
    """Before SQLite does: it throws away the log beside a file that it takes for a new one."""
    wal = path.with_name(path.name + "-wal")
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError:
        start = b""
    if start != _MAGIC and (start or (wal.exists() and wal.stat().st_size)):
        raise Damaged


def _check(sql: sqlite3.Connection, path: Path | None, layout: Layout) -> None:
    """Make a new database, or see that this is a sound one of ours, at a cost that never grows."""
    application, version = _kind(sql)
    (tables,) = sql.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not (tables or version or application):
        _make(sql, layout)
        return
    if application != layout.application or version < 1:
        raise Damaged
    if version > layout.version:
        raise ConfigError(_("{path} was made by a newer version of this program").format(path=path))
    if path and _suspicion(path).exists():
        if sql.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Damaged
        _suspicion(path).unlink()
    sql.execute("PRAGMA journal_mode = WAL")
    _upgrade(sql, version, layout)
    for probe in layout.probes():
        sql.execute(probe).fetchall()


def _make(sql: sqlite3.Connection, layout: Layout) -> None:
    sql.execute("PRAGMA journal_mode = WAL")
    sql.execute("BEGIN IMMEDIATE")
    for statement in layout.schema.split(";"):
        sql.execute(statement)
    sql.execute(f"PRAGMA application_id = {layout.application:d}")
    sql.execute(f"PRAGMA user_version = {layout.version:d}")
    sql.execute("COMMIT")


def _upgrade(sql: sqlite3.Connection, version: int, layout: Layout) -> None:
    """From the version of the file to ours, all steps or none."""
    if version == layout.version:
        return
    sql.execute("BEGIN IMMEDIATE")
    for step in layout.upgrades[version - 1 :]:
        for statement in step.split(";"):
            sql.execute(statement)
    sql.execute(f"PRAGMA user_version = {layout.version:d}")
    sql.execute("COMMIT")


def _lay_over(sql: sqlite3.Connection, version: int, layout: Layout) -> None:
    """What an older file has no table for is empty, for who only looks: the file stays as it is."""
    for step in layout.upgrades[version - 1 :]:
        for statement in step.split(";"):
            if statement.strip().startswith("CREATE TABLE"):
                sql.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
            elif not statement.strip().startswith("CREATE INDEX"):
                raise sqlite3.DatabaseError(_("made by an older program: start the till once"))


def _put_aside(path: Path, at: datetime) -> Path:
    """Rename a damaged database and what belongs to it, out of the way. Raises StorageError."""
    stamp = at.strftime("%Y%m%d-%H%M%S")
    names = (f"{path.stem}.damaged-{stamp}{more}{path.suffix}" for more in _counted())
    target = next(new for name in names if not (new := path.with_name(name)).exists())
    try:
        # The log first: left alone, it would be taken for the log of the new database.
        for tail in ("-wal", "-shm", "-suspect", ""):
            part = path.with_name(path.name + tail)
            if part.exists():
                part.rename(target.with_name(target.name + tail))
    except OSError as error:
        raise unusable(path.parent, error) from error
    return target


def _counted() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))
