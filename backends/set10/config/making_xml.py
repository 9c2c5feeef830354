"""New parts of a chain as rows of XML, in the style of the text around them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backends.set10.config import names
from backends.set10.config.model import And, Filter, Not, Or, Simple
from backends.set10.config.places import Node

_PREFIX = re.compile(rb"<([^\s/>]*:)?list")


@dataclass(frozen=True, slots=True)
class Style:
    prefix: str
    """Before the names of elements: ``s:``."""
    indent: str
    """Of the list of providers."""
    unit: str
    """By which what stands inside is moved in."""
    newline: str

    @classmethod
    def of(cls, text: bytes, held: Node) -> "Style":
        """As it is at the list of providers."""
        found = _PREFIX.match(text, held.start)
        name = (found[1] or b"").decode() if found else ""
        indent = _indent(text, held.start)
        inner = next((_indent(text, one.start) for one in held.children), "")
        unit = inner.removeprefix(indent) if len(inner) > len(indent) else ""
        newline = "\r\n" if b"\r\n" in text else "\n"
        return cls(
            name, indent, unit or ("\t" if "\t" in indent or not indent else "    "), newline
        )

    def lines(self, rows: Sequence[str]) -> bytes:
        return self.newline.join(rows).encode()

    def inside(self, rows: Iterator[str]) -> Iterator[str]:
        return (self.unit + row for row in rows)


def _indent(text: bytes, at: int) -> str:
    """What stands before an element on its line, if that is blank."""
    before = text[:at].rpartition(b"\n")[2]
    return "" if before.strip() else before.decode()


def bean_of(of_class: str, style: Style) -> Iterator[str]:
    yield f'<{style.prefix}bean class="{of_class}" />'


def reference_to(bean: str, style: Style) -> Iterator[str]:
    yield f'<{style.prefix}ref bean="{bean}"/>'


def defined(name: str, of_class: str, style: Style) -> Iterator[str]:
    """A bean that a provider is referred to by, as the shipped file has it."""
    start = ' init-method="init"' if of_class == names.CLASSES["set-api"] else ""
    yield f'<{style.prefix}bean id="{name}" class="{of_class}"{start}>'
    yield style.unit + _actions(style)
    yield f"</{style.prefix}bean>"


def own_bean(lets: Filter, style: Style) -> Iterator[str]:
    """Set10 with a filter."""
    yield f'<{style.prefix}bean class="{names.CUSTOM}">'
    yield style.unit + _actions(style)
    yield from style.inside(_property("filter", _filter(lets, style), style))
    yield f"</{style.prefix}bean>"


def _actions(style: Style) -> str:
    return f'<{style.prefix}property name="{names.ACTIONS}" ref="{names.ACTIONS_BEAN}"/>'


def _property(name: str, inner: Iterator[str], style: Style) -> Iterator[str]:
    yield f'<{style.prefix}property name="{name}">'
    yield from style.inside(inner)
    yield f"</{style.prefix}property>"


def _filter(one: Filter, style: Style) -> Iterator[str]:
    match one:
        case And(filters):
            yield from _bean(names.AND, _property("filters", _listed(filters, style), style), style)
        case Or(filters):
            yield from _bean(names.OR, _property("filters", _listed(filters, style), style), style)
        case Not(inner):
            host = _property(names.HOST, _filter(inner, style), style)
            yield from _bean(names.NOT, host, style)
        case Simple():
            yield from bean_of(names.FILTERS + one, style)


def _bean(name: str, inner: Iterator[str], style: Style) -> Iterator[str]:
    yield f'<{style.prefix}bean class="{names.FILTERS}{name}">'
    yield from style.inside(inner)
    yield f"</{style.prefix}bean>"


def _listed(filters: tuple[Filter, ...], style: Style) -> Iterator[str]:
    yield f"<{style.prefix}list>"
    for one in filters:
        yield from style.inside(_filter(one, style))
    yield f"</{style.prefix}list>"
