"""The round-trip law: every flow test of the till, with client, real HTTP and server between the
till and the embedded system.
"""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from flowing import flow_tests
from loymax import left_out
from loymax_xml.way_xml import XmlWay
from stand import going

_NO_CODE = "no request has a place for a code from the customer"
_NOT_REGISTERED = "how customers are registered no source says"
_NO_SEARCH = "sales are not looked for: the till's own journal answers"
LEFT_OUT = {
    **left_out.LEFT_OUT,
    "test_holding__a_receipt_put_aside_comes_back_without_prices_and_points": _NO_CODE,
    "test_holding__a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon": _NO_CODE,
    "test_live__a_receipt_left_open_with_points_held_asks_before_they_go_back": _NO_CODE,
    "test_selling__many_points_need_a_code_from_the_customer": _NO_CODE,
    "test_selling__held_points_go_back_with_a_cancelled_receipt": _NO_CODE,
    "test_feedback_trouble__points_that_are_held_take_the_place_of_what_the_prices_keep": _NO_CODE,
    "test_buyer__a_newcomer_registers_by_phone_and_gets_a_card": _NOT_REGISTERED,
    "test_buyer__registration_follows_the_settings_of_the_system": _NOT_REGISTERED,
    "test_buyer__an_unknown_card_offers_registration_too": _NOT_REGISTERED,
    "test_live__the_question_of_the_sale_is_open_again_afterwards": _NOT_REGISTERED,
    "test_drill__without_a_card_the_system_is_asked_for_the_sale": _NO_SEARCH,
    "test_drill__a_return_of_the_embedded_system_is_judged_by_what_came_back": _NO_SEARCH,
    "test_exchanges__a_sale_that_is_chosen_from_several_belongs_to_the_return": _NO_SEARCH,
    "test_exchanges__a_return_has_its_own_exchanges": _NO_SEARCH,
}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[XmlWay]:
    way = XmlWay()
    with going(way):
        yield way
    await way.close()
