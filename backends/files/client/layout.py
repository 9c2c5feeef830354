"""The till's own data: ``files.db``."""

from collections.abc import Mapping
from sqlite3 import Connection

from pydantic import TypeAdapter

from backends.files.formats.model import Transaction
from cashier.database import Database, Layout

_MORE = """
CREATE TABLE goods (code TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE taken_off (seq INTEGER PRIMARY KEY, receipt TEXT NOT NULL, body TEXT NOT NULL)
"""
LAYOUT = Layout(
    application=0x46494C45,
    version=2,
    schema=f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE cards (number TEXT PRIMARY KEY, balance INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE schemes (code TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE transactions (
    number INTEGER PRIMARY KEY, day TEXT NOT NULL, report INTEGER,
    processed INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL);
CREATE INDEX transactions_report ON transactions (report);
CREATE INDEX transactions_waiting ON transactions (processed, day);
CREATE TABLE closings (
    operation TEXT PRIMARY KEY, number INTEGER NOT NULL, card TEXT NOT NULL,
    points INTEGER NOT NULL, load INTEGER NOT NULL, settled TEXT NOT NULL);
CREATE INDEX closings_card ON closings (card);
{_MORE}""",
    upgrades=(_MORE,),
)
TRANSACTION = TypeAdapter(Transaction)


def fact(db: Database, name: str) -> str:
    """Empty: it was never said. Raises StorageError."""
    row = db.row("SELECT value FROM facts WHERE name = ?", (name,))
    return str(row[0]) if row else ""


def remember(sql: Connection, facts: Mapping[str, str]) -> None:
    sql.executemany("INSERT OR REPLACE INTO facts VALUES (?,?)", list(facts.items()))
