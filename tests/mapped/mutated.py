"""Answers that were good once: with a key missing, a number as text, cut off, or worse."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from backends.exact_json import NotJson, json_bytes, read_json

ODD: tuple[Any, ...] = (
    None, True, False, "", "x", "NaN", "-1", "12.50", "1e400", 0, -1, 10**30, Decimal("0.001"),
    Decimal("-12.345"), [], {}, [[]], {"a": {"b": 1}}, "[/]", "\u0000", "\u202e", "2026-13-45",
    "9999-12-31T23:59:59+00:00", 10**15, "0" * 300,
)  # fmt: skip
RAW = (
    b"", b"   ", b"null", b"[]", b"{}", b'"text"', b"0", b"<html><body>Welcome</body></html>",
    b"[" * 5000 + b"]" * 5000, b'{"a": NaN}', b'{"a": 1e999999999}', b'{"a": "\\ud800"}',
    b"\xff\xfe\x00", '{"имя": "Анна"}'.encode("utf-16"), b"\xef\xbb\xbf{}", b"{} {}",
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
)  # fmt: skip
STATUSES = (200, 201, 202, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503)


@st.composite
def answers(draw: st.DrawFn, sample: bytes, status: int) -> tuple[int, bytes]:
    """A status and a body, made of a sample answer."""
    how = draw(st.sampled_from(("field", "field", "field", "fields", "raw", "cut", "status")))
    if how == "raw":
        return draw(st.sampled_from((status, 200))), draw(st.sampled_from(RAW))
    if how == "cut" and sample:
        return status, sample[: draw(st.integers(0, len(sample) - 1))]
    if how == "status":
        return draw(st.sampled_from(STATUSES)), draw(st.sampled_from((sample, *RAW)))
    value = read_json(sample) if sample.strip() else {}
    for _turn in range(1 if how == "field" else 3):
        value = _changed(draw, value)
    return status, json_bytes(value)


def _changed(draw: st.DrawFn, value: Any) -> Any:
    """The value with one thing in it changed, some steps down."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        act = draw(st.sampled_from(("inside", "inside", "inside", "drop", "rename", "more")))
        rest = {key: one for key, one in value.items() if key != name}
        match act:
            case "drop":
                return rest
            case "rename":
                return {**rest, name.upper(): value[name]}
            case "more":
                return {**value, "unheard_of": draw(st.sampled_from(ODD))}
        return {**value, name: _changed(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        place = draw(st.integers(0, len(value) - 1))
        if draw(st.booleans()):
            return [*value, value[place]] if draw(st.booleans()) else value[:place]
        return [*value[:place], _changed(draw, value[place]), *value[place + 1 :]]
    return draw(st.sampled_from((*_kin(value), *ODD)))


def _kin(value: Any) -> list[Any]:
    """The same in other clothes: a number as text and back, negative, alone in a list."""
    if isinstance(value, bool):
        return [str(value).lower(), int(value)]
    if isinstance(value, int | Decimal):
        return [str(value), -value, [value], value * 100]
    if isinstance(value, str):
        return [[value], {"value": value}, value + " ", _number(value)]
    return [[value]]


def _number(text: str) -> Any:
    try:
        return read_json(text.encode())
    except NotJson:
        return len(text)
