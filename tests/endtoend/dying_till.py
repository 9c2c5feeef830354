"""A till that is killed while it delivers its queue, over and over: run as a program.

Arguments: shop card, data folder, how often. It sells so much without the system that something is
always left to send; then a new process opens the till each time, sends, and dies by SIGKILL: right
after the system has answered and before that is noted, or a moment after the request has left. At
the end a till that lives sends the rest. Prints as JSON how often it died when, and what each sale
earned by its own journal.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeVar

from backends.faults import Faulty
from cashier import commands as do
from cashier.clock import Clock
from cashier.exchange import Backend, Frozen
from cashier.faults import Connection, Plan
from cashier.journal import Journal
from cashier.methods import SAVE_SALE, Method
from cashier.opening import Place, open_till
from cashier.receipt import TenderKind
from cashier.till import Till
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

CARD = "2900000000018"
GOODS = "10801"
BATCH = 5
SLOWEST = 0.012
"""Seconds; about as long as a save takes."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Wrapper):
    """The system of a till that dies with the save of number ``last``: when it is answered, or
    ``delay`` seconds after it began."""

    def __init__(self, inner: Backend, last: int, delay: float | None) -> None:
        self._inner, self._left, self._delay = inner, last, delay

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if method.name != SAVE_SALE.name:
            return await call(self._inner, method, request)
        self._left -= 1
        if not self._left and self._delay is not None:
            asyncio.get_running_loop().call_later(self._delay, die)
        answer = await call(self._inner, method, request)
        if not self._left:
            die()
        return answer


async def opened(place: Place, last: int = 0, delay: float | None = None) -> tuple[Till, Plan]:
    plan = Plan()

    def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        return Faulty(lambda: Mortal(make(), last, delay), clock, plan), plan

    till = open_till(place, plugged)
    await till.start()
    return till, plan


async def sell(place: Place, count: int) -> None:
    """So many sales that the system does not hear of."""
    till, plan = await opened(place)
    await till.do(do.OpenShift())
    plan.connection = Connection.OFFLINE
    for _turn in range(count):
        await till.do(do.Scan(CARD))
        await till.do(do.AddGoods(GOODS))
        await till.do(do.Calculate())
        now = await till.do(do.TakeTender(TenderKind.CARD))
        assert now.receipt and now.receipt.settled and now.receipt.settled.pending
    await till.close()


async def deliver(place: Place, last: int, delay: float | None) -> None:
    till, _plan = await opened(place, last, delay)
    await till.do(do.Deliver())
    await till.close()


async def deliver_all(place: Place) -> None:
    till, _plan = await opened(place)
    outbox = till.workplace.outbox
    while outbox.waiting:
        before = outbox.waiting
        await till.do(do.Deliver())
        assert outbox.waiting < before, "nothing is delivered any more"
    assert not outbox.parked
    await till.close()


def died(place: Place, last: int, delay: float | None) -> bool:
    """In a process of its own; False: it was done before its time."""
    child = os.fork()
    if not child:
        try:
            asyncio.run(deliver(place, last, delay))
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "the till did not die, it failed"
    return status == signal.SIGKILL


def earned(place: Place) -> list[int]:
    """Of every sale, as it was settled."""
    journal = Journal.read(place.folder / "journal.db")
    sold = journal.recent(100_000)
    assert all(one.settled and not one.settled.pending for one in sold)
    found = [one.settled.earned for one in sold if one.settled]
    journal.close()
    return found


def main(card: Path, data: Path, kills: int) -> None:
    place, dice, deaths = Place(card, data, "en"), Random(7), Counter[str]()
    asyncio.run(sell(place, kills * 2 + BATCH))
    while deaths.total() < kills:
        last = dice.randint(1, 3)
        delay = None if dice.random() < 0.5 else dice.uniform(0, SLOWEST)
        if died(place, last, delay):
            deaths["answered, not noted" if delay is None else "some moment"] += 1
    asyncio.run(deliver_all(place))
    sys.stdout.write(json.dumps({"deaths": deaths, "earned": earned(place)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
