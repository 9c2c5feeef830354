"""Fixtures for all tests: English, and a till on the test stand."""

from collections.abc import AsyncIterator

import pytest
from stand import Stand, make_stand

from cashier import i18n


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.set_language("en")


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """The demo shop, started; nothing on disk."""
    made = make_stand()
    await made.till.start()
    yield made
    await made.till.close()
