"""A till whose loyalty system is the bonus account service: whole sales, in any weather."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from set10.bonus_stage import ANNA, AT_FIRST, At, at_bonus
from stand import Stand, make_stand

from backends.chain import ChainBackend, Member, Place
from backends.set10.bonus.wire import GIVE_BACK, Dialect
from cashier import commands as do
from cashier import fixtures
from cashier.checks import check_receipt, check_return
from cashier.clock import counted_ids
from cashier.errors import NotNow
from cashier.exchange import Backend
from cashier.faults import Connection, Fault, FaultKind
from cashier.links import Link
from cashier.money import ONE
from cashier.receipt import Receipt, TenderKind
from cashier.registered import find_backend
from cashier.snapshot import State

CASH = TenderKind.CASH
GOODS = do.AddGoods("10801", 3 * ONE)
SELL = (do.Scan(ANNA), GOODS, do.Calculate(), do.PayPoints(5000))


@asynccontextmanager
async def a_till(dialect: Dialect | None = None, **options: Any) -> AsyncIterator[tuple[Stand, At]]:
    async with at_bonus(dialect or Dialect({}, {}), **options) as at:
        stand = make_stand(around=lambda _house: at.backend)
        await stand.till.start()
        try:
            yield stand, at
        finally:
            await stand.till.close()


def lost(step: str, kind: FaultKind = FaultKind.LOST_ANSWER, times: int = 1) -> do.SetFault:
    return do.SetFault(Fault(kind=kind, step=step, times=times))


def sound(receipt: Receipt) -> None:
    assert [one.text for one in check_receipt(receipt)] == []


async def test_points_are_earned_and_spent() -> None:
    async with a_till() as (stand, at):
        await stand.do(*SELL, do.TakeTender(CASH))
        sale = stand.receipt
        settled = sale.settled
        assert settled is not None
        assert not settled.pending
        assert settled.earned == sale.total // 100 > 0
        assert settled.spent == sale.paid_with_points == 5000
        assert settled.balance == AT_FIRST - 5000 + settled.earned == at.balance()
        sound(sale)
        assert [one.points for one in at.moved()] == [-5000, settled.earned]
        assert "350 points burn on 06.03.2026." in stand.said


async def test_a_sale_comes_back_piece_by_piece() -> None:
    async with a_till(earn="1.33") as (stand, at):
        await stand.do(*SELL, do.TakeTender(CASH))
        sale, parts = stand.receipt, []
        for _turn in range(3):
            await stand.do(do.FindSale(number=sale.number), do.ReturnLine(1, ONE), do.Refund(CASH))
            parts.append(stand.receipt)
        assert at.balance() == AT_FIRST
        assert [one.text for one in check_return(sale, parts)] == []


async def test_a_return_is_reckoned_exactly_where_it_was_sold_and_rounded_down_elsewhere() -> None:
    async with a_till(earn="1.33") as (stand, at):
        await stand.do(*SELL, do.TakeTender(CASH))
        sale = stand.receipt
        stand.till.workplace.backend = at.another(earn="1.33")
        for _turn in range(3):
            await stand.do(do.FindSale(number=sale.number), do.ReturnLine(1, ONE), do.Refund(CASH))
        assert AT_FIRST <= at.balance() <= AT_FIRST + 2
        await stand.till.workplace.backend.close()


async def test_points_that_cannot_come_back_are_told_of() -> None:
    async with a_till(Dialect({}, {GIVE_BACK.role: ""})) as (stand, at):
        await stand.do(*SELL, do.TakeTender(CASH))
        number = stand.receipt.number
        await stand.do(do.FindSale(number=number), do.ReturnAll(), do.Refund(CASH))
        assert at.balance() == AT_FIRST - 5000
        settled = stand.receipt.settled
        assert settled is not None
        assert settled.given_back == 0
        assert settled.messages


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.CUT, FaultKind.STATUS])
async def test_a_lost_answer_moves_points_once(kind: FaultKind, times: int) -> None:
    async with a_till() as (stand, at):
        await stand.do(*SELL, lost("save_sale", kind, times), do.TakeTender(CASH))
        await stand.do(do.ClearFaults(), do.Deliver())
        assert stand.till.workplace.outbox.waiting == stand.till.workplace.outbox.parked == 0
        sale = stand.till.workplace.journal.sale(stand.receipt.number)
        assert sale is not None and sale.settled is not None
        assert [one.points for one in at.moved()] == [-5000, sale.settled.earned]
        assert "charged twice" not in stand.said


async def test_without_a_connection_points_are_charged_later_and_never_spent() -> None:
    async with a_till() as (stand, at):
        offline = do.SetConnection(Connection.OFFLINE)
        await stand.do(do.Scan(ANNA), GOODS, do.Calculate(), offline, do.TakeTender(CASH))
        assert stand.till.workplace.outbox.waiting == 1
        assert at.moved() == []
        await stand.do(do.SetConnection(Connection.ONLINE), do.Deliver())
        assert stand.till.workplace.outbox.waiting == 0
        (moved,) = at.moved()
        assert moved.points == stand.receipt.total // 100
        await stand.do(*SELL, offline)
        await stand.do(do.TakeTender(CASH))
        assert stand.till.now.state is State.PAYING, "a queued spending could be refused later"
        assert stand.till.workplace.outbox.waiting == 0
        assert len(at.moved()) == 1


async def test_points_are_kept_for_a_receipt_that_is_put_aside() -> None:
    async with a_till() as (stand, at):
        await stand.do(*SELL, do.SuspendReceipt())
        assert at.balance() == AT_FIRST - 5000
        await stand.do(do.RecallReceipt())
        assert at.balance() == AT_FIRST
        await stand.do(do.Calculate(), do.PayPoints(AT_FIRST // 100), do.TakeTender(CASH))
        sound(stand.receipt)


async def test_coupons_are_not_for_this_system() -> None:
    async with a_till() as (stand, _at):
        await stand.do(do.Scan(ANNA), GOODS)
        assert isinstance(await stand.refused(do.ApplyCoupon("SPRING10")), NotNow)


# --- in a chain


async def test_it_is_a_link_that_gives_no_discount_and_pays() -> None:
    """The promotions are the embedded system's, the points are the service's."""
    async with at_bonus() as at:

        def chain(house: Any) -> ChainBackend:
            own, bonus = Member("set10", house), Member("set10-bonus", at.backend)
            places = [
                Place(Link("set10-1", "Set10", "set10"), own, house.calculate),
                Place(Link("bonus-2", "Bonus", "set10-bonus"), bonus, at.backend.calculate),
            ]
            return ChainBackend("Chain", places, payer="set10-bonus")

        stand = make_stand(around=chain)
        await stand.till.start()
        await stand.do(do.Scan(ANNA), do.AddGoods("10201", 2 * ONE), do.Calculate())
        await stand.do(do.PayPoints(5000), do.TakeTender(CASH))
        sale = stand.receipt
        assert sale.discount > 5000, "promotions, too"
        assert [one.points for one in at.moved()] == [-5000, sale.total // 100]
        await stand.do(do.FindSale(number=sale.number), do.ReturnAll(), do.Refund(CASH))
        assert at.balance() == AT_FIRST
        await stand.till.close()


SERVER = """
rules = "{rules}"
points = "loymax"
[[external]]
provider = "loymax"
system = "set10-bonus"
title = "Bonus accounts"
options = {{ url = "{url}" }}
[[action]]
name = "Points"
provider = "loymax"
"""


async def test_it_keeps_the_points_of_a_chain_of_set10(tmp_path: Path) -> None:
    """Registered as an external system, whose points are spent."""
    async with at_bonus() as at:
        file, rules = tmp_path / "server.toml", fixtures.path("chain/set10-rules.toml")
        file.write_text(SERVER.format(rules=rules, url=at.url), encoding="utf-8")

        def chain(_house: Any) -> Backend:
            made: Backend = find_backend("set10").from_options(
                {"server": str(file)},
                folder=tmp_path / "data",
                card=tmp_path / "shop.toml",
                clock=at.clock,
                ids=counted_ids("chain"),
                phone=lambda _message: None,
            )
            return made

        stand = make_stand(around=chain)
        await stand.till.start()
        await stand.do(do.Scan(ANNA), do.AddGoods("10201", 2 * ONE), do.Calculate())
        await stand.do(do.PayPoints(2000), do.TakeTender(CASH))
        sale = stand.receipt
        assert "Bonus accounts: 470.50 points" in stand.said
        assert [one.points for one in at.moved()] == [-2000, sale.total // 100]
        await stand.do(do.FindSale(number=sale.number), do.ReturnAll(), do.Refund(CASH))
        assert at.balance() == AT_FIRST
        await stand.till.close()
