"""Beans that lead nowhere, or that nothing leads to."""

from collections.abc import Iterator

from lxml import etree

from backends.set10.config import names
from backends.set10.config.beans import children, line_of, setting
from backends.set10.config.findings import Finding, Seen, Severity
from cashier.i18n import _

WITHOUT_ACTIONS = ("manzana", "smart-checkout")
"""Providers that are shipped without ``actionsProvider``."""
HELPERS = {names.REGISTRY_CLASS, names.ACTIONS_CLASS}


def check_beans(seen: Seen) -> Iterator[Finding]:
    yield from _lost_references(seen)
    yield from _links(seen)
    yield from _unlisted(seen)


def _lost_references(seen: Seen) -> Iterator[Finding]:
    """Of properties; those of the list and of filters are told by the reader."""
    for held in seen.beans.root.iter("{*}property"):
        name = held.get("ref")
        if name is None or held.get("name") in ("filter", names.HOST):
            continue
        if name not in names.ELSEWHERE and seen.beans.called(name) is None:
            text = _("the property {property} refers to {name}, and no bean of this file is it")
            yield Finding(
                Severity.WARNING,
                line_of(held),
                text.format(property=(held.get("name") or "?")[:60], name=name[:60] or "-"),
                _("Well if another file of the till defines it."),
            )


def _beans_of_links(seen: Seen) -> Iterator[tuple[int, etree._Element]]:
    """The beans behind the links, with the lines of the links."""
    for one, row in zip(seen.chain.listed, seen.beans.rows, strict=True):
        if one.provider:
            bean = seen.beans.meant(row)
            if bean is not None:
                yield one.line, bean


def _links(seen: Seen) -> Iterator[Finding]:
    for line, bean in _beans_of_links(seen):
        name = (bean.get("class") or "").strip()
        if setting(bean, names.ACTIONS) is None and (names.PROVIDERS[name] not in WITHOUT_ACTIONS):
            text = _("{name} has no {property}: it learns of no advertising action")
            yield Finding(
                Severity.WARNING,
                line,
                text.format(name=name, property=names.ACTIONS),
                f'<property name="{names.ACTIONS}" ref="{names.ACTIONS_BEAN}"/>',
            )
        if name == names.CLASSIC and setting(bean, "filter") is not None:
            text = _("{name} takes no filter: all of Set10 is reckoned there")
            advice = _("Filters belong to {name}.").format(name=names.CUSTOM)
            yield Finding(Severity.ERROR, line, text.format(name=name), advice)


def _unlisted(seen: Seen) -> Iterator[Finding]:
    listed = [bean for _line, bean in _beans_of_links(seen)]
    meant = {one.bean for one in seen.chain.listed if one.is_ref}
    for bean in children(seen.beans.root, "bean"):
        name, called = (bean.get("class") or "").strip(), bean.get("id") or ""
        if bean in listed or called in meant or name in HELPERS or name.startswith(names.FILTERS):
            continue
        if name in names.PROVIDERS:
            if names.BEANS.get(called) != name:
                text = _("the provider {name} is defined, and the chain does not list it")
                yield Finding(Severity.HINT, line_of(bean), text.format(name=called or name))
        elif bean is not seen.beans.registry:
            text = _("the bean {name} is of a class that is not known: {class_name}")
            words = text.format(name=(called or "-")[:60], class_name=name[:100] or "-")
            yield Finding(Severity.HINT, line_of(bean), words)
