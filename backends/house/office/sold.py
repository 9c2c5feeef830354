"""Sales and what came back of them: to be looked at."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from backends.house import people
from backends.house.accounts import DB
from backends.house.club import adapter
from backends.house.office.drawer import MOST, Drawer, column, fact, facts, gone
from cashier.i18n import _, comma
from cashier.money import show_quantity
from cashier.office import Column, Kind, Record, Row, Table
from cashier.receipt import Receipt, Settled

_LATEST = 200
"""Sales that stand in another record."""
_LISTED = """
SELECT s.receipt, s.number, s.day, coalesce(s.card, ''), coalesce(c.name, ''), s.cancelled,
    (SELECT coalesce(sum(paid), 0) FROM sale_lines l WHERE l.receipt = s.receipt),
    (SELECT coalesce(sum(returned), 0) FROM sale_lines l WHERE l.receipt = s.receipt),
    (SELECT coalesce(sum(quantity), 0) FROM sale_lines l WHERE l.receipt = s.receipt)
FROM (SELECT * FROM sales {where} ORDER BY day DESC, number DESC LIMIT {most}) s
LEFT JOIN accounts a ON a.id = s.account LEFT JOIN customers c ON c.id = a.customer
ORDER BY s.day DESC, s.number DESC
"""
_Listed: TypeAlias = tuple[str, str, str, str, str, int, int, int, int]


def _columns() -> tuple[Column, ...]:
    return (
        column("number", 16),
        column("at", 12, Kind.DAY),
        column("buyer"),
        column("card", 15, extra=True),
        column("total", 13, Kind.MONEY),
        column("status", 14),
    )


def _rows(found: Iterable[_Listed]) -> Iterator[Row]:
    for receipt, number, day, card, name, cancelled, paid, back, sold in found:
        state = _("cancelled") if cancelled else ""
        if back and not state:
            state = _("returned") if back >= sold else _("part returned")
        at = date.fromisoformat(day)
        cells = (number, at, name, card, paid, state)
        yield Row(receipt, cells, f"{card}\n{at:%d.%m.%Y}", quiet=bool(cancelled))


def sales_table(db: DB, name: str, value: str | int) -> Table:
    """The sales of an ``account`` or with a ``card``, the newest first."""
    found = db.execute(_LISTED.format(where=f"WHERE {name} = ?", most=_LATEST), (value,))
    return Table(_("Sales"), _columns(), tuple(_rows(found)), "sales")


class Sales(Drawer):
    id = "sales"

    def title(self) -> str:
        return _("Sales")

    def columns(self) -> tuple[Column, ...]:
        return _columns()

    def rows(self, db: DB) -> Iterator[Row]:
        return _rows(db.execute(_LISTED.format(where="", most=MOST)))

    def record(self, db: DB, key: str) -> Record:
        row = db.execute(
            "SELECT s.body, s.cancelled, a.customer, s.card FROM sales s"
            " LEFT JOIN accounts a ON a.id = s.account WHERE s.receipt = ?",
            (key,),
        ).fetchone()
        if row is None:
            raise gone(key)
        receipt: Receipt = adapter(Receipt).validate_json(row[0])
        settled = receipt.settled or Settled()
        owner = people.customer(db, row[2]) if row[2] else None
        buyer = (Row(row[2], (owner.name, owner.phone)),) if owner else ()
        back = dict(db.execute("SELECT number, returned FROM sale_lines WHERE receipt = ?", (key,)))
        return Record(
            _("Sale {number}").format(number=receipt.number),
            facts(
                fact("at", receipt.closed_at or receipt.opened_at, Kind.MOMENT),
                fact("status", _("cancelled") if row[1] else None),
                fact(
                    "card",
                    receipt.buyer.card.number if receipt.buyer and receipt.buyer.card else None,
                ),
                fact("discount", receipt.discount or None, Kind.MONEY),
                fact("total", receipt.total, Kind.MONEY),
                fact("earned", settled.earned or None, Kind.POINTS),
                fact("spent", settled.spent or None, Kind.POINTS),
            ),
            (
                Table(
                    _("Customer"),
                    (column("name", kind=Kind.PERSON), column("phone", 16)),
                    buyer,
                    "customers",
                ),
                _lines(receipt, back),
                _returns(db, key),
            ),
        )


def _lines(receipt: Receipt, back: dict[int, int]) -> Table:
    columns = (
        column("goods"),
        column("quantity", 10),
        column("discount", 12, Kind.MONEY),
        column("total", 12, Kind.MONEY),
        column("returned", 12),
    )
    rows = tuple(
        Row(
            str(line.number),
            (
                line.name,
                show_quantity(line.quantity, comma=comma()),
                line.discount or None,
                line.total,
                show_quantity(back[line.number], comma=comma()) if back.get(line.number) else "",
            ),
        )
        for line in receipt.lines
    )
    return Table(_("Goods"), columns, rows)


def _returns(db: DB, sale: str) -> Table:
    """What each return did to the points; its goods stand with the lines."""
    found = db.execute(
        "SELECT id, answer FROM operations WHERE kind = 'return' AND subject = ?", (sale,)
    )
    rows = []
    for operation, answer in found:
        settled = json.loads(answer)
        rows.append(Row(operation, (settled.get("given_back"), settled.get("taken_back"))))
    columns = (column("given_back", 20, Kind.POINTS), column("taken_back", 20, Kind.POINTS))
    return Table(_("Returns"), columns, tuple(rows))
