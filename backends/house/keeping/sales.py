"""Sales and returns as they were saved."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backends.house.accounts import DB
from backends.house.club import Club, adapter
from backends.house.keeping.common import moment
from backends.house.store import seconds
from backends.house.undoing import LINES
from backends.keeping import ReturnInfo, SaleInfo, SaleQuery
from cashier.receipt import Receipt

_DAY = timedelta(days=1)


class Sales:
    def __init__(self, club: Club) -> None:
        self._club = club

    def sales(self, query: SaleQuery, most: int = 500) -> Sequence[SaleInfo]:
        where, values = _conditions(query)
        with self._club.store.reading() as db:
            rows = db.execute(
                f"SELECT s.receipt, s.card, s.cancelled, s.body FROM sales s{where}"  # noqa: S608
                " ORDER BY s.day DESC, s.number DESC",
                values,
            )
            found: list[SaleInfo] = []
            for row in rows:
                sale = self._sale(db, *row)
                if _within(sale, query):
                    found.append(sale)
                if len(found) >= most:
                    break
        return sorted(found, key=lambda sale: sale.at)

    def _sale(self, db: DB, name: str, card: str | None, cancelled: int, body: str) -> SaleInfo:
        receipt: Receipt = adapter(Receipt).validate_json(body)
        at = receipt.closed_at or receipt.opened_at
        return SaleInfo(receipt, card, at, bool(cancelled), tuple(self._returns(db, name)))

    def _returns(self, db: DB, sale: str) -> Sequence[ReturnInfo]:
        rows = db.execute(
            "SELECT body, lines, at FROM returns WHERE sale = ? ORDER BY at, rowid", (sale,)
        )
        return [
            ReturnInfo(
                sale,
                adapter(Receipt).validate_json(body),
                adapter(LINES).validate_json(lines),
                moment(self._club, at),
            )
            for body, lines, at in rows
        ]


def _conditions(query: SaleQuery) -> tuple[str, list[str | int]]:
    """What the database can tell; moments are looked at afterwards."""
    wanted: list[str] = []
    values: list[str | int] = []
    if query.receipt_id:
        wanted.append(
            "(s.receipt = ? OR s.receipt IN (SELECT sale FROM returns WHERE receipt = ?))"
        )
        values += [query.receipt_id, query.receipt_id]
    if query.card:
        wanted.append("s.card = ?")
        values.append(query.card)
    if query.since is not None:
        wanted.append("(s.day >= ? OR s.receipt IN (SELECT sale FROM returns WHERE at >= ?))")
        values += [_day(query.since - _DAY), seconds(query.since)]
    if query.until is not None:
        wanted.append("s.day <= ?")
        values.append(_day(query.until + _DAY))
    return f" WHERE {' AND '.join(wanted)}" if wanted else "", values


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _within(sale: SaleInfo, query: SaleQuery) -> bool:
    moments = [sale.at, *(one.at for one in sale.returns)]
    since, until = query.since, query.until
    return any((since is None or at >= since) and (until is None or at < until) for at in moments)
