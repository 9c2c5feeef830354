"""The parts of a chain: members (systems), and places (links) at which they give prices."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from cashier import exchange as ex
from cashier.i18n import _
from cashier.links import Link
from cashier.receipt import Receipt
from cashier.words import explain

Prices: TypeAlias = Callable[[ex.CalculateRequest], Awaitable[ex.Calculation]]
"""Gives its discounts on a receipt whose earlier ones stand there as given by hand."""


@runtime_checkable
class WatchesChain(Protocol):
    """A system that takes part in the life of a calculation, not only at its place (as plugins of
    SetRetail10 do). Neither call changes prices; trouble in one is no trouble of the receipt."""

    async def chain_started(self, receipt: Receipt, at: datetime) -> None:
        """Before any link; the receipt without discounts."""
        ...

    async def chain_finished(self, receipt: Receipt, at: datetime) -> None:
        """After the whole chain, with the final prices: ceilings may be lower now."""
        ...


class PricedInParts(Protocol):
    """A system that stands at several places, each time with other promotions. What the receipt
    brings (points, coupons to print) it is asked for once, after the whole chain."""

    async def brought(self, request: ex.CalculateRequest) -> ex.Calculation:
        """Of a receipt that is priced: its discounts stand on the lines, and stay."""
        ...


@dataclass
class Member:
    """One loyalty system of the chain."""

    id: str
    backend: ex.Backend
    in_parts: PricedInParts | None = None
    """The same system, where its links are parts of it."""
    without: ex.Can = ex.Can(0)
    """What it could do, and does not do in this chain."""
    title: str = ""
    """How the chain calls it; empty: as it calls itself."""
    is_there: bool = True
    """False: its place is kept, and there is nobody to ask."""
    known: ex.System | None = field(default=None, init=False)
    """What it said when it was opened; None: it did not answer yet."""
    trouble: ex.Unavailable | None = field(default=None, init=False)
    watches: WatchesChain | None = field(default=None, init=False)
    _opening: ex.Opening | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Asked once: looking for an ability takes longer than pricing a line."""
        backend = self.backend
        self.watches = backend if isinstance(backend, WatchesChain) else None

    async def open(self, opening: ex.Opening) -> None:
        """Silence is no trouble: it is asked again when it is needed."""
        self._opening = opening
        try:
            await self.ready()
        except ex.Unavailable:
            return

    async def ready(self) -> ex.Backend:
        """The system, opened. Raises Unavailable."""
        if self.known is None:
            assert self._opening is not None  # the till opens the chain first
            try:
                known = await self.backend.open(self._opening)
                self._check_currency(known, self._opening)
            except ex.Refused as error:
                self.trouble = ex.Unavailable(explain(error))
                raise self.trouble from error
            except ex.Unavailable as error:
                self.trouble = error
                raise
            can = known.can & ~self.without
            self.known, self.trouble = known.model_copy(update={"can": can}), None
        return self.backend

    @staticmethod
    def _check_currency(known: ex.System, opening: ex.Opening) -> None:
        if known.currency and known.currency != opening.currency:
            text = _("{system} reckons in {theirs}, this shop in {ours}.")
            text = text.format(system=known.name, theirs=known.currency, ours=opening.currency)
            raise ex.Unavailable(text, cause=ex.Cause.PROTOCOL, ours=True)

    def can(self, ability: ex.Can) -> bool:
        return self.known is not None and ability in self.known.can

    @property
    def name(self) -> str:
        return self.title or (self.known.name if self.known else self.id)


@dataclass(frozen=True)
class Place:
    """One link: a member at its place in the chain."""

    link: Link
    member: Member
    prices: Prices
    idle: Callable[[Receipt, datetime], str] = lambda _receipt, _at: ""
    """Why the link is not active on this receipt; empty: it is."""

    @property
    def shown(self) -> Link:
        """With what is known by now of the system behind it."""
        known = self.member.known
        return replace(self.link, emulated=known is not None and known.emulated)
