"""What the machines hold, and which coupons were used twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from backends.set10.coupons.delivering import WAITS, sends
from backends.set10.coupons.kinds import Use
from backends.set10.coupons.machines import CENTRE, Machines, Node
from backends.set10.coupons.schema import TABLES, coupon_history, coupon_received
from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
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
    numbers = select(history.c.number).where(history.c.what == CONFLICT)
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
