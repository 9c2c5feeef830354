"""A till with everything real and nothing on disk: the demo shop, the clock stands still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Protocol, TypeVar

import pytest

from backends.faults import Faulty
from backends.house import HouseBackend
from backends.house.loading import load_rules
from backends.house.rules import Rules
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.clock import ManualClock, counted_ids
from cashier.commands import Command
from cashier.config import load
from cashier.drill import Drill
from cashier.errors import CashierError
from cashier.events import Event, Events, Said
from cashier.exchange import Backend, PhoneMessage
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Receipt
from cashier.scenario.stage import PaperTray
from cashier.shop import Shop
from cashier.slip import Slip
from cashier.snapshot import Snapshot, State
from cashier.till import Till
from cashier.witness import Witness
from cashier.workplace import Workplace

MORNING = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
"""A Tuesday."""

E = TypeVar("E")


@cache
def demo_shop() -> Shop:
    return load(fixtures.path("shop.toml"), Shop)


@cache
def demo_goods() -> Catalog:
    return Catalog.load(fixtures.path("goods.csv"), "en")


@cache
def demo_rules() -> Rules:
    return load_rules(fixtures.path("loyalty.toml"))


@dataclass
class Stand:
    """A till on the test stand, and all that it said."""

    till: Till
    clock: ManualClock
    house: HouseBackend | None
    printer: PaperTray
    events: list[Event] = field(default_factory=list)

    async def do(self, *commands: Command) -> Snapshot:
        for command in commands:
            await self.till.do(command)
        return self.till.now

    async def refused(self, command: Command) -> CashierError:
        """The command must be refused, and change nothing."""
        before = self.till.now
        with pytest.raises(CashierError) as caught:
            await self.till.do(command)
        assert self.till.now == before
        return caught.value

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def code(self) -> str:
        """The last code on the customer's phone."""
        return next(m.code for m in reversed(self.all(PhoneMessage)) if m.code)

    @property
    def said(self) -> str:
        return "\n".join(event.text for event in self.all(Said))

    @property
    def slips(self) -> list[Slip]:
        return self.printer.slips

    def is_in(self, state: State) -> bool:
        return self.till.now.state is state

    @property
    def receipt(self) -> Receipt:
        assert self.till.now.receipt is not None
        return self.till.now.receipt


class Way(Protocol):
    """How a till on the stand comes to the embedded system."""

    def rules(self, rules: Rules) -> Rules:
        """What of them can be told on this way."""
        ...

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> Backend:
        """The system as the till sees it."""
        ...


_WAYS: list[Way] = []
"""The last one is taken; none: straight."""


@contextmanager
def going(way: Way) -> Iterator[None]:
    """Every till that is made within comes to its loyalty system on this way."""
    _WAYS.append(way)
    try:
        yield
    finally:
        _WAYS.pop()


def make_stand(
    *,
    rules: Rules | None = None,
    shop: Shop | None = None,
    journal: Journal | None = None,
    shift: bool = True,
    around: Callable[[Backend], Backend] | None = None,
) -> Stand:
    """A till that is not started yet; with an open shift and an empty drawer. ``around``: what
    stands before the embedded system."""
    shop = shop or demo_shop()
    clock, ids, events = ManualClock(MORNING), counted_ids(), Events()
    journal = journal or Journal.open(None)
    printer, house = PaperTray(), None
    desk = Workplace(
        shop=shop,
        catalog=demo_goods(),
        journal=journal,
        outbox=Outbox(journal, shop.sending),
        clock=clock,
        ids=ids,
        events=events,
        printer=printer,
    )
    if shop.loyalty.system:
        rules, way = rules or demo_rules(), _WAYS[-1] if _WAYS else None
        rules = way.rules(rules) if way else rules
        house = HouseBackend(None, rules, clock=clock, ids=counted_ids("house"), phone=events.tell)
        made: Backend = way.lead(house, shop, clock) if way else house
        made = around(made) if around else made
        faulty = Faulty(lambda: made, clock)
        log = desk.exchanges
        witness = Witness(faulty, log.keep, clock, begun=log.begun)
        desk.backend = Drill(witness, faulty.plan, clock, desk.say)
        desk.plug = faulty.plan
    if shift and desk.daybook.shift is None:
        desk.daybook.open_shift(MORNING, "", 0)
    stand = Stand(Till(desk), clock, house, printer)
    events.watch(stand.events.append)
    return stand
