"""The open receipt: coupons, prices, what points may pay, what is kept for it."""

from dataclasses import replace
from typing import Any

import pytest
from rarus.bodies import ANNA, AT, BUYER, MOMENT
from rarus.scripted import (
    CALCULATED,
    CARD_ID,
    COUPON,
    GOOD,
    HELD,
    ONCE,
    OPEN,
    PRICED,
    at_service,
    done,
    no,
    reserving,
)

from backends.rarus.translate.context import context_of
from backends.rarus.wire.reasons import CODES
from cashier.exchange import (
    CalculateRequest,
    CheckCouponRequest,
    Opening,
    OutcomeUnknown,
    PointsRequest,
    Reason,
    Refused,
    ReleaseRequest,
    Unavailable,
)
from cashier.receipt import (
    Buyer,
    Coupon,
    Gift,
    Identifier,
    IdentifierKind,
    LinePoints,
    Receipt,
)

CALCULATE = "POST /organization/calculate_document"
BALANCE = f"POST /organization/card/{CARD_ID}/balance"
STATEMENT = f"GET /organization/card/{CARD_ID}/balance_info"
SEGMENT = "POST /organization/assortment_segment/get_assortment"
SPRING = "GET /organization/coupon/SPRING10"
HOLD, COUPON_HOLD = "POST /organization/hold/add", "POST /organization/coupon_hold/add"


def prices(receipt: Receipt = OPEN, spend: int = 0) -> CalculateRequest:
    return CalculateRequest(receipt=receipt, spend=spend, at=AT)


def coupon(receipt: Receipt = PRICED, code: str = "SPRING10") -> CheckCouponRequest:
    return CheckCouponRequest(receipt=receipt, code=code, at=AT)


LIMITS = PointsRequest(receipt=PRICED, at=AT)
UNVERIFIED = replace(OPEN, buyer=Buyer(Identifier(IdentifierKind.PHONE, "+79001234501")))


# --- coupons


async def test_a_coupon_is_checked_for_this_card_and_shop() -> None:
    async with at_service() as at:
        assert await at.backend.check_coupon(coupon()) == Coupon("SPRING10", "Spring sale")
        query = at.service.heard[0].query
        assert query == f"full_info=true&check=true&card_id={CARD_ID}&shop_id=01"


async def test_the_name_of_a_coupon_is_that_of_its_group() -> None:
    bare = {name: value for name, value in COUPON.items() if name != "coupon_group"}
    async with at_service({SPRING: done(coupon=bare)}) as at:
        assert (await at.backend.check_coupon(coupon())).name == "Spring sale"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (no(), Reason.NOT_FOUND),
        (no(400, CODES[Reason.EXPIRED], "expired"), Reason.EXPIRED),
        (no(400, 4711, "no"), Reason.OTHER),
        (done(coupon={**COUPON, "used": True}), Reason.USED_UP),
        (done(coupon={**COUPON, "active": False}), Reason.BLOCKED),
        (done(coupon={**COUPON, "card_id": "another"}), Reason.WRONG_CUSTOMER),
    ],
)
async def test_a_coupon_that_is_no_good_is_refused_with_the_reason(
    answer: Any, reason: Reason
) -> None:
    async with at_service({SPRING: answer}) as at:
        with pytest.raises(Refused) as caught:
            await at.backend.check_coupon(coupon())
        assert caught.value.reason is reason


async def test_one_coupon_fits_on_a_receipt() -> None:
    async with at_service() as at:
        with pytest.raises(Refused) as caught:
            await at.backend.check_coupon(coupon(code="OTHER"))
        assert caught.value.reason is Reason.NOT_COMBINABLE
        assert at.service.heard == []


# --- prices


async def test_prices_come_with_what_they_earn_and_the_gifts_to_choose() -> None:
    async with at_service() as at:
        answer = await at.backend.calculate(prices())
        (line,) = answer.lines
        (discount,) = line.discounts
        assert (discount.name, discount.amount, discount.system) == (
            "Red price", 1500, "Rarus of the test",
        )  # fmt: skip
        assert answer.earn == 464
        assert answer.gifts == (Gift("tea-gift", "Chocolate", ("10901",), 1000),)
        assert context_of(Receipt("x", AT, context=answer.context)).priced_at == MOMENT
        await at.backend.calculate(prices())
        assert at.lines().count("POST /assortment_segment/get_assortment") == 1


