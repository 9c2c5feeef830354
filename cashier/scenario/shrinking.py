"""The shortest list of steps that still does something: parts are left out, then values made plain.

Deterministic, and limited by the number of tries: the same list gives the same result.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cashier import commands as do
from cashier.faults import Fault
from cashier.money import ONE
from cashier.receipt import Identifier, TenderKind
from cashier.scenario.model import Deed, Return, Step, Wait

Still = Callable[[Sequence[Step]], Awaitable[bool]]
"""Whether these steps still do it."""
MOST_TRIES = 1500


@dataclass
class Shrinking:
    still: Still
    plain_sku: str
    """The goods that all others may be."""
    plain_buyer: Identifier | None
    left: int = MOST_TRIES
    _no: set[tuple[tuple[Deed | None, str], ...]] = field(default_factory=set)
    """What was tried and did not do it."""

    async def shortest(self, steps: Sequence[Step]) -> list[Step]:
        """None of what is left can be left out, nor any value be plainer."""
        steps = await self._fewer(await self._last(list(steps)))
        while self.left > 0:
            plainer = await self._plainer(steps)
            shorter = await self._one_less(plainer)
            if shorter == steps:
                break
            steps = shorter
        return steps

    async def _tried(self, steps: Sequence[Step]) -> bool:
        key = tuple([(step.deed, step.name) for step in steps])
        if not steps or key in self._no:
            return False
        if self.left <= 0:
            return False
        self.left -= 1
        if await self.still(steps):
            return True
        self._no.add(key)
        return False

    async def _last(self, steps: list[Step]) -> list[Step]:
        """Mostly it lies in what was done last: twice as much is tried each time."""
        size = 4
        while size < len(steps):
            if await self._tried(steps[-size:]):
                return steps[-size:]
            size *= 2
        return steps

    async def _fewer(self, steps: list[Step]) -> list[Step]:
        """Delta debugging: leave out halves, then quarters, down to single steps."""
        size = len(steps) // 2
        while size >= 1:
            at, shorter = 0, False
            while at < len(steps):
                rest = steps[:at] + steps[at + size :]
                if await self._tried(rest):
                    steps, shorter = rest, True
                else:
                    at += size
            if not shorter or size > len(steps) // 2:
                size //= 2
        return steps

    async def _one_less(self, steps: list[Step]) -> list[Step]:
        at = 0
        while at < len(steps):
            rest = steps[:at] + steps[at + 1 :]
            if await self._tried(rest):
                steps = rest
            else:
                at += 1
        return steps

    async def _plainer(self, steps: list[Step]) -> list[Step]:
        for at, step in enumerate(steps):
            for deed in self._plain(step.deed):
                if deed == step.deed:
                    break  # what follows is not plainer
                other = [*steps[:at], replace(steps[at], deed=deed), *steps[at + 1 :]]
                if await self._tried(other):
                    steps = other
                    break
        return steps

    def _plain(self, deed: Deed | None) -> Iterator[Deed]:
        """The plainest first."""
        match deed:
            case do.Scan():
                yield do.AddGoods(self.plain_sku)
                yield do.Scan(deed.code)
            case do.AddGoods():
                yield do.AddGoods(self.plain_sku)
                yield do.AddGoods(self.plain_sku, deed.quantity)
                yield do.AddGoods(deed.sku)
                yield do.AddGoods(deed.sku, 2 * ONE)
            case do.SetQuantity():
                yield do.SetQuantity(deed.line, ONE)
            case do.Identify() if self.plain_buyer is not None:
                yield do.Identify(self.plain_buyer)
            case do.TakeTender():
                yield do.TakeTender(TenderKind.CASH)
                yield do.TakeTender(deed.kind, None, deed.reference)
            case do.PayPoints():
                yield do.PayPoints()
                yield do.PayPoints(100)
            case do.GiveDiscount():
                yield do.GiveDiscount(deed.line, percent=100)
            case do.SetFault(fault):
                yield do.SetFault(Fault(kind=fault.kind, step=fault.step, times=1))
            case Return():
                yield Return(deed.of)
                yield Return(deed.of, deed.lines)
                yield Return(deed.of, tuple((number, ONE) for number, _some in deed.lines))
            case Wait(seconds) if seconds > 60:
                yield Wait(60)
