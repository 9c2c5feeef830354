"""The chain in the till's database, on an SQLite file and on PostgreSQL; and the file behind it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from set10.postgres import Postgres
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from backends.set10.config import configured
from backends.set10.config.sources import (
    KEY,
    MODULE,
    move_file,
    read_row,
    write_row,
)
from cashier import fixtures
from cashier.errors import BadInput, ConfigError

SHIPPED = fixtures.path("chain/ext-loyalty-providers.xml")
TABLE3 = fixtures.path("chain/table3.xml")


@dataclass
class Database:
    url: str
    table: str

    def run(self, *statements: str, **values: object) -> None:
        with self.open() as sql:
            for statement in statements:
                sql.execute(text(statement.replace("TABLE_NAME", self.table)), values)
            sql.commit()

    @contextmanager
    def open(self) -> Iterator[Connection]:
        url = make_url(self.url)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        with create_engine(url, poolclass=NullPool).connect() as sql:
            yield sql

    def rows(self) -> list[tuple[object, ...]]:
        with self.open() as sql:
            found = sql.execute(text(f"SELECT * FROM {self.table}"))  # noqa: S608 - ours
            return [tuple(row) for row in found]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Empty."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return Database(server.database(), "catalog.sales_management_properties")
    path = tmp_path / "till.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE anything (a)")
        db.commit()
    return Database(f"sqlite:///{path}", "sales_management_properties")


def test_the_upgrade_moves_the_text_as_it_is_and_leaves_the_file(
    database: Database, tmp_path: Path
) -> None:
    own = tmp_path / "own.xml"
    given = TABLE3.read_text("utf-8").replace("UTF-8", "windows-1251")
    own.write_bytes(given.encode("windows-1251"))
    move_file(own, database.url)
    assert read_row(database.url) == given
    (row,) = database.rows()
    assert row[:4] == (MODULE, None, KEY, given)
    assert own.read_bytes() == given.encode("windows-1251")
    assert len(configured(SHIPPED, database.url).file.listed) == 5


def test_writing_again_changes_the_row_that_is_there(database: Database) -> None:
    move_file(TABLE3, database.url)
    database.run("UPDATE TABLE_NAME SET plugin_name = 'p', description = 'd'")
    write_row(database.url, SHIPPED.read_text("utf-8"))
    (row,) = database.rows()
    assert row == (MODULE, "p", KEY, SHIPPED.read_text("utf-8"), "d")


def test_other_properties_are_nobodys_business(database: Database) -> None:
    move_file(TABLE3, database.url)
    database.run("INSERT INTO TABLE_NAME VALUES ('SET_DISCOUNTS', '', 'other', 'x', '')")
    database.run("INSERT INTO TABLE_NAME VALUES ('OTHER', '', 'ext.loyalty.providers', 'x', '')")
    assert len(configured(SHIPPED, database.url).file.listed) == 5


def test_what_is_no_chain_is_not_written(database: Database, tmp_path: Path) -> None:
    move_file(TABLE3, database.url)
    own = tmp_path / "own.xml"
    own.write_text("<beans/>", "utf-8")
    with pytest.raises(BadInput, match="loy-providers-registry"):
        move_file(own, database.url)
    assert read_row(database.url) == TABLE3.read_text("utf-8")


WRONG = {
    "no table": ("DROP TABLE TABLE_NAME",),
    "no row": ("DELETE FROM TABLE_NAME",),
    "nothing in the row": ("UPDATE TABLE_NAME SET property_value = NULL",),
    "two rows": ("INSERT INTO TABLE_NAME SELECT * FROM TABLE_NAME",),
    "no XML": ("UPDATE TABLE_NAME SET property_value = '<beans'",),
    "no chain": ("UPDATE TABLE_NAME SET property_value = '<beans/>'",),
    "other columns": ("DROP TABLE TABLE_NAME", "CREATE TABLE TABLE_NAME (module_name TEXT)"),
}


@pytest.mark.parametrize("statements", WRONG.values(), ids=WRONG)
def test_what_cannot_be_used_in_the_database_is_said_and_the_file_counts(
    database: Database, statements: tuple[str, ...]
) -> None:
    move_file(TABLE3, database.url)
    database.run(*statements)
    found = configured(SHIPPED, database.url)
    assert len(found.file.listed) == 9
    assert found.source == str(SHIPPED)
    (note,) = found.notes
    assert note.startswith("The chain in the database cannot be used, that of")


def test_a_database_that_is_held_by_another_is_not_waited_for_long(database: Database) -> None:
    move_file(TABLE3, database.url)
    with database.open() as holder:
        if database.url.startswith("sqlite"):
            holder.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            holder.exec_driver_sql(f"LOCK TABLE {database.table}")
        found = configured(SHIPPED, database.url)
        assert len(found.file.listed) == 9
        assert "lock" in found.notes[0]
        with pytest.raises(BadInput, match="lock"):
            write_row(database.url, SHIPPED.read_text("utf-8"))
    assert len(configured(SHIPPED, database.url).file.listed) == 5


def test_where_the_file_is_needed_and_is_not_there_the_shop_card_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.xml"):
        configured(tmp_path / "nowhere.xml", f"sqlite:///{tmp_path / 'nowhere.db'}")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://till:hidden@127.0.0.1:9/catalog",
        "sqlite:///nowhere/till.db",
        "sqlite://",
        "mysql://till:hidden@localhost/x",
        "not an address: hidden",
        "postgresql://till:hidden@localhost:port/x",
        "postgresql://till:hidden@/x?host=/nowhere",
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(url: str) -> None:
    found = configured(SHIPPED, url)
    assert len(found.file.listed) == 9
    assert "hidden" not in found.notes[0]


def test_a_file_that_is_no_database_is_not_made_one(tmp_path: Path) -> None:
    path = tmp_path / "till.db"
    path.write_bytes(b"not a database at all" * 100)
    before = path.read_bytes()
    assert len(configured(SHIPPED, f"sqlite:///{path}").file.listed) == 9
    with pytest.raises(BadInput):
        write_row(f"sqlite:///{path}", SHIPPED.read_text("utf-8"))
    assert path.read_bytes() == before


def test_a_row_may_hold_bytes(tmp_path: Path) -> None:
    path = tmp_path / "till.db"
    sqlite3.connect(path).close()
    path.touch()
    url = f"sqlite:///{path}"
    move_file(TABLE3, url)
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "UPDATE sales_management_properties SET property_value = ?", (TABLE3.read_bytes(),)
        )
        db.commit()
    assert len(configured(SHIPPED, url).file.listed) == 5
