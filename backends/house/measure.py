"""How long a calculation takes, for benchmarks and for looking at new rules."""

import time
from dataclasses import replace
from datetime import datetime

from backends.house.backend import HouseBackend
from backends.house.rules import Rules
from cashier.exchange import CalculateRequest
from cashier.money import ONE
from cashier.receipt import Buyer, Receipt, line_of


def basket(rules: Rules, lines: int, at: datetime, buyer: Buyer | None = None) -> Receipt:
    """A receipt over all groups of the rules in turn, with their first articles."""
    made = []
    for place in range(lines):
        block, article = place % len(rules.groups), place // len(rules.groups) % 9
        sku = str(10101 + block * 100 + article)
        bare = line_of(place + 1, sku, f"Goods {sku}", 4990 + 700 * article, ONE)
        made.append(replace(bare, group=rules.groups[block]))
    return Receipt("measured", at, lines=tuple(made), buyer=buyer)


async def calculation_ns(house: HouseBackend, receipt: Receipt, times: int = 50) -> int:
    """The median of so many calculations, in nanoseconds; the first ones are not counted."""
    request = CalculateRequest(receipt=receipt, at=receipt.opened_at)
    for _warming in range(3):
        await house.calculate(request)
    taken = []
    for _round in range(times):
        began = time.perf_counter_ns()
        await house.calculate(request)
        taken.append(time.perf_counter_ns() - began)
    return sorted(taken)[len(taken) // 2]
