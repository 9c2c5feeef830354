"""XML 3.2 without sockets: the client's own door, the server's own application between them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import httpx
from lxml import etree
from stand import MORNING, demo_goods, demo_rules

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.http import Door, Network
from backends.keeping import SaleQuery
from backends.loymax.desk.behind import without_codes
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax_xml.client import LoymaxXmlBackend
from backends.loymax_xml.client.link import Link
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.server import make_service
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Receipt,
    SaleRef,
    Source,
    Tender,
    TenderKind,
)

BORIS = "2900000000025"
MILK = "10301"
URL = "http://loymax.example"
DEVICE = f"{URL}/XmlExchange/main/till-01/"
Spoil = Callable[[int, bytes], bytes | Exception]
"""The number of a request and its answer; gives what comes back."""


def as_it_is(_number: int, body: bytes) -> bytes:
    return body


@dataclass
class Between(httpx.AsyncBaseTransport):
    """What lies between the client and the application."""

    inner: httpx.AsyncBaseTransport
    spoil: Spoil = as_it_is
    said: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        body = await response.aread()
        self.said.append((request.content, body))
        spoilt = self.spoil(len(self.said) - 1, body)
        if isinstance(spoilt, Exception):
            raise spoilt
        kind = response.headers.get("content-type", "")
        return httpx.Response(
            response.status_code,
            headers={"content-type": kind},
            stream=httpx.ByteStream(spoilt),
        )


class Stage:
    """A server and a till at it; ``path``: where the server's data last."""

    def __init__(
        self, folder: Path | None = None, rules: LoymaxSettings | None = None, encoding: str = ""
    ) -> None:
        self.clock = ManualClock(MORNING)
        self.house = HouseBackend(
            folder / "house.db" if folder else None,
            without_codes(demo_rules()),
            clock=self.clock,
            ids=counted_ids("house"),
            phone=lambda _message: None,
        )
        self.keeper = self.house.keeping()
        app = make_service(
            self.house,
            Goods(demo_goods()),
            clock=self.clock,
            settings=rules or LoymaxSettings(),
            path=folder / "loymax-xml.db" if folder else None,
            shop="01",
        )
        self.wire = httpx.ASGITransport(app)
        self.between = Between(self.wire)
        options = LoymaxXmlOptions.model_validate(
            {"url": URL, "device": "till-01", **({"encoding": encoding} if encoding else {})},
            strict=False,
        )
        door = Door(URL, Network(again=0), self.clock, transport=self.between)
        self.backend = LoymaxXmlBackend(Link(door, options), counted_ids("client"))

    async def post(self, body: bytes, kind: str = "text/xml; charset=utf-8") -> etree._Element:
        async with httpx.AsyncClient(transport=self.wire) as client:
            came = await client.post(DEVICE, content=body, headers={"Content-Type": kind})
        assert came.status_code == 200
        return etree.fromstring(came.content)

    def available(self) -> int:
        card = self.keeper.cards.card(BORIS)
        assert card is not None
        return card.available

    def sales(self) -> int:
        return len([one for one in self.keeper.sales.sales(SaleQuery()) if not one.cancelled])


def open_receipt(*, spend: int = 0, receipt_id: str = "r-1") -> Receipt:
    good = demo_goods().by_sku(MILK)
    assert good is not None
    line = Line(1, MILK, "Milk", good.price, 3000, good.price * 3, unit=good.unit, group=good.group)
    return Receipt(
        receipt_id=receipt_id,
        opened_at=MORNING,
        shop="01",
        till="01",
        lines=(line,),
        buyer=Buyer(Identifier(IdentifierKind.CARD, BORIS), card=Card(BORIS, "Silver")),
        spend=spend,
    )


class AtServer(Protocol):
    @property
    def backend(self) -> ex.Backend: ...


async def priced(stage: AtServer, *, spend: int = 0, receipt_id: str = "r-1") -> Receipt:
    """Calculated over the wire, points on the line, paid in cash."""
    bare = open_receipt(receipt_id=receipt_id)
    answer = await stage.backend.calculate(
        ex.CalculateRequest(receipt=bare, spend=spend, at=MORNING)
    )
    given = {one.number: one.discounts for one in answer.lines}
    points = (Discount(Source.POINTS, "points", "", spend),) if spend else ()
    lines = tuple(
        replace(one, discounts=(*given.get(one.number, ()), *points)) for one in bare.lines
    )
    made = replace(
        bare,
        lines=lines,
        spend=spend,
        applied=Applied(answer.earn),
        number="R0101-000001",
        closed_at=MORNING,
        context=answer.context,
    )
    return replace(made, tenders=(Tender(TenderKind.CASH, made.total),))


def selling(receipt: Receipt, operation_id: str = "op-1") -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(operation_id=operation_id, receipt=receipt, at=MORNING)


def returning(sale: Receipt, quantity: int, name: str = "back-1") -> ex.SaveReturnRequest:
    line = replace(sale.lines[0], quantity=quantity, discounts=(), sale_line=1)
    of = SaleRef(sale.receipt_id, sale.number, MORNING)
    receipt = replace(
        sale,
        receipt_id=name,
        kind=Kind.RETURN,
        lines=(line,),
        of=of,
        spend=0,
        tenders=(),
        applied=None,
    )
    return ex.SaveReturnRequest(
        operation_id=f"{name}-op",
        receipt=receipt,
        lines=(ex.LineReturned(number=1, quantity=quantity),),
        at=MORNING,
    )
