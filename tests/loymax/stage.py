"""Processing v1.2 without sockets: the client's own door, the server's own application, and what
may go wrong between them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from loymax.way import WORD
from loymax_xml.stage_xml import BORIS, MILK
from stand import MORNING, demo_goods, demo_rules

from backends.exact_json import json_bytes, read_json
from backends.fronting import Goods
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.http import Door, Network
from backends.keeping import SaleQuery
from backends.loymax.client import LoymaxBackend
from backends.loymax.client.link import Link
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.desk.behind import as_set_up
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax.server import make_service
from backends.loymax.wire.base import stamp
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import PhoneMessage

URL = "https://loymax.example"
Came = tuple[int, bytes]
Spoil = Callable[[str, int, bytes], Came | Exception]
"""The path of a request, and its answer; gives what comes back."""


def as_it_is(_path: str, status: int, body: bytes) -> Came:
    return status, body


def lost(end: str) -> Spoil:
    """The first answer of this operation never comes."""
    waiting = [end]

    def spoil(path: str, status: int, body: bytes) -> Came | Exception:
        if waiting and path.endswith(waiting[0]):
            waiting.pop()
            return httpx.ReadTimeout("silence")
        return status, body

    return spoil


def instead(end: str, **reply: object) -> Spoil:
    """These keys of the answers of an operation are others."""

    def spoil(path: str, status: int, body: bytes) -> Came:
        if not path.endswith(end):
            return status, body
        told = read_json(body)
        told["data"][0].update(reply)
        return status, json_bytes(told)

    return spoil


@dataclass
class Between(httpx.AsyncBaseTransport):
    inner: httpx.AsyncBaseTransport
    spoil: Spoil = as_it_is
    said: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.said.append(request)
        response = await self.inner.handle_async_request(request)
        came = self.spoil(request.url.path, response.status_code, await response.aread())
        if isinstance(came, Exception):
            raise came
        kept = [one for one in response.headers.multi_items() if one[0] != "content-length"]
        return httpx.Response(came[0], headers=kept, stream=httpx.ByteStream(came[1]))

    def paths(self) -> list[str]:
        return [one.url.path.rpartition("/")[2] for one in self.said]

    def tokens(self) -> list[str]:
        """With which ``Processing`` was asked."""
        asked = [one for one in self.said if "Processing" in one.url.path]
        return [one.headers["authorization"] for one in asked]


class Stage:
    """A server and a till at it."""

    def __init__(
        self,
        folder: Path | None = None,
        redirect_uri: str = "",
        settings: LoymaxSettings | None = None,
        rules: Rules | None = None,
    ) -> None:
        self.folder, self._redirect_uri = folder, redirect_uri
        self.settings = settings or LoymaxSettings()
        self.clock, self.phone = ManualClock(MORNING), list[PhoneMessage]()
        self.rules = rules or demo_rules()
        self.between = Between(self.server())
        self.backend = self.till()

    def server(self) -> httpx.ASGITransport:
        """As after a start: its data last, its tokens do not."""
        folder = self.folder
        self.house = HouseBackend(
            folder / "house.db" if folder else None,
            as_set_up(self.rules, self.settings),
            clock=self.clock,
            ids=counted_ids("house"),
            phone=self.phone.append,
        )
        app = make_service(
            self.house,
            Goods(demo_goods()),
            clock=self.clock,
            settings=self.settings,
            path=folder / "loymax.db" if folder else None,
            shop="01",
            secret=WORD,
        )
        return httpx.ASGITransport(app)

    async def restart(self) -> None:
        await self.house.close()
        self.between.inner = self.server()

    def till(self, word: str = WORD, **more: Any) -> LoymaxBackend:
        own = {"url": URL, "client_id": "till-01", "client_secret": word, "admin_token": word}
        given = {**own, "redirect_uri": self._redirect_uri, **more}
        options = LoymaxOptions.model_validate(given, strict=False)
        door = Door(URL, Network(again=0), self.clock, transport=self.between)
        return LoymaxBackend(Link(door, options), options, counted_ids("client"))

    def available(self) -> int:
        card = self.house.keeping().cards.card(BORIS)
        assert card is not None
        return card.available

    def sales(self) -> int:
        known = self.house.keeping().sales.sales(SaleQuery())
        return len([one for one in known if not one.cancelled])

    async def asked(self, certificate: str) -> Any:
        """What this certificate may pay of milk, as a till of others asks."""
        when = {"operationId": "any", "operationDate": stamp(MORNING)}
        row = {"position": 1, "goodsId": MILK, "price": 75, "quantity": 3, "amount": 225}
        cheque = {"date": stamp(MORNING), "lines": [row]}
        body = {**when, "cheque": cheque, "giftCertificateIdentifierModel": {"value": certificate}}
        token = self.between.said[-1].headers["authorization"]
        async with httpx.AsyncClient(transport=self.between.inner, base_url=URL) as client:
            path = "/publicapi/v1.2/Processing/Purchases/any/Bonus/Available"
            headers = {"Authorization": token}
            came = await client.post(path, content=json_bytes(body), headers=headers)
        return read_json(came.content)["data"][0]
