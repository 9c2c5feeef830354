"""Sales and returns: saved once, credited as promised, undone to the last hundredth."""

from dataclasses import replace
from datetime import date

import pytest
from house.counter import Counter, MakeCounter, line, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.keeping import SaleQuery
from cashier.exchange import CancelSaleRequest, FindSaleRequest, FoundSale, Reason, Refused
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Receipt,
    Settled,
    Source,
)

HAPPY = """
[[promotion]]
id = "hour"
kind = "bonus"
name = "Happy hour"
points = 40
[promotion.when]
hours = "09:00-11:00"
"""


async def balance(counter: Counter, card: str = "A1") -> int:
    return (await counter.found(card)).cards[0].balance


async def refusal(counter: Counter, receipt: Receipt, operation: str = "") -> Reason:
    with pytest.raises(Refused) as refused:
        await counter.save(receipt, operation)
    return refused.value.reason


# --- saving ---------------------------------------------------------------------------------


async def test_a_sale_credits_what_the_calculation_promised(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(price=199_99), card="A1"), 30_00)
    settled = await counter.save(receipt)
    assert receipt.applied is not None
    assert settled.earned == receipt.applied.earn == 8_50
    assert settled.spent == 30_00
    assert settled.balance == await balance(counter) == 1000_00 - 30_00 + 8_50


async def test_the_promise_holds_when_the_happy_hour_ends_before_the_payment(
    make: MakeCounter,
) -> None:
    counter = make(HAPPY)
    await counter.clock.move(minutes=59)
    receipt = await counter.priced(await counter.receipt(line(), card="A1"))
    await counter.clock.move(minutes=5)
    assert (await counter.save(receipt)).earned == 45_00


async def test_a_sale_repeated_with_its_id_answers_the_same_and_changes_nothing(
    counter: Counter,
) -> None:
    receipt = await counter.priced(await counter.receipt(line(), card="A1"), 10_00)
    first = await counter.save(receipt)
    after = await balance(counter)
    assert await counter.save(receipt) == first
    assert await balance(counter) == after


async def test_one_receipt_under_two_ids_is_refused(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(), card="A1"))
    await counter.save(receipt)
    assert await refusal(counter, receipt, "other") is Reason.ALREADY_PROCESSED


async def test_two_receipts_under_one_id_are_refused(counter: Counter) -> None:
    await counter.save(await counter.receipt(line()), "same")
    assert await refusal(counter, await counter.receipt(line()), "same") is Reason.ALREADY_PROCESSED


async def test_a_sale_without_a_buyer_is_kept_and_earns_nothing(counter: Counter) -> None:
    receipt = await counter.receipt(line())
    settled = await counter.save(receipt)
    assert (settled.earned, settled.balance) == (0, None)
    assert len(await find(counter, receipt.number)) == 1


async def test_points_that_went_meanwhile_are_refused_and_nothing_is_saved(
    counter: Counter,
) -> None:
    one = await counter.priced(await counter.receipt(line(price=600_00), card="A1"), 300_00)
    for _purchase in range(3):
        await counter.sell(await counter.receipt(line(price=600_00), card="A1"), 300_00)
    assert await refusal(counter, one) is Reason.LIMIT_EXCEEDED
    assert await find(counter, one.number) == ()
    assert await balance(counter) == 1000_00 - 900_00 + 3 * 15_00


async def test_a_card_blocked_meanwhile_may_not_spend(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(), card="A1"), 10_00)
    card = await counter.buyer("B-blocked")
    assert await refusal(counter, replace(receipt, buyer=card)) is Reason.BLOCKED


async def test_points_that_are_not_on_the_lines_are_refused(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(), card="A1"))
    assert await refusal(counter, replace(receipt, spend=10_00)) is Reason.OTHER


async def test_points_are_spent_from_the_lot_that_burns_soonest(counter: Counter) -> None:
    await counter.sell(await counter.receipt(line(), card="A1"), 50_00)
    await counter.clock.move(days=3)
    assert await balance(counter) == 900_00 + 2_50


