"""What is personal in the till's own words: abstract requests and answers, commands, receipts."""

import json
from collections.abc import Callable
from typing import Any

from cashier.masking.keys import Kind


def loaded(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def inside(text: str, change: Callable[[Kind, str], str]) -> str:
    """JSON in a text with its personal values changed, as far as its names are ours; any other
    text, and one that holds nothing of the kind, as it is."""
    value = loaded(text.encode("utf-8", "replace")) if text[:1] in ("{", "[") else None
    new = changed(value, "", change, other=Kind.PLAIN) if value is not None else None
    return text if new == value else dumped(new).decode()


def changed(
    value: Any,
    method: str,
    change: Callable[[Kind, str], str],
    key: str = "",
    inside: str = "",
    other: Kind = Kind.KEY,
) -> Any:
    """The same with its personal values changed; what they are is known exactly here. ``other``:
    what is not listed, an id of ours perhaps with the number of a card in it."""
    if isinstance(value, dict):
        kinds = _identifier(value) if {"kind", "value"} <= value.keys() else {}
        if value.get("kind") == "certificate" and "reference" in value:
            kinds = {"reference": Kind.CARD}
        return {
            name: change(kinds[name], part)
            if name in kinds and isinstance(part, str)
            else changed(part, method, change, name, key, other)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [changed(part, method, change, key, inside, other) for part in value]
    if not isinstance(value, str) or not value:
        return value
    if key in _OURS or (inside, key) in _OURS:
        return value
    kind = _ABSTRACT.get((inside, key)) or _ABSTRACT.get(("", key)) or other
    if method in _AT_THE_TOP and not inside and key in _AT_THE_TOP[method]:
        kind = _AT_THE_TOP[method][key]
    return change(kind, value)


def _identifier(value: dict[str, Any]) -> dict[str, Kind]:
    kind = {"phone": Kind.PHONE, "email": Kind.EMAIL, "card": Kind.CARD, "app": Kind.CARD}
    found = kind.get(str(value["kind"]))
    return {"value": found} if found else {}


_ABSTRACT: dict[tuple[str, str], Kind] = {
    ("customer", "name"): Kind.NAME,
    ("customer", "customer_id"): Kind.PLAIN,
    ("card", "number"): Kind.CARD,
    ("cards", "number"): Kind.CARD,
    ("confirmation", "code"): Kind.SECRET,
    ("discounts", "name"): Kind.TEXT,
    ("limits", "name"): Kind.TEXT,
    ("", "phone"): Kind.PHONE,
    ("", "email"): Kind.EMAIL,
    ("", "birthdate"): Kind.BIRTH,
    ("", "free_cards"): Kind.CARD,
    ("", "certificate"): Kind.CARD,
    ("", "card"): Kind.CARD,
    ("", "masked"): Kind.TEXT,
    ("", "challenge"): Kind.TEXT,
    ("", "context"): Kind.TEXT,
    ("", "payload"): Kind.BODY,
    ("", "feedback_id"): Kind.TEXT,
    ("", "text"): Kind.TEXT,
    ("", "why"): Kind.TEXT,
}
"""By the key and the one that it stands in."""
_OURS = frozenset(
    ("cashier", "shop", "till", "sku", "group", "unit", ("lines", "name"), ("lines", "code"))
)
"""Goods and the shop: no person's, whatever they are called."""
_AT_THE_TOP = {
    "register": {"name": Kind.NAME},
    "certificate": {"number": Kind.CARD},
    "attach_card": {"customer_id": Kind.PLAIN},
}
