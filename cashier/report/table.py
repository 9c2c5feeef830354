"""A run as text for a terminal or the log of a build."""

from collections.abc import Iterator

from cashier.i18n import _
from cashier.report.harmless import in_a_row
from cashier.report.shown import Run, Shown
from cashier.report.told import MARKS, columns, failures, verdict_words

_LONGEST = 60
"""Letters of a title in a row."""


def table(run: Run) -> Iterator[str]:
    """A row for every scenario, then why steps failed, then how it ended."""
    head = ("", _("scenario"), _("verdict"), _("steps"), _("time"), _("notes"))
    rows = [head, *(_row(one) for one in run.scenarios)]
    yield from columns(rows, right=(3, 4))
    for one in run.scenarios:
        if text := failures(one):
            yield f"\n{MARKS[one.verdict]} {in_a_row(one.name)}\n"
            yield from text.split("\n")
    yield ""
    yield summary(run)


def _row(one: Shown) -> tuple[str, ...]:
    done = sum(step.verdict != "not_run" for step in one.steps)
    name = in_a_row(one.name)
    steps = str(done) if done == len(one.steps) else f"{done}/{len(one.steps)}"
    return (
        MARKS[one.verdict],
        name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…",
        verdict_words(one.verdict),
        steps,
        seconds(one.milliseconds),
        in_a_row("; ".join(one.notes)),
    )


def seconds(milliseconds: int) -> str:
    return _("{n} s").format(n=f"{milliseconds / 1000:.2f}")


def summary(run: Run) -> str:
    """How it ended, in one row."""
    kinds = ("passed", "failed", "skipped", "not_run")
    parts = [f"{verdict_words(one)}: {run.count(one)}" for one in kinds if run.count(one)]
    if run.interrupted:
        parts.append(_("interrupted"))
    return f"{', '.join(parts)}; {seconds(run.milliseconds)}"
