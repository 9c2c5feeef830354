"""Coupons kept for one receipt: nobody else has them, until they are used, freed or run out."""

from dataclasses import replace
from pathlib import Path

import pytest
from house.counter import Counter, MakeCounter, line

from cashier.exchange import (
    CancelSaleRequest,
    CheckCouponRequest,
    ConfirmationRequired,
    Opening,
    Reason,
    Refused,
    ReleaseRequest,
    ReserveRequest,
)
from cashier.money import ONE
from cashier.receipt import Receipt

COUPONS = """
[[promotion]]
id = "unique"
kind = "amount"
name = "Ten less"
amount = 10
[promotion.when]
coupon = "unique"
[[promotion]]
id = "twice"
kind = "percent"
name = "A tenth"
percent = 10
[promotion.when]
coupon = "twice"
[[coupon]]
id = "unique"
kind = "one_time"
name = "Unique"
exemplars = [{ code = "U1" }, { code = "U2" }]
[[coupon]]
id = "twice"
kind = "reusable"
name = "Twice"
codes = ["TWICE"]
uses = 2
per_customer = 1
"""


@pytest.fixture
async def shop(make: MakeCounter) -> Counter:
    return await opened(make(COUPONS))


async def opened(counter: Counter) -> Counter:
    await counter.house.open(Opening(shop="01", till="01"))
    return counter


async def keep(shop: Counter, receipt: Receipt, spend: int = 0) -> None:
    request = ReserveRequest(
        operation_id=f"{receipt.receipt_id}:aside", receipt=receipt, spend=spend, at=shop.now
    )
    answer = await shop.house.reserve(request)
    if isinstance(answer, ConfirmationRequired):
        confirmed = {"confirmation": shop.confirmation(answer.challenge)}
        await shop.house.reserve(request.model_copy(update=confirmed))


async def free(shop: Counter, receipt: Receipt) -> None:
    request = ReleaseRequest(
        operation_id=f"{receipt.receipt_id}:aside", receipt=receipt, at=shop.now
    )
    await shop.house.release(request)


async def usable(shop: Counter, code: str, card: str = "", receipt: Receipt | None = None) -> bool:
    """On another receipt, unless one is told."""
    receipt = receipt or await shop.receipt(line(), card=card)
    try:
        await shop.house.check_coupon(CheckCouponRequest(receipt=receipt, code=code, at=shop.now))
    except Refused as error:
        if error.reason is not Reason.USED_UP:
            raise
        return False
    return True


async def test_a_kept_coupon_is_for_its_receipt_only(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, receipt)
    assert not await usable(shop, "U1")
    assert await usable(shop, "U1", receipt=receipt)
    assert await usable(shop, "U2")
    other = await shop.receipt(line(), coupons=("U1",))
    assert (await shop.calculate(other)).lines == ()
    assert (await shop.priced(receipt)).total == 90_00


async def test_a_sale_that_was_priced_before_gets_nothing_for_a_coupon_kept_meanwhile(
    shop: Counter,
) -> None:
    quick = await shop.receipt(line(), coupons=("U1",))
    slow = await shop.priced(await shop.receipt(line(), coupons=("U1",)))
    await keep(shop, quick)
    with pytest.raises(Refused) as refused:
        await shop.save(slow)
    assert refused.value.reason is Reason.USED_UP


async def test_released_it_is_free_and_releasing_twice_harms_nobody(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, receipt)
    await free(shop, receipt)
    await free(shop, receipt)
    assert await usable(shop, "U1")


async def test_it_runs_out_by_itself_and_may_be_kept_for_another(shop: Counter) -> None:
    one = await shop.receipt(line(), coupons=("U1",))
    other = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, one)
    await shop.clock.move(minutes=29, seconds=59)
    assert not await usable(shop, "U1")
    await shop.clock.move(seconds=1)
    await keep(shop, other)
    assert not await usable(shop, "U1", receipt=one)
    assert await usable(shop, "U1", receipt=other)


async def test_the_sale_uses_it_up_and_nothing_stays_kept(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, receipt)
    await shop.sell(receipt)
    assert not await usable(shop, "U1")
    await shop.clock.move(days=1)
    assert not await usable(shop, "U1"), "used, not kept"


async def test_a_kept_coupon_left_out_of_the_sale_is_free(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, receipt)
    await shop.sell(replace(receipt, coupons=()))
    assert await usable(shop, "U1")


async def test_a_cancelled_receipt_keeps_nothing(shop: Counter) -> None:
    receipt = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, receipt)
    await shop.house.cancel_sale(CancelSaleRequest(operation_id="c", receipt=receipt, at=shop.now))
    assert await usable(shop, "U1")


async def test_keeping_again_takes_the_place_of_what_was_kept(shop: Counter) -> None:
    first = await shop.receipt(line(), coupons=("U1",))
    await keep(shop, first)
    await keep(shop, first)
    second = replace(first, coupons=(await shop.receipt(line(), coupons=("U2",))).coupons)
    await keep(shop, second)
    assert (await usable(shop, "U1"), await usable(shop, "U2")) == (True, False)


async def test_what_is_kept_counts_among_the_uses_of_a_promo_code(shop: Counter) -> None:
    ann = await shop.receipt(line(), card="A1", coupons=("TWICE",))
    await keep(shop, ann)
    assert not await usable(shop, "TWICE", card="A1"), "one for each customer"
    assert await usable(shop, "TWICE", card="N1")
    await keep(shop, await shop.receipt(line(), card="N1", coupons=("TWICE",)))
    assert not await usable(shop, "TWICE", card="B-earn"), "two for all"


async def test_points_and_coupons_are_kept_and_freed_together(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=1000_00), card="A1", coupons=("U1",))
    other = await shop.receipt(line(price=1000_00), card="A1")
    await keep(shop, receipt, spend=400_00)
    assert (await shop.offer(other)).available == 600_00
    assert not await usable(shop, "U1")
    await free(shop, receipt)
    assert (await shop.offer(other)).available == 1000_00
    assert await usable(shop, "U1")


async def test_points_that_cannot_be_kept_keep_no_coupon_either(shop: Counter) -> None:
    receipt = await shop.receipt(line(price=100_00, quantity=ONE), card="A1", coupons=("U1",))
    with pytest.raises(Refused):
        await keep(shop, receipt, spend=400_00)
    assert await usable(shop, "U1")


async def test_a_coupon_that_does_not_hold_is_not_kept(shop: Counter) -> None:
    await keep(shop, await shop.receipt(line(), coupons=("U1", "NOSUCH")))
    assert not await usable(shop, "U1")


async def test_it_is_kept_over_a_restart(make: MakeCounter, tmp_path: Path) -> None:
    first = await opened(make(COUPONS, tmp_path / "loyalty.db"))
    receipt = await first.receipt(line(), coupons=("U1",))
    await keep(first, receipt)
    await first.house.close()
    second = await opened(make(COUPONS, tmp_path / "loyalty.db"))
    other = (await second.receipt(line()), await second.receipt(line()))[1]
    assert not await usable(second, "U1", receipt=other)
    assert await usable(second, "U1", receipt=receipt)
