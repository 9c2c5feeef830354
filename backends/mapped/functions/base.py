"""How a function of ours is made, and what it knows of its surroundings."""

import inspect
from collections.abc import Callable, Mapping, MutableSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Protocol, TypeAlias

MOST = Decimal(10**15)
"""No number that is worked with is larger."""
EXACT = Context(prec=60, traps=[InvalidOperation])
"""Wide enough for what two numbers of the wire can make."""


class TooMuch(ValueError):
    """It would take too long, or become too large."""


@dataclass
class Budget:
    """How much may be done for one expression: an answer of a million elements stops nobody."""

    left: int = 2_000_000

    def spend(self, much: int) -> None:
        """Raises TooMuch."""
        self.left -= much
        if self.left < 0:
            raise TooMuch("too much to work out")


LONGEST = 1_000_000
"""Letters of a text that a function makes."""


@dataclass(frozen=True)
class Surroundings:
    """What functions know besides their arguments."""

    digits: int = 2
    """How many digits of the currency are minor units."""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """In the offset of the shop."""
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """``[tables]`` of the mapping."""
    secrets: MutableSet[str] = field(default_factory=set)
    """What nobody is shown; what is made of these is added."""


@dataclass(frozen=True)
class Here(Surroundings):
    """The surroundings, and all names where the expression stands."""

    names: Mapping[str, Any] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    part: Callable[..., Any] | None = None
    """Makes a part of the mapping by its name, of a value if one is given."""


class Key(Protocol):
    """An argument like ``&number``: an expression for each element of a list."""

    expression: Any

    def visit(self, node: Any, *args: Any) -> Any: ...


Run: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Function:
    usage: str
    """``minor(number)``."""
    run: Run
    least: int
    most: int | None
    """How many arguments; None: any number."""


OURS: dict[str, Function] = {}


def function(usage: str) -> Callable[[Run], Run]:
    """Registers a function under the name in ``usage``; its first argument is ``Here``."""

    def register(run: Run) -> Run:
        asked = list(inspect.signature(run).parameters.values())[1:]
        several = any(one.kind is one.VAR_POSITIONAL for one in asked)
        plain = [one for one in asked if one.kind is not one.VAR_POSITIONAL]
        least = sum(one.default is one.empty for one in plain)
        OURS[usage.partition("(")[0]] = Function(usage, run, least, None if several else len(plain))
        return run

    return register


def each(key: Any, element: Any) -> Any:
    """What ``&expression`` gives for an element."""
    if not hasattr(key, "expression"):
        raise ValueError("expected an expression with & before it")
    return key.visit(key.expression, element)


def number(value: Any) -> Decimal:
    """A number, also one that came as text. Raises ValueError."""
    if isinstance(value, str):
        try:
            value = Decimal(value.strip().replace(",", ".").replace("\u00a0", "").replace(" ", ""))
        except InvalidOperation:
            raise ValueError(f"expected a number, got {shown(value)}") from None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"expected a number, got {shown(value)}")
    found = Decimal(value)
    if not found.is_finite():
        raise ValueError(f"expected a number, got {value}")
    if abs(found) > MOST:
        raise ValueError("a number too large")
    return found


def whole(value: Any) -> int:
    """A whole number. Raises ValueError."""
    found = number(value)
    if found != found.to_integral_value():
        raise ValueError(f"expected a whole number, got {found}")
    return int(found)


def tidy(value: Decimal) -> int | Decimal:
    """A whole number as one: the exchange takes no other."""
    return int(value) if value == value.to_integral_value() else value


def string(value: Any) -> str:
    """Text that is there. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {shown(value)}")
    return value


def items(value: Any) -> list[Any]:
    """A list. Raises ValueError."""
    if not isinstance(value, list):
        raise ValueError(f"expected a list, got {shown(value)}")
    return value


def plain(value: Any) -> str:
    """A value as text: null is empty, numbers are not rounded. Raises ValueError for lists."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case _:
            raise ValueError(f"expected text or a number, got {shown(value)}")


def shown(value: Any) -> str:
    """For a message: what it is, not too long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:40] + "…"
