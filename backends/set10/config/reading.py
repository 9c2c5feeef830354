"""The file read into the model. What is wrong with a part of it is worked around, and told."""

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from backends.set10.config import names
from backends.set10.config.beans import (
    Beans,
    children,
    elements,
    kind_of,
    line_of,
    listed,
    reference,
    setting,
)
from backends.set10.config.model import (
    And,
    ChainFile,
    Fault,
    Filter,
    Listed,
    Not,
    Or,
    Simple,
    Trouble,
)
from backends.set10.config.safely import decoded
from cashier.errors import BadInput
from cashier.i18n import _

MOST_LINKS = 200
DEEPEST_FILTER = 50
MOST_FILTERS = 1000
"""Of one link, references followed: what is written once may be referred to very often."""
MOST_SECONDS = 86_400


def read_chain(text: bytes | str, name: str) -> ChainFile:
    """``name``: of the file, for what is wrong. Raises BadInput where there is no chain in it."""
    plain = text if isinstance(text, str) else decoded(text, name).text
    return chain_of(Beans(plain, name), name)


def chain_of(beans: Beans, name: str) -> ChainFile:
    """Raises BadInput where there are too many providers."""
    if len(beans.rows) > MOST_LINKS:
        text = _("{file}: a chain of {n} providers; {most} are the most")
        raise BadInput(text.format(file=name, n=len(beans.rows), most=MOST_LINKS))
    return _Reader(beans).chain()


@dataclass
class _Reader:
    beans: Beans
    troubles: list[Trouble] = field(default_factory=list)

    def chain(self) -> ChainFile:
        self._check_names()
        return ChainFile(
            tuple(self._listed(one) for one in self.beans.rows),
            self._number(names.INTERVAL, names.SHIPPED_INTERVAL),
            self._number(names.BATCH, names.SHIPPED_BATCH),
            tuple(sorted(self.troubles, key=lambda one: one.line)),
            line_of(self.beans.providers),
        )

    def _note(self, fault: Fault, at: etree._Element, text: str) -> None:
        self.troubles.append(Trouble(fault, line_of(at), text))

    def _check_names(self) -> None:
        root, registry = self.beans.root, self.beans.registry
        if root.tag != f"{{{names.NAMESPACE}}}beans":
            text = _("the file should begin with <beans> of the namespace {namespace}")
            self._note(Fault.NAMESPACE, root, text.format(namespace=names.NAMESPACE))
        for name, found in self.beans.by_id.items():
            if len(found) > 1:
                text = _("there are {n} beans with the id {id}; the last one counts")
                self._note(Fault.SAME_ID, found[-1], text.format(n=len(found), id=name[:60]))
        said = Counter(one.get("name") for one in children(registry, "property"))
        for called, times in said.items():
            at = setting(registry, called) if times > 1 and called else None
            if at is not None:
                text = _("the property {name} stands there {n} times; the last one counts")
                self._note(Fault.SAID_TWICE, at, text.format(name=called, n=times))

    def _number(self, name: str, shipped: int) -> int:
        held = setting(self.beans.registry, name)
        if held is None:
            return shipped
        text = (value_of(held) or "").strip()
        if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_SECONDS:
            return int(text)
        why = _("{name}: expected a number from 1 to {most}, got {given}; {shipped} is taken")
        given = text[:40] or "-"
        words = why.format(name=name, most=MOST_SECONDS, given=given, shipped=shipped)
        self._note(Fault.NUMBER, held, words)
        return shipped

    # --- providers

    def _listed(self, one: etree._Element) -> Listed:
        kind, line = kind_of(one), line_of(one)
        if kind == "bean":
            return self._bean(one, "", line)
        if kind == "ref":
            name = reference(one)
            bean = self.beans.called(name)
            return self._lost(name, line) if bean is None else self._bean(bean, name, line)
        why = _("expected <bean> or <ref>, got <{given}>").format(given=kind[:40])
        return Listed("", kind, is_ref=False, line=line, trouble=why, fault=Fault.NO_PROVIDER)

    def _lost(self, name: str, line: int) -> Listed:
        why = _("the reference {name} leads to no bean of this file")
        text = why.format(name=name[:60] or "-")
        return Listed("", name, is_ref=True, line=line, trouble=text, fault=Fault.NO_SUCH_BEAN)

    def _bean(self, bean: etree._Element, ref: str, line: int) -> Listed:
        name = (bean.get("class") or "").strip()
        provider = names.PROVIDERS.get(name, "")
        made: Filter | None = None
        trouble, fault = "", None
        if not provider:
            fault = Fault.UNKNOWN_BEAN
            trouble = _("{name} is no provider that is known").format(name=name[:100] or "-")
        if name == names.CUSTOM:
            try:
                made = self._filter_of(bean)
            except BadInput as error:
                provider, trouble, fault = "", str(error), Fault.FILTER
        return Listed(provider, ref or name, bool(ref), line, made, trouble, fault)

    # --- filters

    def _filter_of(self, bean: etree._Element) -> Filter | None:
        held = setting(bean, "filter")
        return None if held is None else _Filters(self).of(held)

    def empty(self, at: etree._Element, name: str) -> None:
        self._note(Fault.EMPTY_FILTER, at, _("{name} holds no filters").format(name=name))


