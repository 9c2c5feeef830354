"""The round-trip law: every flow test of the till, with a chain between it and the embedded system.

Once with the system as the only link, once with its promotions spread over three links: what a
customer pays, earns and gets back is the same.
"""

from collections.abc import Iterator
from importlib import import_module

import pytest
from chain.ways import OneLink, ThreeLinks
from flowing import flow_tests
from stand import going

_LATER = "what a link does not cancel is told to it later, as feedback"
LEFT_OUT = {
    "test_return__a_sale_of_which_goods_came_back_is_not_cancelled": _LATER,
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": "each member has an id of its own",
}
"""Flow tests that a chain has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True, params=[OneLink, ThreeLinks], ids=["whole", "in-parts"])
def through_a_chain(request: pytest.FixtureRequest) -> Iterator[None]:
    with going(request.param()):
        yield
