"""The chain to be looked at: other orders of its links, and what they would cost.

Nothing is changed in any system: prices are asked for, and forgotten.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import factorial

from backends.chain.company import Company
from backends.chain.passing import Walk, step, walk
from backends.chain.place import Place
from backends.chain.views import Views
from cashier.errors import NotNow
from cashier.i18n import _
from cashier.links import Link, Orders, Passage
from cashier.receipt import Receipt

MOST_QUESTIONS = 3000
"""So many times links are asked when orders are compared: all orders of six, some of more."""


@dataclass(frozen=True)
class View:
    company: Company
    places: tuple[Place, ...]
    views: Views

    def links(self) -> tuple[Link, ...]:
        return tuple(place.shown for place in self.places)

    async def passage(self, receipt: Receipt, at: datetime, order: Sequence[str] = ()) -> Passage:
        return (await walk(self._ordered(order), await self._begin(receipt, at), at)).passage()

    def _ordered(self, order: Sequence[str]) -> tuple[Place, ...]:
        if not order:
            return self.places
        by_id = {place.link.id: place for place in self.places}
        if sorted(order) != sorted(by_id):
            raise NotNow(_("An order of the chain names each of its links once."))
        return tuple(by_id[name] for name in order)

    async def _begin(self, receipt: Receipt, at: datetime) -> Walk:
        await self.company.ready()
        bare = receipt.uncalculated()
        memory = await self.company.remembered(bare, at)
        heads = {one.id: self.views.head(one, bare, memory) for one in self.company.members}
        return Walk.begin(bare, heads)

    async def orders(self, receipt: Receipt, at: datetime) -> Orders:
        """Links that are not active keep their places, those whose place is at the end stand
        there."""
        first = [one for one in self.places if not one.link.last]
        free = tuple(one for one in first if not one.idle(receipt, at))
        slots = tuple(None if one in free else one for one in first)
        search = _Search(at, [one for one in self.places if one.link.last])
        await search.go(await self._begin(receipt, at), free, slots)
        assert search.best is not None  # the configured order is tried first
        assert search.worst is not None
        return Orders(search.best, search.worst, search.tried, factorial(len(free)))


class _Search:
    """All orders, depth first: what orders have in common is asked once."""

    def __init__(self, at: datetime, last: Sequence[Place]) -> None:
        self._at, self._last = at, last
        self._questions = 0
        self.tried = 0
        self.best: Passage | None = None
        self.worst: Passage | None = None

    async def go(self, way: Walk, free: tuple[Place, ...], slots: tuple[Place | None, ...]) -> None:
        """``slots``: the places that are left; None is for any of the ``free``."""
        while slots and slots[0] is not None:
            way.add(await step(slots[0], way, self._at))
            slots = slots[1:]
        if not slots:
            await self._finish(way)
            return
        for turn, place in enumerate(free):
            if self.tried and self._questions >= MOST_QUESTIONS:
                return
            further = way.branch()
            self._questions += 1
            await asyncio.sleep(0)  # links in this program never wait: others have their turn
            further.add(await step(place, further, self._at))
            await self.go(further, free[:turn] + free[turn + 1 :], slots[1:])

    async def _finish(self, way: Walk) -> None:
        for place in self._last:
            self._questions += 1
            way.add(await step(place, way, self._at))
        passage = way.passage()
        self.tried += 1
        if self.best is None or passage.total < self.best.total:
            self.best = passage
        if self.worst is None or passage.total > self.worst.total:
            self.worst = passage
