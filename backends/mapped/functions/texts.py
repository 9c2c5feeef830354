"""Text, and what is made of text: hashes, codes, JSON inside text."""

import hmac as hmacs
import uuid as uuids
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5 as _md5
from hashlib import sha1 as _sha1
from hashlib import sha256 as _sha256
from typing import Any

from backends.exact_json import json_bytes, read_json
from backends.mapped.functions.base import (
    LONGEST,
    Here,
    TooMuch,
    function,
    items,
    plain,
    string,
    whole,
)


@function("text(value)")
def text(_here: Here, value: Any) -> str:
    return plain(value)


@function("to_string(value)")
def to_string(_here: Here, value: Any) -> str:
    if isinstance(value, list | dict):
        return json_bytes(value).decode()
    return "null" if value is None else plain(value)


@function("to_number(value)")
def to_number(here: Here, value: Any) -> Any:
    from backends.mapped.functions.numbers import as_number

    try:
        return as_number(here, value)
    except ValueError:
        return None


@function("concat(a, b, ...)")
def concat(_here: Here, *values: Any) -> str:
    return "".join(plain(one) for one in values)


@function("lower(text)")
def lower(_here: Here, value: Any) -> str:
    return string(value).lower()


@function("upper(text)")
def upper(_here: Here, value: Any) -> str:
    return string(value).upper()


@function("trim(text)")
def trim(_here: Here, value: Any) -> str:
    return string(value).strip()


@function("digits(text)")
def digits(_here: Here, value: Any) -> str:
    return "".join(one for one in plain(value) if one in "0123456789")


@function("cut(text, from, length)")
def cut(_here: Here, value: Any, start: Any, length: Any) -> str:
    first = whole(start)
    return string(value)[first : first + whole(length)]


@function("pad(text, length, sign)")
def pad(_here: Here, value: Any, length: Any, sign: Any) -> str:
    if len(string(sign)) != 1 or not 0 <= whole(length) <= _LONGEST:
        raise ValueError("pad() takes a length and one sign")
    return plain(value).rjust(whole(length), sign)


@function("replace(text, old, new)")
def replace(_here: Here, value: Any, old: Any, new: Any) -> str:
    if not string(old):
        raise ValueError("replace() takes what is to be replaced")
    if string(value).count(old) * len(string(new)) > LONGEST:
        raise TooMuch("too long a text")
    return str(value.replace(old, new))


@function("join(by, list)")
def join(_here: Here, by: Any, values: Any) -> str:
    if len(string(by)) * len(items(values)) > LONGEST:
        raise TooMuch("too long a text")
    return string(by).join(plain(one) for one in values)


@function("split(text, by)")
def split(_here: Here, value: Any, by: Any) -> list[str]:
    if not string(by):
        raise ValueError("split() takes what stands between the parts")
    return string(value).split(by)


_LONGEST = 1000
"""What ``pad`` makes at most."""
_MOST = 20
"""Secrets that are remembered."""


# --- what is made of text


def _hide(here: Here, value: str, made: str) -> str:
    """What is made of a secret is one; not if it is another one at every call."""
    if len(here.secrets) < _MOST and any(one in value for one in here.secrets):
        here.secrets.add(made)
    return made


def _hashed(name: str, by: Callable[[bytes], str]) -> None:
    @function(f"{name}(text)")
    def run(here: Here, value: Any) -> str:
        return _hide(here, plain(value), by(plain(value).encode()))


_hashed("md5", lambda data: _md5(data, usedforsecurity=False).hexdigest())
_hashed("sha1", lambda data: _sha1(data, usedforsecurity=False).hexdigest())
_hashed("sha256", lambda data: _sha256(data).hexdigest())
_hashed("base64", lambda data: b64encode(data).decode())


@function("hmac_sha256(key, text)")
def hmac_sha256(_here: Here, key: Any, value: Any) -> str:
    return hmacs.new(string(key).encode(), plain(value).encode(), "sha256").hexdigest()


@function("uuid(text)")
def uuid(_here: Here, value: Any) -> str:
    return str(uuids.uuid5(uuids.NAMESPACE_OID, plain(value)))


@function("json(value)")
def json(_here: Here, value: Any) -> str:
    return json_bytes(value).decode()


@function("from_json(text)")
def from_json(_here: Here, value: Any) -> Any:
    return read_json(string(value).encode())
