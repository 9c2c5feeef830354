"""Bodies as they went over the wire, with single values changed and everything else left alone.

They are walked through token by token, never parsed and written anew: numbers keep their zeros,
keys their order, and what was cut off or is no JSON at all is read as far as it goes.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import TypeAlias
from urllib.parse import quote, unquote, unquote_plus
from xml.sax.saxutils import escape

from cashier.masking.keys import Kind, kind_of

Change: TypeAlias = Callable[[Kind, str], str]
"""What becomes of a value that is of this kind; the same text: it stays to the byte."""
Number: TypeAlias = Callable[[Kind, str], str]
"""The same for a number without quotation marks; another text is written as text."""


def changed(text: str, change: Change, number: Number) -> str:
    """A body of whatever form, by how it looks."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start and start in '{["':
        return json_text(text, change, number)
    if start == "<":
        return xml_text(text, change)
    if _FORM.fullmatch(text):
        return form_text(text, change)
    return change(Kind.TEXT, text)


# --- JSON

_JSON = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[][{}:,]|true|false|null',
    re.DOTALL,
)


@dataclass
class _Object:
    """An object or a list that is open."""

    is_list: bool
    key: str
    """Of the value that comes next; in a list, of the list."""
    inside: str
    keys: set[str] = field(default_factory=set)
    wants_key: bool = False


@dataclass(frozen=True)
class _Value:
    match: re.Match[str]
    key: str | None
    """None: it is a key itself."""
    beside: set[str]
    inside: str


def json_text(text: str, change: Change, number: Number) -> str:
    """JSON, or the beginning of some."""
    parts: list[str] = []
    end = 0
    for value in _json_values(text):
        parts.append(_gap(text[end : value.match.start()], change))
        parts.append(_changed_value(value, change, number))
        end = value.match.end()
    parts.append(_gap(text[end:], change))
    return "".join(parts)


def _changed_value(value: _Value, change: Change, number: Number) -> str:
    written = value.match[0]
    kind = Kind.KEY if value.key is None else kind_of(value.key, value.beside, value.inside)
    if written[0] != '"':
        new = number(kind, written)
        return written if new == written else json.dumps(new, ensure_ascii=False)
    old = _decoded(written)
    new = change(kind, old)
    if new == old:
        return written
    whole = json.dumps(new, ensure_ascii="\\u" in written)
    return whole if _is_closed(written) else whole[:-1]


def _json_values(text: str) -> list[_Value]:
    """Texts and numbers, each with its key; and the keys."""
    found: list[_Value] = []
    top = _Object(is_list=True, key="", inside="")
    outer: list[_Object] = []
    for match in _JSON.finditer(text):
        mark = match[0]
        if mark in "{[":
            outer.append(top)
            is_list = mark == "["
            top = _Object(is_list, top.key if is_list else "", top.key, wants_key=not is_list)
            if is_list:
                top.inside, top.keys = outer[-1].inside, outer[-1].keys
        elif mark in "]}":
            top = outer.pop() if outer else top
        elif mark == ",":
            top.wants_key = not top.is_list
        elif mark in (":", "true", "false", "null"):
            continue
        elif top.wants_key and mark[0] == '"':
            top.key, top.wants_key = _decoded(mark), False
            top.keys.add(top.key)
            found.append(_Value(match, None, set(), ""))
        else:
            found.append(_Value(match, top.key, top.keys, top.inside))
    return found


def _gap(text: str, change: Change) -> str:
    """Between the values: marks and blanks, or the rest of what was cut off."""
    return change(Kind.TEXT, text) if any(map(str.isalnum, text)) else text


def _decoded(written: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:
        return written[1:-1] if _is_closed(written) else written[1:]


def _is_closed(written: str) -> bool:
    """Its quotation marks are both there; it may be what was cut off."""
    return len(written) > 1 and written[-1] == '"'


# --- XML and HTML

_XML = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|</[^>]*>|<[^>]*>|[^<]+|<", re.DOTALL
)
_TAG = re.compile(r"</?\s*([^\s/>]+)")
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


@dataclass
class _Element:
    name: str
    children: set[str] = field(default_factory=set)


def xml_text(text: str, change: Change) -> str:
    """Names of the elements beside each other are known only at the end: two rounds."""
    top = _Element("")
    outer: list[_Element] = []
    pieces: list[tuple[str, _Element, _Element]] = []
    for match in _XML.finditer(text):
        piece = match[0]
        pieces.append((piece, top, outer[-1] if outer else top))
        name = _name(piece)
        if not name or piece.startswith(("<!", "<?")):
            continue
        if piece.startswith("</"):
            top = outer.pop() if outer else top
            continue
        top.children.add(name)
        if not piece.endswith("/>"):
            outer.append(top)
            top = _Element(name)
    return "".join(_piece(piece, inside, around, change) for piece, inside, around in pieces)


