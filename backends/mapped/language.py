"""The language of a mapping: JMESPath with functions of ours, and templates made of it.

An expression is compiled when the file is loaded. Numbers stay exact: what JMESPath would read as
a float becomes a decimal. Nothing of a mapping is ever run as code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.lexer import Lexer
from jmespath.parser import ParsedResult

from backends.mapped.functions import complaint
from cashier.i18n import _

Tree: TypeAlias = Any
"""A node of a parsed expression: a table with ``type``, ``value``, ``children``."""


class BadExpression(ValueError):
    """It cannot be compiled; says why, and on which row of the expression."""

    def __init__(self, why: str, row: int = 0) -> None:
        super().__init__(why)
        self.row = row
        """From 0: an expression may have several rows."""


@dataclass(frozen=True)
class Expression:
    text: str
    line: int
    """Where its first row stands in the file."""
    name: str
    """Of the field: 'identify.answer'."""
    tree: Tree = field(repr=False, compare=False)

    @property
    def place(self) -> str:
        return place_of(self.line, self.name)


def place_of(line: int, name: str) -> str:
    """'line 12, field identify.answer'."""
    return _("line {line}, field {field}").format(line=line, field=name)


@dataclass(frozen=True)
class Table:
    """A template that makes an object."""

    items: tuple[tuple[str, "Template"], ...]


@dataclass(frozen=True)
class Row:
    """A template that makes a list."""

    items: tuple["Template", ...]


@dataclass(frozen=True)
class Constant:
    value: Any


Template: TypeAlias = Expression | Table | Row | Constant
"""What a value is made from. In a mapping: text is an expression, numbers, true and false are
themselves, tables and lists are made of their parts."""


def compiled(text: str, line: int = 1, name: str = "") -> Expression:
    """Raises BadExpression."""
    try:
        _check_literals(text)
        parsed: ParsedResult = jmespath.compile(text)
        tree = _exact(parsed.parsed)
    except JMESPathError as error:
        raise BadExpression(*_complaint(error, text)) from error
    except PendingDeprecationWarning as error:  # where warnings are errors
        raise BadExpression(_BARE, _row_of(text, "`")) from error
    except RecursionError as error:
        raise BadExpression("nested too deeply") from error
    for node in nodes(tree):
        if node["type"] == "function_expression":
            why = complaint(node["value"], len(node["children"]))
            if why:
                raise BadExpression(why, _row_of(text, f"{node['value']}("))
        elif node["type"] in _CHAINS and _begins_with_not(node):
            raise BadExpression(_NOT, _row_of_not(text))
    return Expression(text, line, name, tree)


_CHAINS = (
    "subexpression", "index_expression", "projection", "filter_projection", "value_projection",
    "flatten",
)  # fmt: skip
_NOT = "! takes only what stands right behind it: write !(a.b), not !a.b"


def _begins_with_not(node: Tree) -> bool:
    """``!a.b`` is ``(!a).b``, and always null: nobody means that."""
    first = node["children"][0] if node["children"] else None
    return isinstance(first, dict) and first["type"] == "not_expression"


def _check_literals(text: str) -> None:
    """JMESPath still takes `text` in backticks without quotes; nobody should begin with it."""
    for token in Lexer().tokenize(text):
        if token["type"] == "literal" and text[token["start"]] == "`":
            inside = text[token["start"] + 1 :].lstrip()
            if isinstance(token["value"], str) and not inside.startswith('"'):
                raise BadExpression(_BARE, _row_of(text, "`"))


_BARE = "in backticks stands JSON; text stands in single quotes"


def _row_of_not(text: str) -> int:
    found = re.search(r"!(?!=)", text)
    return text[: found.start()].count("\n") if found else 0


def _row_of(text: str, piece: str) -> int:
    return text[: max(0, text.find(piece))].count("\n")


def _complaint(error: JMESPathError, text: str) -> tuple[str, int]:
    """Why it cannot be read, without the drawing that JMESPath makes of it, and on which row."""
    at = getattr(error, "lex_position", None)
    if not isinstance(at, int):
        return " ".join(str(error).split()), 0
    column = len(text[:at].rsplit("\n", 1)[-1]) + 1
    return f"{_what(error)} (column {column})", text[:at].count("\n")


def _what(error: JMESPathError) -> str:
    message = getattr(error, "message", "")  # of letters that make no word
    if message:
        return str(message)
    token = getattr(error, "token_value", None)
    return f"{token} makes no sense here" if token else "it ends too early"


def _exact(node: Tree) -> Tree:
    """A copy of a tree with decimals for floats."""
    children = [_exact(one) if isinstance(one, dict) else one for one in node["children"]]
    made = {**node, "children": children}
    if node["type"] == "literal":
        made["value"] = _exact_value(node["value"])
    return made


def _exact_value(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [_exact_value(one) for one in value]
    if isinstance(value, dict):
        return {name: _exact_value(one) for name, one in value.items()}
    return value


def nodes(tree: Tree) -> Iterator[Tree]:
    """All nodes of a tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(one for one in node["children"] if isinstance(one, dict))