# --- sold without the system ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "card"),
    [
        (IdentifierKind.CARD, "A1", "A1"),
        (IdentifierKind.EMAIL, "ann@example.org", "A2"),
        (IdentifierKind.PHONE, "+79001234501", "A2"),
    ],
)
async def test_a_buyer_never_verified_earns_when_the_sale_arrives(
    counter: Counter, kind: IdentifierKind, value: str, card: str
) -> None:
    receipt = await counter.receipt(line())
    sold = replace(receipt, buyer=Buyer(Identifier(kind, value)))
    settled = await counter.save(sold)
    assert settled.earned == {"A1": 5_00, "A2": 10_00}[card]
    assert settled.balance == 1000_00 + settled.earned


async def test_an_unknown_number_earns_nothing_and_the_sale_is_kept(counter: Counter) -> None:
    receipt = await counter.receipt(line())
    sold = replace(receipt, buyer=Buyer(Identifier(IdentifierKind.CARD, "[b")))
    settled = await counter.save(sold)
    assert settled.earned == 0
    assert "not known" in settled.messages[0].text


async def test_a_late_sale_goes_by_the_rules_of_its_own_time(make: MakeCounter) -> None:
    counter = make(HAPPY)
    receipt = await counter.receipt(line())
    sold = replace(
        receipt, buyer=Buyer(Identifier(IdentifierKind.CARD, "A1")), closed_at=counter.now
    )
    await counter.clock.move(days=1, hours=5)
    assert (await counter.save(sold)).earned == 45_00


async def test_a_card_that_is_not_ours_is_no_harm(counter: Counter) -> None:
    receipt = await counter.receipt(line())
    stranger = Buyer(Identifier(IdentifierKind.CARD, "X"), None, Card("X"))
    assert (await counter.save(replace(receipt, buyer=stranger))).balance is None


# --- finding --------------------------------------------------------------------------------


async def find(
    counter: Counter, number: str = "", card: str = "", day: date | None = None
) -> tuple[FoundSale, ...]:
    request = FindSaleRequest(number=number, card=card, day=day, at=counter.now)
    return await counter.house.find_sale(request)


async def test_a_sale_is_found_by_number_or_by_card_and_day(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(), card="A1"), 10_00)
    settled = await counter.save(receipt)
    (sale,) = await find(counter, receipt.number)
    assert sale.receipt == replace(receipt, closed_at=counter.now, settled=settled)
    assert await find(counter, card="A1", day=counter.now.date()) == (sale,)
    assert await find(counter, card="A2", day=counter.now.date()) == ()
    assert await find(counter, card="A1", day=date(2026, 11, 22)) == ()
    assert await find(counter) == ()


async def test_what_came_back_is_told_with_the_sale(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(quantity=3 * ONE), line("2")))
    await counter.save(sale)
    await counter.bring_back(sale, {1: 2 * ONE})
    (found,) = await find(counter, sale.number)
    assert [(one.number, one.quantity) for one in found.returned] == [(1, 2 * ONE)]


# --- returning ------------------------------------------------------------------------------


async def test_a_whole_return_undoes_the_sale(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(price=333_33), card="A1"), 100_01)
    settled = await counter.save(sale)
    back = await counter.bring_back(sale, {1: ONE})
    assert (back.given_back, back.taken_back) == (100_01, settled.earned)
    assert back.balance == await balance(counter) == 1000_00


async def test_a_return_repeated_with_its_id_answers_the_same(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(quantity=2 * ONE), card="A1"))
    await counter.save(sale)
    first = await counter.bring_back(sale, {1: ONE}, "same")
    assert await counter.bring_back(sale, {1: ONE}, "same") == first
    assert (await counter.bring_back(sale, {1: ONE})).taken_back == first.taken_back


@pytest.mark.parametrize(
    ("back", "why"),
    [
        ({1: ONE}, Reason.ALREADY_PROCESSED),
        ({2: 3 * ONE}, Reason.LIMIT_EXCEEDED),
        ({3: ONE}, Reason.NOT_FOUND),
        ({2: 0}, Reason.OTHER),
        ({2: -ONE}, Reason.OTHER),
        ({}, Reason.OTHER),
    ],
)
async def test_what_cannot_come_back_says_why(
    counter: Counter, back: dict[int, int], why: Reason
) -> None:
    sale = await counter.priced(await counter.receipt(line(), line("2", quantity=2 * ONE)))
    await counter.save(sale)
    await counter.bring_back(sale, {1: ONE})
    with pytest.raises(Refused) as refused:
        await counter.bring_back(sale, back)
    assert refused.value.reason is why


