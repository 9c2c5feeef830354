"""A message that arrives: what the receiver makes of it, and to whom it passes it on.

At least once, and without harm the second time: what was carried out is written down beside what
it did (``coupon_received``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from backends.set10.coupons.kinds import UNUSED, Use
from backends.set10.coupons.schema import (
    SET,
    Place,
    cards_coupons_processing,
    coupon_received,
)
from backends.set10.coupons.spending import (
    CONFLICT,
    MADE,
    SERIES,
    UNUSED_AGAIN,
    USED,
    WITHDRAWN,
    free,
    mark,
    mark_the_other,
    note,
    open_conflicts,
    send,
    take_back,
    use_of,
)
from backends.set10.coupons.store import insert_new, insert_one

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Task:
    """One row of ``card_unique_coupon_exemplar_to_send``."""

    id: int
    uid: str
    sender: str
    receiver: str
    what: str
    number: str
    series: str
    use: Use | None
    made_at: int
    step: int
    sent_at: int | None
    attempts: int
    trouble: str

    @classmethod
    def of(cls, sender: str, row: Mapping[Any, Any]) -> "Task":
        use = Use.of(row)
        if use is None and row["used_receipt_id"]:
            use = Use("", "", "", "", row["used_receipt_id"], row["used_at"] or 0)
        return cls(
            row["id"],
            row["uid"],
            sender,
            row["receiver"],
            row["what"],
            row["number"] or "",
            row["series"] or "",
            use,
            row["made_at"],
            row["step"],
            row["sent_at"],
            row["attempts"],
            row["trouble"] or "",
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A task in the hands of its receiver, in a transaction of his."""

    task: Task
    sql: Connection
    source: Connection
    """The sender's database: series and coupons of tills are read from it, they are no part of
    the task."""
    place: Place
    onward: tuple[str, ...]
    """Whom the receiver tells."""
    at: int

    def carry_out(self) -> bool:
        """False: it was done before."""
        if not insert_one(self.sql, coupon_received, {"uid": self.task.uid}):
            return False
        _HOW[self.task.what](self)
        return True

    def pass_on(self, what: str, use: Use | None) -> None:
        task = self.task
        send(
            self.sql,
            self.onward,
            what,
            self.at,
            number=task.number or None,
            series=task.series or None,
            use=use,
            step=task.step + 2,
        )

    def write_down(self, what: str, table: Table, use: Use) -> None:
        task = self.task
        note(
            self.sql,
            task.number,
            what,
            table,
            use,
            self.at,
            came_from=task.sender,
            step=task.step + 1,
        )

    def table(self) -> Table:
        """Where the coupon stands; one that is not known yet gets a row of its own."""
        made, number = self.place.made, self.task.number
        if made is not None:
            known = select(made.c.number).where(made.c.number == number)
            if self.sql.execute(known).first():
                return made
        row = {"number": number, "batch_id": self.task.series}
        insert_one(self.sql, self.place.exemplars, row)
        return self.place.exemplars


def copy_series(source: Connection, sql: Connection, series: str, sender: str, at: int) -> None:
    """A category with its ranges, or a batch with its exemplars, as the sender has them now."""
    place, new = SET, {"came_at": at, "came_from": sender}
    for head, parts, key in (
        (place.types, place.ranges, place.ranges.c.cardtype_id),
        (place.batches, place.exemplars, place.exemplars.c.batch_id),
    ):
        row = source.execute(select(head).where(head.c.id == series)).mappings().first()
        if row is None:
            continue
        insert_one(sql, head, {**row, **new})
        rows = source.execute(select(parts).where(key == series)).mappings()
        for chunk in _chunks({**part} for part in rows):
            insert_new(sql, parts, chunk)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _series(arrival: Arrival) -> None:
    task = arrival.task
    copy_series(arrival.source, arrival.sql, task.series, task.sender, arrival.at)


def _made(arrival: Arrival) -> None:
    table = cards_coupons_processing
    query = select(table).where(table.c.number == arrival.task.number)
    row = arrival.source.execute(query).mappings().first()
    if row is not None:
        new = {"came_at": arrival.at, "came_from": arrival.task.sender}
        if arrival.onward:  # whoever passes it on hears of its use by a message of its own
            new |= {**UNUSED, "is_used": False, "is_blocked": False}
        insert_one(arrival.sql, table, {**row, **new})
        arrival.pass_on(MADE, arrival.task.use)


def _used(arrival: Arrival) -> None:
    use, number = arrival.task.use, arrival.task.number
    if use is None:
        return
    table = arrival.table()
    if mark(arrival.sql, table, number, use):
        arrival.write_down(USED, table, use)
        arrival.pass_on(USED, use)
        return
    other = use_of(arrival.sql, table, number)
    if other is not None and other.receipt_id != use.receipt_id:
        arrival.write_down(CONFLICT, table, use)


def _unused(arrival: Arrival) -> None:
    task, use = arrival.task, arrival.task.use
    if use is None:
        return
    if not task.number:  # a till whose server was away: all that the receipt used
        take_back(arrival.sql, arrival.place, use.receipt_id, arrival.onward, arrival.at)
        return
    table = arrival.table()
    if not free(arrival.sql, table, task.number, use.receipt_id):
        if open_conflicts(arrival.sql, task.number, use.receipt_id):
            arrival.write_down(UNUSED_AGAIN, table, use)
        return
    arrival.write_down(UNUSED_AGAIN, table, use)
    arrival.pass_on(UNUSED_AGAIN, use)
    if other := mark_the_other(arrival.sql, table, task.number):
        arrival.write_down(USED, table, other)
        arrival.pass_on(USED, other)


def _withdrawn(arrival: Arrival) -> None:
    table, use = cards_coupons_processing, arrival.task.use
    open_one = (table.c.number == arrival.task.number, ~table.c.is_used, ~table.c.is_blocked)
    changed = arrival.sql.execute(update(table).where(*open_one).values(is_blocked=True))
    if changed.rowcount and use is not None:
        arrival.write_down(WITHDRAWN, table, use)
        arrival.pass_on(WITHDRAWN, use)


_HOW = {
    SERIES: _series,
    MADE: _made,
    USED: _used,
    UNUSED_AGAIN: _unused,
    WITHDRAWN: _withdrawn,
}


def remember(sql: Connection, row: dict[str, Any]) -> bool:
    """A coupon that a till made, in its own database; False: it is there already."""
    table = cards_coupons_processing
    known = select(table.c.number).where(table.c.number == row["number"])
    if sql.execute(known).first():
        return False
    sql.execute(insert(table), row)
    return True
