"""What the till keeps: cards and goods of the last load, and what it sold since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from sqlite3 import Connection

from pydantic import TypeAdapter

from backends.files.client.layout import LAYOUT, TRANSACTION, fact, remember
from backends.files.client.roll import Roll
from backends.files.client.telling import cancelled, card_of, transactions
from backends.files.formats.model import (
    Card,
    Goods,
    Kind,
    Load,
    Part,
    Scheme,
    Transaction,
)
from cashier.database import Database
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import Receipt, Settled

_CARD, _SCHEME, _GOODS = TypeAdapter(Card), TypeAdapter(Scheme), TypeAdapter(Goods)
_SETTLED = TypeAdapter(Settled)


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
        return max(0, self.balance) if self.may_pay(today) else 0

    def may_pay(self, today: date) -> bool:
        return self.card.may_pay and self.lives(today) and not self.card.forbidden


class Store:
    """Every method may raise StorageError; every change is one transaction."""

    def __init__(self, path: Path | None, database: str, says: Callable[[Kind], bool]) -> None:
        """``database``: the id that a new one gets; numbers of transactions are its own.
        ``says``: whether the report has a word for it."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = Database.open(path, LAYOUT)
        self.roll = Roll(self._db, says)
        if not self.fact("database"):
            self.remember(database=database)

    def close(self) -> None:
        self._db.close()

    def fact(self, name: str) -> str:
        return fact(self._db, name)

    def remember(self, **facts: str) -> None:
        with self._db.writing(full=True) as sql:
            remember(sql, facts)

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
            remember(sql, facts)

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
            if (
                spend
                and not sql.execute(
                    "UPDATE cards SET balance = balance - ?1 WHERE number = ?2 AND balance >= ?1",
                    (spend, card),
                ).rowcount
            ):
                raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
            off, other = _off(sql, receipt), self.roll.next(sql)
            last = self.roll.append(sql, transactions(receipt, off, other))
            body = _SETTLED.dump_json(settled).decode()
            sql.execute(
                "INSERT INTO closings VALUES (?,?,?,?,?,?)",
                (operation, last, card, spend, loads, body),
            )

    def take_off(self, receipt: Receipt, gone: Sequence[Transaction]) -> None:
        """Kept until the receipt has an end."""
        with self._db.writing() as sql:
            sql.executemany(
                "INSERT INTO taken_off (receipt, body) VALUES (?, ?)",
                [(receipt.receipt_id, TRANSACTION.dump_json(one).decode()) for one in gone],
            )

    def has_taken_off(self, receipt: Receipt) -> bool:
        query = "SELECT 1 FROM taken_off WHERE receipt = ? LIMIT 1"
        return self._db.row(query, (receipt.receipt_id,)) is not None

    def cancel(self, receipt: Receipt, at: datetime) -> None:
        """The receipt has no sale, and the report one that was cancelled."""
        with self._db.writing(full=True) as sql:
            self.roll.append(sql, cancelled(receipt, _off(sql, receipt), at))

    def append(self, one: Transaction, **facts: str) -> None:
        """One that belongs to no receipt."""
        with self._db.writing(full=True) as sql:
            self.roll.append(sql, [one])
            remember(sql, facts)


def _off(sql: Connection, receipt: Receipt) -> tuple[Transaction, ...]:
    """What was taken off it; kept no longer."""
    which = (receipt.receipt_id,)
    rows = sql.execute("SELECT body FROM taken_off WHERE receipt = ? ORDER BY seq", which)
    gone = tuple(TRANSACTION.validate_json(body) for (body,) in rows.fetchall())
    sql.execute("DELETE FROM taken_off WHERE receipt = ?", which)
    return gone
