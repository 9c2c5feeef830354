"""What of the flow tests no wire of Loymax carries."""

_NO_CODE = "no request has a place for a code from the customer"
_NO_LEVEL = "levels are the system's own business: a till does not raise them"
_STRAIGHT = "goes straight to the embedded system, or has a wire of its own"
_NO_WHY = "an offer has a name and no arithmetic"
_NO_GIFTS = "goods to choose as a gift are not told"
_TURNS = "counts the turns that a system without a network takes"
_DEAD_LINE = "counts what passes the fault, which on a wire is behind the system"
_NO_AGAIN = "looks at what the embedded system was told"
_ASKS = "one of its cases raises a level"
LEFT_OUT = {
    "test_buyer__a_phone_needs_the_code_from_the_phone": _NO_CODE,
    "test_buyer__a_wrong_code_may_be_tried_again_until_there_were_too_many": _NO_CODE,
    "test_buyer__a_code_runs_out_by_the_clock_and_a_new_one_helps": _NO_CODE,
    "test_buyer__of_several_cards_one_is_chosen": _NO_CODE,
    "test_buyer__while_a_code_is_awaited_nothing_else_happens": _NO_CODE,
    "test_exchanges__a_code_that_is_asked_for_belongs_to_the_receipt_as_well": _NO_CODE,
    "test_weather__a_buyer_who_gives_no_code_is_not_asked_at_every_calculation": _NO_CODE,
    "test_buyer__the_level_upgrade_is_asked_and_confirmed": _NO_LEVEL,
    "test_levels__an_offer_is_made_once_for_a_card_and_a_receipt": _NO_LEVEL,
    "test_levels__at_once_takes_it_and_prices_with_it": _NO_LEVEL,
    "test_levels__silence_and_a_card_below_the_mark_hold_up_nothing": _NO_LEVEL,
    "test_live__a_level_that_is_taken_at_once_asks_before_the_total": _NO_LEVEL,
    "test_exchanges__a_sale_is_kept_word_by_word_with_the_step_that_asked": _NO_LEVEL,
    "test_exchanges__what_went_over_the_wire_is_kept_to_the_byte_and_in_the_right_place": _STRAIGHT,
    "test_holding__what_is_kept_outlives_the_till": _STRAIGHT,
    "test_selling__every_discount_says_who_gave_it_and_why": _NO_WHY,
    "test_selling__a_gift_is_offered_and_then_free": _NO_GIFTS,
    "test_outbox__the_queue_opens_a_system_that_was_away_at_the_start": _TURNS,
    "test_live__the_queue_waits_for_the_yes_beside_the_till_as_well": _DEAD_LINE,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": _NO_AGAIN,
    "test_outbox__the_first_try_says_that_it_is_the_first": _NO_AGAIN,
    "test_live__what_may_write_asks": _ASKS,
}
"""Flow tests that neither wire has a place for, and why."""
