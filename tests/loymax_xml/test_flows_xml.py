"""The round-trip law: every flow test of the till, with client, real HTTP and server between the
till and the embedded system.
"""

from collections.abc import AsyncIterator
from importlib import import_module

import pytest
from flowing import flow_tests
from loymax_xml.ways_xml import XmlWay
from stand import going

LEFT_OUT: dict[str, str] = {}
"""Flow tests that this wire has no place for, and why."""


globals().update(flow_tests(LEFT_OUT))
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[XmlWay]:
    way = XmlWay()
    with going(way):
        yield way
    await way.close()
