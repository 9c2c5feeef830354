"""What expressions see of a request: its JSON, and what can be worked out from it."""

from collections.abc import Hashable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from backends.exact_json import NotJson, read_json
from backends.mapped.shapes import ANY, PLAIN, Shape, lists, shape_of
from cashier.exchange import Frozen, Opening
from cashier.methods import AnyMethod
from cashier.receipt import Line, Receipt

_OF_LINE = ("total", "discount", "points", "floor")
_OF_RECEIPT = ("amount", "discount", "total", "paid_with_points", "to_pay", "tendered", "change")
"""Sums that a receipt works out itself: they stand beside its fields."""


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    made: Any = kind
    return TypeAdapter(made)


def plain(value: Frozen) -> dict[str, Any]:
    """As JSON has it: amounts in minor units, times as ISO text."""
    kind: Any = type(value)
    made: dict[str, Any] = _adapter(kind).dump_python(value, mode="json")
    return made


def request_names(request: Frozen) -> dict[str, Any]:
    """What stands under ``request``, and the ``context`` beside it."""
    asked = plain(request)
    receipt = getattr(request, "receipt", None)
    if not isinstance(receipt, Receipt):
        return {"request": asked, "context": None}
    told = asked["receipt"]
    told |= {name: getattr(receipt, name) for name in _OF_RECEIPT}
    for line, said in zip(receipt.lines, told["lines"], strict=True):
        said |= _line(line)
    return {"request": asked, "context": read_context(receipt.context)}


def _line(line: Line) -> dict[str, int]:
    by_hand = sum(given.amount for given in line.by_hand)
    return {"by_hand": by_hand, **{name: getattr(line, name) for name in _OF_LINE}}


def read_context(context: str) -> Any:
    """The system's own words about a receipt; what is no JSON stays text."""
    if not context:
        return None
    try:
        return read_json(context.encode())
    except NotJson:
        return context


def request_shape(method: AnyMethod) -> Shape:
    kind: Any = method.request
    shape = shape_of(kind)
    fields = dict(shape.fields or {})
    if "receipt" in fields:
        receipt = dict(fields["receipt"].fields or {})
        line = (receipt["lines"].item or ANY).fields or {}
        more = dict.fromkeys((*_OF_LINE, "by_hand"), PLAIN)
        receipt["lines"] = lists(Shape({**line, **more}))
        fields["receipt"] = Shape({**receipt, **dict.fromkeys(_OF_RECEIPT, PLAIN)})
    return Shape(fields)


def opening_shape() -> Shape:
    return shape_of(Opening)


def answered_shape() -> dict[str, Shape]:
    """What there is of an answer that came."""
    return {"body": ANY, "status": PLAIN, "headers": ANY}
