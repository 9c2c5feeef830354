"""Which names there are: so that a misspelt one is found when the file is loaded.

A shape is what is known of a value before there is one. Shapes of requests come from the models of
the exchange; what a system answers has no shape: anything may be in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from backends.mapped.language import Expression, Row, Table, Template, Tree
from cashier.i18n import _


@dataclass(frozen=True)
class Shape:
    fields: "Mapping[str, Shape] | None" = None
    """What is in it; None: anything, nothing is known."""
    item: "Shape | None" = None
    """What each element is like, if it is a list."""


_MOST_USES = 2000
ANY = Shape()
PLAIN = Shape(fields={})
"""A text or a number: nothing is in it."""


def objects(**fields: Shape) -> Shape:
    return Shape(fields=fields)


def lists(item: Shape) -> Shape:
    return Shape(fields={}, item=item)


@cache
def shape_of(kind: Any) -> Shape:
    """Of a model of the exchange, as JSON."""
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    return _shape(schema, schema.get("$defs", {}))


def _shape(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Shape:
    if "$ref" in schema:
        return _shape(known[schema["$ref"].rpartition("/")[2]], known)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        shapes = [_shape(one, known) for one in options if one.get("type") != "null"]
        return shapes[0] if len(shapes) == 1 else merged(shapes)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return Shape({name: _shape(one, known) for name, one in fields.items()})
        case "array":
            return lists(_shape(schema.get("items", {}), known))
        case _:
            return PLAIN


def merged(shapes: Iterable[Shape]) -> Shape:
    """What is one of these."""
    fields: dict[str, Shape] = {}
    for shape in shapes:
        if shape.fields is None or shape.item is not None:
            return ANY
        fields |= shape.fields
    return Shape(fields)


@dataclass(frozen=True)
class Unknown:
    """A name that cannot be there."""

    expression: Expression
    name: str
    why: str

    @property
    def row(self) -> int:
        """Of the expression, from 0."""
        found = re.search(rf"\b{re.escape(self.name)}\b", self.expression.text)
        return self.expression.text[: found.start()].count("\n") if found else 0


@dataclass
class Names:
    """Goes through templates and finds names that cannot be there."""

    root: Shape
    parts: Mapping[str, Template] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)
    _now: Expression | None = None
    _uses: int = 0

    def of(self, template: Template | None, at: Shape | None = None) -> Shape:
        """The shape of what a template gives; ``at``: where its names are looked for."""
        match template:
            case Expression():
                before, self._now = self._now, template
                shape = self._walk(template.tree, at or self.root)
                self._now = before
                return shape
            case Table(items):
                return Shape({name: self.of(one, at) for name, one in items})
            case Row(items):
                shapes = [self.of(one, at) for one in items]
                return lists(shapes[0] if len(shapes) == 1 else ANY)
            case _:
                return ANY

    def _walk(self, node: Tree, here: Shape) -> Shape:
        walk = _WALKS.get(node["type"])
        if walk is not None:
            return walk(self, node, here)
        for child in node["children"]:  # comparisons, logic, lists of expressions
            if isinstance(child, dict):
                self._walk(child, here)
        return ANY

    def field(self, node: Tree, here: Shape) -> Shape:
        name = node["value"]
        if here.fields is None:
            return ANY
        if name not in here.fields:
            assert self._now is not None  # it is what is gone through
            self.unknown.append(Unknown(self._now, name, _unknown(name, here.fields)))
            return ANY
        return here.fields[name]

    def chain(self, node: Tree, here: Shape) -> Shape:
        for child in node["children"]:
            here = self._walk(child, here)
        return here

    def same(self, _node: Tree, here: Shape) -> Shape:
        return here

    def element(self, _node: Tree, here: Shape) -> Shape:
        return here.item or ANY

    def flatten(self, node: Tree, here: Shape) -> Shape:
        base = self._walk(node["children"][0], here)
        inner = base.item or ANY
        return lists(inner.item or inner)

    def projection(self, node: Tree, here: Shape) -> Shape:
        base = self._walk(node["children"][0], here)
        element = base.item or ANY
        if len(node["children"]) > 2:  # a filter
            self._walk(node["children"][2], element)
        return lists(self._walk(node["children"][1], element))

    def values(self, node: Tree, here: Shape) -> Shape:
        self._walk(node["children"][0], here)
        return lists(self._walk(node["children"][1], ANY))

    def table(self, node: Tree, here: Shape) -> Shape:
        return Shape(
            {pair["value"]: self._walk(pair["children"][0], here) for pair in node["children"]}
        )

    def call(self, node: Tree, here: Shape) -> Shape:
        """Functions that take an expression for each element know what the elements are."""
        name, arguments = node["value"], node["children"]
        if name == "root":
            return self.root
        given = [one for one in arguments if one["type"] != "expref"]
        shapes = [self._walk(one, here) for one in given]
        element = (shapes[0].item if shapes else None) or ANY
        inner = [
            self._walk(one["children"][0], element) for one in arguments if one["type"] == "expref"
        ]
        match name:
            case "part":
                return self._part(arguments[0], shapes)
            case "find" | "max_by" | "min_by":
                return element
            case "sort_by" | "reverse" | "unique":
                return lists(element)
            case "grouped":
                return lists(objects(key=inner[0] if inner else ANY, items=lists(element)))
            case "pairs":
                return lists(objects(of=element, it=(inner[0].item if inner else None) or ANY))
            case "numbered":
                return lists(objects(number=PLAIN, it=element))
            case "zip":
                return lists(objects(first=element, second=shapes[-1].item or ANY))
            case _:
                return ANY

    def _part(self, name: Tree, shapes: list[Shape]) -> Shape:
        """Gone through anew wherever it is used; a mapping of endless parts is not."""
        self._uses += 1
        part = self.parts.get(name["value"]) if name["type"] == "literal" else None
        if part is None or self._uses > _MOST_USES:
            return ANY
        return self.of(part, shapes[1] if len(shapes) > 1 else None)


_WALKS: dict[str, Callable[[Names, Tree, Shape], Shape]] = {
    "field": Names.field,
    "subexpression": Names.chain,
    "index_expression": Names.chain,
    "pipe": Names.chain,
    "current": Names.same,
    "identity": Names.same,
    "slice": Names.same,
    "index": Names.element,
    "flatten": Names.flatten,
    "projection": Names.projection,
    "filter_projection": Names.projection,
    "value_projection": Names.values,
    "multi_select_dict": Names.table,
    "key_val_pair": Names.chain,
    "function_expression": Names.call,
}


def _unknown(name: str, known: Mapping[str, Shape]) -> str:
    text = _("there is no name {name} here").format(name=name)
    near = get_close_matches(name, known, 1)
    if near:
        return text + _("; did you mean {name}?").format(name=near[0])
    if known:
        return text + _("; there are: {names}").format(names=", ".join(sorted(known)))
    return text
