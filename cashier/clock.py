"""Time and ids come in from outside, so that a scenario run twice gives the same bytes."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol, TypeAlias

Ids: TypeAlias = Callable[[], str]
"""Makes an id that nobody made before."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, with the offset of the shop."""
        ...

    async def sleep(self, seconds: int) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now().astimezone().replace(microsecond=0)

    async def sleep(self, seconds: int) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that stands until it is moved: for tests, scenarios and demonstrations."""

    def __init__(self, at: datetime) -> None:
        self._now = at
        self._moved = asyncio.Condition()
        self._wakes: list[datetime] = []
        """When each of those who sleep wants to wake."""

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: int) -> None:
        until = self._now + timedelta(seconds=seconds)
        async with self._moved:
            self._wakes.append(until)
            self._moved.notify_all()
            try:
                await self._moved.wait_for(lambda: self._now >= until)
            finally:
                self._wakes.remove(until)

    @property
    def sleepers(self) -> int:
        return len(self._wakes)

    async def asleep(self, sleepers: int) -> None:
        """Until so many sleep, and none of them should be awake: what they woke for is done."""
        async with self._moved:
            await self._moved.wait_for(
                lambda: (
                    len(self._wakes) >= sleepers and all(until > self._now for until in self._wakes)
                )
            )

    async def move(self, **by: int) -> None:
        """Move on by days, hours, minutes or seconds, and wake who slept."""
        async with self._moved:
            self._now += timedelta(**by)
            self._moved.notify_all()


class SteppedClock(ManualClock):
    """Moves by itself when somebody who works has to wait; those who only look in now and then
    (the queue) wait until it is moved. ``works`` says who asks."""

    def __init__(self, at: datetime, works: Callable[[], bool]) -> None:
        super().__init__(at)
        self._works = works

    async def sleep(self, seconds: int) -> None:
        if self._works():
            await self.move(seconds=seconds)
        else:
            await super().sleep(seconds)


class FlowingClock:
    """Another time than the wall has, going on as fast: for a demonstration or a lesson."""

    def __init__(self, at: datetime) -> None:
        self._at, self._began = at, monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=int(monotonic() - self._began))

    async def sleep(self, seconds: int) -> None:
        await asyncio.sleep(seconds)

    async def move(self, **by: int) -> None:
        """Move on by days, hours, minutes or seconds."""
        self._at += timedelta(**by)


def random_ids() -> str:
    return uuid.uuid4().hex


def counted_ids(prefix: str = "id") -> Ids:
    """id-1, id-2, ...: the same at every run."""
    counter = iter(range(1, 1_000_000_000))
    return lambda: f"{prefix}-{next(counter)}"
