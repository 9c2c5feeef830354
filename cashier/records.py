"""Records of the journal: JSON, packed where they are kept for long; strict when read back."""

import zlib
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from cashier.errors import BadInput
from cashier.i18n import _

LARGEST = 64_000_000
"""Bytes of one unpacked record; more is damage."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def stored(kind: Any, value: object) -> bytes:
    """A value as it is stored. Raises BadInput for text that no file can hold."""
    try:
        return _adapter(kind).dump_json(value)
    except PydanticSerializationError as error:
        raise BadInput(_("This text cannot be stored")) from error


def read(kind: Any, body: object) -> Any:
    """What was ``stored``. Raises ValueError when the record is damaged."""
    if not isinstance(body, bytes):
        raise ValueError
    return _adapter(kind).validate_json(body, strict=True)


def packed(kind: Any, value: object) -> bytes:
    """As ``stored``, six times smaller."""
    return zipped(stored(kind, value))


def zipped(body: bytes) -> bytes:
    return zlib.compress(body, 1)


def unpacked(kind: Any, body: object, largest: int = LARGEST) -> Any:
    """What was ``packed``. Raises ValueError when the record is damaged."""
    return read(kind, unzipped(body, largest))


def unzipped(body: object, largest: int = LARGEST) -> bytes:
    """What zlib packed. Raises ValueError when it is damaged, or larger than that."""
    if not isinstance(body, bytes):
        raise ValueError
    unzip = zlib.decompressobj()
    try:
        whole = unzip.decompress(body, largest)
    except zlib.error as error:
        raise ValueError from error
    if not unzip.eof:
        raise ValueError
    return whole
