"""The server by itself, asked in its own words."""

from pathlib import Path
from typing import Any

import httpx
from loymax_xml.stage_xml import BORIS, MILK
from stand import MORNING, demo_goods, demo_rules

from backends.exact_json import json_bytes, read_json
from backends.fronting import Goods
from backends.house import HouseBackend
from backends.keeping import SaleQuery
from backends.loymax.desk.behind import without_codes
from backends.loymax.server import make_service
from backends.loymax.wire.base import stamp
from cashier.clock import ManualClock, counted_ids

AT = stamp(MORNING)
BASE = "/publicapi/v1.2/Processing"
WAY_IN = "/authorizationService"
WORD = "word"


class Service:
    def __init__(self, folder: Path | None = None) -> None:
        clock = ManualClock(MORNING)
        self.house = HouseBackend(
            folder / "house.db" if folder else None,
            without_codes(demo_rules()),
            clock=clock,
            ids=counted_ids("house"),
            phone=lambda _message: None,
        )
        app = make_service(
            self.house,
            Goods(demo_goods()),
            clock=clock,
            path=folder / "loymax.db" if folder else None,
            shop="01",
            secret=WORD,
        )
        wire = httpx.ASGITransport(app)
        self.http = httpx.AsyncClient(transport=wire, base_url="http://loymax.example")
        self.bearer = ""

    async def token(self, **form: str) -> httpx.Response:
        return await self.http.post(f"{WAY_IN}/token", data={"client_id": "till-01", **form})

    async def authorize(self, who: str, **query: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.bearer}", "X-Identifier": who}
        return await self.http.get(f"{WAY_IN}/oauth/authorize", params=query, headers=headers)

    async def enter(self, who: str = "") -> None:
        self.bearer = (await self.token(grant_type="anonymous")).json()["access_token"]
        if who:
            code = (await self.authorize(who, client_id="till-01")).text
            told = await self.token(grant_type="authorization_code", client_secret=WORD, code=code)
            self.bearer = told.json()["access_token"]

    async def post(self, end: str, body: Any) -> Any:
        data = body if isinstance(body, bytes) else json_bytes(body)
        headers = {"Authorization": f"Bearer {self.bearer}"}
        came = await self.http.post(BASE + end, content=data, headers=headers)
        assert came.status_code == 200
        return read_json(came.content)

    async def told(self, end: str, ident: str, **more: Any) -> Any:
        body = {"operationId": ident, "operationDate": AT, **more}
        (told,) = (await self.post(f"/Purchases/{end}", body))["data"]
        return told

    def available(self) -> int:
        card = self.house.keeping().cards.card(BORIS)
        assert card is not None
        return card.available

    def sales(self) -> int:
        return len(self.house.keeping().sales.sales(SaleQuery()))


def cheque(**line: Any) -> dict[str, Any]:
    row = {"position": 3, "goodsId": MILK, "price": 75, "quantity": 3, "amount": 225, **line}
    return {"number": "R-1", "date": AT, "lines": [row]}
