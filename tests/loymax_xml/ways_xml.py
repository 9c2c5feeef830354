"""A till that comes to the embedded system over XML 3.2: client, real HTTP, server."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import stamina
from serving import served
from stand import demo_goods
from starlette.applications import Starlette

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.loymax.desk.behind import without_codes
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax_xml.client import LoymaxXmlBackend
from backends.loymax_xml.server import make_service
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import Backend, Frozen
from cashier.methods import Method
from cashier.shop import Shop
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


def client(url: str, clock: ManualClock, ids: str = "client", **options: Any) -> LoymaxXmlBackend:
    return LoymaxXmlBackend.from_options(
        {"url": url, "login": "", **options},
        folder=None,
        card=Path("shop.toml"),
        clock=clock,
        ids=counted_ids(ids),
        phone=lambda _message: None,
    )


class OverXml(Wrapper):
    """The server runs in the loop of whoever asks first, and ends with ``close``."""

    def __init__(
        self, house: HouseBackend, shop: Shop, clock: ManualClock, settings: LoymaxSettings
    ) -> None:
        self.house, self._shop, self._clock, self._settings = house, shop, clock, settings
        self._client: LoymaxXmlBackend | None = None
        self._running = AsyncExitStack()
        self._starting = asyncio.Lock()

    @property
    def inner(self) -> Backend:
        assert self._client is not None
        return self._client

    def service(self) -> Starlette:
        return make_service(
            self.house,
            Goods(demo_goods()),
            clock=self._clock,
            settings=self._settings,
            shop=self._shop.shop,
        )

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        async with self._starting:
            if self._client is None:
                url = await self._running.enter_async_context(served(self.service()))
                self._client = client(url, self._clock)
        with stamina.set_testing(True, attempts=3, cap=True):  # asking again is not waited for
            return await call(self.inner, method, request)

    async def close(self) -> None:
        if self._client is not None:
            gone, self._client = self._client, None
            await gone.close()
            await self._running.aclose()


class XmlWay:
    """``going(XmlWay())``: every till of a test sells over this wire."""

    def __init__(self) -> None:
        self.made: list[OverXml] = []

    def rules(self, rules: Rules) -> Rules:
        return without_codes(rules)

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> OverXml:
        minutes = house._rules.settings.points.hold_minutes
        made = OverXml(house, shop, clock, LoymaxSettings(hold_minutes=minutes))
        self.made.append(made)
        return made

    async def close(self) -> None:
        """Tills that crashed left their servers running."""
        for one in self.made:
            await one.close()
