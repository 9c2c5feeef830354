"""The round-trip law: every flow test of the till, with a chain between it and the embedded system.

Once with the system as the only link, once with its promotions spread over three links: what a
customer pays, earns and gets back is the same.
"""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from chain.ways import OneLink, ThreeLinks
from stand import going

FOLDER = Path(__file__).parent.parent / "flow"
MODULES = sorted(path.stem for path in FOLDER.glob("test_*.py"))
LEFT_OUT = {
    "test_outbox__it_is_sent_again_under_the_old_id_and_time": "each member has an id of its own",
}
"""Flow tests that a chain has no place for, and why."""


def _flow_tests() -> dict[str, Any]:
    found = {
        f"{module}__{name.removeprefix('test_')}": one
        for module in MODULES
        for name, one in vars(import_module(f"flow.{module}")).items()
        if name.startswith("test_") and inspect.iscoroutinefunction(one)
    }
    assert LEFT_OUT.keys() <= found.keys(), LEFT_OUT.keys() - found.keys()
    return {
        name: pytest.mark.skip(LEFT_OUT[name])(one) if name in LEFT_OUT else one
        for name, one in found.items()
    }


globals().update(_flow_tests())
shop = import_module("flow.test_live").shop  # a fixture of its own


@pytest.fixture(autouse=True, params=[OneLink, ThreeLinks], ids=["whole", "in-parts"])
def through_a_chain(request: pytest.FixtureRequest) -> Iterator[None]:
    with going(request.param()):
        yield
