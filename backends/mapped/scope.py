"""Expressions and templates worked out, with the names that there are.

Trouble names the line and the field of the mapping where it stands.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter

from backends.mapped.functions import Budget, Functions, Surroundings, TooMuch
from backends.mapped.language import Constant, Expression, Row, Table, Template, Tree
from cashier.i18n import _


class Nonsense(ValueError):
    """It cannot be worked out with what is there; names line and field."""


_TROUBLE = (JMESPathError, ValueError, TypeError, LookupError, ArithmeticError)


class _Inside(ValueError):
    """Trouble with one field of what an expression makes."""

    def __init__(self, names: tuple[str, ...], why: Exception) -> None:
        super().__init__(f"{'.'.join(names)}: {why}")
        self.names, self.why = names, why


class _Interpreter(TreeInterpreter):
    """Says in which field there was trouble, and tells of names that are not there."""

    def __init__(self, functions: Functions, budget: Budget, missing: list[str] | None) -> None:
        super().__init__(Options(custom_functions=functions))
        self.budget, self._missing = budget, missing
        self._visits: dict[str, Callable[..., Any]] = {}

    def work_out(self, expression: Expression, at: Any) -> Any:
        """Raises Nonsense."""
        try:
            return self.visit(expression.tree, at)
        except _TROUBLE as error:
            why = " ".join(str(error).split())[:300]
            raise Nonsense(f"{expression.place}: {why}") from error
        except RecursionError as error:
            raise Nonsense(f"{expression.place}: nested too deeply") from error

    def visit(self, node: Tree, *args: Any, **kwargs: Any) -> Any:
        self.budget.spend(1)
        kind = node["type"]
        visit = self._visits.get(kind)
        if visit is None:
            visit = self._visits[kind] = getattr(self, f"visit_{kind}")
        return visit(node, *args, **kwargs)

    def visit_field(self, node: Tree, value: Any) -> Any:
        if not isinstance(value, dict):
            return None
        if self._missing is not None and node["value"] not in value:
            self._missing.append(node["value"])
        return value.get(node["value"])

    def visit_function_expression(self, node: Tree, value: Any) -> Any:
        """``if`` works out only what it gives."""
        if node["value"] != "if":
            return super().visit_function_expression(node, value)
        condition, then, otherwise = node["children"]
        return self.visit(then if is_true(self.visit(condition, value)) else otherwise, value)

    def visit_key_val_pair(self, node: Tree, value: Any) -> Any:
        try:
            return super().visit_key_val_pair(node, value)
        except TooMuch:
            raise
        except _Inside as error:
            raise _Inside((node["value"], *error.names), error.why) from error
        except _TROUBLE as error:
            raise _Inside((node["value"],), error) from error


@dataclass(frozen=True)
class Scope:
    """What expressions see: names and their values, and what functions need besides."""

    names: Mapping[str, Any]
    around: Surroundings = field(default_factory=Surroundings)
    parts: Mapping[str, Template] = field(default_factory=dict)
    """Templates that expressions use by name."""
    nulls: list[str] | None = None
    """Filled with what is null for want of a name, where somebody wants to know."""
    at: Any = None
    """What names are looked for in, inside a part; None: all of them."""
    budget: Budget | None = None
    """Inside a part: what is left of that of the expression; None: a new one for each."""

    def with_names(self, **names: Any) -> "Scope":
        return replace(self, names={**self.names, **names})

    def value(self, expression: Expression) -> Any:
        """Raises Nonsense."""
        names = dict(self.names)
        missing: list[str] | None = None if self.nulls is None else []
        budget = self.budget or Budget()
        part: Callable[..., Any] = lambda *asked: self._part(interpreter, *asked)  # noqa: E731
        interpreter = _Interpreter(Functions(names, self.around, budget, part), budget, missing)
        value = interpreter.work_out(expression, names if self.at is None else self.at)
        if self.nulls is not None and missing and _has_null(value):
            told = _("{place}: null, there is no {names}")
            absent = ", ".join(dict.fromkeys(missing))
            self.nulls.append(told.format(place=expression.place, names=absent))
        return value

    def _part(self, interpreter: _Interpreter, name: str, *at: Any) -> Any:
        """What a part of the mapping makes: of everything, or of a value."""
        if name not in self.parts:
            raise ValueError(f"there is no part {name}")
        if at and at[0] is None:
            return None
        made = self.parts[name]
        if isinstance(made, Expression) and self.nulls is None:
            return interpreter.work_out(made, at[0] if at else self.names)
        inside = replace(self, at=at[0] if at else None, budget=interpreter.budget)
        return inside.fill(made)

    def holds(self, expression: Expression | None) -> bool:
        """Whether it is true: not null, false or empty. Raises Nonsense."""
        return expression is not None and is_true(self.quiet().value(expression))

    def fill(self, template: Template | None) -> Any:
        """The value that a template makes; null without one. Raises Nonsense."""
        match template:
            case Expression():
                return self.value(template)
            case Table(items):
                return {name: self.fill(one) for name, one in items}
            case Row(items):
                return [self.fill(one) for one in items]
            case Constant(value):
                return value
            case None:
                return None

    def quiet(self) -> "Scope":
        """The same, but a null is nothing to be told: it is asked for."""
        return self if self.nulls is None else replace(self, nulls=None)


def is_true(value: Any) -> bool:
    """As JMESPath has it: null, false and what is empty is not true; 0 is."""
    return not (value is None or value is False or value in ("", [], {}))


def _has_null(value: Any) -> bool:
    if value is None:
        return True
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list):
        parts = value
    return any(_has_null(one) for one in parts)