async def test_no_discount_is_an_answer_and_its_distribution_counts() -> None:
    told = {**CALCULATED, "code": 114, "cheque_discounts": [], "cheque_items": []}
    async with at_service({CALCULATE: (404, told)}) as at:
        answer = await at.backend.calculate(prices(spend=5000))
        assert (answer.lines, answer.gifts) == ((), ())
        assert answer.distribution == (LinePoints(1, 5000),)
    async with at_service({CALCULATE: no()}) as at:
        answer = await at.backend.calculate(prices())
        assert (answer.lines, answer.earn) == ((), 0)


async def test_a_404_of_somebody_else_is_no_answer() -> None:
    async with at_service({CALCULATE: (404, b"<html>not here</html>")}) as at:
        with pytest.raises(Unavailable):
            await at.backend.calculate(prices())


@pytest.mark.parametrize("answer", [no(400, 9), (500, b""), (200, b"not json")])
async def test_a_gift_nobody_describes_is_no_reason_to_stop(answer: Any) -> None:
    async with at_service({SEGMENT: [answer, GOOD[SEGMENT]]}, network=ONCE) as at:
        first = await at.backend.calculate(prices())
        assert (first.earn, first.gifts[0].skus) == (464, ())
        again = await at.backend.calculate(prices())
        assert again.gifts[0].skus == ("10901",)


async def test_a_number_that_anyone_may_type_opens_no_prices() -> None:
    async with at_service() as at:
        await at.backend.calculate(prices(UNVERIFIED))
        assert "card_id" not in at.body(CALCULATE)
        await at.backend.calculate(prices())
        assert at.body(CALCULATE)["card_id"] == CARD_ID


async def test_whole_points_are_spent_unless_the_shop_card_says_otherwise() -> None:
    async with at_service() as at:
        with pytest.raises(Refused) as caught:
            await at.backend.calculate(prices(spend=1250))
        assert caught.value.reason is Reason.LIMIT_EXCEEDED
        assert (await at.backend.points(LIMITS)).spendable % 100 == 0
    async with at_service(point_step="0.01") as at:
        await at.backend.calculate(prices(spend=1250))
        assert str(at.body(CALCULATE)["bonus_payment"]) == "12.50"


async def test_coupons_that_do_not_fit_are_told_to_the_cashier() -> None:
    two = replace(OPEN, coupons=(Coupon("SPRING10"), Coupon("[/X]", verified=False)))
    async with at_service() as at:
        answer = await at.backend.calculate(prices(two))
        assert at.body(CALCULATE)["coupon"] == "SPRING10"
        assert [one.text for one in answer.messages] == [
            "Coupon [/X]: this loyalty system takes one coupon on a receipt"
        ]


# --- what points may pay


async def test_the_offer_is_the_servers_own_line_by_line() -> None:
    async with at_service() as at:
        offer = await at.backend.points(LIMITS)
        assert (offer.balance, offer.available, offer.spendable) == (47_050, 47_050, 5000)
        assert offer.lines == (LinePoints(1, 5000),)
        assert at.lines() == [f"POST /card/{CARD_ID}/balance"], "the balance is known"


async def test_a_balance_that_has_moved_is_asked_for() -> None:
    told = {**GOOD[BALANCE], "balance_available": 430}
    async with at_service({BALANCE: told}) as at:
        assert (await at.backend.points(LIMITS)).balance == 48_050
    async with at_service({BALANCE: told, STATEMENT: (500, b"")}) as at:
        offer = await at.backend.points(LIMITS)
        assert (offer.balance, offer.available) == (47_050, 43_000)


