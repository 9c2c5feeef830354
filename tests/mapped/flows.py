"""The flow tests of the till, taken over for a till at another system."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import stamina
from stand import Stand, make_stand

from backends.faults import Faulty
from backends.house import HouseBackend
from cashier.clock import Clock
from cashier.drill import Drill
from cashier.exchange import Backend
from cashier.witness import Witness

FOLDER = Path(__file__).parent.parent / "flow"
MODULES = tuple(sorted(path.stem for path in FOLDER.glob("test_*.py")))

Over = Callable[[HouseBackend, Clock], AbstractAsyncContextManager[Backend]]


def flow_tests(without: Iterable[str] = ()) -> dict[str, Any]:
    """Every flow test that takes the common till, under a name that tells where it is from."""
    found: dict[str, Any] = {}
    for module in MODULES:
        for name, one in vars(import_module(f"flow.{module}")).items():
            if name.startswith("test_") and "stand" in inspect.signature(one).parameters:
                found[f"{module}__{name.removeprefix('test_')}"] = one
    left_out = set(without)
    assert left_out <= found.keys(), f"no such tests: {left_out - found.keys()}"
    return {name: one for name, one in found.items() if name not in left_out}


@asynccontextmanager
async def stand_over(over: Over) -> AsyncIterator[Stand]:
    """The common till, with the embedded system behind something else."""
    stand = make_stand()
    desk = stand.till.workplace
    assert stand.house is not None
    at_once = stamina.set_testing(True, attempts=3, cap=True)  # nothing is waited for
    async with over(stand.house, stand.clock) as backend:
        faulty = Faulty(lambda: backend, stand.clock)
        witness = Witness(faulty, desk.exchanges.keep, stand.clock, begun=desk.exchanges.begun)
        desk.backend = Drill(witness, faulty.plan, stand.clock, desk.say)
        desk.plug = faulty.plan
        with at_once:
            await stand.till.start()
            yield stand
            await stand.till.close()
