"""What the till keeps: cards of the last load, what it sold, what the office has not got yet."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from sqlite3 import Connection

from pydantic import TypeAdapter

from backends.files.client.telling import cancelled, card_of, numbered, transactions
from backends.files.folder import Request
from backends.files.formats.model import (
    Card,
    Goods,
    Load,
    Part,
    SalesReport,
    Scheme,
    Transaction,
)
from cashier.database import Database, Layout
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import Receipt, Settled

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
_CARD, _SCHEME, _GOODS = TypeAdapter(Card), TypeAdapter(Scheme), TypeAdapter(Goods)
_TRANSACTION, _SETTLED = TypeAdapter(Transaction), TypeAdapter(Settled)


@dataclass(frozen=True)
class Known:
    """A card as the till knows it now."""

    card: Card
    balance: Points
    """Of the last load, less what was spent here since."""
    scheme: Scheme | None
    since: Points
    """Spent here since the last load."""
    on_the_way: Points
    """Spent here before it, and not processed yet: the load did not know of it."""

    def lives(self, today: date) -> bool:
        return (self.card.valid_from or today) <= today <= (self.card.valid_to or today)

    def payable(self, today: date) -> Amount:
        """What the card may pay with, minor units: a point is worth one unit."""
        card = self.card
        may = card.may_pay and self.lives(today) and not card.forbidden
        return max(0, self.balance) if may else 0


@dataclass(frozen=True)
class Handed:
    """The last report: ``written`` False while it may not be in the folder yet."""

    number: int
    written: bool


class Store:
    """Every method may raise StorageError; every change is one transaction."""

    def __init__(self, path: Path | None, database: str) -> None:
        """``database``: the id that a new one gets; numbers of transactions are its own."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = Database.open(path, LAYOUT)
        if not self.fact("database"):
            self.remember(database=database)

    def close(self) -> None:
        self._db.close()

    def fact(self, name: str) -> str:
        row = self._db.row("SELECT value FROM facts WHERE name = ?", (name,))
        return str(row[0]) if row else ""

    def remember(self, **facts: str) -> None:
        with self._db.writing(full=True) as sql:
            _remember(sql, facts)

    # --- the load

    @property
    def loads(self) -> int:
        """How many were taken."""
        return int(self.fact("loads") or 0)

    @property
    def loaded_at(self) -> datetime | None:
        told = self.fact("loaded_at")
        return datetime.fromisoformat(told) if told else None

    def take(self, load: Load, digest: str, at: datetime) -> None:
        """Balances are replaced, never added to: the load is the truth."""
        facts = {"loads": str(self.loads + 1), "loaded_at": at.isoformat(), "unsettled": digest}
        if Part.GOODS in load.clears:
            facts["goods_whole"] = "1" if load.goods else ""
        rows: dict[Part, list[tuple[object, ...]]] = {
            Part.GOODS: [(one.code, _GOODS.dump_json(one).decode()) for one in load.goods],
            Part.CARDS: [
                (one.number, one.accumulated, _CARD.dump_json(one).decode()) for one in load.cards
            ],
            Part.SCHEMES: [(one.code, _SCHEME.dump_json(one).decode()) for one in load.schemes],
        }
        with self._db.writing(full=True) as sql:
            for part in load.clears:
                sql.execute(f"DELETE FROM {part}")  # noqa: S608  # our own names
            sql.executemany("DELETE FROM goods WHERE code = ?", [(one,) for one in load.removed])
            for part, told in rows.items():
                places = ",".join("?" * (3 if part is Part.CARDS else 2))
                sql.executemany(f"INSERT OR REPLACE INTO {part} VALUES ({places})", told)  # noqa: S608
            _remember(sql, facts)

    def goods(self) -> tuple[Goods, ...]:
        """Of the loads, in their order."""
        rows = self._db.rows("SELECT body FROM goods ORDER BY rowid")
        return tuple(_GOODS.validate_json(body) for (body,) in rows)

    def cards(self) -> int:
        """How many are known."""
        return int(self._db.row("SELECT count(*) FROM cards")[0])

    def card(self, number: str) -> Known | None:
        row = self._db.row("SELECT balance, body FROM cards WHERE number = ?", (number,))
        if row is None:
            return None
        card = _CARD.validate_json(row[1])
        scheme = self._db.row("SELECT body FROM schemes WHERE code = ?", (card.scheme,))
        since, before = self._db.row(
            "SELECT coalesce(sum(CASE WHEN load = ?1 THEN points END), 0),"
            " coalesce(sum(CASE WHEN load < ?1 AND number IN"
            " (SELECT number FROM transactions WHERE processed = 0) THEN points END), 0)"
            " FROM closings WHERE card = ?2 AND points > 0",
            (self.loads, number),
        )
        return Known(
            card, row[0], _SCHEME.validate_json(scheme[0]) if scheme else None, since, before
        )

    # --- what is sold

    def done(self, operation: str) -> Settled | None:
        row = self._db.row("SELECT settled FROM closings WHERE operation = ?", (operation,))
        return _SETTLED.validate_json(row[0]) if row else None

    def close_receipt(
        self, operation: str, receipt: Receipt, spend: Points, settled: Settled
    ) -> None:
        """The balance goes down and the report grows, both or none. Raises Refused."""
        card, loads = card_of(receipt), self.loads
        with self._db.writing(full=True) as sql:
            told = transactions(receipt, _next(sql), _off(sql, receipt))
            if (
                spend
                and not sql.execute(
                    "UPDATE cards SET balance = balance - ?1 WHERE number = ?2 AND balance >= ?1",
                    (spend, card),
                ).rowcount
            ):
                raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
            _append(sql, told)
            body = _SETTLED.dump_json(settled).decode()
            sql.execute(
                "INSERT INTO closings VALUES (?,?,?,?,?,?)",
                (operation, told[-1].number, card, spend, loads, body),
            )

    def take_off(self, receipt: Receipt, gone: Sequence[Transaction]) -> None:
        """Kept until the receipt has an end."""
        with self._db.writing() as sql:
            sql.executemany(
                "INSERT INTO taken_off (receipt, body) VALUES (?, ?)",
                [(receipt.receipt_id, _TRANSACTION.dump_json(one).decode()) for one in gone],
            )

    def has_taken_off(self, receipt: Receipt) -> bool:
        query = "SELECT 1 FROM taken_off WHERE receipt = ? LIMIT 1"
        return self._db.row(query, (receipt.receipt_id,)) is not None

    def cancel(self, receipt: Receipt, at: datetime) -> None:
        """The receipt has no sale, and the report one that was cancelled."""
        with self._db.writing(full=True) as sql:
            _append(sql, cancelled(receipt, _next(sql), _off(sql, receipt), at))

    def append(self, one: Transaction, **facts: str) -> None:
        """One that belongs to no receipt."""
        with self._db.writing(full=True) as sql:
            _append(sql, numbered(_next(sql), [one]))
            _remember(sql, facts)

    # --- the report

    @property
    def handed(self) -> Handed | None:
        """None: the office has processed all that it was given."""
        told = self.fact("handed")
        return Handed(*json.loads(told)) if told else None

    def waiting(self) -> int:
        """Transactions that are in no report yet."""
        (count,) = self._db.row(
            "SELECT count(*) FROM transactions WHERE processed = 0 AND report IS NULL"
        )
        return int(count)

    def make_report(self, wanted: Request | None) -> int:
        """What is not processed, and all of the days that are wanted. Returns its number."""
        number = int(self.fact("report") or 0) + 1
        first = (wanted.first if wanted else date.max).isoformat()
        last = (wanted.last if wanted else date.max).isoformat()
        with self._db.writing(full=True) as sql:
            sql.executemany(
                "UPDATE transactions SET report = ? WHERE processed = ? AND day BETWEEN ? AND ?",
                [(number, 0, "", last), (number, 1, first, last)],
            )
            _remember(sql, {"report": str(number), "handed": json.dumps([number, False])})
        return number

    def report(self, number: int) -> SalesReport:
        rows = self._db.rows(
            "SELECT body FROM transactions WHERE report = ? ORDER BY number", (number,)
        )
        return SalesReport(number, self.fact("database"), _read(rows))

    def written(self, number: int) -> None:
        self.remember(handed=json.dumps([number, True]))

    def processed(self, number: int) -> None:
        with self._db.writing(full=True) as sql:
            sql.execute(
                "UPDATE transactions SET processed = 1, report = NULL WHERE report = ?", (number,)
            )
            _remember(sql, {"handed": ""})


def _read(rows: Sequence[tuple[str]]) -> tuple[Transaction, ...]:
    return tuple(_TRANSACTION.validate_json(body) for (body,) in rows)


def _next(sql: Connection) -> int:
    """The number of the next transaction."""
    (last,) = sql.execute("SELECT coalesce(max(number), 0) FROM transactions").fetchone()
    return int(last) + 1


def _append(sql: Connection, told: Iterable[Transaction]) -> None:
    sql.executemany(
        "INSERT INTO transactions (number, day, body) VALUES (?,?,?)",
        [
            (one.number, one.at.date().isoformat(), _TRANSACTION.dump_json(one).decode())
            for one in told
        ],
    )


def _off(sql: Connection, receipt: Receipt) -> tuple[Transaction, ...]:
    """What was taken off it; kept no longer."""
    which = (receipt.receipt_id,)
    rows = sql.execute("SELECT body FROM taken_off WHERE receipt = ? ORDER BY seq", which)
    gone = _read(rows.fetchall())
    sql.execute("DELETE FROM taken_off WHERE receipt = ?", which)
    return gone


def _remember(sql: Connection, facts: dict[str, str]) -> None:
    sql.executemany("INSERT OR REPLACE INTO facts VALUES (?,?)", list(facts.items()))
