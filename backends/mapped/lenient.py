"""What wires mix up, put right by the kind of thing that is expected.

Numbers come as text and text as numbers, yes and no as words, an empty text as null. Only what
means the same is changed; whatever else is wrong stays as it is, for the exact models to refuse.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter

Mend: TypeAlias = Callable[[Any], Any]
Schema: TypeAlias = Mapping[str, Any]

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_LARGEST = 10**15
_WORDS = {"true": True, "false": False}


def mended(kind: Any, value: Any) -> Any:
    """JSON of an answer, as near to ``kind`` (as pydantic takes it) as it can mean the same."""
    return _mend_of(kind)(value)


@cache
def _mend_of(kind: Hashable) -> Mend:
    wanted: Any = kind
    made: TypeAdapter[Any] = TypeAdapter(wanted)
    schema = made.json_schema(mode="validation")
    return _Mends(schema.get("$defs", {})).of(schema)


class _Mends:
    """Makes them from a JSON schema, each definition once."""

    def __init__(self, known: Mapping[str, Schema]) -> None:
        self._known = known
        self._made: dict[str, Mend] = {}

    def of(self, schema: Schema) -> Mend:
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2])
        if "discriminator" in schema:
            return self._told_apart(schema["discriminator"])
        if "anyOf" in schema:
            return self._maybe(schema["anyOf"])
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "array":
                return self._list(self.of(schema.get("items", {})))
            case "string":
                return _text
            case "integer":
                return _whole
            case "boolean":
                return _yes_or_no
        return _same

    def _named(self, name: str) -> Mend:
        if name not in self._made:
            self._made[name] = _same  # nothing of ours holds itself
            self._made[name] = self.of(self._known[name])
        return self._made[name]

    def _told_apart(self, by: Schema) -> Mend:
        name: str = by["propertyName"]
        mends = {key: self.of({"$ref": ref}) for key, ref in by["mapping"].items()}

        def mend(value: Any) -> Any:
            key = value.get(name) if isinstance(value, dict) else None
            return mends.get(key, _same)(value) if isinstance(key, str) else value

        return mend

    def _maybe(self, choices: list[Schema]) -> Mend:
        """Something or null; of several things the models choose."""
        inner = [self.of(one) for one in choices if one.get("type") != "null"]
        one = inner[0] if len(inner) == 1 else _same
        return lambda value: None if value is None else one(value)

    def _object(self, schema: Schema) -> Mend:
        fields = schema.get("properties", {})
        mends = {name: self.of(one) for name, one in fields.items()}
        texts = {name for name, one in fields.items() if one.get("default") == ""}

        def mend(value: Any) -> Any:
            if not isinstance(value, dict):
                return value
            return {
                name: mends.get(name, _same)(one)
                for name, one in value.items()
                if one is not None or name not in texts  # an empty text, left out
            }

        return mend

    @staticmethod
    def _list(mend: Mend) -> Mend:
        return lambda value: [mend(one) for one in value] if isinstance(value, list) else value


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, Decimal) and abs(value) < _LARGEST and value == int(value):
        return int(value)
    return value


def _yes_or_no(value: Any) -> Any:
    return _WORDS.get(value.strip().lower(), value) if isinstance(value, str) else value
