"""A chain of loyalty systems, to be looked at: the receipt after every link, and other orders.

An ability that a system may have (``OffersChain``), as the back office is. Whoever draws it knows
nothing of the systems behind the links; a chain knows nothing of screens. Asking changes nothing in
any system.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from cashier.money import Amount
from cashier.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Link:
    """One provider of the chain, at its place."""

    id: str
    """Unique within the chain."""
    title: str
    """As it is called on screen: 'Set10: sums always, not rounding'."""
    system: str
    """Links of one system share it: they are saved together."""
    emulated: bool = False
    """No public source documents its wire; its behaviour is ours."""
    last: bool = False
    """It rounds the whole: its place is at the end."""


class State(StrEnum):
    """What came of a link."""

    PASSED = "passed"
    IDLE = "idle"
    """Not active: not registered, or no promotion triggers it."""
    DOWN = "down"
    """It gave no answer: the receipt went on without it."""
    CONTAINED = "contained"
    """It answered what cannot be; what was wrong of it does not count."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one rule of a link made of one line. Amounts in minor units, of the whole line."""

    line: int
    """Number of the line, from 1."""
    goods: str
    before: Amount
    rule: str
    why: str
    """The arithmetic in words: '10 % of 120.00'."""
    after: Amount


@dataclass(frozen=True, slots=True)
class Passed:
    """The receipt after one link."""

    link: Link
    state: State
    before: Amount
    """What the receipt cost when it came."""
    after: Amount
    why: str = ""
    """Why the link gave nothing, or what of its answer does not count."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A receipt's way through the chain in one order."""

    passed: tuple[Passed, ...]
    before: Amount
    total: Amount
    """What the customer pays, points aside."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of the links, first to last."""
        return tuple(one.link.id for one in self.passed)


@dataclass(frozen=True, slots=True)
class Orders:
    """What the order of the links makes of a receipt's price."""

    best: Passage
    """The cheapest for the customer; of equal ones the first that was tried."""
    worst: Passage
    tried: int
    """How many orders were looked at, out of ``possible``."""
    possible: int


class Chain(Protocol):
    """A chain, as it can be looked at. Every method may raise CashierError."""

    def links(self) -> tuple[Link, ...]:
        """As they are configured."""
        ...

    async def passage(self, receipt: Receipt, at: datetime, order: Sequence[str] = ()) -> Passage:
        """The receipt's way; ``order``: ids of all links in another order than configured.

        The receipt's own prices (those by hand aside) are forgotten first.
        """
        ...

    async def orders(self, receipt: Receipt, at: datetime) -> Orders:
        """The best and the worst order of the links that may change places."""
        ...


@runtime_checkable
class OffersChain(Protocol):
    """A loyalty system that is a chain."""

    def chain(self) -> Chain | None:
        """None: not this time. Raises Unavailable."""
        ...


def chain_of(backend: object) -> Chain | None:
    """The chain of a loyalty system; None where it is not one. Raises Unavailable."""
    return backend.chain() if isinstance(backend, OffersChain) else None
