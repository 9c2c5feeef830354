"""A till that is killed while parts of its loyalty system leave feedback, and take it back: run as
a program.

Arguments: shop card, data folder, how often. Every sale leaves a feedback for a partner who is told
of it later, and who wants some of them again. Each time a new process opens the till, sells, hands
back, and dies by SIGKILL: right after the system has answered and before anything is noted, or a
moment after something was asked. At the end a till that lives hands back the rest. Prints as JSON
how often it died when, which receipts the journal has sold, and how often the partner heard of
each.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar, cast

from backends.faults import Faulty
from cashier import commands as do
from cashier.clock import Clock
from cashier.exchange import (
    Backend,
    Can,
    FeedbackLeft,
    FeedbackRequest,
    Frozen,
    SaveSaleRequest,
    System,
)
from cashier.faults import Plan
from cashier.journal import Journal
from cashier.methods import Method
from cashier.opening import Place, open_till
from cashier.receipt import Feedback, Saving, Settled, TenderKind
from cashier.snapshot import AskResume
from cashier.till import Till
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
GOODS = "10801"
SLOWEST = 0.02
"""Seconds; about as long as a save or a batch takes."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Partner:
    """Who is told of every sale, later; what he heard is in a file of his own."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None)
        self._sql.execute("CREATE TABLE IF NOT EXISTS heard (receipt TEXT PRIMARY KEY, n INTEGER)")

    def hear(self, request: FeedbackRequest) -> FeedbackLeft:
        """All of it; a third of them he wants once more, for the first time."""
        for one in request.feedback:
            self._sql.execute(
                "INSERT INTO heard VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1",
                (one.payload,),
            )
        left = (one for one in request.feedback if not one.attempts and one.payload[0] in "01234")
        again = tuple(replace(one, attempts=one.attempts + 1) for one in left)
        return FeedbackLeft(feedback=again)

    def heard(self) -> dict[str, int]:
        return dict(self._sql.execute("SELECT receipt, n FROM heard").fetchall())

    def close(self) -> None:
        self._sql.close()


class Mortal(Wrapper):
    """The system with its partner. It dies with the call of number ``last`` that says or takes
    back something: when it is answered, or ``delay`` seconds after it began."""

    def __init__(self, inner: Backend, partner: Partner, last: int, delay: float | None) -> None:
        self._inner, self._partner, self._left, self._delay = inner, partner, last, delay

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if not isinstance(request, FeedbackRequest | SaveSaleRequest):
            return _able(await call(self._inner, method, request))
        self._left -= 1
        if not self._left and self._delay is not None:
            asyncio.get_running_loop().call_later(self._delay, die)
        answer = await self._answer(method, request)
        if not self._left and self._delay is None:
            die()
        return answer

    async def _answer(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, FeedbackRequest):
            return cast("A", self._partner.hear(request))
        assert isinstance(request, SaveSaleRequest)
        settled = cast("Settled", await call(self._inner, method, request))
        sold = request.receipt.receipt_id
        left = Feedback(f"{sold}:partner", "Partner", sold, sold, saving=Saving.APPEND)
        return cast("A", replace(settled, feedback=(left,)))


def _able(answer: A) -> A:
    if isinstance(answer, System):
        return cast("A", answer.model_copy(update={"can": answer.can | Can.FEEDBACK}))
    return answer


async def opened(place: Place, partner: Partner, last: int = 0, delay: float | None = None) -> Till:
    plan = Plan()

    def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        return Faulty(lambda: Mortal(make(), partner, last, delay), clock, plan), plan

    till = open_till(place, plugged)
    await till.start()
    if isinstance(till.now.question, AskResume):
        await till.do(do.ResumeReceipt(keep=False))
    return till


async def work(place: Place, partner: Partner, last: int, delay: float | None) -> None:
    till = await opened(place, partner, last, delay)
    for _turn in range(2):
        await till.do(do.AddGoods(GOODS))
        await till.do(do.Calculate())
        await till.do(do.TakeTender(TenderKind.CARD))
        await till.do(do.Deliver())
    await till.close()


async def begin(place: Place, partner: Partner) -> None:
    till = await opened(place, partner)
    await till.do(do.OpenShift())
    await till.close()


async def deliver_all(place: Place, partner: Partner) -> None:
    till = await opened(place, partner)
    desk = till.workplace
    for _turn in range(10_000):
        if not desk.waiting:
            break
        await till.do(do.Deliver())
    assert (desk.waiting, desk.parked) == (0, 0)
    await till.close()


def died(place: Place, heard: Path, last: int, delay: float | None) -> bool:
    """In a process of its own; False: it was done before its time."""
    child = os.fork()
    if not child:
        try:
            partner = Partner(heard)
            asyncio.run(work(place, partner, last, delay))
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "the till did not die, it failed"
    return status == signal.SIGKILL


def sold(place: Place) -> list[str]:
    journal = Journal.read(place.folder / "journal.db")
    found = journal.recent(100_000)
    assert all(one.settled and not one.settled.pending for one in found)
    assert not any(one.settled.feedback for one in found if one.settled)
    journal.close()
    return [one.receipt_id for one in found]


def main(card: Path, data: Path, kills: int) -> None:
    place, dice, deaths = Place(card, data, "en"), Random(7), Counter[str]()
    heard = data.with_name("partner.db")
    partner = Partner(heard)
    asyncio.run(begin(place, partner))
    partner.close()
    while deaths.total() < kills:
        last = dice.randint(1, 4)
        delay = None if dice.random() < 0.5 else dice.uniform(0, SLOWEST)
        if died(place, heard, last, delay):
            deaths["answered, not noted" if delay is None else "some moment"] += 1
    partner = Partner(heard)
    asyncio.run(deliver_all(place, partner))
    told = {"deaths": deaths, "sold": sold(place), "heard": partner.heard()}
    partner.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
