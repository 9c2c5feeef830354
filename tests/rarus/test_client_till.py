"""A till at a service that answers nonsense: it sells on, and no receipt of it is broken."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rarus.bodies import ANNA, CARD
from rarus.scripted import CALCULATED, CARD_ID, GOOD, NEXT, SALE, done, no
from rarus.spoilt import Stage, on_stage
from stand import Stand, demo_shop, make_stand

from backends.rarus.client import RarusBackend
from cashier import commands as do
from cashier.checks import check_receipt, check_return
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.money import ONE
from cashier.receipt import Kind, Receipt, Source, TenderKind
from cashier.shop import Shop
from cashier.snapshot import State

CASH = TenderKind.CASH
CALCULATE = "POST /organization/calculate_document"
BALANCE = f"POST /organization/card/{CARD_ID}/balance"
THEIR_WORD = {"spent-as-asked", "earned-as-promised"}
"""What the service says of a sale that it saved stands on the receipt as it said it."""
BELOW = {
    f"POST /organization/card/{CARD_ID}/levelup": done(next_level_up={**NEXT, "accum_amount": 42})
}
"""No level is offered at the total."""
SELL: tuple[Command, ...] = (
    do.Scan(ANNA.number),
    do.AddGoods("10201", 2 * ONE),
    do.Calculate(),
    do.PayPoints(5000),
    do.TakeTender(CASH),
)
WHOLE_DAY: tuple[Command, ...] = (
    *SELL,
    do.ApplyCoupon("SPRING10"),
    do.AddGoods("10201", ONE),
    do.SuspendReceipt(),
    do.RecallReceipt(),
    do.Calculate(),
    do.TakeTender(CASH),
    do.FindSale(card=ANNA.number, day=date(2026, 3, 3)),
    do.ReturnAll(),
    do.Refund(CASH),
)


def till_at(backend: RarusBackend, shop: Shop | None = None) -> Stand:
    return make_stand(shop=shop, around=lambda _house: backend)


async def selling(stand: Stand, commands: tuple[Command, ...] = SELL) -> list[str]:
    """Does what can be done; what the cashier was told of the rest."""
    told = []
    for command in commands:
        try:
            await stand.till.do(command)
        except CashierError as error:
            told.append(str(error))
        receipt = stand.till.now.receipt
        if receipt is not None:
            assert check_receipt(receipt, off=THEIR_WORD) == [], command
    return told


# --- a day of it


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_spoilt_answer_breaks_a_receipt(data: st.DataObject) -> None:
    """One answer in the whole day is spoilt: commands may be refused, receipts are true."""
    stage = Stage(BELOW)

    async def day(victim: int) -> Stand:
        stage.again(victim)
        with on_stage(stage) as backend:
            stand = till_at(backend)
            await stand.till.start()
            try:
                await selling(stand, WHOLE_DAY)
            finally:
                await stand.till.close()
            return stand

    assert asyncio.run(day(-1)).is_in(State.FINISHED)
    asyncio.run(day(stage.choose(data)))


# --- numbers that cannot be


async def finished(script: dict[str, Any]) -> Stand:
    """Anna buys milk, with points where she may, and pays the rest in cash."""
    with on_stage(Stage({**BELOW, **script})) as backend:
        stand = till_at(backend)
        await stand.till.start()
        await selling(stand)
        await stand.till.close()
    assert stand.is_in(State.FINISHED), "a sale is never lost"
    return stand


def sources(receipt: Receipt) -> set[Source]:
    return {given.source for line in receipt.lines for given in line.discounts}


def calculated(**changes: Any) -> dict[str, Any]:
    return {CALCULATE: {**CALCULATED, **changes}}


def discount(**changes: Any) -> dict[str, Any]:
    return calculated(cheque_discounts=[{**CALCULATED["cheque_discounts"][0], **changes}])


async def test_a_good_service_gives_prices_and_takes_points() -> None:
    stand = await finished({})
    assert sources(stand.receipt) == {Source.PROMOTION, Source.POINTS}
    assert (stand.receipt.total, stand.receipt.spend) == (10_480, 5000)


@pytest.mark.parametrize(
    "script",
    [
        discount(discount_summ=-5),
        discount(discount_summ=1000),
        discount(discount_summ="a lot"),
        discount(line_number=7),
        {CALCULATE: (200, b'{"code": 0, "cheque_discounts": [')},
        {CALCULATE: (200, b"")},
        {CALCULATE: (200, b"<html>Login to WLAN</html>")},
        {CALCULATE: (500, b"<html>")},
        {CALCULATE: (400, b"<html>")},
        {CALCULATE: no(400, 9, "no")},
    ],
)
async def test_prices_that_cannot_be_are_no_prices(script: dict[str, Any]) -> None:
    stand = await finished(script)
    assert sources(stand.receipt) == set()
    assert stand.receipt.total == 16_980
    assert "No discounts." in stand.said


async def test_numbers_as_text_and_keys_nobody_knows_change_nothing() -> None:
    told = CALCULATED["cheque_discounts"][0]
    odd = {**told, "line_number": "1", "discount_summ": "15.00", "colour": ["red"], "value": None}
    plain = await finished(calculated(version=3, cheque_discounts=[odd], message=None))
    assert plain.receipt.total == 10_480


@pytest.mark.parametrize(
    "limits",
    [
        {"max_payment": -5},
        {"max_payment": 0},
        {"balance_available": -12.5},
        {"balance_available": "-0.01"},
    ],
)
async def test_limits_and_balances_below_zero_leave_nothing_to_spend(
    limits: dict[str, Any],
) -> None:
    stand = await finished({BALANCE: {**GOOD[BALANCE], **limits}})
    assert sources(stand.receipt) == {Source.PROMOTION}
    assert stand.receipt.spend == 0


async def test_a_balance_below_zero_is_shown_as_it_is() -> None:
    poor = done(cards=[{**CARD, "balance": -20, "actual_balance": -20}])
    with on_stage(Stage({**BELOW, "GET /organization/card": poor})) as backend:
        stand = till_at(backend)
        await stand.till.start()
        now = await stand.do(SELL[0])
        assert now.receipt is not None
        assert now.receipt.buyer is not None
        card = now.receipt.buyer.card
        assert card is not None
        assert (card.balance, card.available) == (-2000, 0)
        await stand.till.close()


@pytest.mark.parametrize(
    "parts",
    [
        [],
        None,
        [{"line_number": 1, "max_payment_sum": 50, "payment_sum": 49}],
        [{"line_number": 1, "payment_sum": 60}, {"line_number": 9, "payment_sum": -10}],
        [{"line_number": 9, "payment_sum": 50}],
        [{"line_number": 1, "payment_sum": "50.00", "max_payment_sum": -1}],
    ],
)
async def test_a_distribution_that_does_not_add_up_is_spread_by_the_till(parts: Any) -> None:
    stand = await finished(calculated(payment_distribution=parts))
    assert (stand.receipt.spend, stand.receipt.lines[0].points) == (5000, 5000)


async def test_points_on_the_receipt_that_were_not_asked_for_are_not_taken() -> None:
    with on_stage(Stage(BELOW)) as backend:
        stand = till_at(backend)
        await stand.till.start()
        await stand.do(*SELL[:3])
        assert stand.receipt.lines[0].points == 0
        await stand.till.close()


# --- another currency


async def test_a_shop_of_another_currency_sells_without_the_service() -> None:
    shop = demo_shop().model_copy(update={"currency": "EUR"})
    stage = Stage(BELOW)
    with on_stage(stage) as backend:
        stand = till_at(backend, shop)
        await stand.till.start()
        await selling(stand, (do.AddGoods("10201", ONE), do.Calculate(), do.TakeTender(CASH)))
        assert stand.is_in(State.FINISHED)
        assert "reckons in RUB, this shop in EUR" in stand.said
        assert not any("calculate" in path for path, _status in stage.calls)
        await stand.till.close()


# --- what comes back


async def test_a_found_sale_comes_back_whole() -> None:
    script = {"GET /organization/sale_info": done(sales=[{**SALE, "date_calculate_local": 0}])}
    with on_stage(Stage({**BELOW, **script})) as backend:
        stand = till_at(backend)
        await stand.till.start()
        await stand.do(do.FindSale(card=ANNA.number, day=date(2026, 3, 3)))
        sale = stand.till.now.sale
        assert sale is not None
        await stand.do(do.ReturnAll(), do.Refund(CASH))
        assert stand.receipt.kind is Kind.RETURN
        assert check_return(replace(sale.receipt, of=None), [stand.receipt]) == []
        await stand.till.close()
