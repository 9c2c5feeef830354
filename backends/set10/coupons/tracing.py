"""One coupon through all tables and machines.

Rows are read by their indexes alone, by statements that are compiled once: among a million coupons
one costs what the statements themselves cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, Select, bindparam, select

from backends.set10.coupons import telling
from backends.set10.coupons.carrying import Task
from backends.set10.coupons.delivering import Postman
from backends.set10.coupons.machines import Machines, Node
from backends.set10.coupons.numbers import compact, could_be
from backends.set10.coupons.schema import COUPONS, SET, Place, Role
from backends.set10.coupons.schema import card_unique_coupon_exemplar_to_send as to_send
from backends.set10.coupons.schema import cards_coupons_processing as processing
from backends.set10.coupons.schema import coupon_history as history
from backends.set10.coupons.spending import USED
from cashier.coupon_trace import Event, Turn
from cashier.exchange import Unavailable


def trace(machines: Machines, code: str) -> tuple[Event, ...]:
    """Nothing for an unknown code; a machine that is away has an event that says so."""
    code = compact(code)
    if not could_be(code):
        return ()
    tracer = _Tracer(machines)
    seen: list[telling.Seen] = []
    away: list[Event] = []
    for node in machines.nodes.values():
        try:
            seen += tracer.at(node, code)
        except Unavailable as error:
            now = datetime.now(UTC).astimezone()
            away.append(Event(now, node.title, "", Turn.AWAY, str(error)))
    seen.sort(key=lambda one: one[:2])
    return (*(event for _at, _step, event in seen), *away)


_NUMBER: BindParameter[str] = bindparam("number")
_MOST = 1000
"""Events of one table that are shown: a reusable coupon may have a long life."""


@dataclass(frozen=True, slots=True)
class Look:
    """One statement: what a table has of a coupon."""

    table: str
    sql: str
    named: bool
    """Its places have names; else they are as ``keys_of`` gives them."""
    columns: tuple[str, ...]
    of_ranges: bool


def keys_of(code: str) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """What stands in the places of a statement: of a number, and of a range."""
    return (code,), (len(code), code, code)


class _Tracer:
    def __init__(self, machines: Machines) -> None:
        self._postman = Postman(machines)
        self._names = telling.Names({name: node.title for name, node in machines.nodes.items()})

    def at(self, node: Node, code: str) -> list[telling.Seen]:
        """Raises Unavailable."""
        found: list[telling.Seen] = []
        told = False
        for look, row in _rows(node, code):
            if look.table == history.name:
                told = told or row["what"] == USED
                found.append(telling.history(node, row, self._names))
            elif look.table == to_send.name:
                task = Task.of(node.id, row)
                why = "" if task.sent_at is not None else self._postman.why_waiting(task)
                found.append(telling.task(node, task, why, self._names))
            elif look.table == processing.name:
                found.append(telling.made(node, row, self._names))
            else:
                found.append(telling.kept(node, look.table, row, self._names))
            if "is_blocked" in row and "used_at" in row and not told:
                hand = telling.by_hand(node, look.table, row)
                found += [hand] if hand else []
        return found


def _rows(node: Node, code: str) -> list[tuple[Look, dict[str, Any]]]:
    asked = looks(node.role, node.store.engine.dialect)
    plain, spans = keys_of(code)
    names = {"number": code, "length": len(code)}

    def ask(cursor: Any) -> list[tuple[Look, dict[str, Any]]]:
        found = []
        for look in asked:
            keys = names if look.named else spans if look.of_ranges else plain
            answer = cursor.execute(look.sql, keys)
            for row in answer.fetchmany(1 if look.of_ranges else _MOST):
                found.append((look, dict(zip(look.columns, row, strict=True))))
        return found

    return node.store.read(ask)


@cache
def looks(role: Role, dialect: Dialect) -> tuple[Look, ...]:
    """What is asked of a machine, the history first."""
    number = _NUMBER
    queries: list[tuple[str, Select[Any]]] = [
        (history.name, select(history).where(history.c.number == number).order_by(history.c.id))
    ]
    if role is not Role.LOYALTY:
        sent = select(to_send).where(to_send.c.number == number).order_by(to_send.c.id)
        queries.append((to_send.name, sent))
        made = select(processing).where(processing.c.number == number)
        queries.append((processing.name, made))
    if role is not Role.TILL:
        queries += _kept(COUPONS if role is Role.LOYALTY else SET)
    return tuple(_look(name, query, dialect) for name, query in queries)


def _kept(place: Place) -> Iterator[tuple[str, Select[Any]]]:
    number, exemplars, batches = _NUMBER, place.exemplars, place.batches
    own = [column for column in exemplars.c if column.name != "is_blocked"]
    blocked = (exemplars.c.is_blocked | batches.c.is_blocked).label("is_blocked")
    batch = [column for column in batches.c if column.name != "is_blocked"]
    query = select(*own, blocked, *batch).join(batches, batches.c.id == exemplars.c.batch_id)
    yield exemplars.name, query.where(exemplars.c.number == number)
    ranges, types = place.ranges, place.types
    span = (
        ranges.c.length == bindparam("length"),
        ranges.c.first_number <= number,
        ranges.c.last_number >= number,
    )
    category = select(types).join(ranges, ranges.c.cardtype_id == types.c.id)
    yield ranges.name, category.where(*span).order_by(ranges.c.first_number.desc())


def _look(name: str, query: Select[Any], dialect: Dialect) -> Look:
    compiled: Any = query.compile(dialect=dialect)
    named = not compiled.positional
    columns = tuple(query.selected_columns.keys())
    return Look(name, str(compiled), named, columns, of_ranges=name.endswith("range"))
