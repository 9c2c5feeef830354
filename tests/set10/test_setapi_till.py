"""A whole sale at a till whose loyalty system is a pair of plugins, and nothing else."""

from dataclasses import replace

from set10.setapi_stand import ANNA, Failing, away, plugin_till, silent

from cashier import commands as do
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.money import ONE
from cashier.receipt import Source, TenderKind
from cashier.snapshot import State

BREAD = do.Scan("4600000000015", 3 * ONE)
"""149.70."""
CASH = do.TakeTender(TenderKind.CASH)
SALE: list[do.Command] = [BREAD, do.Scan(ANNA), do.Calculate()]


async def test_points_are_spent_and_earned_and_the_life_cycle_is_in_order() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    assert await till.points() == 47_050
    await stand.do(*SALE, do.PayPoints(10_00))
    assert await till.points() == 46_050, "they are written off at once"
    await stand.do(CASH)
    assert stand.is_in(State.FINISHED)
    receipt = stand.receipt
    assert [one.amount for one in receipt.lines[0].discounts] == [749, 1000]
    assert receipt.settled is not None
    assert (receipt.settled.earned, receipt.settled.spent) == (397, 1000)
    assert receipt.settled.balance == await till.points() == 46_050 + 397
    life = [one for one in till.calls if one != "search_card"]
    prices = [
        "on_discount_calculation_started",
        "do_discount",
        "on_discount_calculation_finished",
    ]
    end = ["event_before_receipt_fiscalized", "on_receipt_fiscalized"]
    assert [one for one in life if one != "cancel_discount"] == [
        *prices, "write_off", *prices, *end,
    ]  # fmt: skip


async def test_without_a_card_the_plugin_is_inactive() -> None:
    till = plugin_till()
    await till.stand.till.start()
    await till.stand.do(BREAD, do.Calculate(), CASH)
    receipt = till.stand.receipt
    assert receipt.total == 149_70
    assert receipt.settled is not None and receipt.settled.earned == 0
    assert "do_discount" in till.calls and "write_off" not in till.calls


async def test_points_taken_off_are_rolled_back_and_the_plugin_hears_of_cancel() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE, do.PayPoints(10_00), do.UndoPoints())
    assert await till.points() == 47_050
    assert stand.receipt.spend == 0
    spoken = [one for one in till.calls if one in ("write_off", "rollback", "cancel_discount")]
    assert spoken[-3:] == ["write_off", "rollback", "cancel_discount"]


async def test_back_at_the_goods_the_points_are_on_the_card_again() -> None:
    till = plugin_till()
    await till.stand.till.start()
    await till.stand.do(*SALE, do.PayPoints(10_00), do.BackToGoods())
    assert await till.points() == 47_050
    assert till.calls[-2:] == ["rollback", "cancel_discount"]


async def test_a_return_gives_points_back_and_takes_points_back_to_the_last_one() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE, do.PayPoints(10_00), CASH)
    number = stand.receipt.number
    for _turn in range(3):
        await stand.do(do.FindSale(number), do.ReturnLine(1, ONE), do.Refund())
        assert stand.is_in(State.FINISHED)
    assert await till.points() == 47_050


async def test_more_points_than_the_ceiling_are_refused_by_the_till() -> None:
    till = plugin_till()
    await till.stand.till.start()
    await till.stand.do(*SALE)
    error = await till.stand.refused(do.PayPoints(140_80))
    assert "99 %" in str(error)
    assert "write_off" not in till.calls


# --- silence


async def test_a_write_off_without_an_answer_is_taken_back() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.after["write_off"] = lambda _answer: silent()
    error = await stand.refused(do.PayPoints(10_00))
    assert isinstance(error, Unavailable)
    assert await till.points() == 47_050
    del till.heard.after["write_off"]
    await stand.do(do.PayPoints(10_00), CASH)
    assert await till.points() == 46_050 + 397


async def test_a_rollback_without_an_answer_is_kept_and_said_later() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.after["write_off"] = lambda _answer: silent()
    till.heard.before["rollback"] = silent
    error = await stand.refused(do.PayPoints(10_00))
    assert isinstance(error, OutcomeUnknown)
    [kept] = error.feedback
    assert "10 points" in kept.text and ANNA in kept.text
    assert await till.points() == 46_050


async def test_what_the_plugin_has_not_heard_waits_in_the_till_and_is_said_with_the_queue() -> None:
    """A rollback, and an accrual that takes the place of other feedback but not of this."""
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.after["write_off"] = lambda _answer: silent()
    till.heard.before["rollback"] = silent
    await stand.refused(do.PayPoints(10_00))
    box = stand.till.workplace.feedback
    assert box.waiting == 1
    cards = Failing(till, away)
    await stand.do(CASH)
    assert "4.27 points will come onto the card later" in stand.said
    assert box.waiting == 2
    cards.how = None
    till.heard.before.clear()
    await stand.do(do.Deliver())
    assert box.waiting == 0
    assert await till.points() == 47_050 + 427


async def test_a_plugin_that_asks_to_try_again_has_done_nothing() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.before["write_off"] = away
    error = await stand.refused(do.PayPoints(10_00))
    assert isinstance(error, Unavailable)
    assert "rollback" not in till.calls
    assert await till.points() == 47_050


async def test_prices_that_fail_after_the_write_off_roll_it_back() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.before["do_discount"] = away
    await stand.refused(do.PayPoints(10_00))
    assert "write_off" in till.calls
    assert await till.points() == 47_050


async def test_a_balance_that_fails_after_the_write_off_rolls_it_back() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)
    till.heard.before["search_card"] = away
    await stand.refused(do.PayPoints(10_00))
    del till.heard.before["search_card"]
    assert await till.points() == 47_050


# --- the consistency rule


async def test_points_that_became_another_discount_are_rolled_back_and_reckoned_with_none() -> None:
    till = plugin_till()
    stand = till.stand
    await stand.till.start()
    await stand.do(*SALE)

    till.heard.after["do_discount"] = lambda result: replace(result, discounts=())
    error = await stand.refused(do.PayPoints(10_00))
    assert isinstance(error, Refused)
    assert "10 points were written off and 0 became a discount" in str(error)
    assert till.calls[-5:] == [
        "write_off",
        "on_discount_calculation_started",
        "do_discount",
        "rollback",
        "do_discount",
    ]
    assert await till.points() == 47_050
    assert not any(one.source is Source.POINTS for one in stand.receipt.lines[0].discounts)
