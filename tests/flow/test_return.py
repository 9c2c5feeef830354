"""Returns: shares that add up, whatever the order and the parts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand import Stand

from cashier import commands as do
from cashier.exchange import CancelSaleRequest, Reason, Refused
from cashier.money import ONE
from cashier.receipt import Discount, Line, Source, TenderKind, line_of
from cashier.steps.returning import returned_line

CASH, CARD = TenderKind.CASH, TenderKind.CARD


@st.composite
def discounted(draw: st.DrawFn) -> Line:
    pieces = draw(st.integers(1, 9))
    line = line_of(1, "1", "Bread", draw(st.integers(1, 500)), pieces * ONE)
    first = draw(st.integers(0, line.amount))
    second = draw(st.integers(0, line.amount - first))
    given = (Discount(Source.PROMOTION, "a", "a", first), Discount(Source.POINTS, "b", "b", second))
    return replace(line, discounts=given)


@given(discounted(), st.data())
def test_parts_of_a_line_add_up_and_never_cost_less_than_nothing(
    line: Line, data: st.DataObject
) -> None:
    before, parts = 0, []
    while before < line.quantity:
        quantity = data.draw(st.integers(1, (line.quantity - before) // ONE)) * ONE
        parts.append(returned_line(line, before, quantity))
        before += quantity
    assert all(part.total >= 0 and part.amount >= 0 for part in parts)
    assert sum(part.total for part in parts) == line.total
    assert sum(part.points for part in parts) == line.points
    assert sum(part.discount for part in parts) == line.discount


async def sold(stand: Stand) -> str:
    """Three loaves and two rye, 100 by card, the rest in cash."""
    await stand.do(do.Scan("2900000000018"), do.Scan("4600000000015", 3 * ONE))
    await stand.do(do.Scan("4600000000022", 2 * ONE), do.Calculate(), do.PayPoints(3000))
    await stand.do(do.TakeTender(CARD, 10_000), do.TakeTender(CASH))
    return stand.receipt.number


async def test_money_goes_back_the_way_it_was_paid(stand: Stand) -> None:
    number = await sold(stand)
    sale = stand.receipt
    back = {CASH: 0, CARD: 0}
    for line, quantity in ((1, 1), (2, 1), (1, 2), (2, 1)):
        await stand.do(do.FindSale(number=number), do.ReturnLine(line, quantity * ONE))
        await stand.do(do.Refund())
        for tender in stand.receipt.tenders:
            back[tender.kind] += tender.amount
        if sum(back.values()) < sale.total:
            assert back[CASH] > 0, "every part goes back partly in cash"
    assert back == {CARD: 10_000, CASH: sale.total - 10_000}


async def test_the_cashier_may_choose_how_it_goes_back(stand: Stand) -> None:
    number = await sold(stand)
    await stand.do(do.FindSale(number=number), do.ReturnAll(), do.Refund(CASH))
    assert [tender.kind for tender in stand.receipt.tenders] == [CASH]


async def test_goods_scanned_during_a_return_come_back(stand: Stand) -> None:
    await stand.do(do.Scan(await sold(stand)), do.Scan("4600000000022"), do.Scan("4600000000022"))
    assert [(line.sale_line, line.quantity) for line in stand.receipt.lines] == [(2, 2 * ONE)]
    await stand.refused(do.Scan("4600000000022"))
    await stand.refused(do.Scan("4600000000039"))
    await stand.refused(do.Scan("2900000000018"))


async def test_more_than_is_left_and_a_second_time_are_refused(stand: Stand) -> None:
    number = await sold(stand)
    await stand.do(do.FindSale(number=number))
    assert isinstance(await stand.refused(do.ReturnLine(1, 4 * ONE)), Refused)
    await stand.refused(do.ReturnLine(1, 1500))
    await stand.refused(do.ReturnLine(1, -ONE))
    await stand.refused(do.ReturnLine(9, ONE))
    await stand.refused(do.Refund())
    await stand.do(do.ReturnLine(1, 3 * ONE), do.Refund(), do.FindSale(number=number))
    error = await stand.refused(do.ReturnLine(1, ONE))
    assert isinstance(error, Refused)
    assert error.reason is Reason.ALREADY_PROCESSED


@pytest.mark.parametrize("number", ["R0101-999999", "", "[/x]"])
async def test_an_unknown_receipt_is_not_found(stand: Stand, number: str) -> None:
    await stand.refused(do.FindSale(number=number))


async def test_by_card_and_day_several_sales_are_offered(stand: Stand) -> None:
    await sold(stand)
    await sold(stand)
    day = stand.clock.now().date()
    await stand.do(do.FindSale(card="2900000000018", day=day))
    question = stand.till.now.question
    assert question is not None
    sales = question.sales  # type: ignore[union-attr]
    assert len(sales) == 2
    await stand.refused(do.ChooseSale("nobody's"))
    await stand.do(do.ChooseSale(sales[1].receipt.receipt_id), do.ReturnAll(), do.Refund())
    assert stand.receipt.of and stand.receipt.of.number == sales[1].receipt.number


async def test_a_sale_of_which_goods_came_back_is_not_cancelled(stand: Stand) -> None:
    number = await sold(stand)
    sale = stand.receipt
    await stand.do(do.FindSale(number=number), do.ReturnLine(1, ONE), do.Refund())
    loyalty = await stand.till.workplace.loyalty()
    at = stand.till.workplace.clock.now()
    with pytest.raises(Refused):
        await loyalty.cancel_sale(CancelSaleRequest(operation_id="c", receipt=sale, at=at))
