"""Lists, tables and choices."""

from typing import Any

from backends.exact_json import json_bytes
from backends.mapped.functions.base import Here, each, function, items, plain, shown


@function("root()")
def root(here: Here) -> dict[str, Any]:
    return dict(here.names)


@function("part(name, value)")
def part(here: Here, name: Any, *value: Any) -> Any:
    if len(value) > 1 or here.part is None:
        raise ValueError("part() takes a name and a value")
    return here.part(name, *value)


@function("if(condition, then, else)")
def choose(_here: Here, condition: Any, then: Any, otherwise: Any) -> Any:
    """Known here by its name only: the interpreter works out one of the two, not both."""
    raise NotImplementedError


@function("table(name, key, default)")
def table(here: Here, name: Any, key: Any, *default: Any) -> Any:
    """The value for a key in a table of the mapping."""
    if not isinstance(name, str) or name not in here.tables:
        raise ValueError(f"there is no table {shown(name)}")
    found = here.tables[name].get(plain(key))
    if found is None and not default:
        raise ValueError(f"table {name} has no {shown(key)}")
    return default[0] if found is None else found


@function("find(list, &key, value)")
def find(_here: Here, values: Any, key: Any, wanted: Any) -> Any:
    return next((one for one in items(values) if _same(each(key, one), wanted)), None)


@function("grouped(list, &key)")
def grouped(_here: Here, values: Any, key: Any) -> list[dict[str, Any]]:
    groups: dict[bytes, dict[str, Any]] = {}
    for one in items(values):
        name = each(key, one)
        groups.setdefault(json_bytes(name), {"key": name, "items": []})["items"].append(one)
    return list(groups.values())


@function("pairs(list, &list)")
def pairs(_here: Here, values: Any, inner: Any) -> list[dict[str, Any]]:
    """Every element of an inner list beside the element that it belongs to."""
    return [
        {"of": one, "it": part} for one in items(values) for part in items(each(inner, one) or [])
    ]


@function("numbered(list)")
def numbered(_here: Here, values: Any) -> list[dict[str, Any]]:
    return [{"number": place, "it": one} for place, one in enumerate(items(values), 1)]


@function("zip(list, list)")
def zipped(_here: Here, first: Any, second: Any) -> list[dict[str, Any]]:
    if len(items(first)) != len(items(second)):
        raise ValueError(f"lists of {len(first)} and {len(second)} do not go together")
    return [{"first": one, "second": two} for one, two in zip(first, second, strict=True)]


@function("unique(list)")
def unique(_here: Here, values: Any) -> list[Any]:
    return list({json_bytes(one): one for one in items(values)}.values())


@function("listed(value)")
def listed(_here: Here, value: Any) -> list[Any]:
    """A list as it is, null as an empty one, anything else as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@function("type(value)")
def type_of(_here: Here, value: Any) -> str:
    names = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _same(one: Any, other: Any) -> bool:
    """Numbers and texts that read alike are the same: wires mix them."""
    if isinstance(one, list | dict) or isinstance(other, list | dict):
        return bool(one == other)
    return one is not None and other is not None and plain(one) == plain(other)
