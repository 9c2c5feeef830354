"""A till that comes to the embedded system over the Rarus wire: client, real HTTP, server."""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import stamina
from serving import served
from stand import demo_goods

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.rarus.client import RarusBackend
from backends.rarus.server import app
from backends.rarus.server.filling import fill
from backends.rarus.server.making import service_of
from backends.rarus.server.service import Service
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.shops import Shop as WireShop
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import AttachOn, Backend, Frozen
from cashier.methods import Method
from cashier.shop import Shop
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
LOGIN, PASSWORD = "shop", "correct horse"


class OverRarus(Wrapper):
    """The server runs in the loop of whoever asks first, and ends with ``close``."""

    def __init__(
        self, house: HouseBackend, shop: Shop, clock: ManualClock, options: dict[str, Any]
    ) -> None:
        self.house, self._shop, self._clock, self._options = house, shop, clock, options
        self._client: RarusBackend | None = None
        self._running = AsyncExitStack()
        self._starting = asyncio.Lock()
        self.url = ""

    @property
    def inner(self) -> Backend:
        assert self._client is not None
        return self._client

    @cached_property
    def service(self) -> Service:
        """With the shop, its goods and a few certificates."""
        clock, card = self._clock, self._shop
        made = service_of(
            self.house,
            folder=None,
            accounts={LOGIN: PASSWORD},
            clock=clock,
            ids=counted_ids("server"),
        )
        somewhere = Decimal(0)
        shop = WireShop(id=card.shop, name=card.name, latitude=somewhere, longitude=somewhere)
        fill(made.store, shop, demo_goods(), milliseconds(clock.now()))
        return made

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        async with self._starting:
            if self._client is None:
                await self._start()
        with _at_once():
            return await call(self.inner, method, request)

    async def _start(self) -> None:
        self.url = await self._running.enter_async_context(served(app.Server(self.service)))
        self._client = self.another()

    def another(self, **options: Any) -> RarusBackend:
        """One more till at the same server, once it runs; it is to be closed."""
        return RarusBackend.from_options(
            {"url": self.url, "login": LOGIN, "password": PASSWORD, **self._options, **options},
            folder=Path(),
            card=Path("shop.toml"),
            clock=self._clock,
            ids=counted_ids("client"),
            phone=lambda _message: None,
        )

    async def close(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()
            await self._running.aclose()


def _at_once() -> ExitStack:
    """Asking again is not waited for."""
    stack = ExitStack()
    stack.enter_context(stamina.set_testing(True, attempts=3, cap=True))
    return stack


class RarusWay:
    """``going(RarusWay())``: every till of a test sells over this wire."""

    def __init__(self, **options: Any) -> None:
        """Of the client; where it has a choice it takes what the embedded system does."""
        self._options = {"point_step": "0.01", "certificates": False, **options}
        """``certificates``: the flow tests look into the journal, whose bank the till's own is."""
        self.made: list[OverRarus] = []

    def rules(self, rules: Rules) -> Rules:
        return tellable(rules)

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> OverRarus:
        rules = house._rules.settings  # what the wire does not tell, the shop card must say
        attach = "list" if rules.registration.attach is AttachOn.LIST else "free"
        known = {"attach": attach, "hold_minutes": rules.points.hold_minutes}
        made = OverRarus(house, shop, clock, {**known, **self._options})
        self.made.append(made)
        return made

    async def close(self) -> None:
        """Tills that crashed left their servers running."""
        for one in self.made:
            await one.close()
