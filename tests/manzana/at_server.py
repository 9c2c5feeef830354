"""The service over real HTTP, without a till."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from lxml import etree
from serving import served
from stand import MORNING, demo_goods, demo_rules

from backends.fronting import Goods, tellable
from backends.house import HouseBackend
from backends.manzana.server.app import make_service
from backends.manzana.server.store import Store
from backends.manzana.wire.parts import NAMESPACE
from backends.reception import Porter
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import PhoneMessage

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ANNA = "2900000000018"


@dataclass
class At:
    url: str
    http: httpx.AsyncClient
    house: HouseBackend
    store: Store
    clock: ManualClock
    messages: list[PhoneMessage]

    async def ask(self, request: str, operation: str = "ProcessRequest") -> etree._Element:
        """The answer's first element."""
        inside = f"<Requests>{request}</Requests>" if operation != "ProcessRequest" else request
        body = (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Body><{operation} xmlns="{NAMESPACE}">'
            f"<request>{inside}</request><orgName>ORG</orgName></{operation}></s:Body></s:Envelope>"
        )
        answer = await self.post(body.encode())
        assert answer.status_code == 200, answer.text
        result = etree.fromstring(answer.content)[0][0][0]
        told: etree._Element = result[0] if operation == "ProcessRequest" else result[0][0]
        return told

    async def post(self, body: bytes) -> httpx.Response:
        kind = {"Content-Type": "text/xml; charset=utf-8"}
        return await self.http.post("/POSProcessing.asmx", content=body, headers=kind)


@asynccontextmanager
async def at_server() -> AsyncIterator[At]:
    clock, messages = ManualClock(MORNING), list[PhoneMessage]()
    house = HouseBackend(
        None,
        tellable(demo_rules()),
        clock=clock,
        ids=counted_ids("house"),
        phone=messages.append,
    )
    store = Store.open(None)
    app = make_service(house, store, Goods(demo_goods()), clock, Porter("till", "secret"))
    async with (
        served(app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        yield At(url, http, house, store, clock, messages)


def text(told: etree._Element, name: str) -> str:
    return told.findtext(f"{{{NAMESPACE}}}{name}") or ""


def cheque(
    number: str = "n-1",
    *,
    kind: str = "Fiscal",
    operation: str = "Sale",
    card: str = ANNA,
    more: str = "",
    price: str = "100.00",
    quantity: str = "2",
    summ: str = "200.00",
    article: str = "10201",
    paid: str = "0",
    at: str = "2026-03-03T10:00:00+03:00",
    pos: str = "01",
) -> str:
    return (
        f'<ChequeRequest ChequeType="{kind}"><RequestID>r</RequestID>'
        f"<Card><CardNumber>{card}</CardNumber></Card><DateTime>{at}</DateTime>"
        f"<BusinessUnit>01</BusinessUnit><POS>{pos}</POS>{more}<Number>{number}</Number>"
        f"<OperationType>{operation}</OperationType><Summ>{summ}</Summ><Discount>0</Discount>"
        f"<SummDiscounted>{summ}</SummDiscounted><PaidByBonus>{paid}</PaidByBonus>"
        f"<Item><PositionNumber>1</PositionNumber><Article>{article}</Article>"
        f"<Price>{price}</Price><Quantity>{quantity}</Quantity><Summ>{summ}</Summ>"
        f"<Discount>0</Discount><SummDiscounted>{summ}</SummDiscounted></Item></ChequeRequest>"
    )
