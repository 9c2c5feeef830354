"""Coupons: what each kind may do, every reason why not, and what a sale does to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house.counter import Counter, MakeCounter, line
from scenario.played import play, troubles

from cashier.exchange import CheckCouponRequest, Opening, Reason, Refused
from cashier.money import ONE
from cashier.receipt import Coupon, IdentifierKind, MessageTo, Receipt, Settled, Source

COUPONS = """
[[promotion]]
id = "tenth"
kind = "percent"
name = "A tenth"
percent = 10
summable = true
[promotion.when]
coupon = "ten"
[[promotion]]
id = "milk"
kind = "amount"
name = "Milk"
amount = 5
summable = true
[promotion.when]
coupon = "milk"
groups = ["milk"]
[[promotion]]
id = "big"
kind = "threshold"
name = "Big"
amount = 50
summable = true
[promotion.when]
coupon = "unique"
minimum = 200
[[promotion]]
id = "again"
kind = "percent"
name = "Again"
percent = 20
[promotion.when]
coupon = "again"
[[promotion]]
id = "more"
kind = "bonus"
name = "More"
points = 10
[promotion.when]
coupon = "more"
[[promotion]]
id = "printing"
kind = "print"
name = "Printing"
coupon = "again"
[promotion.when]
minimum = 500

