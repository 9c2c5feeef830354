"""A receipt through a chain of loyalty systems, beside the sum of its links' own times."""

import asyncio
import statistics
import time
from datetime import datetime

from harness import Figure, note, show

from backends.chain import ChainBackend, Member, Place
from backends.house import HouseBackend
from backends.house.loading import parse_rules
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.links import Link
from cashier.receipt import Buyer, Card, Identifier, IdentifierKind, Receipt, line_of

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
ROUNDS, TURNS, LINKS, LINES = 25, 40, 5, 30
RULES = """
groups = ["bread"]
[settings]
name = "System {n}"
[[level]]
id = "one"
name = "One"
earn = 5
[[promotion]]
id = "off"
kind = "percent"
name = "Off"
percent = {n}
[promotion.when]
skus = [{skus}]
[[promotion]]
id = "gold"
kind = "percent"
name = "Gold"
percent = 1
summable = true
[promotion.when]
levels = ["one"]
[[customer]]
id = "c1"
name = "Anna"
[[customer.card]]
number = "2900000000018"
"""


def system(number: int) -> HouseBackend:
    """With a promotion on every third of the goods, and one for the customer's level."""
    skus = ", ".join(f'"s{n}"' for n in range(1, LINES + 1) if n % 3 == number % 3)
    rules = parse_rules(RULES.format(n=number, skus=skus))
    clock, ids = ManualClock(AT), counted_ids("bench")
    return HouseBackend(None, rules, clock=clock, ids=ids, phone=lambda _message: None)


class Timed:
    """One link, and how long it worked."""

    def __init__(self, backend: HouseBackend) -> None:
        self.backend, self.spent = backend, 0

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        begun = time.perf_counter_ns()
        answer = await self.backend.calculate(request)
        self.spent += time.perf_counter_ns() - begun
        return answer


def receipt() -> Receipt:
    lines = tuple(line_of(n, f"s{n}", f"Goods {n}", 9_990 + n, 1000) for n in range(1, LINES + 1))
    who = Identifier(IdentifierKind.CARD, "2900000000018")
    return Receipt("r1", AT, lines=lines, buyer=Buyer(who, card=Card("2900000000018")))


async def measure() -> list[Figure]:
    timed = [Timed(system(number)) for number in range(1, LINKS + 1)]
    places = [
        Place(Link(str(n), f"System {n}", str(n)), Member(str(n), one.backend), one.calculate)
        for n, one in enumerate(timed)
    ]
    chain = ChainBackend("Chain", places)
    await chain.open(ex.Opening(shop="01", till="01"))
    request = ex.CalculateRequest(receipt=receipt(), at=AT)
    assert len((await chain.calculate(request)).lines) == LINES
    ratios, milliseconds = [], []
    for turn in range(ROUNDS + 3):
        before = sum(one.spent for one in timed)
        begun = time.perf_counter_ns()
        for _turn in range(TURNS):
            await chain.calculate(request)
        took = time.perf_counter_ns() - begun
        if turn >= 3:  # warm by then
            ratios.append(took / (sum(one.spent for one in timed) - before))
            milliseconds.append(took / TURNS / 1e6)
    note(f"chain: {statistics.median(milliseconds):.3f} ms a receipt")
    text = f"a receipt of {LINES} lines through {LINKS} links, to what the links themselves take"
    return [Figure(text, statistics.median(ratios), 1.15)]


def figures() -> list[Figure]:
    return asyncio.run(measure())


if __name__ == "__main__":
    show(figures())
