"""JSON with exact numbers: decimals both ways, never a float; refuses what is no JSON for us."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import simplejson

DEEPEST = 60
"""Lists and objects inside each other; nobody needs more, and more than that is an attack."""
_WIDEST_NUMBER = 40
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)
"""Brackets, and whole texts so that those inside them do not count."""
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")
"""All digits alike: looking for many of them is quick then."""
_ABSURD = (b"0" * _WIDEST_NUMBER, b"0e000", b"0e+000", b"0e-000")


_DECODER = simplejson.JSONDecoder(parse_float=Decimal, allow_nan=False)
_ENCODER = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
)


class NotJson(ValueError):
    """It cannot be read as JSON; says why."""


def read_json(body: bytes) -> Any:
    """A value with ``Decimal`` for every number with a fraction. Raises NotJson."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJson("not UTF-8") from error
    if not text.strip():
        raise NotJson("empty")
    # Most bodies are too small to be deep: then nobody walks through them.
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(text) > DEEPEST:
        raise NotJson("too deep")
    try:
        value = _DECODER.decode(text)
    except ValueError as error:  # a number of 5,000 digits, too
        raise NotJson(str(error)) from error
    alike = body.translate(_ALIKE)
    if any(mark in alike for mark in _ABSURD):
        _check_numbers(value)
    if b"\\u" in body and _SURROGATE.search(body):
        json_bytes(value)  # halves of a letter can be neither shown nor stored
    return value


def json_bytes(value: Any) -> bytes:
    """UTF-8 without escapes; decimals as numbers. Raises NotJson for what JSON does not have."""
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:  # a lone surrogate is a ValueError
        raise NotJson(str(error)) from error


def _depth(text: str) -> int:
    """How deep lists and objects lie inside each other, before anything recurses into them."""
    depth = deepest = 0
    for mark in _MARKS.findall(text):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def _check_numbers(value: Any) -> None:
    """Numbers with absurd exponents take forever to add; nobody sells for them."""
    level = [value]
    while level:
        for one in level:
            if isinstance(one, int) and abs(one) >= 10**_WIDEST_NUMBER:
                raise NotJson("a number too large")
            if isinstance(one, Decimal) and abs(one.adjusted()) > _WIDEST_NUMBER:
                raise NotJson("a number too large")
        level = [part for one in level for part in _parts(one)]
