"""A shop at the voucher service: mapping, real HTTP, and a session that ends when it likes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from mapped.flows import stand_over
from mapped.services import VOUCHERS, options, voucher_app
from serving import served
from stand import MORNING, Stand, make_stand
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.house import HouseBackend
from backends.mapped import MappedBackend
from backends.vouchers.sessions import Sessions
from cashier import commands as do
from cashier.clock import Clock
from cashier.commands import Command
from cashier.exchange import Found, IdentifyRequest, Reason, Refused
from cashier.faults import Fault, FaultKind
from cashier.money import ONE
from cashier.receipt import Identifier, IdentifierKind, Receipt, TenderKind
from cashier.snapshot import AskCode, State

ANNA = "2900000000018"
BORIS = "+79001234502"
BREAD, RYE = do.Scan("4600000000015", 3 * ONE), do.Scan("4600000000022", 2 * ONE)
COUPON = do.ApplyCoupon("SPRING10")
SIGNED_IN = "POST /v1/sessions 201"
CARD, CASH = do.TakeTender(TenderKind.CARD, 10_000), do.TakeTender(TenderKind.CASH)


@dataclass
class Service:
    """The voucher service as a test sees it: what it was asked, and who is signed in."""

    sessions: Sessions
    heard: list[str] = field(default_factory=list)
    """``POST /v1/sales 201``."""

    def watching(self, app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self.heard.append(f"{scope['method']} {scope['path']} {message['status']}")
                await send(message)

            await app(scope, receive, told)

        return watched


@dataclass
class Shop:
    stand: Stand
    service: Service

    async def do(self, *commands: Command) -> None:
        """Every command, and the code where one is asked for."""
        for command in commands:
            now = await self.stand.do(command)
            if isinstance(now.question, AskCode):
                await self.stand.do(do.EnterCode(self.stand.code))

    async def points(self) -> int:
        """Anna's, as the system behind the service counts them."""
        card = Identifier(IdentifierKind.CARD, ANNA)
        assert self.stand.house is not None
        found = await self.stand.house.identify(IdentifyRequest(identifier=card, at=MORNING))
        assert isinstance(found, Found)
        return found.cards[0].balance


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    services: list[Service] = []

    @asynccontextmanager
    async def over(house: HouseBackend, clock: Clock) -> AsyncIterator[MappedBackend]:
        app = voucher_app(house, clock)
        services.append(Service(app.state.sessions))
        async with served(services[0].watching(app)) as url:
            mapped = MappedBackend.make(VOUCHERS, options(url), clock=clock)
            yield mapped
            await mapped.close()

    async with stand_over(over) as stand:
        yield Shop(stand, services[0])


async def test_a_purchase_with_coupon_and_points_and_its_return(shop: Shop) -> None:
    before = await shop.points()
    await shop.do(do.Scan(ANNA), BREAD, RYE, COUPON, do.Calculate(), do.PayPoints(30_00))
    await shop.do(CARD, CASH)
    sale = shop.stand.receipt
    assert [one.code for one in sale.coupons] == ["SPRING10"]
    assert sale.settled and (sale.settled.spent, sale.paid_with_points) == (30_00, 30_00)
    assert sale.settled.earned > 0
    assert await shop.points() == before - 30_00 + sale.settled.earned == sale.settled.balance

    await shop.do(do.FindSale(number=sale.number), do.ReturnAll(), do.Refund())
    back = shop.stand.receipt.settled
    assert back and (back.given_back, back.taken_back) == (30_00, sale.settled.earned)
    assert await shop.points() == before
    error = await shop.stand.refused(do.FindSale(number="R0101-999999"))
    assert isinstance(error, Refused) and error.reason is Reason.NOT_FOUND


async def test_a_refusal_has_the_reason_and_the_words_of_the_service(shop: Shop) -> None:
    await shop.do(BREAD)
    error = await shop.stand.refused(do.ApplyCoupon("NOSUCHCODE"))
    assert isinstance(error, Refused)
    assert (error.reason, error.code) == (Reason.NOT_FOUND, "unknown")


