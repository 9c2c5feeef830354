"""A till that comes to the embedded system over a wire: client, real HTTP, server."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any, TypeVar

import stamina
from serving import served

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.serving import App
from cashier.clock import Clock, counted_ids
from cashier.exchange import Backend, Frozen
from cashier.methods import Method
from cashier.registered import find_backend
from cashier.shop import Shop
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
Serve = Callable[[HouseBackend, Shop, Clock], App]
"""The server in front of an embedded system, everything else in memory."""


def client(name: str, clock: Clock, **options: Any) -> Backend:
    """The adapter registered under a name, for a till that keeps nothing on the disk."""
    made: Backend = find_backend(name).from_options(
        options,
        folder=None,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids("client"),
        phone=lambda _message: None,
    )
    return made


class Over(Wrapper):
    """The server runs in the loop of whoever asks first, and ends with ``close``."""

    def __init__(self, app: Callable[[], App], till: Callable[..., Backend]) -> None:
        self._app, self._till = app, till
        self._inner: Backend | None = None
        self._running = AsyncExitStack()
        self._starting = asyncio.Lock()
        self.url = ""

    @property
    def inner(self) -> Backend:
        assert self._inner is not None
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        async with self._starting:
            if self._inner is None:
                self.url = await self._running.enter_async_context(served(self._app()))
                self._inner = self.another()
        with _at_once():
            return await call(self.inner, method, request)

    def another(self, **options: Any) -> Any:
        """One more till at the same server, once it runs; it is to be closed. ``options``: what is
        other than at the first."""
        return self._till(self.url, **options)

    async def close(self) -> None:
        if self._inner is not None:
            inner, self._inner = self._inner, None
            await inner.close()
            await self._running.aclose()


def _at_once() -> ExitStack:
    """Asking again is not waited for."""
    stack = ExitStack()
    stack.enter_context(stamina.set_testing(True, attempts=3, cap=True))
    return stack


class WireWay:
    """``going(WireWay(...))``: every till of a test sells over this wire."""

    def __init__(self, name: str, serve: Serve, *, codes: bool = False, **options: Any) -> None:
        """``options``: of the client, beside its address; ``codes``: see ``tellable``."""
        self._name, self._serve, self._codes, self._options = name, serve, codes, options
        self.made: list[Over] = []

    def rules(self, rules: Rules) -> Rules:
        return tellable(rules, codes=self._codes)

    def lead(self, house: HouseBackend, shop: Shop, clock: Clock) -> Over:
        made = Over(
            lambda: self._serve(house, shop, clock),
            lambda url, **more: client(self._name, clock, url=url, **{**self._options, **more}),
        )
        self.made.append(made)
        return made

    async def close(self) -> None:
        """Tills that crashed left their servers running."""
        for one in self.made:
            await one.close()