[[coupon]]
id = "ten"
kind = "reusable"
name = "Ten"
codes = ["TEN", "TEN2"]
uses = 2
[[coupon]]
id = "milk"
kind = "reusable"
name = "Milk"
ranges = [{ first = "9910", last = "9919" }]
combinable = false
[[coupon]]
id = "unique"
kind = "one_time"
name = "Unique"
ends_in_days = 5
exemplars = [
    { code = "U1" }, { code = "U2", customer = "ann" }, { code = "U3", used = true },
    { code = "U4", blocked = true }
]
[[coupon]]
id = "again"
kind = "printed"
name = "Again"
starts_in_days = 1
ends_in_days = 3
[[coupon]]
id = "more"
kind = "reusable"
name = "More"
codes = ["MORE"]
per_customer = 1
[[coupon]]
id = "old"
kind = "reusable"
name = "Old"
codes = ["OLD"]
ends_in_days = -1
[[coupon]]
id = "soon"
kind = "reusable"
name = "Soon"
codes = ["SOON"]
starts_in_days = 1
[[coupon]]
id = "there"
kind = "reusable"
name = "There"
codes = ["THERE"]
shops = ["02"]
[[coupon]]
id = "off"
kind = "reusable"
name = "Off"
codes = ["OFF"]
blocked = true
[[coupon]]
id = "empty"
kind = "reusable"
name = "Gives nothing"
codes = ["EMPTY"]
"""


@pytest.fixture
async def shop(make: MakeCounter) -> Counter:
    counter = make(COUPONS)
    await counter.house.open(Opening(shop="01", till="01"))
    return counter


async def check(shop: Counter, receipt: Receipt, code: str) -> Coupon:
    request = CheckCouponRequest(receipt=receipt, code=code, at=shop.now)
    return await shop.house.check_coupon(request)


async def reason(shop: Counter, receipt: Receipt, code: str) -> Reason:
    with pytest.raises(Refused) as refused:
        await check(shop, receipt, code)
    assert refused.value.text
    return refused.value.reason


@pytest.mark.parametrize(
    ("code", "card", "others", "why"),
    [
        ("NOSUCH", "", (), Reason.NOT_FOUND),
        ("[/x]", "", (), Reason.NOT_FOUND),
        ("OLD", "", (), Reason.EXPIRED),
        ("SOON", "", (), Reason.NOT_YET_VALID),
        ("U3", "", (), Reason.USED_UP),
        ("U2", "", (), Reason.WRONG_CUSTOMER),
        ("U2", "B-earn", (), Reason.WRONG_CUSTOMER),
        ("MORE", "", (), Reason.WRONG_CUSTOMER),
        ("THERE", "", (), Reason.WRONG_SHOP),
        ("9912", "", (), Reason.WRONG_GOODS),
        ("U1", "", (), Reason.MINIMUM_NOT_REACHED),
        ("9912", "", ("TEN",), Reason.NOT_COMBINABLE),
        ("TEN2", "", ("TEN",), Reason.NOT_COMBINABLE),
        ("OFF", "", (), Reason.BLOCKED),
        ("U4", "", (), Reason.BLOCKED),
        ("EMPTY", "", (), Reason.OTHER),
    ],
)
async def test_a_refused_coupon_says_why(
    shop: Counter, code: str, card: str, others: tuple[str, ...], why: Reason
) -> None:
    receipt = await shop.receipt(line(), card=card, coupons=others)
    assert await reason(shop, receipt, code) is why


@pytest.mark.parametrize("code", ["TEN", "ten", " Ten ", "9910", "9919"])
async def test_a_promo_code_may_be_typed_and_a_number_of_the_range_scanned(
    shop: Counter, code: str
) -> None:
    receipt = await shop.receipt(line(group="milk"))
    assert (await check(shop, receipt, code)).verified


async def test_before_the_goods_only_the_coupon_itself_is_looked_at(shop: Counter) -> None:
    empty = await shop.receipt()
    assert (await check(shop, empty, "U1")).name == "Unique"


async def test_a_coupon_does_not_stand_in_its_own_way(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("TEN",))
    assert (await check(shop, receipt, "TEN")).code == "TEN"


async def test_a_personal_coupon_holds_for_its_owner(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=300_00), card="A1")
    assert (await check(shop, receipt, "U2")).code == "U2"


async def test_a_personal_coupon_tells_who_the_buyer_is(shop: Counter) -> None:
    found = await shop.found("U2", IdentifierKind.COUPON)
    assert found.customer is not None
    assert found.customer.customer_id == "ann"


async def test_a_coupon_gives_its_discount_as_a_coupon(shop: Counter) -> None:
    answer = await shop.calculate(await shop.receipt(line(), coupons=("ten",)))
    given = answer.lines[0].discounts[0]
    assert (given.source, given.rule, given.amount) == (Source.COUPON, "tenth", 10_00)


async def test_a_coupon_that_holds_no_more_is_ignored_with_a_word(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=300_00), coupons=("U1", "TEN"))
    await shop.clock.move(days=6)
    answer = await shop.calculate(receipt)
    assert [d.rule for d in answer.lines[0].discounts] == ["tenth"]
    assert [m.to for m in answer.messages] == [MessageTo.CASHIER]
    assert "U1" in answer.messages[0].text


async def test_a_coupon_whose_goods_are_gone_is_named(shop: Counter) -> None:
    answer = await shop.calculate(await shop.receipt(line(), coupons=("U1",)))
    assert answer.lines == ()
    assert "200.00" in answer.messages[0].text


async def test_a_calculation_uses_no_coupon_up(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=300_00), coupons=("U1",))
    await shop.calculate(receipt)
    other = await shop.receipt(line(price=300_00))
    assert await check(shop, other, "U1")


# --- a sale uses them -------------------------------------------------------------------------


async def sold(shop: Counter, *codes: str, price: int = 300_00, card: str = "") -> Receipt:
    receipt = await shop.receipt(line(price=price), card=card, coupons=codes)
    priced = await shop.priced(receipt)
    await shop.save(priced)
    return priced


async def test_a_one_time_coupon_is_used_up_by_a_sale(shop: Counter) -> None:
    await sold(shop, "U1")
    assert await reason(shop, await shop.receipt(line()), "U1") is Reason.USED_UP


async def test_a_reusable_coupon_is_used_up_after_its_last_use(shop: Counter) -> None:
    await sold(shop, "TEN")
    assert await check(shop, await shop.receipt(line()), "TEN")
    await sold(shop, "TEN")
    assert await reason(shop, await shop.receipt(line()), "TEN") is Reason.USED_UP


async def test_a_customer_uses_his_one_use_but_not_that_of_others(shop: Counter) -> None:
    await sold(shop, "MORE", card="A1")
    assert await reason(shop, await shop.receipt(line(), card="A2"), "MORE") is Reason.USED_UP
    assert await check(shop, await shop.receipt(line(), card="B-earn"), "MORE")


async def test_a_coupon_that_gave_nothing_stays_usable(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    settled = await shop.save(await shop.priced(receipt))
    assert "U1" in settled.messages[0].text
    assert await check(shop, await shop.receipt(line(price=300_00)), "U1")


async def test_a_sale_is_refused_when_its_coupon_went_meanwhile(shop: Counter) -> None:
    first = await shop.priced(await shop.receipt(line(price=300_00), coupons=("U1",)))
    await sold(shop, "U1")
    with pytest.raises(Refused) as refused:
        await shop.save(first)
    assert refused.value.reason is Reason.USED_UP


async def test_a_coupon_taken_without_the_system_is_not_used(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=300_00))
    unverified = replace(receipt, coupons=(Coupon("U1", verified=False),))
    await shop.save(unverified)
    assert await check(shop, await shop.receipt(line(price=300_00)), "U1")


# --- printed by the till ----------------------------------------------------------------------


async def printed(shop: Counter, card: str = "") -> tuple[Receipt, Settled]:
    receipt = await shop.priced(await shop.receipt(line(price=500_00), card=card))
    return receipt, await shop.save(receipt)


async def test_a_printed_coupon_has_its_own_number_and_its_days(shop: Counter) -> None:
    _receipt, settled = await printed(shop)
    _other, again = await printed(shop)
    (coupon,) = settled.to_print
    assert coupon.code.startswith("99")
    assert len(coupon.code) == 13
    assert coupon.code != again.to_print[0].code
    assert coupon.valid_until == shop.now + timedelta(days=3)


async def test_a_printed_coupon_holds_once_and_in_its_days(shop: Counter) -> None:
    _receipt, settled = await printed(shop)
    code = settled.to_print[0].code
    assert await reason(shop, await shop.receipt(line()), code) is Reason.NOT_YET_VALID
    await shop.clock.move(days=1)
    assert (await check(shop, await shop.receipt(line()), code)).name == "Again"
    await sold(shop, code)
    assert await reason(shop, await shop.receipt(line()), code) is Reason.USED_UP


async def test_a_printed_coupon_expires(shop: Counter) -> None:
    _receipt, settled = await printed(shop)
    await shop.clock.move(days=3)
    code = settled.to_print[0].code
    assert await reason(shop, await shop.receipt(line()), code) is Reason.EXPIRED


async def test_a_printed_coupon_is_the_buyers_own(shop: Counter) -> None:
    _receipt, settled = await printed(shop, card="A1")
    await shop.clock.move(days=1)
    code = settled.to_print[0].code
    assert await reason(shop, await shop.receipt(line()), code) is Reason.WRONG_CUSTOMER


# --- returns ----------------------------------------------------------------------------------


async def test_a_part_return_leaves_the_coupon_used_and_a_whole_one_frees_it(
    shop: Counter,
) -> None:
    receipt = await shop.receipt(line(price=150_00, quantity=2 * ONE), coupons=("U1",))
    sale = await shop.priced(receipt)
    await shop.save(sale)
    await shop.bring_back(sale, {1: ONE})
    assert await reason(shop, await shop.receipt(line()), "U1") is Reason.USED_UP
    await shop.bring_back(sale, {1: ONE})
    assert await check(shop, await shop.receipt(line(price=300_00)), "U1")


async def test_a_whole_return_blocks_the_coupon_that_the_sale_printed(shop: Counter) -> None:
    sale, settled = await printed(shop)
    await shop.bring_back(sale, {1: ONE})
    await shop.clock.move(days=1)
    code = settled.to_print[0].code
    assert await reason(shop, await shop.receipt(line()), code) is Reason.BLOCKED


async def test_a_whole_return_that_is_undone_uses_the_coupon_again(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=300_00), coupons=("U1",))
    sale = await shop.priced(receipt)
    await shop.save(sale)
    for _again in range(2):
        await shop.bring_back(sale, {1: ONE})
        assert await check(shop, await shop.receipt(line(price=300_00)), "U1")
        await shop.undo_last_return()
        assert await reason(shop, await shop.receipt(line()), "U1") is Reason.USED_UP


async def test_undoing_a_whole_return_lets_what_the_sale_printed_hold_again(shop: Counter) -> None:
    sale, settled = await printed(shop)
    await shop.bring_back(sale, {1: ONE})
    await shop.undo_last_return()
    await shop.clock.move(days=1)
    assert await check(shop, await shop.receipt(line()), settled.to_print[0].code)


async def test_a_coupon_that_came_offline_counts_once_the_receipt_is_calculated() -> None:
    """What was promised with it is credited, and it is used up."""
    result = await play(
        """
        - connection: offline
        - coupon: DOUBLE
        - connection: online
        - add_goods: {sku: "10101", quantity: 2}
        - identify: "2900000000018"
        - calculate
        - tender: cash
          expect: {earned: 7.52}
        - identify: "2900000000018"
        - expect_refused: {coupon: DOUBLE, reason: used_up}
        """
    )
    assert troubles(result) == []


async def test_what_was_taken_off_by_hand_does_not_reach_a_minimum() -> None:
    """Neither at the total nor at the save."""
    result = await play(
        """
        - add_goods: {sku: "10403", quantity: 2.753}
        - give_discount: {line: 1, percent: 19}
        - allow: from-card
        - identify: "2900000000018"
        - add_goods: {sku: "10101", quantity: 3}
        - add_goods: {sku: "10701", quantity: 2.636}
        - scan: "4600000000503"
        - calculate
        - tender: cash
          expect: {earned: 63.54}
        """
    )
    assert troubles(result) == []
