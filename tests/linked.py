"""A chain of loyalty systems in memory: plain arithmetic, whose answers can be held back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations
from typing import TypeVar

from cashier import exchange as ex
from cashier.errors import CashierError
from cashier.links import Chain, Change, Link, Orders, Passage, Passed, State
from cashier.methods import Method
from cashier.money import Amount, percent
from cashier.receipt import Line, Receipt
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")

Rule = Callable[[Amount], tuple[str, str, Amount]]
"""From the price of a line to the rule, its arithmetic, and the new price."""


@dataclass(frozen=True)
class Ring:
    """A link, and what it does to every line; ``trouble``: why it does nothing, and how."""

    link: Link
    rule: Rule | None = None
    trouble: tuple[State, str] = (State.IDLE, "")


def ring(name: str, title: str, rule: Rule | None = None, **more: bool) -> Ring:
    return Ring(Link(name, title, name.partition("-")[0], **more), rule)


def per_cent(hundredths: int) -> Rule:
    def rule(price: Amount) -> tuple[str, str, Amount]:
        left = price - percent(price, hundredths)
        return "Per cent", f"{hundredths // 100} % of {price}", left

    return rule


def off(amount: Amount) -> Rule:
    return lambda price: ("So much off", f"{price} - {amount}", max(0, price - amount))


def whole(price: Amount) -> tuple[str, str, Amount]:
    return "Down to whole units", f"{price} without the rest", price - price % 100


FIVE = (
    ring("set10-1", "Set10: not always summed, not rounding", per_cent(1000)),
    ring("set-api", "Set API", off(500)),
    ring("loymax", "Loymax", per_cent(500), emulated=True),
    ring("set10-2", "Set10: sums always, not rounding", per_cent(300)),
    ring("set10-3", "Set10: rounding", whole, last=True),
)
"""Where the order of per cents and a sum makes a difference."""


@dataclass
class Arithmetic:
    """A chain whose every link does a sum."""

    rings: Sequence[Ring] = FIVE
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers come while it is set."""
    asked: list[tuple[datetime, tuple[str, ...]]] = field(default_factory=list)
    """At which time, and about which order; none: for the best and the worst."""
    trouble: CashierError | None = None

    def __post_init__(self) -> None:
        self.open.set()

    def links(self) -> tuple[Link, ...]:
        return tuple(one.link for one in self.rings)

    async def passage(self, receipt: Receipt, at: datetime, order: Sequence[str] = ()) -> Passage:
        self.asked.append((at, tuple(order)))
        await self.open.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.way(receipt, order or [one.link.id for one in self.rings])

    async def orders(self, receipt: Receipt, at: datetime) -> Orders:
        self.asked.append((at, ()))
        await self.open.wait()
        if self.trouble is not None:
            raise self.trouble
        free = [one.link.id for one in self.rings if not one.link.last]
        last = [one.link.id for one in self.rings if one.link.last]
        ways = [self.way(receipt, [*order, *last]) for order in permutations(free)]
        best = min(ways, key=lambda way: way.total)
        return Orders(best, max(ways, key=lambda way: way.total), len(ways), len(ways))

    def way(self, receipt: Receipt, order: Sequence[str]) -> Passage:
        by_id: Mapping[str, Ring] = {one.link.id: one for one in self.rings}
        lines, prices = receipt.uncalculated().lines, [one.amount for one in receipt.lines]
        start, passed = sum(prices), []
        for name in order:
            one, before = by_id[name], sum(prices)
            changes = tuple(_changes(one, lines, prices))
            for change in changes:
                prices[change.line - 1] = change.after
            state, why = (State.PASSED, "") if one.rule else one.trouble
            passed.append(Passed(one.link, state, before, sum(prices), why, changes))
        return Passage(tuple(passed), start, sum(prices))


def _changes(one: Ring, lines: Sequence[Line], prices: Sequence[Amount]) -> list[Change]:
    changes = []
    for line, price in zip(lines, prices, strict=True):
        rule, why, after = one.rule(price) if one.rule else ("", "", price)
        if after != price:
            changes.append(Change(line.number, line.name, price, rule, why, after))
    return changes


class Linked(Wrapper):
    """The embedded system, with a chain to be looked at beside it."""

    def __init__(self, inner: ex.Backend, chain: Chain) -> None:
        self._inner = inner
        self._chain = chain

    @property
    def inner(self) -> ex.Backend:
        return self._inner

    def chain(self) -> Chain:
        return self._chain

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        return await call(self._inner, method, request)
