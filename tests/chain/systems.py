"""Loyalty systems for chains: real ones in memory with a rule or two, and those that misbehave."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from stand import MORNING

from backends.chain import ChainBackend, Member, Place
from backends.house import HouseBackend
from backends.house.loading import parse_rules
from cashier import exchange as ex
from cashier import methods
from cashier.clock import ManualClock, counted_ids
from cashier.links import Link
from cashier.methods import Method
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Receipt,
    line_of,
)
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
CARD = "2900000000018"
OPENING = ex.Opening(shop="01", till="01")
_RULES = """
groups = ["bread"]
[settings]
name = "{name}"
[[level]]
id = "one"
name = "One"
earn = {earn}
{rules}
[[customer]]
id = "c1"
name = "Anna"
phone = "+79000000001"
[[customer.card]]
number = "{card}"
[[customer.lot]]
points = {points}
"""


def house(
    name: str, rules: str = "", *, points: int = 500, earn: int = 5, card: str = CARD
) -> HouseBackend:
    """A system that knows the card, with some promotions."""
    text = _RULES.format(name=name, rules=rules, card=card, points=points, earn=earn)
    clock = ManualClock(MORNING)
    return HouseBackend(
        None, parse_rules(text), clock=clock, ids=counted_ids(name), phone=lambda _message: None
    )


def percent(name: str, percents: int, **more: Any) -> HouseBackend:
    """Everything so much cheaper."""
    return house(name, promotion(f'kind = "percent"\npercent = {percents}', name), **more)


def promotion(rule: str, name: str = "rule") -> str:
    return f'[[promotion]]\nid = "{name.lower()}"\nname = "{name}"\n{rule}\n'


class Trouble(Wrapper):
    """A system that falls silent, or refuses, when it is told to."""

    def __init__(self, inner: ex.Backend) -> None:
        self._inner = inner
        self.errors: dict[str, Exception] = {}
        self.heard: list[tuple[str, ex.Frozen]] = []

    @property
    def inner(self) -> ex.Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        self.heard.append((method.name, request))
        if method.name in self.errors:
            raise self.errors[method.name]
        return await call(self._inner, method, request)

    def fail(self, *names: str, error: Exception | None = None) -> None:
        for name in names:
            self.errors[name] = error or ex.Unavailable("no connection")

    def requests(self, name: str) -> list[ex.Frozen]:
        return [request for method, request in self.heard if method == name]


class Liar(Wrapper):
    """A system whose prices somebody changes on the way."""

    def __init__(
        self,
        inner: ex.Backend,
        lie: Callable[[ex.CalculateRequest, ex.Calculation], ex.Calculation],
    ) -> None:
        self._inner, self._lie = inner, lie

    @property
    def inner(self) -> ex.Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self._inner, method, request)
        if isinstance(answer, ex.Calculation) and isinstance(request, ex.CalculateRequest):
            return self._lie(request, answer)  # type: ignore[return-value]
        return answer


@dataclass
class Together(Wrapper):
    """Answers only when all of them are being asked: who asks one after another waits forever."""

    inside: ex.Backend
    gate: asyncio.Barrier
    names: frozenset[str] = field(default=frozenset({methods.IDENTIFY.name}))

    @property
    def inner(self) -> ex.Backend:
        return self.inside

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if method.name in self.names:
            async with asyncio.timeout(5):
                await self.gate.wait()
        return await call(self.inside, method, request)


def chain(
    *systems: tuple[str, ex.Backend], last: Sequence[str] = (), payer: str = ""
) -> ChainBackend:
    """Systems by id, each a link under that title, in order."""
    places = [
        Place(Link(name, name, name, last=name in last), Member(name, one), one.calculate)
        for name, one in systems
    ]
    return ChainBackend("Chain", places, payer=payer)


async def opened(made: ChainBackend) -> ChainBackend:
    await made.open(OPENING)
    return made


def receipt(*prices: int, card: bool = True, name: str = "r1") -> Receipt:
    """Goods at these prices, for the customer whom the systems know."""
    lines = tuple(
        line_of(number, f"sku{number}", f"Goods {number}", price, 1000)
        for number, price in enumerate(prices, 1)
    )
    who = Identifier(IdentifierKind.CARD, CARD)
    buyer = Buyer(who, card=Card(CARD)) if card else None
    return Receipt(
        name, MORNING, shop="01", till="01", number=f"N-{name}", lines=lines, buyer=buyer
    )


async def priced(backend: ChainBackend, bare: Receipt, spend: int = 0) -> Receipt:
    """As the till prices it (points are left to the systems)."""
    answer = await backend.calculate(ex.CalculateRequest(receipt=bare, spend=spend, at=MORNING))
    return with_answer(bare, answer)


def with_answer(bare: Receipt, answer: ex.Calculation) -> Receipt:
    from dataclasses import replace

    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(
        line.with_more(given[line.number]) if line.number in given else line for line in bare.lines
    )
    applied = Applied(earn=answer.earn, messages=answer.messages)
    return replace(bare, lines=lines, applied=applied, context=answer.context)


def amounts(discounts: Sequence[Discount]) -> list[tuple[str, int]]:
    return [(one.system, one.amount) for one in discounts]


def sale(sold: Receipt) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(operation_id=f"{sold.receipt_id}:sale", receipt=sold, at=MORNING)
