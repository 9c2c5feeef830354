"""Messages on their way: which are due, what came of them, what waits and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection as Sql
from sqlalchemy import select, update

from backends.set10.coupons.carrying import Arrival, Task
from backends.set10.coupons.machines import Machines, Node
from backends.set10.coupons.schema import Role, card_unique_coupon_exemplar_to_send
from backends.set10.coupons.switchboard import Connection
from cashier.exchange import OutcomeUnknown, Unavailable
from cashier.i18n import _

_BATCH = 500
_TASKS = card_unique_coupon_exemplar_to_send
WAITS = _TASKS.c.sent_at.is_(None)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round of deliveries came to."""

    count: int
    troubles: tuple[str, ...] = ()
    """Sentences: who could not be reached, and why."""


class Postman:
    """Carries what is due. Two of them at the same time do no harm."""

    def __init__(self, machines: Machines) -> None:
        self._machines = machines

    def deliver(self, now: int, senders: Sequence[str] = ()) -> Delivered:
        """Everything that is due, and what comes of it, until nothing moves any more."""
        nodes = [node for name, node in self._machines.nodes.items() if name in senders]
        nodes = nodes or [node for node in self._machines.nodes.values() if sends(node)]
        round_ = _Round(self._machines, now, self._machines.board())
        count = 0
        while moved := sum(round_.empty(node) for node in nodes):
            count += moved
        return Delivered(count, tuple(dict.fromkeys(round_.troubles.values())))

    def due_at(self, task: Task) -> int:
        """From when on it can arrive, as the connections are now."""
        way = self._machines.way(task.sender, task.receiver)
        return task.made_at + sum(one.delay_seconds for one in way)

    def why_waiting(self, task: Task) -> str:
        """A sentence for whoever looks at the messages; empty: it goes with the next round."""
        way = self._machines.way(task.sender, task.receiver)
        if not way:
            return _("there is no such machine in the settings")
        for one in way:
            if one.stopped:
                return _("the connection {name} is stopped").format(name=one.name)
        return task.trouble


class _Round:
    """One round of deliveries; whoever could not be reached is not tried again in it."""

    def __init__(self, machines: Machines, now: int, board: dict[str, Connection]) -> None:
        self._machines, self._now, self._board = machines, now, board
        self.troubles: dict[tuple[str, str], str] = {}

    def empty(self, node: Node) -> int:
        """Carry what is due at this machine; how many tasks have arrived."""
        if (node.id, "") in self.troubles:
            return 0
        try:
            with node.store.reading() as sql:
                tasks = [
                    task
                    for receiver in sql.execute(select(_TASKS.c.receiver).where(WAITS).distinct())
                    for task in self._due(sql, node, receiver[0])
                ]
        except Unavailable as error:
            self.troubles[node.id, ""] = str(error)
            return 0
        return sum(self._arrives(node, task) for task in tasks)

    def _due(self, sql: Sql, node: Node, receiver: str) -> list[Task]:
        way = self._machines.way(node.id, receiver, self._board)
        if (node.id, receiver) in self.troubles or not way or any(one.stopped for one in way):
            return []
        until = self._now - sum(one.delay_seconds for one in way)
        query = select(_TASKS).where(
            WAITS, _TASKS.c.receiver == receiver, _TASKS.c.made_at <= until
        )
        rows = sql.execute(query.order_by(_TASKS.c.id).limit(_BATCH)).mappings()
        return [Task.of(node.id, row) for row in rows]

    def _arrives(self, node: Node, task: Task) -> bool:
        way = (node.id, task.receiver)
        if way in self.troubles:
            return False
        try:
            self._carry(node, task)
        except (Unavailable, OutcomeUnknown) as error:
            self.troubles[way] = str(error)
            self._count(node, task, str(error))
            return False
        return True

    def _carry(self, node: Node, task: Task) -> None:
        receiver = self._machines.nodes[task.receiver]
        onward = self._machines.onward(node.id, task.receiver)
        with node.store.reading() as source, receiver.store.writing() as sql:
            Arrival(task, sql, source, receiver.place, onward, self._now).carry_out()
        with node.store.writing() as sql:
            mine = _TASKS.c.id == task.id
            sql.execute(update(_TASKS).where(mine).values(sent_at=self._now, trouble=None))

    def _count(self, node: Node, task: Task, trouble: str) -> None:
        try:
            with node.store.writing() as sql:
                changed = {"attempts": _TASKS.c.attempts + 1, "trouble": trouble[:300]}
                sql.execute(update(_TASKS).where(_TASKS.c.id == task.id).values(changed))
        except (Unavailable, OutcomeUnknown):
            return  # it waits all the same, uncounted


def sends(node: Node) -> bool:
    return node.role is not Role.LOYALTY


def tasks_at(node: Node, limit: int, *, arrived: bool = False) -> list[Task]:
    """Tasks that wait, the oldest first; with ``arrived`` the newest of all. Raises
    Unavailable."""
    query = select(_TASKS).limit(limit)
    query = query.order_by(_TASKS.c.id.desc()) if arrived else query.where(WAITS).order_by("id")
    with node.store.reading() as sql:
        return [Task.of(node.id, row) for row in sql.execute(query).mappings()]
