"""dinect without sockets: the client's own doors, the server's own application, and what may go
wrong between them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from dinect.way import OPTIONS, TOKENS
from stand import MORNING, demo_goods, demo_rules

from backends.dinect.client import DinectBackend
from backends.dinect.client.link import Link
from backends.dinect.client.options import DinectOptions
from backends.dinect.server.app import make_service
from backends.dinect.server.store import Store
from backends.fronting import Goods, tellable
from backends.house import HouseBackend
from backends.keeping import SaleQuery
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import ManualClock, counted_ids
from cashier.money import ONE, Points
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Coupon,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Settled,
    Source,
    line_of,
)

MAIN, RESERVE = "http://main.example/20130701", "http://reserve.example/20130701"
BORIS, VERA = "2900000000025", "2900000000032"
Came = tuple[int, bytes]
Spoil = Callable[[httpx.Request, int, bytes], Came | Exception]
"""A request, and its answer; gives what comes back."""


def as_it_is(_request: httpx.Request, status: int, body: bytes) -> Came:
    return status, body


def is_commit(request: httpx.Request) -> bool:
    return request.method == "POST" and b"commit=true" in request.content


def is_delete(request: httpx.Request) -> bool:
    return request.method == "DELETE"


def lost(which: Callable[[httpx.Request], bool]) -> Spoil:
    """The first such request is done, and its answer never comes."""
    waiting = [which]

    def spoil(request: httpx.Request, status: int, body: bytes) -> Came | Exception:
        if waiting and waiting[0](request):
            waiting.pop()
            return httpx.ReadTimeout("silence")
        return status, body

    return spoil


@dataclass
class Between(httpx.AsyncBaseTransport):
    inner: httpx.AsyncBaseTransport
    spoil: Spoil = as_it_is
    dead: set[str] = field(default_factory=set)
    """Hosts that nobody can connect to."""
    said: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.said.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("refused")
        response = await self.inner.handle_async_request(request)
        came = self.spoil(request, response.status_code, await response.aread())
        if isinstance(came, Exception):
            raise came
        kept = [one for one in response.headers.multi_items() if one[0] != "content-length"]
        return httpx.Response(came[0], headers=kept, stream=httpx.ByteStream(came[1]))

    def commits(self) -> list[str]:
        """Who was told to commit, by host."""
        return [one.url.host for one in self.said if is_commit(one)]


class Stage:
    """A server, and a till at it; in a folder their data outlive them."""

    def __init__(self, folder: Path | None = None, *, shop: str = "01", **options: Any) -> None:
        self.folder, self._shop, self._options = folder, shop, options
        self.clock = ManualClock(MORNING)
        self.between = Between(self.server())
        self.backend = self.till()

    def server(self) -> httpx.ASGITransport:
        folder = self.folder
        self.house = HouseBackend(
            folder / "house.db" if folder else None,
            tellable(demo_rules()),
            clock=self.clock,
            ids=counted_ids("house"),
            phone=lambda _message: None,
        )
        self.store = Store.open(folder / "dinect.db" if folder else None)
        goods = Goods(demo_goods())
        app = make_service(self.house, self.store, goods, self.clock, TOKENS, shop=self._shop)
        return httpx.ASGITransport(app)

    def till(self) -> DinectBackend:
        told = {"url": MAIN, "network": {"again": 0}, **OPTIONS, **self._options}
        options = read_options(told, DinectOptions, Path("shop.toml"))
        link = Link(options, self.clock, Path("shop.toml"), self.between)
        return DinectBackend(link, options, self.folder)

    async def restart(self) -> None:
        """Of both."""
        await self.backend.close()
        await self.stop_server()
        self.between.inner = self.server()
        self.backend = self.till()

    async def stop_server(self) -> None:
        await self.house.close()
        self.store.db.close()

    async def close(self) -> None:
        await self.backend.close()
        await self.stop_server()

    def available(self, number: str = BORIS) -> Points:
        card = self.house.keeping().cards.card(number)
        assert card is not None
        return card.available

    def sales(self) -> int:
        known = self.house.keeping().sales.sales(SaleQuery())
        return len([one for one in known if not one.cancelled])

    async def priced(self, receipt: Receipt, spend: Points = 0) -> Receipt:
        """As a till puts the answer on the lines."""
        asked = ex.CalculateRequest(receipt=receipt, spend=spend, at=self.clock.now())
        told = await self.backend.calculate(asked)
        given = {one.number: one.discounts for one in told.lines}
        paid = (Discount(Source.POINTS, "points", "", spend),) if spend else ()
        lines = [
            replace(one, discounts=given.get(one.number, ()) + (paid if one.number == 1 else ()))
            for one in receipt.lines
        ]
        applied = Applied(earn=told.earn, messages=told.messages)
        return replace(
            receipt,
            lines=tuple(lines),
            applied=applied,
            context=told.context,
            spend=spend,
            closed_at=self.clock.now(),
        )

    async def save(self, receipt: Receipt, operation: str = "s", *, again: bool = False) -> Settled:
        asked = ex.SaveSaleRequest(
            operation_id=operation, receipt=receipt, at=self.clock.now(), again=again
        )
        return await self.backend.save_sale(asked)

    async def check(self, receipt: Receipt, code: str) -> Coupon:
        asked = ex.CheckCouponRequest(receipt=receipt, code=code, at=self.clock.now())
        return await self.backend.check_coupon(asked)


def buyer(number: str = BORIS) -> Buyer:
    return Buyer(Identifier(IdentifierKind.CARD, number), card=Card(number))


def open_receipt(
    doc_id: str = "doc-1", *codes: str, pieces: int = 30, card: str = BORIS
) -> Receipt:
    """Loaves at 49.90, with these coupons."""
    lines = (line_of(1, "10101", "Bread", 4990, pieces * ONE),)
    coupons = tuple(Coupon(one) for one in codes)
    return Receipt(doc_id, MORNING, lines=lines, buyer=buyer(card), coupons=coupons)


def returning(
    sale: Receipt, operation: str = "b", pieces: int = 0, *, again: bool = False
) -> ex.SaveReturnRequest:
    """The whole sale comes back, or so many pieces."""
    back = replace(
        sale,
        receipt_id=f"{sale.receipt_id}-back",
        kind=Kind.RETURN,
        of=SaleRef(sale.receipt_id, "", MORNING),
        lines=tuple(replace(one, sale_line=one.number) for one in sale.lines),
    )
    lines = tuple(
        ex.LineReturned(number=one.number, quantity=pieces * ONE or one.quantity)
        for one in sale.lines
    )
    return ex.SaveReturnRequest(
        operation_id=operation, receipt=back, lines=lines, at=MORNING, again=again
    )
