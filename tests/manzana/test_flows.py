"""The round-trip law: every flow test of the till, with client, real HTTP and server between the
till and the embedded system.
"""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from flowing import flow_tests
from manzana.way import manzana_way
from over import WireWay
from stand import going

_ONE_CODE = "too many wrong codes and one more are the same to this wire"
_ONE_CARD = "the answer to a code names one card"
_SET_HERE = "how newcomers come in is set at the till: the service does not tell"
_NO_LEVEL = "levels are the system's own business: a till does not raise them"
_NO_SEARCH = "sales are not looked for: the till's own journal answers"
_NO_HOLD = "nothing is kept for a receipt that is put aside"
_NO_CODE = "spending is never confirmed by a code"
_ONE_SUM = "a line has one sum off, whatever gave it"
_NO_GIFTS = "goods to choose as a gift are not told"
_NO_LIMITS = "why points pay no more is not told"
_STRAIGHT = "goes straight to the embedded system, or has a wire of its own"
_TURNS = "counts the turns that a system without a network takes"
_DEAD_LINE = "counts what passes the fault, which on a wire is behind the system"
_NO_AGAIN = "looks at what the embedded system was told"
_AS_ASKED = "a sale is told in the words of its prices, and those were without him"
LEFT_OUT = {
    "test_weather__a_buyer_who_gives_no_code_is_not_asked_at_every_calculation": _AS_ASKED,
    "test_buyer__a_wrong_code_may_be_tried_again_until_there_were_too_many": _ONE_CODE,
    "test_buyer__of_several_cards_one_is_chosen": _ONE_CARD,
    "test_exchanges__a_sale_that_is_chosen_from_several_belongs_to_the_return": _NO_SEARCH,
    "test_buyer__registration_follows_the_settings_of_the_system": _SET_HERE,
    "test_buyer__the_level_upgrade_is_asked_and_confirmed": _NO_LEVEL,
    "test_exchanges__a_sale_is_kept_word_by_word_with_the_step_that_asked": _NO_LEVEL,
    "test_levels__an_offer_is_made_once_for_a_card_and_a_receipt": _NO_LEVEL,
    "test_levels__at_once_takes_it_and_prices_with_it": _NO_LEVEL,
    "test_levels__silence_and_a_card_below_the_mark_hold_up_nothing": _NO_LEVEL,
    "test_live__a_level_that_is_taken_at_once_asks_before_the_total": _NO_LEVEL,
    "test_live__what_may_write_asks": _NO_LEVEL,
    "test_drill__a_return_of_the_embedded_system_is_judged_by_what_came_back": _NO_SEARCH,
    "test_drill__without_a_card_the_system_is_asked_for_the_sale": _NO_SEARCH,
    "test_exchanges__a_return_has_its_own_exchanges": _NO_SEARCH,
    "test_exchanges__what_went_over_the_wire_is_kept_to_the_byte_and_in_the_right_place": _STRAIGHT,
    "test_feedback__a_receipt_put_aside_gives_up_its_prices_and_keeps_its_points": _NO_HOLD,
    "test_holding__a_coupon_of_a_receipt_put_aside_is_kept_for_it": _NO_HOLD,
    "test_holding__silence_at_the_recall_keeps_it_till_it_runs_out": _NO_HOLD,
    "test_holding__silence_when_it_is_put_aside_counts_as_kept": _NO_HOLD,
    "test_holding__what_is_kept_outlives_the_till": _NO_HOLD,
    "test_holding__what_the_disk_does_not_put_aside_is_not_kept_either": _NO_HOLD,
    "test_holding__without_a_connection_it_is_put_aside_and_nothing_is_kept": _NO_HOLD,
    "test_feedback_trouble__points_that_are_held_take_the_place_of_what_the_prices_keep": _NO_CODE,
    "test_holding__a_receipt_put_aside_comes_back_without_prices_and_points": _NO_CODE,
    "test_holding__a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon": _NO_CODE,
    "test_live__a_receipt_left_open_with_points_held_asks_before_they_go_back": _NO_CODE,
    "test_selling__held_points_go_back_with_a_cancelled_receipt": _NO_CODE,
    "test_selling__many_points_need_a_code_from_the_customer": _NO_CODE,
    "test_selling__every_discount_says_who_gave_it_and_why": _ONE_SUM,
    "test_selling__several_coupons_work_together_and_a_one_time_one_only_once": _ONE_SUM,
    "test_weather__a_coupon_typed_offline_is_kept_and_checked_later": _ONE_SUM,
    "test_selling__a_gift_is_offered_and_then_free": _NO_GIFTS,
    "test_selling__more_points_than_allowed_are_refused_with_the_limit": _NO_LIMITS,
    "test_live__the_queue_waits_for_the_yes_beside_the_till_as_well": _DEAD_LINE,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": _NO_AGAIN,
    "test_outbox__the_first_try_says_that_it_is_the_first": _NO_AGAIN,
    "test_outbox__the_queue_opens_a_system_that_was_away_at_the_start": _TURNS,
}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[WireWay]:
    way = manzana_way()
    with going(way):
        yield way
    await way.close()
