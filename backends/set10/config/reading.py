"""The file read into the model. What is wrong with a part of it is worked around, and told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from backends.set10.config import names
from backends.set10.config.model import And, ChainFile, Filter, Listed, Not, Or, Simple
from backends.set10.config.safely import parse
from cashier.errors import BadInput
from cashier.i18n import _

MOST_LINKS = 200
DEEPEST_FILTER = 50


def read_chain(text: bytes, name: str) -> ChainFile:
    """``name``: of the file, for what is wrong. Raises BadInput where there is no chain in it."""
    return _Reader(parse(text, name), name).chain()


class Beans:
    """A document of beans, whatever its namespace: shops have files without one."""

    def __init__(self, tree: etree._ElementTree) -> None:
        self.root = tree.getroot()
        self.by_id: dict[str, list[etree._Element]] = {}
        for one in children(self.root, "bean"):
            if one.get("id"):
                self.by_id.setdefault(str(one.get("id")), []).append(one)

    def registry(self) -> etree._Element | None:
        """The bean that has the chain: by its id, else by its class."""
        found = self.by_id.get(names.REGISTRY)
        if found:
            return found[-1]
        of_class = [
            one for one in children(self.root, "bean") if one.get("class") == names.REGISTRY_CLASS
        ]
        return of_class[0] if of_class else None

    def providers(self) -> etree._Element | None:
        """The list of the providers."""
        registry = self.registry()
        return None if registry is None else listed(registry, "providers")


def line_of(element: etree._Element) -> int:
    found: Any = element.sourceline
    return found or 0


def children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for one in parent:
        if isinstance(one.tag, str) and etree.QName(one).localname == name:
            yield one


def setting(bean: etree._Element, name: str) -> etree._Element | None:
    """The property of a bean; the last one where it stands there twice, as Spring takes it."""
    found = [one for one in children(bean, "property") if one.get("name") == name]
    return found[-1] if found else None


def listed(bean: etree._Element, name: str) -> etree._Element | None:
    """The list that a property holds."""
    held = setting(bean, name)
    return None if held is None else next(children(held, "list"), None)


@dataclass
class _Reader:
    tree: etree._ElementTree
    name: str
    troubles: list[tuple[int, str]] = field(default_factory=list)

    def chain(self) -> ChainFile:
        beans = Beans(self.tree)
        registry, providers = beans.registry(), beans.providers()
        if registry is None:
            text = _("{file}: there is no bean {name}, so there is no chain")
            raise BadInput(text.format(file=self.name, name=names.REGISTRY))
        if providers is None:
            text = _("{file}, line {line}: the bean {name} has no list of providers")
            raise BadInput(text.format(file=self.name, line=line_of(registry), name=names.REGISTRY))
        rows = [one for one in providers if isinstance(one.tag, str)]
        if len(rows) > MOST_LINKS:
            text = _("{file}: a chain of {n} providers; {most} are the most")
            raise BadInput(text.format(file=self.name, n=len(rows), most=MOST_LINKS))
        self._check_ids(beans)
        return ChainFile(
            tuple(self._listed(one, beans) for one in rows),
            self._number(registry, names.INTERVAL, names.SHIPPED_INTERVAL),
            self._number(registry, names.BATCH, names.SHIPPED_BATCH),
            tuple(self.troubles),
        )

    def _check_ids(self, beans: Beans) -> None:
        text = _("there are {n} beans with the id {id}; the last one counts")
        for name, found in beans.by_id.items():
            if len(found) > 1:
                self._note(found[-1], text.format(n=len(found), id=name))

    def _note(self, at: etree._Element, text: str) -> None:
        self.troubles.append((line_of(at), text))

    def _number(self, registry: etree._Element, name: str, shipped: int) -> int:
        held = setting(registry, name)
        if held is None:
            return shipped
        value = held.get("value")
        if value is None:
            inner = next(children(held, "value"), None)
            value = inner.text if inner is not None else None
        text = (value or "").strip()
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 86_400 and len(text) < 9:
            return int(text)
        why = _("{name}: expected a number from 1 to 86400, got {given}; {shipped} is taken")
        self._note(held, why.format(name=name, given=text[:40] or "-", shipped=shipped))
        return shipped

    # --- providers

    def _listed(self, one: etree._Element, beans: Beans) -> Listed:
        line = line_of(one)
        kind = etree.QName(one).localname
        if kind == "ref":
            return self._ref(one, beans, line)
        if kind != "bean":
            why = _("expected <bean> or <ref>, got <{given}>").format(given=kind[:40])
            return Listed("", kind, is_ref=False, line=line, trouble=why)
        return self._bean(one, "", is_ref=False, line=line)

    def _ref(self, one: etree._Element, beans: Beans, line: int) -> Listed:
        name = one.get("bean") or one.get("local") or ""
        found = beans.by_id.get(name)
        if not found:
            known = names.BEANS.get(name)
            why = _("the reference {name} leads to no bean of this file").format(name=name[:60])
            if known is not None:
                why += " " + _("(a known one: define it)")
            return Listed("", name, is_ref=True, line=line, trouble=why)
        bean = found[-1]
        return self._bean(bean, name, is_ref=True, line=line)

    def _bean(self, bean: etree._Element, ref: str, *, is_ref: bool, line: int) -> Listed:
        name = bean.get("class") or ""
        provider, shown = names.PROVIDERS.get(name, ""), ref or name
        if not provider:
            why = _("{name} is no provider that is known").format(name=(name or "-")[:100])
            return Listed("", shown, is_ref=is_ref, line=line, trouble=why)
        if name != names.CUSTOM:
            return Listed(provider, shown, is_ref=is_ref, line=line)
        try:
            made = self._filter_of(bean)
        except BadInput as error:
            return Listed("", shown, is_ref=is_ref, line=line, trouble=str(error))
        return Listed(provider, shown, is_ref=is_ref, line=line, filter=made)

    # --- filters

    def _filter_of(self, bean: etree._Element) -> Filter | None:
        held = setting(bean, "filter")
        if held is None:
            return None
        inner = next(children(held, "bean"), None)
        if inner is None:
            raise BadInput(_("the property filter holds no filter"))
        return self._filter(inner, 1)

    def _filter(self, bean: etree._Element, depth: int) -> Filter:
        """Raises BadInput: what a filter lets through that nobody understands is not known."""
        if depth > DEEPEST_FILTER:
            raise BadInput(_("filters within {n} others are too deep").format(n=DEEPEST_FILTER))
        name = (bean.get("class") or "").removeprefix(names.FILTERS)
        if name in ("SetActionsAndFilter", "SetActionsOrFilter"):
            held = listed(bean, "filters")
            inner = () if held is None else tuple(children(held, "bean"))
            filters = tuple(self._filter(one, depth + 1) for one in inner)
            if not filters:
                self._note(bean, _("{name} holds no filters").format(name=name))
            return And(filters) if name == "SetActionsAndFilter" else Or(filters)
        if name == "SetActionsNotFilter":
            host = setting(bean, "hostFilter")
            only = next(children(host, "bean"), None) if host is not None else None
            if only is None:
                raise BadInput(_("SetActionsNotFilter has no hostFilter"))
            return Not(self._filter(only, depth + 1))
        try:
            return Simple(name)
        except ValueError:
            text = _("{name} is no filter that is known")
            raise BadInput(text.format(name=(name or "-")[:100])) from None
