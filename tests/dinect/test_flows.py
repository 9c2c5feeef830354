"""The round-trip law: every flow test of the till over dinect's wire."""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from dinect.way import DinectWay
from flowing import flow_tests
from stand import going

_NO_CODE = "nobody confirms anything by a code here"
_NO_NEWCOMER = "no source has the body of a registration"
_NO_LEVEL = "a till does not raise a level: no call is for that"
_WHOLE = "a purchase is deleted as a whole, a part of it does not come back"
_ANONYMOUS = "purchases are a customer's: without one nothing is asked about prices"
_OWN = "coupons are a customer's: without one nobody can be asked about them"
_NO_HOLD = "nothing is kept for a receipt that is put aside"
_ONE_SUM = "a line has one sum with its discounts, whatever gave them"
_NO_GIFTS = "gifts to choose and coupons to print are not told"
_NO_NUMBER = (
    "a purchase is found by the till's own id of the receipt and below its customer, by no number"
)
_STRAIGHT = "goes straight to the embedded system, or has a wire of its own"
_DEAD_LINE = "counts what passes the fault, which on a wire is behind the client"
_NO_AGAIN = "looks at what the embedded system was told: a server asks it in its own words"
_TURNS = "counts the turns that a system without a network takes"
LEFT_OUT = {
    "test_buyer__a_code_runs_out_by_the_clock_and_a_new_one_helps": _NO_CODE,
    "test_buyer__a_phone_needs_the_code_from_the_phone": _NO_CODE,
    "test_buyer__a_wrong_code_may_be_tried_again_until_there_were_too_many": _NO_CODE,
    "test_buyer__of_several_cards_one_is_chosen": _NO_CODE,
    "test_buyer__while_a_code_is_awaited_nothing_else_happens": _NO_CODE,
    "test_exchanges__a_code_that_is_asked_for_belongs_to_the_receipt_as_well": _NO_CODE,
    "test_feedback_trouble__points_that_are_held_take_the_place_of_what_the_prices_keep": _NO_CODE,
    "test_holding__a_receipt_put_aside_comes_back_without_prices_and_points": _NO_CODE,
    "test_holding__a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon": _NO_CODE,
    "test_live__a_receipt_left_open_with_points_held_asks_before_they_go_back": _NO_CODE,
    "test_selling__held_points_go_back_with_a_cancelled_receipt": _NO_CODE,
    "test_selling__many_points_need_a_code_from_the_customer": _NO_CODE,
    "test_weather__a_buyer_who_gives_no_code_is_not_asked_at_every_calculation": _NO_CODE,
    "test_buyer__a_newcomer_registers_by_phone_and_gets_a_card": _NO_NEWCOMER,
    "test_buyer__an_unknown_card_offers_registration_too": _NO_NEWCOMER,
    "test_buyer__registration_follows_the_settings_of_the_system": _NO_NEWCOMER,
    "test_live__the_question_of_the_sale_is_open_again_afterwards": _NO_NEWCOMER,
    "test_buyer__the_level_upgrade_is_asked_and_confirmed": _NO_LEVEL,
    "test_exchanges__a_sale_is_kept_word_by_word_with_the_step_that_asked": _NO_LEVEL,
    "test_levels__an_offer_is_made_once_for_a_card_and_a_receipt": _NO_LEVEL,
    "test_levels__at_once_takes_it_and_prices_with_it": _NO_LEVEL,
    "test_levels__silence_and_a_card_below_the_mark_hold_up_nothing": _NO_LEVEL,
    "test_live__a_level_that_is_taken_at_once_asks_before_the_total": _NO_LEVEL,
    "test_live__what_may_write_asks": _NO_LEVEL,
    "test_return__a_sale_of_which_goods_came_back_is_not_cancelled": _WHOLE,
    "test_certificates__a_deposit_goes_with_its_goods": _WHOLE,
    "test_certificates__what_it_paid_comes_back_to_it_and_only_an_untouched_one_comes_back": _WHOLE,
    "test_drill__a_return_of_the_embedded_system_is_judged_by_what_came_back": _WHOLE,
    "test_return__money_goes_back_the_way_it_was_paid": _WHOLE,
    "test_return__more_than_is_left_and_a_second_time_are_refused": _WHOLE,
    "test_supervisor__money_that_leaves_by_a_return_is_asked_about_when_its_sum_is_known": _WHOLE,
    "test_weather__a_return_left_open_goes_on": _WHOLE,
    "test_weather__a_return_without_the_system_is_known_from_the_journal": _WHOLE,
    "test_discounts__a_discount_takes_the_place_of_the_last_one_and_stays": _ANONYMOUS,
    "test_selling__changing_the_goods_takes_the_discounts_off": _ANONYMOUS,
    "test_weather__esc_stops_waiting_for_a_slow_answer": _ANONYMOUS,
    "test_holding__a_coupon_is_free_again_when_the_receipt_is_dropped": _OWN,
    "test_holding__a_coupon_used_meanwhile_is_dropped_and_a_promo_code_stays": _OWN,
    "test_weather__a_coupon_typed_offline_is_kept_and_checked_later": _OWN,
    "test_weather__a_refused_sale_opens_the_receipt_again": _OWN,
    "test_feedback__a_receipt_put_aside_gives_up_its_prices_and_keeps_its_points": _NO_HOLD,
    "test_holding__a_coupon_of_a_receipt_put_aside_is_kept_for_it": _NO_HOLD,
    "test_holding__nobody_is_asked_for_a_code_to_put_a_receipt_aside": _NO_HOLD,
    "test_holding__silence_at_the_recall_keeps_it_till_it_runs_out": _NO_HOLD,
    "test_holding__silence_when_it_is_put_aside_counts_as_kept": _NO_HOLD,
    "test_holding__what_is_kept_outlives_the_till": _NO_HOLD,
    "test_holding__what_the_disk_does_not_put_aside_is_not_kept_either": _NO_HOLD,
    "test_holding__without_a_connection_it_is_put_aside_and_nothing_is_kept": _NO_HOLD,
    "test_prices__it_is_the_price_for_this_customer_and_not_for_the_last_one": _ONE_SUM,
    "test_selling__every_discount_says_who_gave_it_and_why": _ONE_SUM,
    "test_selling__several_coupons_work_together_and_a_one_time_one_only_once": _ONE_SUM,
    "test_selling__a_coupon_that_the_till_printed_works_next_time": _NO_GIFTS,
    "test_selling__a_gift_is_offered_and_then_free": _NO_GIFTS,
    "test_drill__without_a_card_the_system_is_asked_for_the_sale": _NO_NUMBER,
    "test_exchanges__a_return_has_its_own_exchanges": _NO_NUMBER,
    "test_exchanges__a_sale_that_is_chosen_from_several_belongs_to_the_return": _NO_NUMBER,
    "test_exchanges__what_went_over_the_wire_is_kept_to_the_byte_and_in_the_right_place": _STRAIGHT,
    "test_live__the_queue_waits_for_the_yes_beside_the_till_as_well": _DEAD_LINE,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": _NO_AGAIN,
    "test_outbox__the_first_try_says_that_it_is_the_first": _NO_AGAIN,
    "test_outbox__the_queue_opens_a_system_that_was_away_at_the_start": _TURNS,
}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[DinectWay]:
    made = DinectWay()
    with going(made):
        yield made
    await made.close()
