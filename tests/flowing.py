"""The flow tests of the till, to be gone through once more on another way to the system."""

import inspect
from collections.abc import Mapping
from functools import update_wrapper
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "flow"


def flow_tests(left_out: Mapping[str, str]) -> dict[str, Any]:
    """Every one that is a coroutine, under a name that tells where it is from; those ``left_out``
    are skipped with the reason given."""
    found = {
        f"{module}__{name.removeprefix('test_')}": one
        for module in sorted(path.stem for path in FOLDER.glob("test_*.py"))
        for name, one in vars(import_module(f"flow.{module}")).items()
        if name.startswith("test_") and inspect.iscoroutinefunction(one)
    }
    assert left_out.keys() <= found.keys(), left_out.keys() - found.keys()
    return {
        name: pytest.mark.skip(left_out[name])(_copy(one)) if name in left_out else one
        for name, one in found.items()
    }


def _copy(one: FunctionType) -> FunctionType:
    """A mark is put on the function itself: without a copy every other way would skip it, too."""
    made = FunctionType(
        one.__code__, one.__globals__, one.__name__, one.__defaults__, one.__closure__
    )
    made.__kwdefaults__ = one.__kwdefaults__
    update_wrapper(made, one)
    return made
