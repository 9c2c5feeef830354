"""The round-trip law: every flow test of the till, with client, real HTTP and server between the
till and the embedded system.
"""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from flowing import flow_tests
from loymax import left_out
from loymax.way import LoymaxWay
from stand import going

_IDS = "the ids of its receipts do not fit into a path, so those of sales found are others"
_STATES = "that a coupon is another shop's or customer's is told in words only"
_NO_PAPER = "coupons to print are not told"
LEFT_OUT = {
    **left_out.LEFT_OUT,
    "test_shift__an_old_shift_finishes_what_is_open_and_begins_nothing": _IDS,
    "test_selling__a_refused_coupon_says_why": _STATES,
    "test_selling__a_coupon_that_the_till_printed_works_next_time": _NO_PAPER,
}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[LoymaxWay]:
    way = LoymaxWay()
    with going(way):
        yield way
    await way.close()
