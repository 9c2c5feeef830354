"""The encoding of a document: a setting of the device."""

import codecs
import re
from enum import StrEnum
from functools import lru_cache

from lxml import etree

from backends import soap
from backends.soap import Element

_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class Encoding(StrEnum):
    UTF_8 = "UTF-8"
    CP866 = "CP866"
    KOI8_R = "KOI8-R"
    WINDOWS_1251 = "Windows-1251"
    ASCII = "ASCII"


def content_type(encoding: Encoding) -> str:
    """*Emulated*: no source has the header."""
    return f"text/xml; charset={encoding.lower()}"


def encoding_of(data: bytes, told: str) -> Encoding:
    """As the headers say (``told``), else the document; else UTF-8."""
    if found := _CHARSET.search(told):
        return _encoding(found[1])
    declared = _DECLARED.match(data)
    return _encoding(declared[1].decode()) if declared else Encoding.UTF_8


@lru_cache(maxsize=32)
def _encoding(name: str) -> Encoding:
    return _BY_CODEC.get(_codec(name), Encoding.UTF_8)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


_BY_CODEC = {_codec(one.value): one for one in Encoding}


def read(data: bytes, told: str = "") -> Element:
    """The root of a document. Raises NotSoap, which is a ValueError."""
    if encoding_of(data, told) is Encoding.CP866:
        data, told = data.decode("cp866").encode(), "charset=utf-8"
    return soap.parse(data, told)


def write(root: Element, encoding: Encoding) -> bytes:
    """UTF-8 as sources have it, without a declaration; what an encoding lacks is written as a
    reference to the letter."""
    plain = encoding is Encoding.UTF_8
    made = etree.tostring(root, encoding=encoding.value, xml_declaration=not plain)
    assert isinstance(made, bytes)  # text comes of another encoding only
    return made