async def test_a_return_of_an_unknown_sale_is_refused(counter: Counter) -> None:
    with pytest.raises(Refused) as refused:
        await counter.bring_back(await counter.receipt(line()), {1: ONE})
    assert refused.value.reason is Reason.NOT_FOUND


async def test_a_return_is_no_sale(counter: Counter) -> None:
    receipt = replace(await counter.receipt(line()), kind=Kind.RETURN)
    assert await refusal(counter, receipt) is Reason.OTHER


async def test_points_whose_lot_has_burnt_come_back_into_a_new_one(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(), card="A1"), 50_00)
    await counter.save(sale)
    await counter.clock.move(days=4)
    back = await counter.bring_back(sale, {1: ONE})
    assert back.balance == 900_00 + 50_00
    await counter.clock.move(days=30)
    assert await balance(counter) == 900_00


async def test_points_earned_and_spent_already_leave_a_balance_below_zero(
    counter: Counter,
) -> None:
    sale = await counter.priced(await counter.receipt(line(price=800_00), card="N1"))
    await counter.save(sale)
    await counter.sell(await counter.receipt(line(), card="N1"), 40_00)
    back = await counter.bring_back(sale, {1: ONE})
    assert (back.taken_back, back.balance, back.available) == (40_00, -37_00, 0)
    settled = await counter.sell(await counter.receipt(line(price=800_00), card="N1"))
    assert (settled.balance, settled.available) == (3_00, 3_00)
    await counter.clock.move(days=365)
    assert await balance(counter, "N1") == 0


async def test_a_level_that_was_reached_stays_but_the_turnover_goes_down(
    counter: Counter,
) -> None:
    sale = await counter.priced(await counter.receipt(line(price=1000_00), card="A1"))
    assert (await counter.save(sale)).level == "Silver"
    await counter.bring_back(sale, {1: ONE})
    settled = await counter.sell(await counter.receipt(line(), card="A1"))
    assert settled.to_next_level == 4900_00
    assert (await counter.found("A1")).cards[0].level == "Silver"


async def sold(
    counter: Counter, quantities: list[int], prices: list[int], spend: int
) -> tuple[Receipt, Settled]:
    """``spend``: how many per cent of the points that may be spent."""
    lines = [line(str(n), prices[n], much * ONE) for n, much in enumerate(quantities)]
    receipt = await counter.receipt(*lines, card="A1")
    most = min(300_00, (await counter.offer(await counter.priced(receipt))).spendable)
    sale = await counter.priced(receipt, most * spend // 100)
    return sale, await counter.save(sale)


@settings(max_examples=60, deadline=None)
@given(
    quantities=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    prices=st.lists(st.integers(1, 999_99), min_size=4, max_size=4),
    spend=st.integers(0, 100),
    order=st.randoms(use_true_random=False),
)
async def test_part_returns_add_up_to_the_whole(
    quantities: list[int], prices: list[int], spend: int, order: object
) -> None:
    counter = Counter(rules_of(HAPPY))
    sale, settled = await sold(counter, quantities, prices, spend)
    pieces = [n for n, much in enumerate(quantities, 1) for _piece in range(much)]
    order.shuffle(pieces)  # type: ignore[attr-defined]
    given_back = taken_back = 0
    for number in pieces:
        back = await counter.bring_back(sale, {number: ONE})
        given_back += back.given_back
        taken_back += back.taken_back
    assert (given_back, taken_back) == (settled.spent, settled.earned)
    assert await balance(counter) == 1000_00
    await counter.house.close()


# --- cancelling -----------------------------------------------------------------------------


async def cancel(counter: Counter, receipt: Receipt) -> None:
    await counter.house.cancel_sale(
        CancelSaleRequest(operation_id="c", receipt=receipt, at=counter.now)
    )


async def test_a_cancelled_sale_never_was(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(), card="A1"), 20_00)
    await counter.save(sale)
    await cancel(counter, sale)
    await cancel(counter, sale)
    assert await balance(counter) == 1000_00
    assert await find(counter, sale.number) == ()
    assert await refusal(counter, sale) is Reason.ALREADY_PROCESSED
    with pytest.raises(Refused):
        await counter.bring_back(sale, {1: ONE})


async def test_cancelling_what_was_never_saved_leaves_the_receipt_free(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(), card="A1"))
    await cancel(counter, sale)
    assert (await counter.save(sale)).earned == 5_00