@pytest.mark.parametrize("moment", range(5))
async def test_a_session_may_end_at_any_moment_of_a_sale(moment: int, shop: Shop) -> None:
    before = await shop.points()
    sale = (do.Scan(ANNA), BREAD, do.Calculate(), do.PayPoints(30_00), CARD, CASH)
    await shop.do(*sale[: moment + 1])
    shop.service.sessions.forget()
    await shop.do(*sale[moment + 1 :])
    settled = shop.stand.receipt.settled
    assert settled and not settled.pending and settled.spent == 30_00
    assert await shop.points() == before - 30_00 + settled.earned
    heard = shop.service.heard
    assert heard.count("POST /v1/sessions 201") == 2
    assert [one for one in heard if one.endswith("401")] == [
        heard[heard.index("POST /v1/sessions 201", 1) - 1]
    ]
    assert heard.count("POST /v1/sales 201") == 1


async def test_a_session_that_ends_by_the_clock_is_renewed_in_time(shop: Shop) -> None:
    await shop.do(do.Scan(ANNA), BREAD)
    await shop.stand.clock.move(hours=1)
    await shop.do(do.Calculate())
    assert shop.stand.is_in(State.CALCULATED)
    assert not [one for one in shop.service.heard if one.endswith("401")]


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.CUT, FaultKind.GARBLED])
async def test_a_sale_whose_answer_is_lost_is_one_sale_and_so_is_its_return(
    kind: FaultKind, shop: Shop
) -> None:
    before = await shop.points()
    fault = do.SetFault(Fault(kind=kind))
    await shop.do(do.Scan(ANNA), BREAD, RYE, do.Calculate(), do.PayPoints(30_00), fault, CASH)
    sale = shop.stand.receipt
    assert sale.settled and sale.settled.pending
    await shop.do(do.ClearFaults(), do.Deliver())
    assert shop.service.heard.count("POST /v1/sales 201") >= 2
    await shop.do(do.FindSale(number=sale.number), do.ReturnAll())
    settled = shop.stand.till.workplace.journal.recent(1)[0].settled
    assert settled and await shop.points() == before - 30_00 + settled.earned

    await shop.do(fault, do.Refund(), do.ClearFaults(), do.Deliver())
    assert shop.service.heard.count("POST /v1/refunds 201") >= 2
    assert await shop.points() == before


DAYS: dict[str, tuple[Command, ...]] = {
    "a stranger": (BREAD, RYE, do.Calculate(), CASH),
    "a member with a coupon": (do.Scan(ANNA), BREAD, COUPON, do.Calculate(), CARD, CASH),
    "by phone, with points": (
        do.Identify(Identifier(IdentifierKind.PHONE, BORIS)), BREAD, RYE,
        do.GiveDiscount(percent=500), do.Calculate(), do.PayPoints(20_00), CASH,
    ),
    "a gift": (do.Scan(ANNA), do.AddGoods("10801", 5 * ONE), do.Calculate(), CASH),
}  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
async def test_a_receipt_is_the_same_as_at_the_embedded_system_itself(day: str, shop: Shop) -> None:
    direct = Shop(make_stand(), shop.service)
    await direct.stand.till.start()
    for command in DAYS[day]:
        await direct.do(command)
        await shop.do(command)
        assert _bare(shop.stand.receipt) == _bare(direct.stand.receipt)
    assert shop.stand.slips[-1] == direct.stand.slips[-1]
    for one in (direct, shop):
        await one.do(do.FindSale(number=one.stand.receipt.number), do.ReturnLine(1, ONE))
        await one.do(do.Refund())
    assert _bare(shop.stand.receipt) == _bare(direct.stand.receipt)
    assert await shop.points() == await direct.points()
    await direct.stand.till.close()


def _bare(receipt: Receipt) -> Receipt:
    """Without what only the system reads."""
    return replace(receipt, context="")
