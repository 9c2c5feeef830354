"""The example plugin with its cards at a server of its own, over real HTTP or without sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
import stamina
from serving import served
from set10.setapi_stand import ANNA, setup
from stand import MORNING

from backends.http import Answer, Call, Door, Network, Seen
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.book import Book
from backends.set10.setapi.cards import CardDesk
from backends.set10.setapi.example import ExamplePlugin
from backends.set10.setapi.http_plugin import HttpProcessing, make
from backends.set10.setapi.near import desk_of, house_of
from backends.set10.setapi.options import ExampleSettings
from backends.set10.setapi.plugins import Plugins
from backends.set10.setapi.server import make_service
from cashier.clock import ManualClock
from cashier.exchange import OutcomeUnknown, Unavailable

A = TypeVar("A")
KEY = "Tr0ub4dor&3"


@dataclass
class Far:
    backend: SetApiBackend
    desk: CardDesk
    url: str
    clock: ManualClock

    async def points(self) -> int:
        from backends.set10.setapi.contract import CardQuery

        return (await self.desk.get_card(CardQuery(number=ANNA))).cards[0].balance


@asynccontextmanager
async def far(folder: Path | None = None, **settings: Any) -> AsyncIterator[Far]:
    """Client, real HTTP and server; asking again is not waited for."""
    clock = ManualClock(MORNING)
    mine = setup(clock, folder)
    desk = desk_of(mine, house_of(mine))
    async with served(make_service(desk, KEY)) as url:
        plugins = make(replace(setup(clock), settings={"url": url, "key": KEY, **settings}))
        backend = SetApiBackend(plugins, Book(None))
        with stamina.set_testing(True, attempts=3, cap=True):
            try:
                yield Far(backend, desk, url, clock)
            finally:
                await backend.close()


async def surely(once: Callable[[bool], Awaitable[A]]) -> A:
    """What a till does: after silence the same again, and it is told that it is."""
    try:
        return await once(False)
    except OutcomeUnknown:
        return await once(True)
    except Unavailable:
        return await once(False)


class Losing:
    """The n-th answer (from 0) of the calls that change something is lost; the work is done."""

    def __init__(self, which: int) -> None:
        self.left = which
        self.lost = ""

    async def __call__(
        self, call: Call, send: Callable[[], Awaitable[Answer]], seen: Seen
    ) -> Answer:
        answer = await send()
        if call.changes:
            self.left -= 1
            if self.left == -1:
                self.lost, seen.answer = call.url, None
                raise httpx.ReadError("the answer is lost")
        return answer


@contextmanager
def on_stage(answer: Callable[[httpx.Request], httpx.Response]) -> Iterator[SetApiBackend]:
    """The same plugin at whatever answers; without sockets, nothing is asked again by itself."""
    clock = ManualClock(MORNING)
    transport = httpx.MockTransport(answer)
    door = Door("http://plugin.example", Network(again=0), clock, transport=transport)
    plugin = ExamplePlugin(ExampleSettings(), HttpProcessing(door))
    stamina.set_testing(True, attempts=1)
    try:
        yield SetApiBackend(Plugins("Set API plugin", plugin, plugin), Book(None))
    finally:
        stamina.set_testing(False)
