"""The life of a coupon through the machines of a chain of shops, to be looked at.

An ability that a system may have (``TracesCoupons``). Whoever draws it knows nothing of tables;
calls are short and block while they last.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Turn(StrEnum):
    """What an event is to the coupon."""

    MADE = "made"
    CAME = "came"
    """Another machine has got to know of it."""
    USED = "used"
    FREE = "free"
    """Usable again: the receipt was cancelled or returned."""
    SENT = "sent"
    """A message is on its way, or has arrived."""
    WAITING = "waiting"
    """A message has not arrived."""
    CONFLICT = "conflict"
    """Used twice: two machines did not know of each other in time."""
    BLOCKED = "blocked"
    AWAY = "away"
    """A machine that cannot be read now: what it knows is missing."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a coupon on one machine."""

    at: datetime
    machine: str
    """As it is called on screen: 'server of shop 01'."""
    table: str
    """Where it is written; a vendor's name, or an emulated one."""
    turn: Turn
    what: str
    """A sentence."""
    source: str = ""
    """The machine that it came from, or the one a message goes to."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One database of the chain."""

    id: str
    title: str
    place: str
    """The file, or the address without its password."""
    counts: tuple[tuple[str, int], ...] = ()
    """Rows of its tables."""
    waiting: int = 0
    """Messages that it has not got rid of."""
    trouble: str = ""
    """Why it cannot be read; empty: all is well."""


@runtime_checkable
class TracesCoupons(Protocol):
    def trace(self, code: str) -> tuple[Event, ...]:
        """All that the machines know of a coupon, in time order; nothing of an unknown one."""
        ...

    def machines(self) -> tuple[Machine, ...]:
        """Tills, shop servers, the centre, and the coupon service where one is connected."""
        ...


@runtime_checkable
class OffersCoupons(Protocol):
    """A loyalty system whose coupons travel between machines."""

    def coupons(self) -> TracesCoupons | None:
        """None: not this time. Raises Unavailable."""
        ...


def coupons_of(backend: object) -> TracesCoupons | None:
    """The machines of a loyalty system's coupons; None where they do not travel."""
    return backend.coupons() if isinstance(backend, OffersCoupons) else None
