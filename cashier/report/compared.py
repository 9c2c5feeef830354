"""A comparison in words, as JSON, as a page: only what differs, unless all of it is wanted."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cashier.i18n import _, ngettext
from cashier.report.harmless import harmless, in_a_row
from cashier.report.told import columns
from cashier.scenario.comparing import Comparison, Difference, Side, StepPair

FORMAT = 1
_WIDEST, _WIDEST_NAME = 24, 46
"""Of a value in the table, and of what it is: both sides fit on 100 columns."""


def masked(one: Comparison, mask: Callable[[str], str]) -> Comparison:
    """Nobody's data in it any more."""

    def side(it: Side) -> Side:
        return replace(it, notes=tuple(map(mask, it.notes)))

    def difference(it: Difference) -> Difference:
        return Difference(mask(it.what), mask(it.a), mask(it.b))

    def step(it: StepPair) -> StepPair:
        found = tuple(map(difference, it.differences))
        return replace(it, words=mask(it.words), say=mask(it.say), differences=found)

    return replace(one, a=side(one.a), b=side(one.b), steps=tuple(map(step, one.steps)))


def compared(all_of_them: Sequence[Comparison], *, every: bool) -> Iterator[str]:
    """The table; ``every``: the steps that are the same, too."""
    for one in all_of_them:
        yield in_a_row(one.scenario)
        for letter, side in (("A", one.a), ("B", one.b)):
            about = f"{side.system} ({side.name})" if side.system else side.name
            yield in_a_row(f"{letter}: {about}")
            yield from (f"   {in_a_row(note)}" for note in side.notes)
        for step in one.steps if every else one.differing:
            yield ""
            yield from _step(step)
        yield ""
        yield from verdict(one)
        yield ""


def _step(step: StepPair) -> Iterator[str]:
    yield in_a_row(f"{step.place} {step.words}")
    if not step.differences:
        yield "  " + (_("as at the step before") if step.carried else _("the same"))
        return
    rows = [("", "A", "B"), *map(_row, step.differences)]
    yield from (f"  {line}" for line in columns(rows, right=(1, 2)))


def _row(one: Difference) -> tuple[str, str, str]:
    indent = "  " if one.what.startswith("  ") else ""
    return indent + _cell(one.what, _WIDEST_NAME), _cell(one.a, _WIDEST), _cell(one.b, _WIDEST)


def _cell(text: str, widest: int) -> str:
    row = in_a_row(text)
    return row if len(row) <= widest else f"{row[: widest - 1]}…"


def verdict(one: Comparison) -> Iterator[str]:
    """How it ended, plainly; and what the file expects, which is not judged here."""
    count = len(one.steps)
    if one.same:
        text = ngettext("The same: {n} step.", "The same: {n} steps.", count)
        yield text.format(n=count)
    else:
        text = ngettext(
            "Different: {found} of {n} step brings differences.",
            "Different: {found} of {n} steps bring differences.",
            count,
        )
        yield text.format(n=count, found=len(one.differing))
    if one.a.unmet or one.b.unmet:
        text = _("Expectations of the file that are not met: A {a}, B {b}.")
        yield text.format(a=one.a.unmet, b=one.b.unmet)


def comparisons_as_json(all_of_them: Sequence[Comparison], program: str) -> str:
    """``program``: the version of the program that compared."""
    value = {
        "format": FORMAT,
        "program": program,
        "same": all(one.same for one in all_of_them),
        "scenarios": [_plain(one) for one in all_of_them],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"  # a lone surrogate is no text


def _plain(one: Comparison) -> dict[str, object]:
    return {
        "scenario": one.scenario,
        "same": one.same,
        **{letter: vars(side) for letter, side in (("a", one.a), ("b", one.b))},
        "steps": [
            {
                "place": step.place,
                "words": step.words,
                "same": step.same,
                "differences": [vars(it) for it in step.differences],
                "carried": step.carried,
            }
            for step in one.steps
        ],
    }


def comparison_page(all_of_them: Sequence[Comparison], program: str, *, every: bool) -> str:
    """A page that stands alone."""
    from cashier.report.page import rendered

    return rendered(
        "compared.html.j2",
        comparisons=all_of_them,
        program=program,
        every=every,
        verdict=lambda one: [harmless(line) for line in verdict(one)],
        title=_("Comparison"),
    )
