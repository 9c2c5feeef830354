"""What the machines hold, and which coupons were used twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select

from backends.set10.coupons.delivering import WAITS, sends
from backends.set10.coupons.kinds import Use
from backends.set10.coupons.machines import CENTRE, LOYALTY, Machines, Node
from backends.set10.coupons.schema import TABLES, coupon_history, coupon_received, written
from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
from backends.set10.coupons.schema import cards_coupons_processing as processing
from backends.set10.coupons.settings import Kind, Series
from backends.set10.coupons.spending import CONFLICT, UNUSED_AGAIN, USED
from backends.set10.coupons.telling import moment
from cashier.coupon_trace import Machine
from cashier.exchange import Unavailable


@dataclass(frozen=True, slots=True)
class Conflict:
    """A coupon that was used twice, as the centre knows it."""

    number: str
    table: str
    first: Use | None
    """The use that the centre heard of first."""
    second: Use
    noticed_at: datetime
    undone: bool
    """One of the two receipts was cancelled or returned since."""


def conflicts(machines: Machines) -> tuple[Conflict, ...]:
    """In the order in which the centre noticed. Raises Unavailable."""
    history = coupon_history
    numbers = select(history.c.number).where(history.c.what == written(CONFLICT))
    query = select(history).where(history.c.number.in_(numbers)).order_by(history.c.id)
    found: list[Conflict] = []
    undone: set[tuple[str, str]] = set()
    first: dict[str, Use] = {}
    with machines.nodes[CENTRE].store.reading() as sql:
        rows = sql.execute(query).mappings().all()
    for row in rows:
        number, use = str(row["number"]), Use.of(row)
        if use is None:
            continue
        if row["what"] == USED:
            first[number] = use
        elif row["what"] == UNUSED_AGAIN:
            undone.add((number, use.receipt_id))
        elif row["what"] == CONFLICT:
            when = moment(row["at"])
            found.append(Conflict(number, row["place"], first.get(number), use, when, undone=False))
    return tuple(_looked_at(one, undone) for one in found)


def _looked_at(one: Conflict, undone: set[tuple[str, str]]) -> Conflict:
    uses = [use for use in (one.first, one.second) if use is not None]
    is_undone = any((one.number, use.receipt_id) in undone for use in uses)
    return Conflict(one.number, one.table, one.first, one.second, one.noticed_at, is_undone)


def machines(known: Machines) -> tuple[Machine, ...]:
    return tuple(_machine(node) for node in known.nodes.values())


def _machine(node: Node) -> Machine:
    store = node.store
    try:
        with store.reading() as sql:
            counts = [
                (table.name, sql.execute(select(func.count()).select_from(table)).scalar() or 0)
                for table in TABLES[node.role]
                if table is not coupon_received
            ]
            waiting = 0
            if sends(node):
                query = select(func.count()).select_from(to_send).where(WAITS)
                waiting = sql.execute(query).scalar() or 0
    except Unavailable as error:
        return Machine(node.id, node.title, store.place, trouble=str(error))
    return Machine(node.id, node.title, store.place, tuple(counts), waiting)


@dataclass(frozen=True, slots=True)
class SeriesState:
    """What the database that keeps a series has of it."""

    machine: str
    """Its title; of a till's coupons the centre, which hears of all of them."""
    made: bool = False
    count: int = 0
    """Numbers, or ranges."""
    used: int = 0
    trouble: str = ""


def series_state(known: Machines, series: Series) -> SeriesState:
    in_loyalty = series.kind is Kind.ONE_TIME and LOYALTY in known.nodes
    node = known.nodes[LOYALTY if in_loyalty else CENTRE]
    place = node.place
    head: Table | None = place.batches
    rows, key = place.exemplars, place.exemplars.c.batch_id
    if series.kind is Kind.REUSABLE:
        head, rows, key = place.types, place.ranges, place.ranges.c.cardtype_id
    elif series.kind is Kind.TILL:
        head, rows, key = None, processing, processing.c.kind_id
    of_it = select(func.count()).select_from(rows).where(key == series.id)
    try:
        with node.store.reading() as sql:
            made = True
            if head is not None:
                made = (
                    sql.execute(select(head.c.id).where(head.c.id == series.id)).first() is not None
                )
            count, used = sql.execute(of_it).scalar() or 0, 0
            if "used_cash_number" in rows.c:
                used_ones = of_it.where(rows.c.used_cash_number.is_not(None))
                used = sql.execute(used_ones).scalar() or 0
    except Unavailable as error:
        return SeriesState(node.title, trouble=str(error))
    return SeriesState(node.title, made, count, used)
