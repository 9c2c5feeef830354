"""Coupons used, and given back, in one database; and what the others are to hear of it.

All of it happens in the caller's transaction: a use without its message cannot be.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Table, insert, select, update

from backends.set10.coupons.kinds import UNUSED, Use, find, not_found, used_already
from backends.set10.coupons.schema import (
    Place,
    card_unique_coupon_exemplar_to_send,
    coupon_history,
)
from backends.set10.coupons.settings import Kind, Series
from cashier.exchange import Reason, Refused
from cashier.i18n import _

SERIES, MADE, USED, UNUSED_AGAIN, WITHDRAWN = "series", "made", "used", "unused", "withdrawn"
"""What messages and the history tell."""
CONFLICT = "conflict"


def send(
    sql: Connection,
    receivers: Iterable[str],
    what: str,
    at: int,
    *,
    number: str | None = None,
    series: str | None = None,
    use: Use | None = None,
    step: int = 1,
) -> None:
    """A task for each of these machines."""
    row: dict[str, Any] = {
        "what": what,
        "number": number,
        "series": series,
        "made_at": at,
        "step": step,
        **(use.columns() if use else UNUSED),
    }
    rows = [{**row, "receiver": receiver, "uid": uuid4().hex} for receiver in receivers]
    if rows:
        sql.execute(insert(card_unique_coupon_exemplar_to_send), rows)


def note(
    sql: Connection,
    number: str,
    what: str,
    table: Table,
    use: Use,
    at: int,
    *,
    came_from: str = "",
    step: int = 0,
) -> None:
    """Into the history of this machine."""
    row = {
        "number": number,
        "what": what,
        "place": table.name,
        "at": at,
        "step": step,
        "came_from": came_from,
    }
    sql.execute(insert(coupon_history), {**row, **use.columns()})


def spend(
    sql: Connection,
    place: Place,
    codes: Sequence[str],
    use: Use,
    told: Callable[[str], Series | None],
    receivers: Sequence[str],
    at: datetime,
) -> list[str]:
    """Use those coupons that this database knows; the others. The same receipt may ask again.

    Raises Refused when one was used elsewhere or blocked: then none is used.
    """
    unknown = []
    for code in codes:
        found = find(sql, place, code, told)
        if found is None:
            unknown.append(code)
        elif found.blocked:
            raise Refused(Reason.BLOCKED, _("the coupon is blocked"))
        elif found.kind.kind is Kind.REUSABLE:
            if not _noted(sql, code, use):
                note(sql, code, USED, found.table, use, use.at)
        elif mark(sql, found.table, code, use):
            note(sql, code, USED, found.table, use, use.at)
            send(sql, receivers, USED, use.at, number=code, series=found.kind.id, use=use)
        else:
            other = use_of(sql, found.table, code)
            if other is None:  # gone meanwhile
                raise not_found(code)
            if other.receipt_id != use.receipt_id:
                raise used_already(other, at)
    return unknown


def mark(sql: Connection, table: Table, code: str, use: Use) -> bool:
    """Compare and set: of two who try at the same time one has changed the row."""
    free = table.c.used_cash_number.is_(None)
    values = use.columns()
    if "is_used" in table.c:
        values["is_used"] = True
    changed = sql.execute(update(table).where(table.c.number == code, free).values(values))
    return changed.rowcount == 1


def free(sql: Connection, table: Table, code: str, receipt_id: str) -> bool:
    """Usable again, if this receipt used it."""
    values = dict(UNUSED)
    if "is_used" in table.c:
        values["is_used"] = False
    whose = table.c.used_receipt_id == receipt_id
    changed = sql.execute(update(table).where(table.c.number == code, whose).values(values))
    return changed.rowcount == 1


def mark_the_other(sql: Connection, table: Table, code: str) -> Use | None:
    """Where a coupon was used twice and one use is undone, the other one counts."""
    other = next(iter(open_conflicts(sql, code)), None)
    return other if other is not None and mark(sql, table, code, other) else None


def open_conflicts(sql: Connection, code: str, receipt_id: str = "") -> list[Use]:
    """Uses of a coupon that came second here and were not undone, the oldest first; with
    ``receipt_id`` only that of this receipt."""
    history = coupon_history
    query = select(history).where(history.c.number == code).order_by(history.c.id)
    found: dict[str, Use] = {}
    for row in sql.execute(query).mappings():
        use = Use.of(row)
        if use is not None and row["what"] == CONFLICT:
            found[use.receipt_id] = use
        elif use is not None and row["what"] in (UNUSED_AGAIN, USED):
            found.pop(use.receipt_id, None)
    return [use for key, use in found.items() if not receipt_id or key == receipt_id]


def use_of(sql: Connection, table: Table, code: str) -> Use | None:
    row = sql.execute(select(table).where(table.c.number == code)).first()
    return None if row is None else Use.of(row._mapping)  # its public way


def _noted(sql: Connection, code: str, use: Use) -> bool:
    """Whether this receipt has used a reusable coupon already, and not given it back."""
    table = coupon_history
    mine = (table.c.number == code, table.c.used_receipt_id == use.receipt_id)
    query = select(table.c.what).where(*mine).order_by(table.c.id.desc()).limit(1)
    return sql.execute(query).scalar() == USED


def take_back(
    sql: Connection, place: Place, receipt_id: str, receivers: Sequence[str], at: int
) -> None:
    """The whole receipt is undone: what it used is usable, what it printed is not."""
    for table in (place.exemplars, place.made):
        if table is None:
            continue
        rows = sql.execute(select(table).where(table.c.used_receipt_id == receipt_id)).all()
        for row in sorted(rows, key=lambda row: str(row.number)):
            use = Use.of(row._mapping)
            if use is not None and free(sql, table, row.number, receipt_id):
                series = row.kind_id if table is place.made else row.batch_id
                note(sql, row.number, UNUSED_AGAIN, table, use, at)
                if other := mark_the_other(sql, table, row.number):
                    note(sql, row.number, USED, table, other, at)
                send(sql, receivers, UNUSED_AGAIN, at, number=row.number, series=series, use=use)
    for number, use in _reusable(sql, place, receipt_id):
        note(sql, number, UNUSED_AGAIN, place.types, use, at)
    if place.made is not None:
        withdraw(sql, place.made, receipt_id, receivers, at)


def _reusable(sql: Connection, place: Place, receipt_id: str) -> list[tuple[str, Use]]:
    """What the receipt used of them, as the history knows it, and did not give back."""
    table, open_ones = coupon_history, {}
    mine = (table.c.used_receipt_id == receipt_id, table.c.place == place.types.name)
    for row in sql.execute(select(table).where(*mine).order_by(table.c.id)).mappings():
        use = Use.of(row)
        if use is not None and row["what"] == USED:
            open_ones[str(row["number"])] = use
        else:
            open_ones.pop(row["number"], None)
    return sorted(open_ones.items(), key=lambda item: item[0])


def withdraw(
    sql: Connection, made: Table, receipt_id: str, receivers: Sequence[str], at: int
) -> None:
    """Coupons that the receipt printed are blocked, unless they were used already."""
    open_ones = (made.c.receipt_id == receipt_id, ~made.c.is_used, ~made.c.is_blocked)
    for row in sql.execute(select(made).where(*open_ones).order_by(made.c.number)).all():
        sql.execute(update(made).where(made.c.number == row.number).values(is_blocked=True))
        maker = Use(row.shop_number, row.cash_number, "", "", receipt_id, at)
        note(sql, row.number, WITHDRAWN, made, maker, at)
        send(sql, receivers, WITHDRAWN, at, number=row.number, series=row.kind_id, use=maker)