@dataclass
class _Filters:
    """The filters of one link. All raise BadInput: what a filter lets through that nobody
    understands is not known."""

    reader: _Reader
    count: int = 0

    def of(self, place: etree._Element) -> Filter:
        """Of the property ``filter``."""
        return self._made(self._bean(place, inside=True), ())

    def _bean(self, place: etree._Element, *, inside: bool) -> etree._Element:
        beans = self.reader.beans
        try:
            bean = beans.held(place) if inside else beans.meant(place)
        except LookupError as error:
            why = _("line {line}: the reference {name} leads to no bean of this file")
            text = why.format(line=line_of(place), name=str(error.args[0])[:60] or "-")
            raise BadInput(text) from error
        if bean is None:
            raise BadInput(_("line {line}: there should be a filter").format(line=line_of(place)))
        return bean

    def _made(self, bean: etree._Element, around: tuple[etree._Element, ...]) -> Filter:
        self.count += 1
        if bean in around:
            raise BadInput(_("line {line}: a filter holds itself").format(line=line_of(bean)))
        if len(around) >= DEEPEST_FILTER:
            raise BadInput(_("filters within {n} others are too deep").format(n=DEEPEST_FILTER))
        if self.count > MOST_FILTERS:
            raise BadInput(_("more than {n} filters are too many").format(n=MOST_FILTERS))
        name = (bean.get("class") or "").strip().removeprefix(names.FILTERS)
        inner = (*around, bean)
        if name == names.AND:
            return And(self._several(bean, name, inner))
        if name == names.OR:
            return Or(self._several(bean, name, inner))
        if name == names.NOT:
            host = setting(bean, names.HOST)
            if host is None:
                text = _("line {line}: {name} has no {property}")
                raise BadInput(text.format(line=line_of(bean), name=name, property=names.HOST))
            return Not(self._made(self._bean(host, inside=True), inner))
        try:
            return Simple(name)
        except ValueError:
            text = _("line {line}: {name} is no filter that is known")
            raise BadInput(text.format(line=line_of(bean), name=name[:100] or "-")) from None

    def _several(
        self, bean: etree._Element, name: str, around: tuple[etree._Element, ...]
    ) -> tuple[Filter, ...]:
        held = listed(bean, "filters")
        inner = () if held is None else tuple(elements(held))
        if not inner:
            self.reader.empty(bean, name)
        return tuple(self._made(self._bean(one, inside=False), around) for one in inner)


def value_of(held: etree._Element) -> str | None:
    """What a property says, as an attribute or as an element."""
    if (value := held.get("value")) is not None:
        return value
    inner = next(children(held, "value"), None)
    return None if inner is None else inner.text
