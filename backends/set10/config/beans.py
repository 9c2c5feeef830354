"""A document of beans, whatever its namespace: shops have files without one."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from backends.set10.config import names
from backends.set10.config.safely import parse
from cashier.errors import BadInput
from cashier.i18n import _


class Beans:
    def __init__(self, text: str, name: str) -> None:
        """``name``: of the file. Raises BadInput where there is no chain in it."""
        self.root = parse(text, name)
        self.all = tuple(children(self.root, "bean"))
        self.by_id: dict[str, list[etree._Element]] = {}
        for one in self.all:
            for called in _names_of(one):
                self.by_id.setdefault(called, []).append(one)
        self.registry = self._registry(name)
        found = listed(self.registry, "providers")
        if found is None:
            words = _("{file}, line {line}: the bean {name} has no list of providers")
            at = line_of(self.registry)
            raise BadInput(words.format(file=name, line=at, name=names.REGISTRY))
        self.providers = found
        self.rows = tuple(elements(found))
        """What stands in the list."""

    def _registry(self, name: str) -> etree._Element:
        """The bean that has the chain: by its id, else by its class."""
        found = self.by_id.get(names.REGISTRY) or [
            one for one in self.all if one.get("class") == names.REGISTRY_CLASS
        ]
        if not found:
            words = _("{file}: there is no bean {name}, so there is no chain")
            raise BadInput(words.format(file=name, name=names.REGISTRY))
        return found[-1]

    def called(self, name: str) -> etree._Element | None:
        """The bean of this name; the last one, where there are several."""
        found = self.by_id.get(name)
        return found[-1] if found else None

    def held(self, place: etree._Element) -> etree._Element | None:
        """The bean that a property holds or refers to. Raises LookupError with the name of a bean
        that is not there."""
        if (name := place.get("ref")) is not None:
            return self.led_to(name)
        for one in elements(place):
            return self.meant(one)
        return None

    def meant(self, one: etree._Element) -> etree._Element | None:
        """A bean, or the bean that a ``ref`` leads to. Raises LookupError, as ``held`` does."""
        kind = kind_of(one)
        if kind == "ref":
            return self.led_to(reference(one))
        return one if kind == "bean" else None

    def led_to(self, name: str) -> etree._Element:
        """Raises LookupError with the name."""
        found = self.called(name)
        if found is None:
            raise LookupError(name)
        return found


def _names_of(bean: etree._Element) -> list[str]:
    """Its id, and other names that Spring lets it have."""
    found = [bean.get("id") or "", *re.split(r"[,;\s]+", bean.get("name") or "")]
    return list(dict.fromkeys(name for name in found if name))


def line_of(element: etree._Element) -> int:
    found: Any = element.sourceline
    return found or 0


def kind_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def reference(ref: etree._Element) -> str:
    """Where a ``ref`` leads."""
    return ref.get("bean") or ref.get("local") or ref.get("parent") or ""


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (one for one in parent if isinstance(one.tag, str))


def children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (one for one in elements(parent) if kind_of(one) == name)


def setting(bean: etree._Element, name: str) -> etree._Element | None:
    """The property of a bean; the last one where it stands there twice."""
    found = [one for one in children(bean, "property") if one.get("name") == name]
    return found[-1] if found else None


def listed(bean: etree._Element, name: str) -> etree._Element | None:
    """The list that a property holds."""
    held = setting(bean, name)
    return None if held is None else next(children(held, "list"), None)
