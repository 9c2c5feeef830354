"""Bare requests to the server, as a stranger's client makes them: no sockets, no client of ours."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
from stand import MORNING, demo_goods, demo_rules

from backends.exact_json import json_bytes, read_json
from backends.rarus.server.app import Server
from backends.rarus.server.filling import fill
from backends.rarus.server.making import make_service
from backends.rarus.server.service import Service
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.shops import Shop
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import PhoneMessage

ANNA = "2900000000018"


@dataclass
class Bare:
    """Signed in as the organization."""

    http: httpx.AsyncClient
    service: Service
    clock: ManualClock

    async def get(self, path: str, wanted: int = 200, /) -> dict[str, Any]:
        return _read(await self.http.get(f"/organization/{path}".rstrip("/")), wanted)

    async def post(self, path: str, wanted: int = 200, /, **body: Any) -> dict[str, Any]:
        address = f"/organization/{path}"
        return _read(await self.http.post(address, content=json_bytes(body)), wanted)

    async def card(self, number: str = ANNA) -> dict[str, Any]:
        found = await self.get(f"card?barcode={number}")
        told: dict[str, Any] = found["cards"][0]
        return told


def _read(answer: httpx.Response, wanted: int) -> dict[str, Any]:
    told = read_json(answer.content)
    assert answer.status_code == wanted, told
    assert isinstance(told, dict)
    return told


@asynccontextmanager
async def at_server(
    phone: Callable[[PhoneMessage], None] = lambda _message: None,
) -> AsyncIterator[Bare]:
    """The demo rules and goods in shop 01, in memory; ``phone`` hears what is sent to holders."""
    clock = ManualClock(MORNING)
    service = make_service(
        demo_rules(),
        folder=None,
        accounts={"till": "p4ss"},
        clock=clock,
        ids=counted_ids("server"),
        phone=phone,
    )
    shop = Shop(id="01", name="Shop", latitude=Decimal(0), longitude=Decimal(0))
    fill(service.store, shop, demo_goods(), milliseconds(clock.now()))
    transport = httpx.ASGITransport(Server(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://rarus.example") as http:
        password = hashlib.sha1(b"p4ss", usedforsecurity=False).hexdigest()
        asked = {"login": "till", "password": password, "role": "organization", "session_id": None}
        told = _read(await http.post("/sign_in", json=asked), 200)
        http.headers["token"] = told["token"]
        yield Bare(http, service, clock)
        await service.backend.close()
        service.store.close()
