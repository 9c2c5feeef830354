"""Points on an open receipt: how many, why not more, and holding them."""

from dataclasses import replace

import pytest
from house.counter import Counter, MakeCounter, line
from hypothesis import given, settings
from hypothesis import strategies as st

from cashier.checks import check_offer, check_receipt
from cashier.exchange import (
    ConfirmationRequired,
    PointsOffer,
    Reason,
    Refused,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
)
from cashier.money import ONE
from cashier.receipt import Buyer, Identifier, IdentifierKind, Receipt

TENTH = '[[promotion]]\nid = "p"\nkind = "percent"\nname = "P"\npercent = 10\n'


async def offered(counter: Counter, receipt: Receipt) -> PointsOffer:
    return await counter.offer(await counter.priced(receipt))


async def test_a_receipt_is_paid_with_no_more_than_the_percent_of_the_level(
    counter: Counter,
) -> None:
    offer = await offered(counter, await counter.receipt(line(price=301_01), card="A1"))
    assert (offer.balance, offer.available, offer.spendable) == (1000_00, 1000_00, 150_50)
    assert [limit.name for limit in offer.limits] == ["percent", "goods", "available"]
    assert offer.limits[0].text == "no more than 50 % of the receipt"


async def test_nor_with_more_than_is_available(counter: Counter) -> None:
    offer = await offered(counter, await counter.receipt(line(price=5000_00), card="A1"))
    assert offer.spendable == 1000_00
    assert offer.limits[0].name == "available"


async def test_nor_below_the_lowest_prices_after_promotions(make: MakeCounter) -> None:
    counter = make(TENTH)
    receipt = await counter.receipt(line(price=100_00, lowest=70_00), card="A1")
    offer = await offered(counter, receipt)
    assert offer.spendable == 20_00
    assert [part.amount for part in offer.lines] == [20_00]
    assert offer.limits[0].name == "goods"


async def test_excluded_goods_are_named_and_bear_nothing(counter: Counter) -> None:
    lines = [line(price=10_00), line("2", group="tobacco")]
    offer = await offered(counter, await counter.receipt(*lines, card="A1"))
    assert offer.excluded == (2,)
    assert [part.amount for part in offer.lines] == [10_00, 0]
    assert offer.spendable == 10_00


@pytest.mark.parametrize("card", ["B-earn", "B-blocked", "B-asleep"])
async def test_a_card_that_may_not_spend_says_so_first(counter: Counter, card: str) -> None:
    offer = await offered(counter, await counter.receipt(line(), card=card))
    assert offer.spendable == 0
    assert offer.limits[0].text == "this card may not spend points"


async def test_points_that_are_not_active_yet_are_not_available(make: MakeCounter) -> None:
    counter = make(
        '[[customer]]\nid = "z"\nname = "Z"\ncard = [{ number = "Z" }]\n'
        "lot = [{ points = 70, starts_in_days = 2 }]\n"
    )
    before = await offered(counter, await counter.receipt(line(), card="Z"))
    assert (before.balance, before.available) == (70_00, 0)
    await counter.clock.move(days=2)
    after = await offered(counter, await counter.receipt(line(), card="Z"))
    assert (after.balance, after.available) == (70_00, 70_00)


async def test_spending_lowers_what_is_earned(counter: Counter) -> None:
    receipt = await counter.receipt(line(), card="A1")
    assert (await counter.calculate(receipt)).earn == 5_00
    assert (await counter.calculate(receipt, spend=50_00)).earn == 2_50


@pytest.mark.parametrize(("earn_on", "earned"), [("all", 5_00), ("nothing", 0), ("money", 2_50)])
async def test_what_a_part_paid_receipt_earns_on_is_a_setting(earn_on: str, earned: int) -> None:
    from house.counter import BASE  # the basic rules with one line more

    from backends.house.loading import parse_rules

    text = BASE.replace("confirm_above = 300", f'confirm_above = 300\nearn_on = "{earn_on}"')
    counter = Counter(parse_rules(text))
    receipt = await counter.receipt(line(), card="A1")
    assert (await counter.calculate(receipt, spend=50_00)).earn == earned
    await counter.house.close()


async def test_the_distribution_adds_up_to_the_points_and_skips_excluded_lines(
    counter: Counter,
) -> None:
    lines = [line(price=33_33), line("2", group="tobacco"), line("3", 66_67, 2 * ONE)]
    receipt = await counter.receipt(*lines, card="A1")
    answer = await counter.calculate(receipt, spend=77_77)
    assert sum(part.amount for part in answer.distribution) == 77_77
    assert {part.number for part in answer.distribution} == {1, 3}


async def test_more_than_may_be_spent_is_refused_with_the_limit(counter: Counter) -> None:
    receipt = await counter.receipt(line(), card="A1")
    with pytest.raises(Refused, match="50 %") as refused:
        await counter.calculate(receipt, spend=50_01)
    assert refused.value.reason is Reason.LIMIT_EXCEEDED


async def test_an_unverified_buyer_spends_nothing(counter: Counter) -> None:
    bare = await counter.receipt(line())
    receipt = replace(bare, buyer=Buyer(Identifier(IdentifierKind.CARD, "A1")))
    with pytest.raises(Refused, match="verified"):
        await counter.calculate(receipt, spend=1_00)


