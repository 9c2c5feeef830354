"""The round-trip law: every flow test of the till, with files and a back office between the till
and the embedded system.
"""

from collections.abc import Iterator
from importlib import import_module

import pytest
from files.way import FilesWay
from flowing import flow_tests
from stand import going

_CARDS = "only the number of a card is known to a till that has files"
_NO_REGISTER = "nobody is registered by a file"
_LATER = "nothing is earned before the report is processed"
_NO_PROMOTIONS = "promotions are not in a load"
_NO_LEVEL = "levels are not in a load"
_NO_COUPONS = "coupons are not in a load"
_NO_HOLD = "nothing is kept for a receipt that is put aside"
_NO_CODE = "spending is never confirmed by a code"
_NO_SEARCH = "sales are not looked for: the till's own journal answers"
_NO_LIMITS = "the rules of spending are not in a load"
_NO_AGAIN = "looks at what the embedded system was told"
LEFT_OUT = {
    "test_buyer__a_code_runs_out_by_the_clock_and_a_new_one_helps": _CARDS,
    "test_buyer__a_newcomer_registers_by_phone_and_gets_a_card": _NO_REGISTER,
    "test_buyer__a_phone_needs_the_code_from_the_phone": _CARDS,
    "test_buyer__a_wrong_code_may_be_tried_again_until_there_were_too_many": _CARDS,
    "test_buyer__an_unknown_card_offers_registration_too": _NO_REGISTER,
    "test_buyer__cards_in_trouble_sell_but_do_only_what_they_may": _LATER,
    "test_buyer__changing_the_buyer_calculates_anew": _NO_PROMOTIONS,
    "test_buyer__of_several_cards_one_is_chosen": _CARDS,
    "test_buyer__registration_follows_the_settings_of_the_system": _NO_REGISTER,
    "test_buyer__the_level_upgrade_is_asked_and_confirmed": _NO_LEVEL,
    "test_buyer__while_a_code_is_awaited_nothing_else_happens": _CARDS,
    "test_certificates__a_certificate_is_sold_by_its_number_and_for_its_worth": _NO_COUPONS,
    "test_discounts__a_discount_takes_the_place_of_the_last_one_and_stays": _NO_PROMOTIONS,
    "test_drill__a_return_of_the_embedded_system_is_judged_by_what_came_back": _NO_SEARCH,
    "test_drill__a_sale_that_waited_in_the_queue_is_judged_when_it_is_delivered": _LATER,
    "test_drill__the_embedded_system_charges_once": _LATER,
    "test_drill__without_a_card_the_system_is_asked_for_the_sale": _NO_SEARCH,
    "test_exchanges__a_code_that_is_asked_for_belongs_to_the_receipt_as_well": _NO_CODE,
    "test_exchanges__a_refusal_is_kept_although_its_command_is_not": _NO_COUPONS,
    "test_exchanges__a_return_has_its_own_exchanges": _NO_SEARCH,
    "test_exchanges__a_sale_goes_on_where_the_log_has_no_room": _LATER,
    "test_exchanges__a_sale_is_kept_word_by_word_with_the_step_that_asked": _NO_LEVEL,
    "test_exchanges__a_sale_that_is_chosen_from_several_belongs_to_the_return": _NO_SEARCH,
    "test_feedback__a_receipt_put_aside_gives_up_its_prices_and_keeps_its_points": _NO_HOLD,
    "test_feedback_trouble__points_that_are_held_take_the_place_of_what_the_prices_keep": _NO_HOLD,
    "test_holding__a_coupon_is_free_again_when_the_receipt_is_dropped": _NO_COUPONS,
    "test_holding__a_coupon_of_a_receipt_put_aside_is_kept_for_it": _NO_COUPONS,
    "test_holding__a_coupon_used_meanwhile_is_dropped_and_a_promo_code_stays": _NO_COUPONS,
    "test_holding__a_receipt_put_aside_comes_back_without_prices_and_points": _NO_HOLD,
    "test_holding__a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon": _NO_HOLD,
    "test_holding__nobody_is_asked_for_a_code_to_put_a_receipt_aside": _NO_HOLD,
    "test_holding__silence_at_the_recall_keeps_it_till_it_runs_out": _NO_HOLD,
    "test_holding__silence_when_it_is_put_aside_counts_as_kept": _NO_HOLD,
    "test_holding__what_is_kept_outlives_the_till": _NO_HOLD,
    "test_holding__what_the_disk_does_not_put_aside_is_not_kept_either": _NO_HOLD,
    "test_holding__without_a_connection_it_is_put_aside_and_nothing_is_kept": _NO_HOLD,
    "test_levels__an_offer_is_made_once_for_a_card_and_a_receipt": _NO_LEVEL,
    "test_levels__at_once_takes_it_and_prices_with_it": _NO_LEVEL,
    "test_levels__silence_and_a_card_below_the_mark_hold_up_nothing": _NO_LEVEL,
    "test_live__a_level_that_is_taken_at_once_asks_before_the_total": _NO_LEVEL,
    "test_live__a_receipt_left_open_with_points_held_asks_before_they_go_back": _NO_CODE,
    "test_live__the_question_of_the_sale_is_open_again_afterwards": _NO_REGISTER,
    "test_live__what_may_write_asks": _NO_LEVEL,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": _NO_AGAIN,
    "test_outbox__the_first_try_says_that_it_is_the_first": _NO_AGAIN,
    "test_prices__it_is_the_price_for_this_customer_and_not_for_the_last_one": _NO_PROMOTIONS,
    "test_selling__a_coupon_that_the_till_printed_works_next_time": _NO_COUPONS,
    "test_selling__a_gift_is_offered_and_then_free": _NO_PROMOTIONS,
    "test_selling__a_refused_coupon_says_why": _NO_COUPONS,
    "test_selling__changing_the_goods_takes_the_discounts_off": _NO_PROMOTIONS,
    "test_selling__every_discount_says_who_gave_it_and_why": _NO_PROMOTIONS,
    "test_selling__held_points_go_back_with_a_cancelled_receipt": _NO_CODE,
    "test_selling__many_points_need_a_code_from_the_customer": _NO_CODE,
    "test_selling__more_points_than_allowed_are_refused_with_the_limit": _NO_LIMITS,
    "test_selling__points_are_spread_undone_and_change_what_is_earned": _LATER,
    "test_selling__several_coupons_work_together_and_a_one_time_one_only_once": _NO_COUPONS,
    "test_weather__a_buyer_who_gives_no_code_is_not_asked_at_every_calculation": _CARDS,
    "test_weather__a_coupon_typed_offline_is_kept_and_checked_later": _NO_COUPONS,
    "test_weather__a_refused_sale_opens_the_receipt_again": _NO_COUPONS,
    "test_weather__an_unverified_buyer_is_verified_at_the_calculation": _LATER,
    "test_weather__without_the_system_the_till_sells_and_delivers_later": _LATER,
}
"""Flow tests that files have no place for, and why."""

globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
def over_files() -> Iterator[FilesWay]:
    way = FilesWay()
    with going(way):
        yield way
    way.close()
