"""Discounts by hand, and the till's own promotions where no system prices."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand import MORNING, Stand

from cashier import commands as do
from cashier.errors import BadInput, CashierError
from cashier.exchange import Refused
from cashier.money import ONE
from cashier.promotions import with_own_promotions
from cashier.receipt import Line, Receipt, Source, TenderKind
from cashier.shop import Promotion
from cashier.snapshot import AskSupervisor, State

CASH = TenderKind.CASH
BREAD, BEER = do.AddGoods("10101", 2 * ONE), do.AddGoods("11201")


async def test_a_discount_takes_the_place_of_the_last_one_and_stays(stand: Stand) -> None:
    await stand.do(BREAD, do.AddGoods("10102"), do.GiveDiscount(1, percent=1000))
    assert [line.discount for line in stand.receipt.lines] == [998, 0]
    await stand.do(do.GiveDiscount(percent=500))
    assert [line.discount for line in stand.receipt.lines] == [499, 285]
    await stand.do(do.Calculate())
    first = stand.receipt.lines[0]
    assert first.discounts[0].source is Source.HAND
    assert len(first.discounts) > 1, "promotions come on top"
    await stand.do(do.GiveDiscount(1, amount=100))
    assert stand.is_in(State.SELLING)
    assert [line.discount for line in stand.receipt.lines] == [100, 285]
    await stand.do(do.SetQuantity(1, ONE))
    assert [line.discount for line in stand.receipt.lines] == [0, 285]
    await stand.do(do.GiveDiscount(percent=0), do.GiveDiscount(percent=300), do.Calculate())
    await stand.do(do.TakeTender(CASH))
    sold = stand.receipt
    assert "Discount by hand" in str(stand.slips[-1].elements)
    await stand.do(do.FindSale(number=sold.number), do.ReturnAll())
    assert (stand.receipt.total, stand.receipt.discount) == (sold.total, sold.discount)


async def test_nothing_is_sold_below_its_lowest_price(stand: Stand) -> None:
    await stand.do(BEER, do.ConfirmAge(old_enough=True))
    for amount, allowed in ((1001, False), (1000, True)):
        await stand.do(do.GiveDiscount(1, amount=amount))
        if isinstance(stand.till.now.question, AskSupervisor):
            if allowed:
                await stand.do(do.Allow("4321"))
            else:
                with pytest.raises(Refused, match="at most"):
                    await stand.till.do(do.Allow("4321"))
    assert stand.receipt.total == 7990
    await stand.do(do.AddGoods("11301"))
    assert isinstance(await stand.refused(do.GiveDiscount(2, percent=500)), Refused)
    await stand.do(do.GiveDiscount(percent=10_000), do.Allow("4321"), do.Calculate())
    assert [line.total - line.floor for line in stand.receipt.lines] == [0, 0]


@pytest.mark.parametrize(
    "command",
    [do.GiveDiscount(), do.GiveDiscount(percent=1, amount=1), do.GiveDiscount(9, percent=1),
     do.GiveDiscount(percent=-1), do.GiveDiscount(amount=-1), do.GiveDiscount(-1, percent=1)],
)  # fmt: skip
async def test_a_discount_that_makes_no_sense_is_refused(
    stand: Stand, command: do.GiveDiscount
) -> None:
    await stand.refused(do.GiveDiscount(percent=100))
    await stand.do(BREAD)
    before = stand.receipt
    with pytest.raises(CashierError) as told:
        await stand.do(command, do.Allow("4321"))
    assert isinstance(told.value, BadInput)
    assert stand.receipt == before


# --- promotions of the till's own


def bread(pieces: int = 1, lowest: int = 0) -> Line:
    whole = 4990 * pieces
    return Line(1, "10101", "Bread", 4990, pieces * ONE, whole, group="bread", lowest=lowest)


def own(**fields: object) -> Promotion:
    return Promotion.model_validate({"name": "Ours", "percent": "20", **fields}, strict=False)


def total(*lines: Line, promotions: list[Promotion], at: str = "10:00") -> int:
    moment = datetime.combine(MORNING.date(), datetime.strptime(at, "%H:%M").time())  # noqa: DTZ007
    receipt = Receipt("r", MORNING).with_lines(lines)
    return with_own_promotions(receipt, promotions, moment.replace(tzinfo=MORNING.tzinfo)).total


def test_own_promotions_are_for_their_goods_sums_and_hours() -> None:
    assert total(bread(), promotions=[own()]) == 3992
    assert total(bread(), promotions=[own(groups=("tea",))]) == 4990
    assert total(bread(), promotions=[own(skus=("10101",))]) == 3992
    assert total(bread(), promotions=[own(percent="10"), own(), own(percent="5")]) == 3992
    assert total(bread(lowest=4500), promotions=[own()]) == 4500
    for pieces, price in ((2, 9980), (3, 11976)):
        assert total(bread(pieces), promotions=[own(minimum="149.70")]) == price
    for hours, at, runs in (
        ("19:00-22:00", "19:00", True), ("19:00-22:00", "22:00", False),
        ("22:00-06:00", "23:59", True), ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False), ("00:00-24:00", "23:59", True),
    ):  # fmt: skip
        assert (total(bread(), promotions=[own(hours=hours)], at=at) == 3992) is runs, (hours, at)


goods = st.builds(bread, st.integers(1, 9), st.integers(0, 4990))


@given(st.lists(goods, max_size=4), st.lists(st.integers(1, 10_000), max_size=4))
def test_own_promotions_never_break_a_receipt(lines: list[Line], percents: list[int]) -> None:
    bare = Receipt("r", MORNING).with_lines(lines)
    promotions = [own().model_copy(update={"percent": percent}) for percent in percents]
    done = with_own_promotions(bare, promotions, MORNING)
    for line in done.lines:
        assert line.floor <= line.total <= line.amount
        assert len(line.discounts) <= 1
