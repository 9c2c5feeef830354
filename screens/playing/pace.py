"""The time of a demonstration: what waits for the audience, and what waits for the till."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from cashier.clock import ManualClock
from cashier.witness import DOING

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
"""What + and - choose from."""

LETTER = 0.09
"""Seconds between two letters that are typed."""
BEFORE_KEY = 0.7
"""Seconds in which an eye finds the key on the panel."""
AFTER_KEY = 0.5
LOOK = 1.0
"""Seconds to see what a step has done."""


def reading(text: str) -> float:
    """Seconds that a caption needs: some fifteen letters a second, spoken a little less."""
    return min(15.0, 1.0 + len(text) / 15) if text else 0.0


class Pace(Protocol):
    speed: float

    def stand(self) -> None:
        """Time stops: codes do not run out while the presenter talks."""
        ...

    def go_on(self) -> None: ...

    def hurry(self) -> None:
        """End the rest that somebody takes now."""
        ...

    def time(self) -> float:
        """Seconds since the beginning; it stands while nobody goes on."""
        ...

    async def rest(self, seconds: float) -> None:
        """For the audience: quicker where more speed is wanted."""
        ...

    async def work(self, seconds: float) -> None:
        """For the till: a slow answer is as slow as it is."""
        ...


class LivePace:
    """The time of those who look on."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._before, self._since = 0.0, monotonic()
        self._stands = False
        self._hurry = asyncio.Event()

    def time(self) -> float:
        return self._before + (0.0 if self._stands else monotonic() - self._since)

    def stand(self) -> None:
        self._before, self._stands = self.time(), True

    def go_on(self) -> None:
        self._before, self._since, self._stands = self.time(), monotonic(), False

    def hurry(self) -> None:
        self._hurry.set()

    async def rest(self, seconds: float) -> None:
        self._hurry.clear()
        try:
            await asyncio.wait_for(self._hurry.wait(), seconds / self.speed)
        except TimeoutError:
            return

    async def work(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class CountedPace:
    """Time that nobody waits for: it is only counted."""

    def __init__(self, speed: float = 1.0, seen: Callable[[float], Awaitable[None]] | None = None):
        """``seen``: told before time goes by, and what time it is."""
        self.speed = speed
        self._now = 0.0
        self._seen = seen

    def time(self) -> float:
        return self._now

    def stand(self) -> None:
        """It stands whenever nobody rests."""

    def go_on(self) -> None:
        """With the next rest."""

    def hurry(self) -> None:
        """No rest takes any time."""

    def watch(self, seen: Callable[[float], Awaitable[None]]) -> None:
        self._seen = seen

    async def rest(self, seconds: float) -> None:
        await self._pass(seconds / self.speed)

    async def work(self, seconds: float) -> None:
        await self._pass(seconds)

    async def _pass(self, seconds: float) -> None:
        if self._seen is not None:
            await self._seen(self._now)
        self._now += seconds


class StageClock(ManualClock):
    """Goes with the pace; and those who only look in now and then (the queue) wait until a step
    moves it, as in a run: so what a scenario expects of them holds here, too."""

    def __init__(self, at: datetime, pace: Pace) -> None:
        super().__init__(at)
        self._pace = pace

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=int(self._pace.time()))

    async def sleep(self, seconds: int) -> None:
        if DOING.get() in ("", "queue"):
            await super().sleep(seconds)
        else:
            await self._pace.work(seconds)
