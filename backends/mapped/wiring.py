"""A planned request made ready to send, and what came back made ready to read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from backends.exact_json import NotJson, json_bytes
from backends.http import Answer, Call
from backends.mapped.functions.base import plain
from backends.mapped.language import Expression
from backends.mapped.plan import Mapping, Wire
from backends.mapped.scope import Nonsense, Scope
from backends.mapped.xml import NotXml, read_xml, xml_bytes

JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"


def made_ready(wire: Wire, scope: Scope, mapping: Mapping) -> Call:
    """Raises Nonsense where the mapping makes nothing that can be sent."""
    body, kind = _body(wire, scope, mapping.service.format)
    scope = scope.with_names(sent=body.decode())
    accepted = XML if mapping.service.format == "xml" else JSON
    headers = {"Accept": accepted.partition(";")[0]}
    if body:
        headers["Content-Type"] = kind
    for template in (mapping.headers, wire.headers):
        for name, value in _pairs(template and scope.fill(template), f"{wire.place}.headers"):
            headers = {
                known: one for known, one in headers.items() if known.lower() != name.lower()
            }
            headers[name] = value
    return Call(wire.verb, _url(wire, scope), body, tuple(headers.items()))


def _body(wire: Wire, scope: Scope, form: str) -> tuple[bytes, str]:
    if wire.form is not None:
        pairs = _pairs(scope.fill(wire.form), f"{wire.place}.form")
        return urlencode(list(pairs)).encode(), FORM
    if wire.body is None:
        return b"", ""
    value = scope.fill(wire.body)
    try:
        return (xml_bytes(value), XML) if form == "xml" else (json_bytes(value), JSON)
    except (NotJson, NotXml) as error:
        raise Nonsense(f"{wire.place}.body: {error}") from error


def _url(wire: Wire, scope: Scope) -> str:
    path = "".join(
        piece if isinstance(piece, str) else _segment(piece, scope) for piece in wire.path
    )
    query = urlencode(list(_pairs(wire.query and scope.fill(wire.query), f"{wire.place}.query")))
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"


def _segment(piece: Expression, scope: Scope) -> str:
    """A value inside a path: it never adds a step to it, up or down."""
    value = scope.value(piece)
    if value is None or isinstance(value, list | dict) or plain(value) in ("", ".", ".."):
        raise Nonsense(f"{piece.place}: nothing that can stand in a path")
    return quote(plain(value), safe="")


def _pairs(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Names and texts of a table; a list gives its name several times, null is left out."""
    if value is None:
        return
    if not isinstance(value, dict):
        raise Nonsense(f"{place}: expected a table")
    for name, one in value.items():
        for part in one if isinstance(one, list) else [one]:
            if isinstance(part, list | dict):
                raise Nonsense(f"{place}.{name}: expected text or a number")
            if part is not None:
                yield name, plain(part)


@dataclass(frozen=True)
class Came:
    """An answer, as expressions see it."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: Any
    """Null where nothing was in it."""
    unreadable: ValueError | None = None
    """Why what was in it cannot be read."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def names(self) -> dict[str, Any]:
        return {"status": self.status, "headers": self.headers, "body": self.body}


def came(answer: Answer, mapping: Mapping) -> Came:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    plain_one = Came(answer.status, headers, None)
    if not answer.body.strip():
        return plain_one
    try:
        if mapping.service.format == "xml":
            body = read_xml(answer.body, _charset(headers), mapping.service.lists)
        else:
            body = answer.json()
    except (NotJson, NotXml) as error:
        return replace(plain_one, unreadable=error)
    return replace(plain_one, body=body)


def _charset(headers: dict[str, str]) -> str:
    """What the header says of the letters of an XML document."""
    kind = headers.get("content-type", "")
    for part in kind.split(";")[1:]:
        name, _sign, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip("\"' ")
    return ""
