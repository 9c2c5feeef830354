"""XML both ways, as plain tables: attributes are ``@name``, text beside them ``#text``.

Prefixes of names are dropped when reading: they mean nothing by themselves. What is no business of
a loyalty system is refused: document types, entities, depth.
"""

import re
from collections.abc import Collection
from typing import Any
from xml.parsers import expat

import xmltodict

from backends.exact_json import DEEPEST
from backends.mapped.functions.base import plain


class NotXml(ValueError):
    """It cannot be read as XML, or cannot be written; says why."""


class _Careful:
    """Stands for ``xml.parsers.expat``: a parser that takes no document type."""

    @staticmethod
    def ParserCreate(  # noqa: N802 - the name that xmltodict calls
        encoding: str | None = None, separator: str | None = None
    ) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, separator)

        def refuse(*_what: Any) -> None:
            raise NotXml("a document type is not accepted")

        parser.StartDoctypeDeclHandler = refuse
        return parser


_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that XML cannot hold."""


def read_xml(body: bytes, charset: str = "", lists: Collection[str] = ()) -> Any:
    """A table with the root element in it. ``lists``: elements that are always a list.

    ``charset``: what the headers say of it; else the document does. Raises NotXml.
    """
    if not body.strip():
        raise NotXml("empty")
    try:
        value = xmltodict.parse(
            body,
            encoding=charset or None,
            expat=_Careful,
            disable_entities=True,
            postprocessor=_bare,
            force_list=lambda _path, name, _value: name in lists,
        )
    except (expat.ExpatError, ValueError, LookupError, RecursionError) as error:
        raise NotXml(f"not XML: {error}") from error
    if _too_deep(value):
        raise NotXml("too deep")
    return value


def _bare(_path: Any, name: str, value: Any) -> Any:
    """Without its prefix; without declarations of namespaces."""
    sign = "@" if name.startswith("@") else ""
    if name == "@xmlns" or name.startswith("@xmlns:"):
        return None
    return sign + name.removeprefix("@").rpartition(":")[2], value


def _too_deep(value: Any) -> bool:
    level = [value]
    for _depth in range(DEEPEST + 1):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def xml_bytes(value: Any) -> bytes:
    """A document in UTF-8 from a table with one root element. Raises NotXml."""
    if not isinstance(value, dict) or len(value) != 1:
        raise NotXml("expected a table with one element in it, the root")
    try:
        text: str = xmltodict.unparse(_written(value), short_empty_elements=True)
        return text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise NotXml(str(error)) from error


def _written(value: Any) -> Any:
    """Everything as text; what is null is left out."""
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_written(one) for one in value]
    return _ILLEGAL.sub("", plain(value))
