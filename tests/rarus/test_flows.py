"""The round-trip law: every flow test of the till, with client, real HTTP and server between the
till and the embedded system.
"""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from flowing import flow_tests
from rarus.ways import RarusWay
from stand import going

_NO_CODE = "spending is never confirmed by a code"
_ONE_COUPON = "a receipt has a place for one coupon"
_NO_NUMBER = "sales are found by card and day, not by number: the till's own journal answers"
_NOT_ITS_OWN = "a coupon is asked about without the receipt that keeps it"
_NO_PAPER = "coupons to print are not told"
_NO_WHY = "a discount has a name and no arithmetic"
_NOT_AGAIN = "whether something may have been said before is not told: the client looks by itself"
_STRAIGHT = "goes straight to the embedded system, or has a wire of its own"
_TURNS = "counts the turns that a system without a network takes"
_DEAD_LINE = "counts what passes the fault, which on a wire is behind the system"
_NO_CANCEL = "this wire has no word for cancelling a sale"
LEFT_OUT = {
    "test_return__a_sale_of_which_goods_came_back_is_not_cancelled": _NO_CANCEL,
    "test_drill__without_a_card_the_system_is_asked_for_the_sale": _NO_NUMBER,
    "test_drill__a_return_of_the_embedded_system_is_judged_by_what_came_back": _NO_NUMBER,
    "test_exchanges__what_went_over_the_wire_is_kept_to_the_byte_and_in_the_right_place": _STRAIGHT,
    "test_feedback_trouble__points_that_are_held_take_the_place_of_what_the_prices_keep": _NO_CODE,
    "test_holding__a_receipt_put_aside_comes_back_without_prices_and_points": _NO_CODE,
    "test_holding__a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon": _NO_CODE,
    "test_holding__a_coupon_of_a_receipt_put_aside_is_kept_for_it": _ONE_COUPON,
    "test_holding__a_coupon_used_meanwhile_is_dropped_and_a_promo_code_stays": _ONE_COUPON,
    "test_holding__silence_at_the_recall_keeps_it_till_it_runs_out": _NOT_ITS_OWN,
    "test_holding__what_is_kept_outlives_the_till": _STRAIGHT,
    "test_live__the_queue_waits_for_the_yes_beside_the_till_as_well": _DEAD_LINE,
    "test_live__a_receipt_left_open_with_points_held_asks_before_they_go_back": _NO_CODE,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": _NOT_AGAIN,
    "test_outbox__the_first_try_says_that_it_is_the_first": _NOT_AGAIN,
    "test_outbox__the_queue_opens_a_system_that_was_away_at_the_start": _TURNS,
    "test_selling__several_coupons_work_together_and_a_one_time_one_only_once": _ONE_COUPON,
    "test_selling__a_coupon_that_the_till_printed_works_next_time": _NO_PAPER,
    "test_selling__every_discount_says_who_gave_it_and_why": _NO_WHY,
    "test_selling__many_points_need_a_code_from_the_customer": _NO_CODE,
    "test_selling__held_points_go_back_with_a_cancelled_receipt": _NO_CODE,
}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[RarusWay]:
    way = RarusWay()
    with going(way):
        yield way
    await way.close()
