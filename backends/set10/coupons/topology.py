"""A chain of shops whose coupons travel: the one door to all of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backends.set10.coupons import reports, series, tracing
from backends.set10.coupons.delivering import Delivered, Postman, sends, tasks_at
from backends.set10.coupons.desk import CouponDesk
from backends.set10.coupons.machines import CENTRE, Machines
from backends.set10.coupons.series import Made
from backends.set10.coupons.settings import CouponSettings, Series
from backends.set10.coupons.switchboard import Connection
from backends.set10.coupons.telling import moment
from cashier.coupon_trace import Event, Machine
from cashier.errors import BadInput
from cashier.exchange import OutcomeUnknown, Unavailable
from cashier.i18n import _


@dataclass(frozen=True, slots=True)
class Message:
    """A task as it is shown."""

    id: int
    sender: str
    receiver: str
    what: str
    """``series``, ``made``, ``used``, ``unused``, ``withdrawn``."""
    number: str
    """Of the coupon; empty: of a whole series, or of all that a receipt used."""
    series: str
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    why: str
    """Why it waits; empty: it goes with the next delivery, or has arrived."""


class Topology:
    """Tills, shop servers, the centre, Set Loyalty perhaps, and the connections between them.

    A machine that cannot be opened is away; the others work on.
    """

    def __init__(self, settings: CouponSettings, folder: Path) -> None:
        self.settings = settings
        self.nodes = Machines(settings, folder)
        self._postman = Postman(self.nodes)
        self._maker = series.Maker(settings, self.nodes)

    @classmethod
    def open(cls, settings: CouponSettings, folder: Path, at: datetime) -> "Topology":
        """Make the databases that are missing, in ``folder`` or at their addresses, and the series
        that a new chain has. Raises nothing for a machine that is away."""
        topology = cls(settings, folder)
        now = int(at.timestamp())
        new = topology._prepare()
        topology._maker.make_ready(now)
        if CENTRE not in new:
            topology._tell_shops(new & set(topology.nodes.shops), now)
        if new:
            topology._postman.deliver(now)
        return topology

    def _prepare(self) -> set[str]:
        """Those whose databases are new."""
        new = set()
        for name, node in self.nodes.nodes.items():
            try:
                if node.store.prepare():
                    new.add(name)
            except Unavailable:
                continue  # whoever asks for it hears why
        return new

    def _tell_shops(self, new: set[str], now: int) -> None:
        """Those that are new in the settings, reachable or not, and those whose database is new,
        hear of everything."""
        try:
            for shop in sorted(new | self._maker.unaware()):
                self._maker.tell(shop, now)
        except (Unavailable, OutcomeUnknown):
            return  # the centre is away: at the next start

    def close(self) -> None:
        self.nodes.close()

    def desk(self, shop: str, till: str) -> CouponDesk:
        """Raises BadInput for a till that is not in the settings."""
        return CouponDesk(self, shop, till)

    # --- messages

    def pump(self, now: datetime) -> Delivered:
        """Deliver every message that is due: at least once, and without harm the second time."""
        return self._postman.deliver(int(now.timestamp()))

    def push(self, machine: str, now: int) -> None:
        """What waits at one machine, as far as it goes."""
        self._postman.deliver(now, [machine])

    def messages(self, *, arrived: bool = False, limit: int = 200) -> tuple[Message, ...]:
        """Those that wait, the oldest first; with ``arrived`` the newest of all, oldest first."""
        found: list[Message] = []
        for node in self.nodes.nodes.values():
            if not sends(node):
                continue
            try:
                tasks = tasks_at(node, limit, arrived=arrived)
            except Unavailable:
                continue  # ``machines`` says so
            for task in tasks:
                found.append(
                    Message(
                        task.id,
                        task.sender,
                        task.receiver,
                        task.what,
                        task.number,
                        task.series,
                        moment(task.made_at),
                        moment(self._postman.due_at(task)),
                        None if task.sent_at is None else moment(task.sent_at),
                        task.attempts,
                        "" if task.sent_at is not None else self._postman.why_waiting(task),
                    )
                )
        found.sort(key=lambda one: (one.made_at, one.sender, one.id))
        return tuple(found[-limit:] if arrived else found[:limit])

    def connections(self) -> tuple[Connection, ...]:
        return self.nodes.switchboard.all()

    def stop(self, name: str) -> list[Connection]:
        """One connection, or all of a machine: no request and no message passes. Raises BadInput
        for an unknown one, Unavailable."""
        return self.nodes.switchboard.stop(name)

    def start(self, name: str) -> list[Connection]:
        return self.nodes.switchboard.start(name)

    def slow(self, name: str, seconds: int) -> list[Connection]:
        """Messages take so long from now on; requests go through only if it is short."""
        return self.nodes.switchboard.slow(name, seconds)

    # --- series

    def make_series(self, series_id: str, at: datetime) -> Made:
        """Raises BadInput; Unavailable: it was saved nowhere."""
        wanted = self.settings.kind(series_id)
        if wanted is None:
            names = ", ".join(one.id for one in self.settings.series) or "-"
            words = _("there is no series {series}; there are {names}")
            raise BadInput(words.format(series=series_id[:60], names=names))
        return self._maker.make(wanted, int(at.timestamp()))

    def series_state(self, wanted: Series) -> reports.SeriesState:
        return reports.series_state(self.nodes, wanted)

    # --- looking

    def trace(self, code: str) -> tuple[Event, ...]:
        return tracing.trace(self.nodes, code)

    def machines(self) -> tuple[Machine, ...]:
        return reports.machines(self.nodes)

    def conflicts(self) -> tuple[reports.Conflict, ...]:
        """Coupons that were used twice, as the centre knows it."""
        return reports.conflicts(self.nodes)
