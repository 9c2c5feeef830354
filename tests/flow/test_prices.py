"""What does it cost? Asked in any state, sold only when told to."""

import pytest
from stand import Stand, demo_shop, make_stand

from cashier import commands as do
from cashier.commands import Command
from cashier.errors import BadInput
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.snapshot import AskAge, AskCertificate, PriceChecked, State

MILK, BREAD, BOTTLE = "4600000000244", "4600000000015", "4600000007007"
VERA = do.Scan("2900000000032")
CASH = TenderKind.CASH


def shown(stand: Stand) -> PriceChecked:
    question = stand.till.now.question
    assert isinstance(question, PriceChecked)
    return question


@pytest.mark.parametrize("state", [State.IDLE, State.SELLING, State.CALCULATED, State.FINISHED])
async def test_a_price_is_shown_and_nothing_changes(stand: Stand, state: State) -> None:
    steps: list[Command] = [do.Scan(BREAD), do.Calculate(), do.TakeTender(CASH)]
    states = [State.IDLE, State.SELLING, State.CALCULATED, State.FINISHED]
    await stand.do(*steps[: states.index(state)])
    before = stand.till.now
    await stand.do(do.CheckPrice(BREAD))
    assert (shown(stand).price, shown(stand).unit) == (4990, "pc")
    await stand.refused(do.Scan(BREAD))
    await stand.do(do.CheckPrice(BOTTLE), do.Dismiss())
    assert stand.till.now == before
    await stand.do(do.CheckPrice(BREAD), do.CheckPrice(BOTTLE), do.SellChecked())
    assert stand.is_in(State.SELLING)
    assert [line.sku for line in stand.receipt.lines][-2:] == ["11111", "11911"]
    await stand.refused(do.SellChecked())


async def test_it_is_the_price_for_this_customer_and_not_for_the_last_one(stand: Stand) -> None:
    await stand.do(do.CheckPrice("10601"))
    anybody = shown(stand).now
    await stand.do(do.Dismiss(), VERA, do.CheckPrice("10601"))
    hers = shown(stand)
    assert hers.now < anybody <= hers.price
    assert "Gold card discount" in hers.why
    await stand.do(do.SellChecked(), do.Calculate(), do.TakeTender(CASH), do.CheckPrice("10601"))
    assert shown(stand).now == anybody


async def test_what_must_be_asked_is_asked_when_it_is_sold(stand: Stand) -> None:
    await stand.do(do.CheckPrice("11201"), do.SellChecked())
    assert isinstance(stand.till.now.question, AskAge)
    await stand.do(do.ConfirmAge(old_enough=True), do.CheckPrice("GIFT-500"), do.SellChecked())
    assert isinstance(stand.till.now.question, AskCertificate)
    await stand.do(do.Dismiss(), do.CheckPrice("3*10101"), do.SellChecked())
    assert [line.quantity for line in stand.receipt.lines] == [ONE, ONE]


async def test_what_is_not_goods_and_what_answers_nothing(stand: Stand) -> None:
    for code in ("2900000000018", "SPRING10", "R0101-000001", "", "x" * 500, "\x1b[2J"):
        assert isinstance(await stand.refused(do.CheckPrice(code)), BadInput)
    await stand.do(do.SetConnection(do.Connection.OFFLINE), VERA, do.CheckPrice("10601"))
    assert shown(stand).now == shown(stand).price
    await stand.do(do.Dismiss(), do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH, 100))
    await stand.refused(do.CheckPrice(BREAD))


async def test_a_shop_on_its_own_shows_the_price_with_its_own_promotions() -> None:
    shop = demo_shop()
    own = {"name": "Bread day", "percent": "10", "groups": ("bread",)}
    alone = make_stand(
        shop=type(shop).model_validate(
            {**shop.model_dump(exclude={"permissions"}), "promotion": (own,),
             "loyalty": {"system": ""}, "cash": {}, "printer": {}}, strict=False
        )
    )  # fmt: skip
    await alone.till.start()
    await alone.do(do.CheckPrice(BREAD))
    assert (shown(alone).price, shown(alone).now, shown(alone).why) == (4990, 4491, "Bread day")
    await alone.do(do.SellChecked(), do.Calculate())
    assert alone.receipt.total == 4491
    await alone.till.close()
