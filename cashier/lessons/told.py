"""Results as text for a terminal: the table of a class, the list of a trainee, one in full."""

from collections.abc import Iterator, Sequence

from cashier.i18n import _, ngettext
from cashier.lessons.attempt import Attempt, Done, Mode
from cashier.lessons.certificate import moment
from cashier.lessons.classes import Cell, ClassTable
from cashier.lessons.kept import Kept
from cashier.lessons.scoring import (
    loss_words,
    losses,
    mode_words,
    score,
    task_points,
    time_words,
    verdict,
    verdict_words,
)
from cashier.lessons.seal import short
from cashier.printing.cells import width, wrapped
from cashier.report.harmless import in_a_row
from cashier.report.told import columns

_LONGEST = 30
"""Letters of a name in a table."""
_LEAST = 24
"""Columns for the lessons, however narrow the terminal is."""


def table_lines(table: ClassTable, room: int) -> Iterator[str]:
    """Trainees by lessons, in blocks that fit into ``room`` columns, and what the signs mean."""
    heads = [_head(name) for name, _title in table.lessons]
    names = [_name(row.trainee, row.group) for row in table.rows]
    wide = [
        max(width(text) for text in (head, *(_cell(row.cells[place]) for row in table.rows)))
        for place, head in enumerate(heads)
    ]
    total = _("passed")
    left = max(width(text) for text in (_("trainee"), *names)) + 2 + max(width(total), 5) + 2
    for block in _blocks(wide, max(_LEAST, room - left)):
        rows = [(_("trainee"), total, *(heads[place] for place in block))]
        for name, row in zip(names, table.rows, strict=True):
            share = f"{row.passed}/{len(table.lessons)}"
            rows.append((name, share, *(_cell(row.cells[place]) for place in block)))
        yield from columns(rows, right=range(1, len(block) + 2))
        yield ""
    for head, (_lesson, title) in zip(heads, table.lessons, strict=True):
        yield f"{head:>4}  {in_a_row(title)}"
    yield ""
    yield from wrapped(
        _("✓ exam passed, × not passed, … broken off, ~ practice, ○ shown, ≠ changed later; "
          "a number after a sign: so many attempts"), room
    )  # fmt: skip


def _head(lesson: str) -> str:
    """'07' of '07-one-time-coupon'; else the beginning of the name."""
    number, _dash, _rest = lesson.partition("-")
    return in_a_row(number if number.isdigit() else lesson)[:8]


def _name(trainee: str, group: str) -> str:
    name = in_a_row(f"{trainee} ({group})" if group else trainee)
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _cell(cell: Cell | None) -> str:
    """'92✓', '61×2': score, sign, and how many attempts where it was not one."""
    if cell is None:
        return "."
    times = str(cell.attempts) if cell.attempts > 1 else ""
    changed = "" if cell.best.sound else "≠"
    percent = "" if cell.mode is Mode.SHOW else str(cell.percent)
    return f"{percent}{_sign(cell)}{times}{changed}"


def _sign(cell: Cell) -> str:
    if cell.mode is Mode.SHOW:
        return "○"
    if cell.mode is Mode.TRY:
        return "~"
    if cell.best.attempt.finished is None:
        return "…"
    return "✓" if cell.passed else "×"


def _blocks(wide: Sequence[int], room: int) -> Iterator[list[int]]:
    """Places of columns that fit beside each other; at least one in every block."""
    block: list[int] = []
    taken = 0
    for place, columns_of_it in enumerate(wide):
        if block and taken + columns_of_it + 2 > room:
            yield block
            block, taken = [], 0
        block.append(place)
        taken += columns_of_it + 2
    if block:
        yield block


# --- attempts one by one


def list_lines(kept: Sequence[Kept]) -> Iterator[str]:
    """An attempt in a row, the oldest first."""
    rows = [(_("attempt"), _("began"), _("lesson"), _("kind"), _("score"), _("result"))]
    for one in kept:
        attempt = one.attempt
        shown = attempt.mode is Mode.SHOW
        result = verdict_words(verdict(attempt))
        rows.append((
            _id(attempt),
            moment(attempt.started),
            _head(attempt.lesson),
            mode_words(attempt.mode),
            "" if shown else f"{score(attempt)} %",
            result if one.sound else f"{result}, " + _("changed later"),
        ))  # fmt: skip
    yield from columns(rows, right=(4,))


def _id(attempt: Attempt) -> str:
    return in_a_row(attempt.attempt_id)[:8]


def report_lines(kept: Kept, notes: Sequence[str] = (), room: int = 80) -> Iterator[str]:
    """One attempt in full: every task, what was wrong in it and why, and what was noted."""
    attempt = kept.attempt
    yield from wrapped(f"{in_a_row(attempt.title)}: {mode_words(attempt.mode)}", room)
    yield from wrapped(_who(attempt), room)
    yield from wrapped(_outcome(attempt), room)
    for task in attempt.tasks if attempt.mode is not Mode.SHOW else ():
        yield ""
        mark = {Done.RIGHT: "✓", Done.SKIPPED: "-", Done.OPEN: "…"}[task.done]
        points = ngettext("{n} point", "{n} points", task_points(task))
        told = [points.format(n=task_points(task)), time_words(task.seconds)]
        if task.hints:
            told.append(ngettext("{n} hint", "{n} hints", task.hints).format(n=task.hints))
        if task.wrong_keys:
            keys = ngettext("{n} wrong key", "{n} wrong keys", task.wrong_keys)
            told.append(keys.format(n=task.wrong_keys))
        yield from wrapped(f"{mark} {task.number}. {in_a_row(task.text)}", room)
        yield from wrapped(f"   {', '.join(told)}", room)
        for wrong in task.wrong:
            marks = [_("money")] * wrong.money + [_("undone")] * wrong.undone
            more = f" ({', '.join(marks)})" if marks else ""
            yield from wrapped(f"   × {in_a_row(wrong.words)}: {in_a_row(wrong.why)}{more}", room)
    if notes:
        yield ""
        yield _("Notes of the instructor")
        for note in notes:
            yield from wrapped(f"  {in_a_row(note)}", room)
    yield ""
    if kept.seal:
        yield _("Seal") + f": {short(kept.seal)}"
    if not kept.sound:
        yield _("This result was changed after it was sealed.")


def _who(attempt: Attempt) -> str:
    group = f", {attempt.group}" if attempt.group else ""
    return in_a_row(f"{attempt.trainee}{group}, {moment(attempt.started)}")


def _outcome(attempt: Attempt) -> str:
    """'not passed: 64 % (to pass 80 %); 1 mistake in money, 2 hints'."""
    words = verdict_words(verdict(attempt))
    if attempt.mode is Mode.SHOW:
        return words
    limits = _("{score} % (to pass {least} %), {time}").format(
        score=score(attempt), least=attempt.pass_percent, time=time_words(attempt.seconds)
    )
    lost = "; ".join(loss_words(loss) for loss in losses(attempt))
    return f"{words}: {limits}; {lost}" if lost else f"{words}: {limits}"
