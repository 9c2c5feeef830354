"""A grade in words: a page for a terminal, and as JSON."""

import json
from collections.abc import Iterator

from cashier.conformance.grading import Grade, Tried, reasons
from cashier.conformance.pack import Level
from cashier.i18n import _
from cashier.report.harmless import in_a_row
from cashier.report.plain import as_json
from cashier.report.told import MARKS, columns, failures, verdict_words


def told(grade: Grade) -> Iterator[str]:
    """The page: every level with its scenarios, why some failed, the grade, the badge line."""
    yield title(grade)
    for level in grade.levels:
        yield ""
        yield f"{level_words(level)}  {grade.passed(level)}/{len(grade.of(level))}"
        yield from columns([_row(one) for one in grade.of(level)])
    for one in grade.tried:
        if text := failures(one.shown):
            yield f"\n{MARKS[one.shown.verdict]} {in_a_row(one.shown.name)}\n"
            yield from text.split("\n")
    yield ""
    yield from verdict(grade)
    yield grade.badge


def title(grade: Grade) -> str:
    text = _("Loyalty conformance of {system}, {day}")
    return in_a_row(text.format(system=grade.system, day=grade.on.isoformat()))


def verdict(grade: Grade) -> Iterator[str]:
    """The grade, and what keeps it from the next level."""
    yield _("Grade: {grade}").format(grade=grade.short)
    if grade.missed is not None:
        yield _("The level {level} is not reached:").format(level=grade.missed.value)
        for why in reasons(grade):
            yield f"  {why}"


def level_words(level: Level) -> str:
    about = {
        Level.BASIC: _("basic: who is the buyer, what does it cost, it is sold"),
        Level.MIDDLE: _("middle: coupons, points, no connection"),
        Level.FULL: _("full: registration, returns, levels, answers that are lost"),
    }
    return about[level]


def _row(one: Tried) -> tuple[str, ...]:
    shown, why = one.shown, ""
    if one.skipped:
        why = _("skipped: {why}").format(why="; ".join(shown.notes))
    elif not one.passed:
        why = verdict_words(shown.verdict)
    if why and not one.trial.required:
        why += " " + _("(not required)")
    return f"  {MARKS[shown.verdict]}", in_a_row(shown.name), in_a_row(why)


def grade_as_json(grade: Grade, program: str) -> str:
    """The JSON of a run with the grade before it; ``program``: its version."""
    about = {
        "grade": grade.reached.value if grade.reached else None,
        "skipped": grade.skipped,
        "badge": grade.badge,
        "system": grade.system,
        "on": grade.on.isoformat(),
        "levels": {
            level.value: {
                "passed": grade.passed(level),
                "of": len(grade.of(level)),
                "hindered_by": [one.shown.group for one in grade.hinders(level)],
            }
            for level in grade.levels
        },
        "required": [one.shown.group for one in grade.tried if one.trial.required],
    }
    whole = {"conformance": about, **json.loads(as_json(grade.run, program))}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def grade_page(grade: Grade, program: str) -> str:
    """The page of a run with the grade on top."""
    from markupsafe import Markup

    from cashier.conformance.badge import badge
    from cashier.report.page import page

    return page(
        grade.run,
        program,
        "graded.html.j2",
        title=title(grade),
        badge=Markup(badge(grade)),  # noqa: S704 - everything foreign in it is escaped
        line_of_badge=grade.badge,
        verdict=tuple(verdict(grade)),
        levels=[(level_words(it), grade.passed(it), len(grade.of(it))) for it in grade.levels],
    )