async def test_points_of_a_card_nobody_knows_are_refused() -> None:
    stranger = replace(BUYER, card=replace(ANNA, number="1"))
    request = PointsRequest(receipt=replace(PRICED, buyer=stranger), at=AT)
    async with at_service({"GET /organization/card": no()}) as at:
        with pytest.raises(Refused) as caught:
            await at.backend.points(request)
        assert caught.value.reason is Reason.NOT_FOUND


# --- holds


async def test_points_and_the_coupon_are_kept_and_their_ids_come_back() -> None:
    async with at_service() as at:
        answer = await at.backend.reserve(reserving())
        kept = context_of(replace(HELD, context=answer.context))
        assert (kept.hold, kept.coupon_hold) == ("hold-1", "hold-2")
        points, code = at.body(HOLD), at.body(COUPON_HOLD)
        assert (points["card_id"], points["sum"], points["duration"]) == (CARD_ID, 50, 86_400)
        assert (code["coupon_id"], code["card_id"]) == ("SPRING10", CARD_ID)


async def test_a_repeated_hold_is_the_same_hold() -> None:
    async with at_service() as at:
        for _turn in range(2):
            await at.backend.reserve(reserving())
        ids = [one.json["id"] for one in at.service.heard if one.line in (HOLD, COUPON_HOLD)]
        assert ids[:2] == ids[2:]
        assert len(set(ids)) == 2


async def test_a_coupon_that_cannot_be_kept_gives_the_points_back() -> None:
    taken = no(400, CODES[Reason.USED_UP], "kept for another receipt")
    async with at_service({COUPON_HOLD: taken}) as at:
        with pytest.raises(Refused, match="another receipt"):
            await at.backend.reserve(reserving())
        assert at.lines()[-1] == "POST /hold/hold-1/delete"


async def test_silence_after_the_points_are_kept_leaves_the_till_unsure() -> None:
    async with at_service({COUPON_HOLD: (429, b"")}, network=ONCE) as at:
        with pytest.raises(OutcomeUnknown):
            await at.backend.reserve(reserving())


async def test_a_receipt_without_points_keeps_its_coupon() -> None:
    async with at_service() as at:
        await at.backend.reserve(reserving(spend=0))
        assert at.lines() == ["POST /coupon_hold/add"]


async def test_points_are_kept_only_for_a_verified_card() -> None:
    request = reserving().model_copy(update={"receipt": UNVERIFIED})
    async with at_service() as at:
        with pytest.raises(Refused, match="verified"):
            await at.backend.reserve(request)
        assert at.service.heard == []


async def test_holds_are_given_up_and_go_with_the_sale() -> None:
    async with at_service() as at:
        await at.backend.calculate(prices(HELD))
        body = at.body(CALCULATE)
        assert (body["hold_id"], body["coupon_hold_id"], body["hold_used"]) == (
            "hold-1", "hold-2", True,
        )  # fmt: skip
        at.service.heard.clear()
        await at.backend.release(ReleaseRequest(operation_id="op-h", receipt=HELD, at=AT))
        assert at.lines() == ["POST /hold/hold-1/delete", "GET /coupon_hold/hold-2/delete"]


async def test_holds_whose_answer_was_lost_are_given_up_by_their_operation() -> None:
    async with at_service() as at:
        await at.backend.reserve(reserving())
        ids = [at.body(HOLD)["id"], at.body(COUPON_HOLD)["id"]]
        at.service.script |= {
            f"POST /organization/hold/{ids[0]}/delete": no(),
            f"GET /organization/coupon_hold/{ids[1]}/delete": no(),
        }
        at.service.heard.clear()
        await at.backend.release(ReleaseRequest(operation_id="op-h", receipt=PRICED, at=AT))
        assert at.lines() == [
            f"POST /hold/{ids[0]}/delete", f"GET /coupon_hold/{ids[1]}/delete",
        ]  # fmt: skip


async def test_a_till_for_training_marks_what_it_keeps() -> None:
    async with at_service() as at:
        await at.backend.open(Opening(shop="01", till="01", training=True))
        await at.backend.reserve(reserving())
        assert (at.body(HOLD)["comment"], at.body(COUPON_HOLD)["comment"]) == ("Training",) * 2
