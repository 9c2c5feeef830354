"""The flow tests of the till once more: mapping, real HTTP, the voucher service."""

from collections.abc import AsyncIterator

import pytest
from mapped.flows import flow_tests, stand_over
from mapped.services import over_vouchers
from stand import Stand

WITHOUT = (
    # The service knows an operation by its key: nobody tells it that it is said again.
    "test_outbox__it_is_sent_again_under_the_old_id_and_time",
    "test_outbox__the_first_try_says_that_it_is_the_first",
)
globals().update(flow_tests(without=WITHOUT))


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with stand_over(over_vouchers) as made:
        yield made
