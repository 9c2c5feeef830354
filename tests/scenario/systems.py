"""Loyalty systems behind real HTTP, for stages: each server runs in the loop that asks first."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import stamina
from mapped.services import RARUS, over_vouchers
from rarus.ways import LOGIN, PASSWORD, OverRarus
from stand import demo_shop

from backends.faults import Faulty
from backends.fronting import tellable
from backends.house import HouseBackend
from backends.mapped import MappedBackend
from cashier.clock import Clock
from cashier.exchange import Backend, Frozen
from cashier.faults import Plan
from cashier.methods import Method
from cashier.opening import Plug
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
Over = Callable[[HouseBackend, Clock], AbstractAsyncContextManager[Backend]]


class Behind(Wrapper):
    """The embedded system behind something that is entered with the first question."""

    def __init__(self, house: HouseBackend, clock: Clock, over: Over) -> None:
        self._house, self._clock, self._over = house, clock, over
        self._running = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._inner: Backend | None = None

    @property
    def inner(self) -> Backend:
        return self._inner or self._house

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        async with self._starting:
            if self._inner is None:
                self._inner = await self._running.enter_async_context(
                    self._over(self._house, self._clock)
                )
        with stamina.set_testing(True, attempts=3, cap=True):  # nothing is waited for
            return await call(self._inner, method, request)

    async def close(self) -> None:
        await self._running.aclose()
        await self._house.close()


def plugged(wrap: Callable[[HouseBackend, Clock], Backend]) -> Plug:
    """Something around the embedded system, with faults before it."""

    def plug(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        def made() -> Backend:
            house = make()
            assert isinstance(house, HouseBackend)
            return wrap(house, clock)

        faulty = Faulty(made, clock)
        return faulty, faulty.plan

    return plug


class OverMapping(OverRarus):
    """The Rarus server; the till speaks to it as the mapping says."""

    def another(self, **options: Any) -> Any:
        given = {"url": self.url, "login": LOGIN, "password": PASSWORD, **self._options, **options}
        return MappedBackend.make(RARUS, given, clock=self._clock, card=Path())


def over_rarus(house: HouseBackend, clock: Clock) -> Backend:
    return _before(OverRarus, house, clock)


def over_rarus_mapped(house: HouseBackend, clock: Clock) -> Backend:
    return _before(OverMapping, house, clock)


def _before(way: type[OverRarus], house: HouseBackend, clock: Clock) -> Backend:
    house._rules = tellable(house._rules)
    hold = house._rules.settings.points.hold_minutes
    options = {"point_step": "0.01", "certificates": False, "attach": "free", "hold_minutes": hold}
    return way(house, demo_shop(), clock, options)  # type: ignore[arg-type] # any clock will do


def behind_vouchers(house: HouseBackend, clock: Clock) -> Backend:
    return Behind(house, clock, over_vouchers)
