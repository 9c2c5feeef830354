"""Whole sales at a till with Kopilka, here and over HTTP: alone, and in a chain."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from set10.chains import opened
from set10.kopilka_stage import ANNA, AT_FIRST, KEY, At, at_kopilka, near_kopilka
from stand import Stand, make_stand

from cashier import commands as do
from cashier import fixtures
from cashier.checks import check_receipt
from cashier.faults import DOUBTFUL, Fault, FaultKind
from cashier.money import ONE
from cashier.receipt import Source, TenderKind
from cashier.snapshot import State

BREAD = do.Scan("4600000000015", 3 * ONE)
"""149.70."""
CASH = do.TakeTender(TenderKind.CASH)
SALE: list[do.Command] = [BREAD, do.Scan(ANNA), do.Calculate()]
EARNED = 1_39
"""A hundredth of 139.70."""

Way = Callable[[], AbstractAsyncContextManager[At]]
WAYS: dict[str, Way] = {"here": near_kopilka, "over HTTP": at_kopilka}


@asynccontextmanager
async def a_till(way: Way) -> AsyncIterator[tuple[Stand, At]]:
    async with way() as at:
        stand = make_stand(around=lambda _house: at.backend)
        await stand.till.start()
        try:
            yield stand, at
        finally:
            await stand.till.close()


@pytest.mark.parametrize("way", WAYS)
async def test_points_are_a_payment_by_reservation(way: str) -> None:
    async with a_till(WAYS[way]) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00))
        assert (at.balance(), at.available()) == (AT_FIRST, AT_FIRST - 10_00)
        assert stand.receipt.total == 139_70
        await stand.do(CASH)
        receipt = stand.receipt
        assert stand.is_in(State.FINISHED) and receipt.settled is not None
        assert (receipt.settled.spent, receipt.settled.earned) == (10_00, EARNED)
        assert at.balance() == at.available() == AT_FIRST - 10_00 + EARNED
        assert [one.text for one in check_receipt(receipt)] == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_return_gives_the_points_back(way: str) -> None:
    async with a_till(WAYS[way]) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00), CASH)
        number = stand.receipt.number
        await stand.do(do.FindSale(number), do.ReturnLine(1, 3 * ONE), do.Refund())
        assert stand.receipt.settled is not None
        assert stand.receipt.settled.given_back == 10_00
        assert at.balance() == AT_FIRST


async def test_parts_that_come_back_add_up_to_the_last_point() -> None:
    async with a_till(near_kopilka) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00), CASH)
        number = stand.receipt.number
        for _turn in range(3):
            await stand.do(do.FindSale(number), do.ReturnLine(1, ONE), do.Refund())
        assert at.balance() == at.available() == AT_FIRST


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", [do.UndoPoints(), do.BackToGoods(), do.CancelReceipt()])
async def test_points_that_are_not_wanted_any_more_are_free_again(
    way: str, step: do.Command
) -> None:
    async with a_till(WAYS[way]) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00), step)
        assert at.available() == AT_FIRST


async def test_points_may_be_changed_as_often_as_one_likes() -> None:
    async with a_till(near_kopilka) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00), do.PayPoints(20_00), do.UndoPoints())
        await stand.do(do.PayPoints(30_00), CASH)
        assert stand.receipt.settled is not None
        assert stand.receipt.settled.spent == 30_00
        assert at.available() == at.balance() == AT_FIRST - 30_00 + 1_19


async def test_a_receipt_put_aside_keeps_its_points() -> None:
    async with a_till(near_kopilka) as (stand, at):
        await stand.do(*SALE, do.PayPoints(10_00), do.SuspendReceipt())
        assert at.available() == AT_FIRST - 10_00
        await stand.do(do.RecallReceipt())
        assert at.available() == AT_FIRST


async def test_without_a_card_nothing_is_earned() -> None:
    async with a_till(near_kopilka) as (stand, at):
        await stand.do(BREAD, do.Calculate(), CASH)
        assert stand.receipt.settled is not None
        assert stand.receipt.settled.earned == 0
        assert at.balance() == AT_FIRST


@pytest.mark.parametrize("step", ["calculate", "points", "reserve", "save_sale"])
@pytest.mark.parametrize("kind", sorted(DOUBTFUL))
async def test_an_answer_lost_at_any_step_moves_points_once(step: str, kind: FaultKind) -> None:
    """The fault strikes every call of its step, repetitions too."""
    async with a_till(at_kopilka) as (stand, at):
        await stand.do(*SALE, do.BackToGoods())
        await stand.do(do.SetFault(Fault(kind=kind, step=step, times=1)), do.Calculate())
        if step in ("calculate", "points"):
            await stand.do(do.BackToGoods(), do.Calculate())
        if step == "reserve" and kind is not FaultKind.TWICE:
            await stand.refused(do.PayPoints(10_00))
        await stand.do(do.PayPoints(10_00), CASH)
        assert stand.is_in(State.FINISHED)
        await stand.do(do.Deliver())
        assert at.balance() == at.available() == AT_FIRST - 10_00 + EARNED


SERVER = """
rules = "{rules}"
points = "kopilka"
[[external]]
provider = "kopilka"
system = "kopilka"
[[action]]
name = "Kopilka"
provider = "kopilka"
"""


@pytest.mark.parametrize("kind", sorted(DOUBTFUL))
async def test_a_confirmation_lost_in_a_chain_waits_with_the_till(
    tmp_path: Path, kind: FaultKind
) -> None:
    async with at_kopilka() as at:
        server = tmp_path / "server.toml"
        text = SERVER.format(rules=fixtures.path("chain/set10-rules.toml"))
        options = f'options = {{ url = "{at.url}", sign = {{ key = "{KEY}" }} }}'
        text = text.replace('system = "kopilka"', f'system = "kopilka"\n{options}')
        server.write_text(text, "utf-8")
        made = await opened(fixtures.path("chain/ext-loyalty-providers.xml"), server)
        stand = make_stand(around=lambda _house: made)
        await stand.till.start()
        await stand.do(*SALE, do.PayPoints(10_00))
        await stand.do(do.SetFault(Fault(kind=kind, step="save_sale", times=1)), CASH)
        settled = stand.receipt.settled
        assert settled is not None
        assert (settled.spent, settled.pending) == (10_00, False)
        await stand.do(do.Deliver())
        earned = stand.receipt.total // 100
        assert at.balance() == at.available() == AT_FIRST - 10_00 + earned
        await stand.till.close()


async def test_in_a_chain_its_points_pay_and_set10_gives_the_discounts(tmp_path: Path) -> None:
    server = tmp_path / "server.toml"
    rules = fixtures.path("chain/set10-rules.toml")
    server.write_text(SERVER.format(rules=rules), "utf-8")
    made = await opened(fixtures.path("chain/ext-loyalty-providers.xml"), server)
    stand = make_stand(around=lambda _house: made)
    await stand.till.start()
    await stand.do(*SALE, do.PayPoints(10_00), do.UndoPoints(), do.PayPoints(20_00))
    given = [one for line in stand.receipt.lines for one in line.discounts]
    assert sum(one.amount for one in given if one.source is Source.POINTS) == 20_00
    assert any(one.system.startswith("Set10") for one in given)
    await stand.do(CASH)
    settled = stand.receipt.settled
    assert settled is not None
    assert (settled.spent, settled.balance) == (20_00, AT_FIRST - 20_00 + settled.earned)
    assert settled.feedback == ()
    number = stand.receipt.number
    for _turn in range(3):
        await stand.do(do.FindSale(number), do.ReturnLine(1, ONE), do.Refund())
    stand.events.clear()
    await stand.do(do.Scan(ANNA))
    assert "Kopilka: 470.50 points" in stand.said
    await stand.till.close()
