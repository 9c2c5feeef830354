"""Systems behind mappings, over real HTTP: a server in front of the embedded system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from serving import served
from stand import MORNING, demo_rules
from starlette.applications import Starlette

from backends.house import HouseBackend
from backends.mapped import MappedBackend
from backends.vouchers.server import make_service
from cashier import fixtures
from cashier.clock import Clock, ManualClock, counted_ids
from cashier.exchange import Backend

VOUCHERS = fixtures.path("mappings/vouchers.toml")
RARUS = fixtures.path("mappings/rarus.toml")
LOGIN, PASSWORD = "till", "p4ss w&rd"


def options(url: str, **more: object) -> dict[str, object]:
    return {"url": url, "login": LOGIN, "password": PASSWORD, **more}


def voucher_app(backend: Backend, clock: Clock) -> Starlette:
    return make_service(backend, login=LOGIN, password=PASSWORD, clock=clock)


@asynccontextmanager
async def over_vouchers(house: HouseBackend, clock: Clock) -> AsyncIterator[MappedBackend]:
    """The embedded system as a till sees it through the mapping and the voucher service."""
    async with served(voucher_app(house, clock)) as url:
        mapped = MappedBackend.make(VOUCHERS, options(url), clock=clock)
        yield mapped
        await mapped.close()


@asynccontextmanager
async def voucher_client() -> AsyncIterator[httpx.AsyncClient]:
    """Signed in at a new voucher service of the demo shop; it is called without a network."""
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None, demo_rules(), clock=clock, ids=counted_ids(), phone=lambda _message: None
    )
    transport = httpx.ASGITransport(voucher_app(house, clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://service.example") as made:
        told = await made.post("/v1/sessions", json={"login": LOGIN, "password": PASSWORD})
        made.headers["Authorization"] = f"Bearer {told.json()['session']['token']}"
        yield made
        await house.close()
