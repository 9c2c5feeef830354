"""Prices by the demo promotions of the embedded system, beside django-oscar's one offer."""

import asyncio
import statistics
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import tills
from harness import PEERS, Figure, Worker, in_turn, note, peer_python, ratio, scratch, show

from cashier.commands import AddGoods, Scan
from cashier.exchange import CalculateRequest, Calculation

CARD = "2900000000018"
"""A customer of the demo shop, so that the promotions for cards are looked at too."""
LINES = (10, 100, 300)
ROUNDS = 15


def figures() -> list[Figure]:
    with scratch() as name:
        return asyncio.run(_figures(Path(name)))


async def _figures(folder: Path) -> list[Figure]:
    till = await tills.opened(None, folder / "data")
    desk = till.workplace
    loyalty = await desk.loyalty()
    await till.do(Scan(CARD))
    asked: dict[int, CalculateRequest] = {}
    goods = [good.sku for good in desk.catalog.goods if tills.is_plain(good)]
    for number in range(max(LINES)):
        now = await till.do(AddGoods(goods[number * 7 % len(goods)]))
        assert now.receipt
        asked[number + 1] = CalculateRequest(receipt=now.receipt, at=desk.clock.now())

    def house(lines: int) -> float:
        """Called as the till calls it; nothing of it waits for anything."""
        call = loyalty.calculate(asked[lines])
        start = time.perf_counter_ns()
        answer = _run(call)
        took = time.perf_counter_ns() - start
        assert answer.lines
        return took

    note("rules: django-oscar")
    oscar = Worker([peer_python("oscar"), PEERS / "oscar_offer.py"])
    oscar.ask("100")
    ours, theirs = in_turn(ROUNDS, lambda: house(100), lambda: oscar.ask("again"))
    oscar.close()
    note("rules: longer receipts")
    ten, hundred, three = in_turn(
        4 * ROUNDS, *(lambda lines=lines: house(lines) for lines in LINES)
    )
    note(f"rules: ms at {LINES}: {[statistics.median(f) / 1e6 for f in (ten, hundred, three)]}")
    await till.close()
    return [
        Figure(
            "calculate of 100 lines by 15 promotions, to django-oscar applying one offer",
            ratio(ours, theirs),
            1 / 50,
        ),
        Figure("calculate of 300 lines to that of 100", ratio(three, hundred), 3.5),
        Figure("(calculate of 100 lines to that of 10)", ratio(hundred, ten)),
    ]


def _run(call: Coroutine[Any, Any, Calculation]) -> Calculation:
    """The result of a coroutine that never waits."""
    try:
        call.send(None)
    except StopIteration as done:
        answer: Calculation = done.value
        return answer
    raise AssertionError("it waited")


if __name__ == "__main__":
    show(figures())
