"""The functions of mappings: those of JMESPath, exact with decimals, and some of ours."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jmespath.functions import Functions as Standard

from backends.mapped.functions import lists, numbers, texts, times
from backends.mapped.functions.base import (
    LONGEST,
    OURS,
    Budget,
    Function,
    Here,
    Surroundings,
    TooMuch,
)

__all__ = ["OURS", "Budget", "Function", "Functions", "Surroundings", "TooMuch", "complaint"]

_LOADED = (lists, numbers, texts, times)
KEPT = (
    "contains", "ends_with", "keys", "length", "map", "merge", "not_null", "reverse",
    "starts_with", "to_array", "values",
)  # fmt: skip
"""Those of JMESPath that know nothing of numbers."""


class Functions(Standard):
    """What an expression may call."""

    def __init__(
        self,
        names: Mapping[str, Any],
        around: Surroundings,
        budget: Budget,
        part: Callable[..., Any] | None = None,
    ) -> None:
        self._here = Here(**vars(around), names=names, budget=budget, part=part)

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        arguments = list(resolved_args)
        self._here.budget.spend(1 + sum(len(one) for one in arguments if isinstance(one, list)))
        mine = OURS.get(function_name)
        if mine is None:
            return super().call_function(function_name, arguments)
        try:
            made = mine.run(self._here, *arguments)
        except TooMuch:
            raise
        except (ValueError, ArithmeticError, TypeError) as error:
            raise ValueError(f"{function_name}(): {error or type(error).__name__}") from error
        if isinstance(made, str) and len(made) > LONGEST:
            raise TooMuch(f"{function_name}(): too long a text")
        return made


def complaint(name: str, arguments: int) -> str:
    """What is wrong with calling a function like this; empty: nothing."""
    ours = OURS.get(name)
    if ours is not None:
        fits = ours.least <= arguments and (ours.most is None or arguments <= ours.most)
        return "" if fits else f"{name}() is used like this: {ours.usage}"
    if name not in KEPT:
        return f"there is no function {name}()"
    signature = Standard.FUNCTION_TABLE[name]["signature"]
    least = len(signature)
    fits = arguments >= least if signature[-1].get("variadic") else arguments == least
    return "" if fits else f"{name}() does not take {arguments} arguments"
