"""Where the chain stands: a file, and from version 10.2.99.0 on a row of the till's database.

``catalog.sales_management_properties``: ``module_name`` SET_DISCOUNTS, ``property_key``
ext.loyalty.providers, ``property_value`` the text of the file as it is. (The document's table has
the two names in its first columns, without rulings; that the second is the key is our reading.) In
an SQLite file, which has no schemas, the table stands under its plain name. A text that is no
chain, a row that is not there, a database that is away: the file counts, selling goes on.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from backends.set10.config.model import ChainFile
from backends.set10.config.reading import read_chain
from backends.set10.config.safely import LARGEST, decoded
from cashier.errors import BadInput, ConfigError
from cashier.i18n import _

MODULE, KEY = "SET_DISCOUNTS", "ext.loyalty.providers"
PATIENCE_SECONDS = 2
TABLE = Table(
    "sales_management_properties",
    MetaData(schema="catalog"),
    Column("module_name", String(255)),
    Column("plugin_name", String(255)),
    Column("property_key", String(255)),
    Column("property_value", Text()),
    Column("description", Text()),
)


@dataclass(frozen=True)
class Configured:
    """The chain that counts."""

    file: ChainFile
    source: str
    """Where it is from."""
    notes: tuple[str, ...] = ()
    """Why not from where it should be, and what takes no part in it: sentences for the cashier."""


def configured(path: Path, database: str = "") -> Configured:
    """The database's chain, where there is one and it can be used; else the file's.

    Raises ConfigError where the file is needed and cannot be used.
    """
    if not database:
        file = of_file(path)
        return Configured(file, str(path), _left_out(file))
    try:
        file = read_chain(read_row(database), _("the row of the database"))
    except BadInput as error:
        text = _("The chain in the database cannot be used, that of {file} is taken: {why}")
        file = of_file(path)
        note = text.format(file=path.name, why=error)
        return Configured(file, str(path), (note, *_left_out(file)))
    return Configured(file, _("the till's database"), _left_out(file))


def _left_out(file: ChainFile) -> tuple[str, ...]:
    text = _("The chain goes without {name}: {why}.")
    return tuple(text.format(name=one.bean, why=one.trouble) for one in file.listed if one.trouble)


def of_file(path: Path) -> ChainFile:
    """Raises ConfigError."""
    try:
        return read_chain(read_file(path), str(path))
    except BadInput as error:
        raise ConfigError(str(error)) from error


def read_file(path: Path) -> bytes:
    """Raises ConfigError."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(_("{file}: larger than {n} bytes").format(file=path, n=LARGEST))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(_("{file}: there is no such file").format(file=path)) from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{path}: {why}") from error


def write_file(path: Path, text: bytes) -> None:
    """All of it or nothing. Raises ConfigError."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(text)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path}: {error.strerror}") from error


# --- the row


def read_row(database: str) -> str:
    """The text in the row. Raises BadInput: there is none, or the database is away."""
    query = select(TABLE.c.property_value).where(
        TABLE.c.module_name == MODULE, TABLE.c.property_key == KEY
    )
    with _connected(database) as sql:
        rows = sql.execute(query.limit(2)).all()
    if len(rows) > 1:
        text = _("there are several rows {module} / {key}")
        raise BadInput(text.format(module=MODULE, key=KEY))
    value = rows[0][0] if rows else None
    if not value:
        raise BadInput(_("there is no row {module} / {key}").format(module=MODULE, key=KEY))
    return decoded(value, _("the row")).text if isinstance(value, bytes) else str(value)


def write_row(database: str, text: str) -> None:
    """Put a chain into the row; the table is made where there is none. Raises BadInput."""
    read_chain(text, _("the chain"))
    own = (TABLE.c.module_name == MODULE, TABLE.c.property_key == KEY)
    with _connected(database) as sql:
        _make_table(sql)
        done = sql.execute(update(TABLE).where(*own).values(property_value=text))
        if not done.rowcount:
            row = {"module_name": MODULE, "property_key": KEY, "property_value": text}
            sql.execute(insert(TABLE).values(**row, description="ext-loyalty-providers.xml"))


def move_file(path: Path, database: str) -> None:
    """What the vendor's upgrade to 10.2.99.0 does: the text of the file goes into the row as it
    is, and the file stays. Raises BadInput, ConfigError."""
    write_row(database, decoded(read_file(path), str(path)).text)


def _make_table(sql: Connection) -> None:
    schema = None if sql.dialect.name == "sqlite" else TABLE.schema
    if sql.dialect.has_table(sql, TABLE.name, schema=schema):
        return
    if schema is not None:
        sql.execute(CreateSchema(schema, if_not_exists=True))
    TABLE.create(sql)


@contextmanager
def _connected(database: str) -> Iterator[Connection]:
    """A transaction. Raises BadInput, without what is secret in the address."""
    shown = _("the till's database")
    try:
        url = make_url(database)
        shown = url.render_as_string(hide_password=True)
        url, waits, schemas = _way(url)
        engine = create_engine(url, poolclass=NullPool, connect_args=waits)
        with engine.connect() as plain:
            sql = plain.execution_options(schema_translate_map=schemas)
            with sql.begin():
                yield sql
    except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
        why = str(getattr(error, "orig", None) or error).splitlines() or ["?"]
        raise BadInput(f"{shown}: {why[0][:200]}") from error


def _way(url: URL) -> tuple[URL, dict[str, Any], dict[str | None, str | None]]:
    """How the database is opened, so that nobody waits long for it. Raises BadInput."""
    if url.get_backend_name() == "sqlite":
        if not url.database or not Path(url.database).is_file():
            raise BadInput(_("{file}: there is no such file").format(file=url.database or "-"))
        return url, {"timeout": PATIENCE_SECONDS}, {TABLE.schema: None}
    if url.get_backend_name() != "postgresql":
        raise BadInput(_("expected an address like sqlite:///FILE or postgresql://user@host/name"))
    patience = PATIENCE_SECONDS * 1000
    waits = {
        "connect_timeout": PATIENCE_SECONDS,
        "options": f"-c lock_timeout={patience} -c statement_timeout={2 * patience}",
    }
    return url.set(drivername="postgresql+psycopg"), waits, {}