async def test_points_of_an_unknown_card_are_refused(counter: Counter) -> None:
    with pytest.raises(Refused) as refused:
        await counter.offer(await counter.receipt(line()))
    assert refused.value.reason is Reason.NOT_FOUND


@settings(max_examples=60, deadline=None)
@given(
    prices=st.lists(st.tuples(st.integers(1, 400_00), st.integers(0, 400_00)), min_size=1),
    share=st.integers(0, 100),
)
async def test_any_part_of_what_may_be_spent_fits_onto_the_lines(
    prices: list[tuple[int, int]], share: int
) -> None:
    from house.counter import rules_of

    counter = Counter(rules_of(TENTH))
    lines = [line(str(n), price, lowest=min(low, price)) for n, (price, low) in enumerate(prices)]
    receipt = await counter.receipt(*lines, card="A1")
    offer = await offered(counter, receipt)
    spend = offer.spendable * share // 100
    paid = await counter.priced(receipt, spend)
    assert paid.paid_with_points == spend
    assert check_offer(paid, offer) == []
    assert check_receipt(paid) == []
    await counter.house.close()


# --- holding them ---------------------------------------------------------------------------


def asking(counter: Counter, receipt: Receipt, spend: int) -> ReserveRequest:
    return ReserveRequest(
        operation_id=f"{receipt.receipt_id}:hold", receipt=receipt, spend=spend, at=counter.now
    )


async def reserved(counter: Counter, receipt: Receipt, spend: int) -> Reserved:
    """With the code, if one is asked for."""
    request = asking(counter, receipt, spend)
    answer = await counter.house.reserve(request)
    if isinstance(answer, ConfirmationRequired):
        confirmation = counter.confirmation(answer.challenge)
        answer = await counter.house.reserve(
            request.model_copy(update={"confirmation": confirmation})
        )
    assert isinstance(answer, Reserved)
    return answer


async def test_a_code_is_asked_for_above_the_threshold_only(counter: Counter) -> None:
    small = await counter.receipt(line(price=600_00), card="A1")
    big = await counter.receipt(line(price=602_00), card="A1")
    assert not (await offered(counter, small)).must_confirm
    assert (await offered(counter, big)).must_confirm
    assert isinstance(await counter.house.reserve(asking(counter, big, 300_00)), Reserved)
    assert isinstance(
        await counter.house.reserve(asking(counter, big, 300_01)), ConfirmationRequired
    )


async def test_a_hold_keeps_points_from_other_receipts_until_it_is_released(
    counter: Counter,
) -> None:
    one = await counter.receipt(line(price=1600_00), card="A1")
    other = await counter.receipt(line(price=1600_00), card="A1")
    await reserved(counter, one, 700_00)
    assert (await offered(counter, other)).available == 300_00
    assert (await offered(counter, one)).available == 1000_00
    release = ReleaseRequest(operation_id="x", receipt=one, at=counter.now)
    await counter.house.release(release)
    await counter.house.release(release)
    assert (await offered(counter, other)).available == 1000_00


async def test_a_hold_runs_out_by_itself(counter: Counter) -> None:
    one = await counter.receipt(line(price=1600_00), card="A1")
    other = await counter.receipt(line(price=1600_00), card="A1")
    await reserved(counter, one, 700_00)
    await counter.clock.move(minutes=30)
    assert (await offered(counter, other)).available == 1000_00


async def test_reserving_again_needs_no_second_code(counter: Counter) -> None:
    receipt = await counter.receipt(line(price=1600_00), card="A1")
    await reserved(counter, receipt, 700_00)
    again = await counter.house.reserve(asking(counter, receipt, 700_00))
    assert isinstance(again, Reserved)


async def test_points_above_the_threshold_are_not_spent_without_a_code(counter: Counter) -> None:
    receipt = await counter.receipt(line(price=1600_00), card="A1")
    with pytest.raises(Refused, match="confirm"):
        await counter.sell(receipt, spend=301_00)
    await reserved(counter, receipt, 301_00)
    with pytest.raises(Refused, match="confirm"):
        await counter.sell(receipt, spend=302_00)
    settled = await counter.sell(receipt, spend=301_00)
    assert (settled.spent, settled.available) == (301_00, 699_00 + settled.earned)


async def test_a_confirmed_hold_that_ran_out_must_be_confirmed_again(counter: Counter) -> None:
    receipt = await counter.receipt(line(price=1600_00), card="A1")
    await reserved(counter, receipt, 301_00)
    await counter.clock.move(minutes=30)
    with pytest.raises(Refused) as refused:
        await counter.sell(receipt, spend=301_00)
    assert refused.value.reason is Reason.EXPIRED


async def test_a_hold_of_one_customer_does_not_let_another_spend(counter: Counter) -> None:
    receipt = await counter.receipt(line(price=1600_00), card="A1")
    await reserved(counter, receipt, 301_00)
    for _purchase in range(10):
        await counter.sell(await counter.receipt(line(price=900_00), card="N1"))
    with pytest.raises(Refused, match="confirm"):
        await counter.sell(replace(receipt, buyer=await counter.buyer("N1")), spend=301_00)
