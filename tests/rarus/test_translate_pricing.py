"""Calculations and limits: what is asked, and what is made of the answers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rarus.bodies import (
    ANNA,
    APPLES,
    AT,
    MILK,
    MOMENT,
    discounted,
    finished,
    sold,
    taken,
    written,
)

from backends.rarus.translate import pricing
from backends.rarus.translate.context import Context, context_of
from backends.rarus.wire.receipt import Calculated, Limits
from cashier.exchange import Calculation, PointsOffer
from cashier.money import ONE
from cashier.receipt import Buyer, Coupon, Identifier, IdentifierKind, LinePoints, Source

RECEIPT = sold(discounted(MILK, taken(100, Source.HAND)), APPLES)

ANSWER: dict[str, Any] = {
    "code": 0,
    "message": "Операция успешно выполнена",
    "cheque_items": [
        {"line_number": 1, "article": "10201", "quantity": 2, "price": 84.9, "summ": 153.8,
         "bonus_summ": 4.61, "bonus_percet": 3},
        {"line_number": 2, "article": "10601", "quantity": 1.234, "price": 139.9, "summ": 172.64,
         "bonus_summ": "5.18", "bonus_percet": 3},
    ],
    "cheque_discounts": [
        {"line_number": 1, "discount_id": "milk-price", "discount_type": 1, "discount_summ": 15,
         "gift_list_id": "", "discount_name": "Red price", "discount_value": 8.83},
        {"line_number": 2, "discount_id": "spring", "discount_type": 2, "discount_summ": "17.26",
         "gift_list_id": None, "discount_name": "Spring", "discount_value": 10},
        {"line_number": 0, "discount_id": "tea-gift", "discount_type": 4, "discount_summ": 0,
         "gift_list_id": "seg-1", "discount_name": "Chocolate", "discount_value": 2},
    ],
    "cheque_bonus": [
        {"line_number": 1, "discount_id": "", "discount_type": 5, "discount_summ": 4.61},
    ],
    "payment_distribution": [],
    "max_payment": 0,
}  # fmt: skip


def read(**changes: Any) -> Calculated:
    return Calculated.model_validate({**ANSWER, **changes})


def calculated(spend: int = 0, **changes: Any) -> Calculation:
    return pricing.calculation(read(**changes), RECEIPT, spend, AT, "Rarus")


# --- what is asked


def test_a_document_has_the_observed_keys_in_the_observed_order() -> None:
    asked = pricing.document(RECEIPT, 5000, "shop-1", "card-1", "SPRING10")
    assert list(written(asked)) == [
        "shop_id", "cheque_items", "payment_types", "cert_payments", "hold_id", "coupon_hold_id",
        "hold_used", "card_id", "card_code", "card_barcode", "coupon", "bonus_payment",
    ]  # fmt: skip
    body = written(asked)
    assert list(body["cheque_items"][0]) == [
        "line_number", "article", "name", "quantity", "price", "summ", "discount_summ",
        "bonus_payment_sum",
    ]  # fmt: skip
    milk, apples = body["cheque_items"]
    assert (milk["quantity"], milk["price"], milk["summ"], milk["discount_summ"]) == (
        2, Decimal("84.90"), Decimal("168.80"), 1,
    )  # fmt: skip
    assert (apples["quantity"], apples["summ"]) == (Decimal("1.234"), Decimal("172.64"))
    assert (body["bonus_payment"], body["card_barcode"], body["hold_used"]) == (
        50,
        ANNA.number,
        False,
    )


def test_without_card_coupon_and_points_their_keys_are_left_out() -> None:
    body = written(pricing.document(replace(RECEIPT, buyer=None), 0, "shop-1", "", ""))
    assert not {"card_id", "card_code", "card_barcode", "coupon", "bonus_payment"} & body.keys()


def test_a_number_nobody_verified_is_not_told() -> None:
    phone = Buyer(Identifier(IdentifierKind.PHONE, "+79001234501"))
    body = written(pricing.document(replace(RECEIPT, buyer=phone), 0, "shop-1", "", ""))
    assert "79001234501" not in str(body)


def test_limits_are_asked_for_with_the_discounts_on_the_rows() -> None:
    body = written(pricing.balance_asked(finished(), "shop-1", AT, ""))
    assert list(body) == [
        "shop_id", "card_barcode", "cheque_items", "bonus_payment", "coupon",
        "date_calculate_local",
    ]  # fmt: skip
    assert (body["bonus_payment"], body["coupon"], body["date_calculate_local"]) == (
        None,
        None,
        MOMENT,
    )
    assert body["cheque_items"][0]["discount_summ"] == 16


# --- what came of a calculation


def test_discounts_come_line_by_line_with_source_and_name() -> None:
    answer = calculated()
    assert [
        (price.number, [(d.source, d.rule, d.name, d.amount, d.system) for d in price.discounts])
        for price in answer.lines
    ] == [
        (1, [(Source.PROMOTION, "milk-price", "Red price", 1500, "Rarus")]),
        (2, [(Source.COUPON, "spring", "Spring", 1726, "Rarus")]),
    ]
    assert answer.earn == 979


def test_a_gift_waits_for_its_segment() -> None:
    assert pricing.gift_lists(read()) == ("seg-1",)
    (gift,) = pricing.gifts(read(), {"seg-1": ("10901", "10902")})
    assert (gift.rule, gift.name, gift.skus, gift.quantity) == (
        "tea-gift", "Chocolate", ("10901", "10902"), 2 * ONE,
    )  # fmt: skip
    assert pricing.gifts(read(), {})[0].skus == ()


def test_a_discount_of_a_type_nobody_documented_is_a_promotion() -> None:
    told = [{"line_number": 1, "discount_id": "x", "discount_type": 77, "discount_summ": 1}]
    (price,) = calculated(cheque_discounts=told).lines
    assert (price.discounts[0].source, price.discounts[0].name) == (Source.PROMOTION, "x")


def test_the_oldest_servers_tell_only_how_much() -> None:
    rows = [{"line_number": 1, "discount_summ": "16.00"}, {"line_number": 2, "discount_summ": 0}]
    (price,) = calculated(cheque_discounts=[], cheque_items=rows).lines
    assert [(d.source, d.amount) for d in price.discounts] == [(Source.PROMOTION, 1500)]


def test_accruals_are_taken_where_the_rows_tell_none() -> None:
    rows = [{"line_number": 1}, {"line_number": 2}]
    assert calculated(cheque_items=rows).earn == 461


@pytest.mark.parametrize(
    "discount",
    [
        {"line_number": 9, "discount_id": "x", "discount_summ": 1},
        {"line_number": 1, "discount_id": "x", "discount_summ": -1},
        {"line_number": 1, "discount_id": "x", "discount_summ": "1e30"},
    ],
)
def test_discounts_that_cannot_be_are_no_answer(discount: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"row 9|below zero|too much"):
        calculated(cheque_discounts=[discount])


def test_points_below_zero_are_not_earned() -> None:
    with pytest.raises(ValueError, match="below zero"):
        calculated(cheque_items=[{"line_number": 1, "bonus_summ": -5}])


def part(number: int, paid: object, most: object = 100) -> dict[str, Any]:
    return {"line_number": number, "article": "x", "max_payment_sum": most, "payment_sum": paid}


def test_the_spreading_of_the_server_is_taken_where_it_adds_up() -> None:
    parts = [part(1, 30), part(2, "20.00"), part(3, 0)]
    assert calculated(5000, payment_distribution=parts).distribution == (
        LinePoints(1, 3000),
        LinePoints(2, 2000),
    )
    for wrong in ([part(1, 49)], [part(1, 60), part(2, -10)], []):
        assert calculated(5000, payment_distribution=wrong).distribution == ()
    assert calculated(0, payment_distribution=parts).distribution == ()


def test_the_context_remembers_when_and_the_holds() -> None:
    held = replace(RECEIPT, hold="op", context=Context(0, "h1", "h2", "op").text())
    answer = pricing.calculation(read(), held, 0, AT, "Rarus")
    later = replace(held, context=answer.context)
    assert context_of(later) == Context(MOMENT, "h1", "h2", "op")
    assert context_of(replace(later, hold="")) == Context(MOMENT)
    body = written(pricing.document(later, 0, "s", "", ""))
    assert (body["hold_id"], body["coupon_hold_id"], body["hold_used"]) == ("h1", "h2", True)


@pytest.mark.parametrize(
    "text", ["", "not ours", "[1]", '{"priced_at":"x"}', "2026-03-03", "\ud800"]
)
def test_a_context_of_somebody_else_is_none(text: str) -> None:
    assert context_of(replace(RECEIPT, context=text)) == Context()


# --- what points may pay

LIMITS: dict[str, Any] = {
    "code": 0,
    "card_level_id": "start",
    "balance_available": 470.5,
    "max_payment": 98.93,
    "master_card_id": "",
    "excluded_articles": ["10601"],
    "payment_distribution": [
        {**part(1, 98, 153.8), "max_payment_percent": 30},
        {**part(2, 0, 0), "max_payment_percent": 0},
    ],
}


def offered(step: int = 1, **changes: Any) -> PointsOffer:
    reply = Limits.model_validate({**LIMITS, **changes})
    return pricing.offer(reply, RECEIPT, 50_000, step)


def test_an_offer_has_limits_line_by_line() -> None:
    offer = offered()
    assert (offer.balance, offer.available, offer.spendable) == (50_000, 47_050, 9893)
    assert offer.lines == (LinePoints(1, 15_380), LinePoints(2, 0))
    assert offer.excluded == (2,)
    assert [(limit.name, limit.most) for limit in offer.limits] == [
        ("receipt", 9893),
        ("available", 47_050),
    ]
    assert "30 %" in offer.limits[0].text


def test_only_whole_points_are_offered_where_the_wire_knows_no_others() -> None:
    offer = offered(step=100)
    assert (offer.spendable, offer.limits[0].name) == (9800, "step")
    assert offered(step=100, max_payment=98).limits[0].name == "receipt"


def test_limits_and_balances_below_zero_leave_nothing_to_spend() -> None:
    for changes in ({"max_payment": -5}, {"balance_available": "-12.5"}):
        offer = offered(**changes)
        assert offer.spendable == 0
        assert offer.available >= 0
        assert min(limit.most for limit in offer.limits) == 0
    below = [part(1, 0, -3)]
    assert offered(payment_distribution=below).lines == (LinePoints(1, 0),)


def test_rows_that_were_not_asked_about_limit_nothing() -> None:
    assert offered(payment_distribution=[part(7, 0, 5)]).lines == ()


def test_of_several_coupons_only_the_first_fits() -> None:
    from backends.rarus.translate.extras import told_coupon

    two = replace(RECEIPT, coupons=(Coupon("A", verified=False), Coupon("B")))
    assert (told_coupon(two), told_coupon(two, verified=True)) == ("A", "B")
    assert told_coupon(RECEIPT) == ""