def _name(piece: str) -> str:
    found = _TAG.match(piece)
    return found[1] if found else ""


def _piece(piece: str, inside: _Element, around: _Element, change: Change) -> str:
    kind = kind_of(inside.name, around.children, around.name)
    if piece.startswith(_CDATA):
        end = _CDATA_END if piece.endswith(_CDATA_END) else ""
        value = piece[len(_CDATA) : len(piece) - len(end)]
        return _CDATA + change(kind, value) + end
    if piece.startswith(("<!", "<?", "</")):
        return change(Kind.TEXT if piece.startswith("<!--") else Kind.KEY, piece)
    if piece.startswith("<") and len(piece) > 1:
        return _with_attributes(piece, change)
    return _unescaped(piece, kind, change, {})


def _with_attributes(tag: str, change: Change) -> str:
    name = _name(tag)
    names = {match[1] for match in _ATTRIBUTE.finditer(tag)}

    def attribute(match: re.Match[str]) -> str:
        kind, mark = kind_of(match[1], names, name), match[3][0]
        value = _unescaped(match[3][1:-1], kind, change, {mark: f"&#{ord(mark)};"})
        return f"{match[1]}{match[2]}{mark}{value}{mark}"

    return _ATTRIBUTE.sub(attribute, tag)


def _unescaped(text: str, kind: Kind, change: Change, marks: dict[str, str]) -> str:
    value = unescape(text)
    bare = value.strip()
    if not bare:
        return text
    new = change(kind, bare)
    return text if new == bare else escape(value.replace(bare, new), marks)


# --- forms and addresses

_FORM = re.compile(r"[\w.~%+*\[\]-]+=[^\s=&<>]*(?:&[\w.~%+*\[\]-]+=[^\s=&<>]*)*")
_KEPT = "*@:,"
"""What needs no percent sign in a query: masks above all."""


def form_text(text: str, change: Change) -> str:
    """``name=value&…``"""
    pairs = [part.partition("=") for part in text.split("&")]
    names = {unquote_plus(name) for name, _sign, _value in pairs}
    return "&".join(
        f"{name}{sign}{_quoted(value, kind_of(unquote_plus(name), names), change)}"
        for name, sign, value in pairs
    )


def _quoted(value: str, kind: Kind, change: Change) -> str:
    plain = unquote_plus(value)
    new = change(kind, plain)
    return value if new == plain else quote(new, safe=_KEPT)


def url_text(url: str, change: Change) -> str:
    """The host stays; so does everything that is not changed."""
    start, sign, rest = url.partition("://")
    if not sign:
        start, rest = "", url
    host, slash, after = rest.partition("/")
    who, at, host = host.rpartition("@")
    who = ":".join("********" for _part in who.split(":")) if at else ""
    path, mark, query = after.partition("?")
    path = "/".join(_segment(part, change) for part in path.split("/"))
    query = form_text(query, change) if "=" in query else _segment(query, change)
    return f"{start}{sign}{who}{at}{host}{slash}{path}{mark}{query}"


def _segment(part: str, change: Change) -> str:
    plain = unquote(part)
    new = change(Kind.TEXT, plain)
    return part if new == plain else quote(new, safe=_KEPT)


# --- bytes

_CHARSET = re.compile(r"charset=[\"']?([\w.-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"']([\w.-]+)")


def decoded(body: bytes, headers: Iterable[tuple[str, str]] = ()) -> tuple[str, str]:
    """The text of a body and the encoding that gives exactly this body back."""
    for name in _encodings(body, headers):
        try:
            if not codecs.lookup(name)._is_text_encoding:
                continue
            text = body.decode(name)
            if text.encode(name) == body:
                return text, name
        except (LookupError, ValueError):
            continue
    return body.decode("latin-1"), "latin-1"


def _encodings(body: bytes, headers: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, value in headers:
        if name.lower() == "content-type" and (found := _CHARSET.search(value)):
            yield found[1]
    if found_in_body := _XML_ENCODING.match(body[:200]):
        yield found_in_body[1].decode("ascii")
    if body.startswith(codecs.BOM_UTF16_LE):
        yield "utf-16-le"
    if body.startswith(codecs.BOM_UTF16_BE):
        yield "utf-16-be"
    yield "utf-8"
    yield "cp1251"
