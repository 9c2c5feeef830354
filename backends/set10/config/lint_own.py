"""Set10's own promotions: each kind of them should pass exactly one link.

There are few kinds (``filters.EVERY``), so what a filter lets through is not reckoned but tried.
"""

from collections.abc import Iterator

from backends.set10.config.filters import EVERY, Facts, lets
from backends.set10.config.findings import Finding, Seen, Severity
from backends.set10.config.model import Listed
from backends.set10.config.names import CUSTOM, OWN
from backends.set10.config.titles import facts_words, title_of
from cashier.i18n import _

Own = list[tuple[int, Listed]]
"""Links of Set10, with their places, from 1."""


def check_own(seen: Seen) -> Iterator[Finding]:
    own = [(turn, one) for turn, one in enumerate(seen.chain.listed, 1) if one.provider == OWN]
    whole = [both for both in own if both[1].whole]
    filtered = [both for both in own if not both[1].whole]
    if not own:
        text = _("Set10 itself is not in the chain: its own promotions give nothing")
        yield Finding(Severity.WARNING, seen.chain.line, text)
        return
    yield from _whole(whole, filtered)
    yield from _idle(filtered)
    yield from _twice(filtered)
    if not whole:
        yield from _missing(filtered, seen.chain.line)


def _whole(whole: Own, filtered: Own) -> Iterator[Finding]:
    advice = _("Either all of Set10 in one link, or links with filters ({name}).").format(
        name=CUSTOM
    )
    for _turn, one in whole[1:]:
        text = _("all of Set10 is listed twice (first in line {line}): everything is given twice")
        yield Finding(Severity.ERROR, one.line, text.format(line=whole[0][1].line), advice)
    if whole and filtered:
        turns = ", ".join(str(turn) for turn, _one in filtered)
        text = _("all of Set10 stands beside Set10 with filters: links {turns} give again")
        yield Finding(Severity.ERROR, whole[0][1].line, text.format(turns=turns), advice)


def _idle(filtered: Own) -> Iterator[Finding]:
    for _turn, one in filtered:
        if not any(lets(one.filter, facts) for facts in EVERY):
            text = _("the filter of {link} lets nothing through")
            yield Finding(Severity.WARNING, one.line, text.format(link=title_of(one)))


def _passed(filtered: Own) -> dict[tuple[int, ...], list[Facts]]:
    """Kinds of promotions by the links that let them through."""
    found: dict[tuple[int, ...], list[Facts]] = {}
    for facts in EVERY:
        turns = tuple(turn for turn, one in filtered if lets(one.filter, facts))
        found.setdefault(turns, []).append(facts)
    return found


def _twice(filtered: Own) -> Iterator[Finding]:
    lines = {turn: one.line for turn, one in filtered}
    for turns, facts in _passed(filtered).items():
        if len(turns) > 1:
            text = _("links {turns} let the same through, so it is given more than once: {kinds}")
            several = ", ".join(map(str, turns))
            words = text.format(turns=several, kinds=facts_words(facts))
            advice = _("Let their filters exclude each other.")
            yield Finding(Severity.ERROR, lines[turns[-1]], words, advice)


def _missing(filtered: Own, line: int) -> Iterator[Finding]:
    passed = _passed(filtered)
    missed = passed.get((), [])
    points = [facts for facts in missed if facts.kind == "points"]
    if len(points) < 2:  # 'always summed' says nothing of the spending of points
        missed = [facts for facts in missed if facts.kind != "points"]
    if missed:
        text = _("no link of Set10 lets through: {kinds}")
        words = text.format(kinds=facts_words(missed))
        advice = _("Such promotions give nothing at this till. Well if that is meant.")
        yield Finding(Severity.WARNING, line, words, advice)
