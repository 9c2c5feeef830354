"""The back office: a key in the search line until the list is painted."""

import asyncio
import random
import statistics
import time

from harness import Figure, note, ratio, show
from textual.events import Key

from backends.house import HouseBackend
from backends.house.loading import parse_rules
from cashier import fixtures
from cashier.clock import SystemClock, random_ids
from cashier.office import Office
from screens.office.app import OfficeApp

FEW, MANY = 12, 1000
KEYS = "a1ebrow90"
ROUNDS = 6
FRAME = 1e9 / 60
"""Nanoseconds."""


def office_of(customers: int) -> Office:
    """The demo rules with so many customers, in memory."""
    text = fixtures.path("loyalty.toml").read_text(encoding="utf-8")
    dice = random.Random(7)  # noqa: S311 - the same names in every run
    people = "".join(
        f'\n[[customer]]\nid = "c{number:02d}"\n'
        f'name = "{dice.choice("ABCDEFGH")}nna Person-{number}"\n'
        f'phone = "+7900{number:07d}"\n[[customer.card]]\nnumber = "29{number:011d}"\n'
        for number in range(1, customers + 1)
    )
    rules = parse_rules(text[: text.index("[[customer]]")] + people, "bench")
    house = HouseBackend(None, rules, clock=SystemClock(), ids=random_ids, phone=lambda _: None)
    return house.office()


async def keys(customers: int) -> list[float]:
    """Nanoseconds for each key."""
    took = []
    app = OfficeApp(office_of(customers), "bench", 2)
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        for _round in range(ROUNDS):
            for key in (*KEYS, *["backspace"] * len(KEYS)):
                took.append(await painted_after(app, key))
    return took


async def painted_after(app: OfficeApp, key: str) -> float:
    screen, painted = app.screen, asyncio.Event()
    start = time.perf_counter_ns()
    app.post_message(Key(key, key if len(key) == 1 else None))
    app.call_later(lambda: screen.call_later(lambda: screen.call_after_refresh(painted.set)))
    await painted.wait()
    screen._compositor.render_strips()
    return time.perf_counter_ns() - start


def figures() -> list[Figure]:
    note("office: keys")
    few, many = asyncio.run(keys(FEW)), asyncio.run(keys(MANY))
    worst = sorted(many)[int(len(many) * 0.95)]
    return [
        Figure(f"key to painted list, {MANY} customers to {FEW}", ratio(many, few), 3.0),
        Figure(
            f"the same at {MANY} customers, to one frame (1/60 s)",
            ratio([statistics.median(many)], [FRAME]),
            1.0,
        ),
        Figure("(the slowest of twenty, to one frame)", ratio([worst], [FRAME])),
    ]


if __name__ == "__main__":
    show(figures())
