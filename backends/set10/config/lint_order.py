"""The order of the links, and who of them takes part."""

from collections.abc import Iterator

from backends.set10.config.filters import Facts, lets, rounds_only
from backends.set10.config.findings import Finding, Seen, Severity
from backends.set10.config.model import Listed
from backends.set10.config.names import OWN
from backends.set10.config.titles import TITLES, title_of
from cashier.i18n import _, ngettext


def check_order(seen: Seen) -> Iterator[Finding]:
    if not seen.chain.listed:
        text = _("the list of providers is empty: no price is ever lowered")
        yield Finding(Severity.WARNING, seen.chain.line, text)
    yield from _rounding(seen)
    yield from _listed_twice(seen)
    yield from _taking_part(seen)


def _rounds(one: Listed) -> bool:
    return one.provider == OWN and any(
        lets(one.filter, Facts("rounding", always)) for always in (False, True)
    )


def _only_rounds(one: Listed) -> bool:
    return one.filter is not None and rounds_only(one.filter)


def _rounding(seen: Seen) -> Iterator[Finding]:
    listed = seen.chain.listed
    first = 0
    """The turn of the first link that does nothing but round."""
    for turn, one in enumerate(listed, 1):
        if first and one.provider and not _only_rounds(one):
            text = _("link {n} ({link}) comes after the rounding in link {turn}: it is not rounded")
            words = text.format(n=turn, link=title_of(one), turn=first)
            yield Finding(Severity.WARNING, one.line, words)
        if not _rounds(one):
            continue
        after = sum(bool(other.provider) and not _only_rounds(other) for other in listed[turn:])
        if _only_rounds(one):
            first = first or turn
        if after:
            yield _not_last(one, turn, after)


def _not_last(one: Listed, turn: int, after: int) -> Finding:
    text = ngettext(
        "link {turn} rounds ({link}), and {n} link comes after it",
        "link {turn} rounds ({link}), and {n} links come after it",
        after,
    )
    if _only_rounds(one):
        advice = _("Put the rounding at the end of the list.")
    else:
        advice = _("Give the rounding a link of its own, at the end of the list.")
    words = text.format(link=title_of(one), turn=turn, n=after)
    return Finding(Severity.WARNING, one.line, words, advice)


def _listed_twice(seen: Seen) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for one in seen.chain.listed:
        if not one.provider or one.provider == OWN:
            continue
        if one.provider in first:
            text = _("{provider} is listed twice (first in line {line}): it is asked twice")
            words = text.format(provider=TITLES[one.provider], line=first[one.provider])
            yield Finding(Severity.ERROR, one.line, words, _("Take one of them out."))
        first.setdefault(one.provider, one.line)


def _taking_part(seen: Seen) -> Iterator[Finding]:
    lines = {one.provider: one.line for one in reversed(seen.chain.listed) if one.provider}
    lines.pop(OWN, None)
    if seen.registered is not None:
        for provider, line in lines.items():
            if provider not in seen.registered:
                text = _("{provider} is listed and not registered: it takes no part")
                advice = _("Register it among the external systems on the server.")
                words = text.format(provider=TITLES[provider])
                yield Finding(Severity.WARNING, line, words, advice)
        for provider in sorted(seen.registered - lines.keys() - {OWN}):
            text = _("{provider} is registered and not listed: it is never asked")
            words = text.format(provider=TITLES[provider])
            yield Finding(Severity.WARNING, seen.chain.line, words, _("Put it into the list."))
    if seen.triggered is not None:
        for provider, line in lines.items():
            known = seen.registered is None or provider in seen.registered
            if known and provider not in seen.triggered:
                text = _("no advertising action triggers {provider}: it takes no part")
                advice = _("Make an action whose result is a calculation in that system.")
                words = text.format(provider=TITLES[provider])
                yield Finding(Severity.WARNING, line, words, advice)