async def test_a_sale_with_goods_back_is_not_cancelled(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(), line("2"), card="A1"))
    await counter.save(sale)
    await counter.bring_back(sale, {1: ONE})
    with pytest.raises(Refused) as refused:
        await cancel(counter, sale)
    assert refused.value.reason is Reason.ALREADY_PROCESSED


def state(counter: Counter) -> object:
    """All that a return changes."""
    keeper = counter.house.keeping()
    sales = [(one.cancelled, one.returns) for one in keeper.sales.sales(SaleQuery(card="A1"))]
    return keeper.cards.card("A1"), list(keeper.points.lots("A1")), sales


@settings(max_examples=40, deadline=None)
@given(
    quantities=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    prices=st.lists(st.integers(1, 999_99), min_size=3, max_size=3),
    spend=st.integers(0, 100),
    order=st.randoms(use_true_random=False),
)
async def test_a_return_that_is_undone_never_was(
    quantities: list[int], prices: list[int], spend: int, order: object
) -> None:
    counter = Counter(rules_of(HAPPY))
    sale, settled = await sold(counter, quantities, prices, spend)
    pieces = [n for n, much in enumerate(quantities, 1) for _piece in range(much)]
    order.shuffle(pieces)  # type: ignore[attr-defined]
    given_back = taken_back = 0
    for number in pieces:
        before = state(counter)
        first = await counter.bring_back(sale, {number: ONE})
        await counter.undo_last_return()
        assert state(counter) == before
        await counter.undo_last_return()
        assert state(counter) == before
        assert await counter.bring_back(sale, {number: ONE}) == first
        given_back += first.given_back
        taken_back += first.taken_back
    assert (given_back, taken_back) == (settled.spent, settled.earned)
    await counter.house.close()


async def test_only_the_last_return_of_a_sale_is_undone(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(), line("2"), card="A1"))
    await counter.save(sale)
    await counter.bring_back(sale, {1: ONE})
    first = counter.back
    await counter.bring_back(sale, {2: ONE})
    with pytest.raises(Refused) as refused:
        await counter.undo_return(first)
    assert refused.value.reason is Reason.ALREADY_PROCESSED
    await counter.undo_last_return()
    await counter.undo_return(first)
    await cancel(counter, sale)
    assert await balance(counter) == 1000_00


async def test_points_given_back_and_spent_meanwhile_are_missing(counter: Counter) -> None:
    sale = await counter.priced(await counter.receipt(line(price=1600_00), card="N1"))
    await counter.save(sale)
    again = await counter.priced(await counter.receipt(line(price=100_00), card="N1"), 50_00)
    settled = await counter.save(again)
    await counter.bring_back(again, {1: ONE})
    left = await counter.sell(await counter.receipt(line(price=160_00), card="N1"), 80_00)
    assert left.balance is not None
    await counter.undo_last_return()
    assert await balance(counter, "N1") == left.balance - 50_00 + settled.earned


# --- what a hostile till may send -------------------------------------------------------------


async def test_strange_lines_and_words_do_no_harm(counter: Counter) -> None:
    strange = Discount(Source.COUPON, "no such rule", "[/x]", 1_00)
    lines = (
        Line(1, "'", "[/red] \u202e" + "x" * 200, 0, 0, 0),
        Line(2, "", "", 10_00, ONE, 10_00, discounts=(strange,)),
    )
    receipt = await counter.receipt(card="A1")
    settled = await counter.save(replace(receipt, lines=lines, context="[b\x00"))
    (sale,) = await find(counter, receipt.number)
    assert sale.receipt.lines == lines
    assert settled.earned == 45


async def test_numbers_beyond_all_measure_are_refused_and_nothing_is_saved(
    counter: Counter,
) -> None:
    receipt = await counter.receipt(line(price=10**12, quantity=10**15), card="A1")
    assert await refusal(counter, receipt) is Reason.LIMIT_EXCEEDED
    assert await find(counter, receipt.number) == ()


async def test_signs_that_are_no_text_are_refused(counter: Counter) -> None:
    receipt = await counter.receipt(line())
    assert await refusal(counter, replace(receipt, number="\udcff")) is Reason.OTHER
    named = replace(receipt, lines=(replace(line(), name="\udcff"),))
    assert await refusal(counter, named) is Reason.OTHER
