"""What an attempt is worth: the public rule, in whole numbers. It is explained in docs/results.md.

Every task is worth 100 points, and what happened in it costs some of them, in the order of the
table below, never more than are left. The score is their average. Time and money count for the
attempt as a whole: they are taken off the score itself. It is rounded down, so that nobody passes
by rounding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cashier.i18n import _, ngettext
from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult

TASK = 100
"""Points of a task that was done without a fault, and of an attempt."""
ORDER = 30
"""A task whose steps were done in another order."""
WRONG = 20
"""Each wrong command that stayed as it was."""
WRONG_TAKEN_BACK = 10
"""Each one that was undone before the trainee went on."""
WRONG_KEY = 2
"""Each key that did nothing."""
HINT = 20
"""Each hint."""
MONEY = 10
"""Each mistake in money or points, off the score, besides being a wrong command."""
LATE = 2
"""Each begun tenth of the lesson's time beyond it, off the score."""
LATE_AT_MOST = 20
"""Slow is better than wrong."""


class Cause(StrEnum):
    """What costs points, in this order."""

    NOT_RIGHT = "not_right"
    ORDER = "order"
    WRONG = "wrong"
    HINTS = "hints"
    KEYS = "keys"
    MONEY = "money"
    TIME = "time"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"
    """Not finished: the program was left or killed. Or still under way."""
    PRACTISED = "practised"
    """Tried with hints: it has a score, but nobody passes by it."""
    SHOWN = "shown"


@dataclass(frozen=True)
class Loss:
    cause: Cause
    count: int
    """How often; for time: seconds beyond the limit."""
    hundredths: int
    """Of a per cent of the score."""


@dataclass(frozen=True)
class Score:
    percent: int
    """0 to 100."""
    losses: tuple[Loss, ...]
    """What happened, even where it cost nothing any more."""

    def count(self, cause: Cause) -> int:
        return next((one.count for one in self.losses if one.cause is cause), 0)


def score(attempt: Attempt) -> Score:
    """A lesson that was only shown has 0; so has one without tasks."""
    if attempt.mode is Mode.SHOW or not attempt.tasks:
        return Score(0, ())
    number = len(attempt.tasks)
    counts, costs = dict.fromkeys(Cause, 0), dict.fromkeys(Cause, 0)
    for task in attempt.tasks:
        left = TASK
        for cause, count, cost in _task(task):
            counts[cause] += count
            costs[cause] += min(left, cost)
            left -= min(left, cost)
    left = TASK * number - sum(costs.values())  # so many points that ``number`` are one per cent
    for cause, count, cost in _whole(attempt):
        counts[cause] += count
        costs[cause] += min(left, cost * number)
        left -= min(left, cost * number)
    losses = (Loss(one, counts[one], costs[one] * 100 // number) for one in Cause if counts[one])
    return Score(left // number, tuple(losses))


def _task(task: TaskResult) -> Iterator[tuple[Cause, int, int]]:
    """What it was, how often, and the points of the task that it costs."""
    right = task.done is Done.RIGHT
    yield Cause.NOT_RIGHT, int(not right), 0 if right else TASK
    yield Cause.ORDER, int(right and not task.in_order), 0 if task.in_order else ORDER
    each = (WRONG_TAKEN_BACK if one.taken_back else WRONG for one in task.wrong)
    yield Cause.WRONG, len(task.wrong), sum(each)
    yield Cause.HINTS, task.hints, task.hints * HINT
    yield Cause.KEYS, task.wrong_keys, task.wrong_keys * WRONG_KEY


def _whole(attempt: Attempt) -> Iterator[tuple[Cause, int, int]]:
    """What it was, how often, and the per cent that it costs."""
    money = sum(task.money_mistakes for task in attempt.tasks)
    yield Cause.MONEY, money, money * MONEY
    limit = attempt.minutes * 60
    late = max(0, attempt.seconds - limit)
    tenths = -(-late * 10 // limit)
    yield Cause.TIME, late, min(LATE_AT_MOST, tenths * LATE)


def verdict(attempt: Attempt) -> Verdict:
    if attempt.finished is None:
        return Verdict.BROKEN_OFF
    if attempt.mode is Mode.SHOW:
        return Verdict.SHOWN
    if attempt.mode is Mode.TRY:
        return Verdict.PRACTISED
    return Verdict.PASSED if enough(attempt) else Verdict.FAILED


def enough(attempt: Attempt) -> bool:
    """The score is that of somebody who passes, in an exam or at practice."""
    return attempt.mode is not Mode.SHOW and score(attempt).percent >= attempt.pass_percent


def passed(attempt: Attempt) -> bool:
    """A finished exam with enough points."""
    return verdict(attempt) is Verdict.PASSED


def verdict_words(found: Verdict) -> str:
    return {
        Verdict.PASSED: _("passed"),
        Verdict.FAILED: _("not passed"),
        Verdict.BROKEN_OFF: _("broken off"),
        Verdict.PRACTISED: _("practised"),
        Verdict.SHOWN: _("shown"),
    }[found]


def mode_words(mode: Mode) -> str:
    return {Mode.SHOW: _("shown"), Mode.TRY: _("practice"), Mode.EXAM: _("exam")}[mode]


def cause_words(loss: Loss) -> str:
    """'3 wrong keys'."""
    n = loss.count
    text = {
        Cause.NOT_RIGHT: ngettext("{n} task not done", "{n} tasks not done", n),
        Cause.ORDER: ngettext("{n} task in another order", "{n} tasks in another order", n),
        Cause.WRONG: ngettext("{n} wrong command", "{n} wrong commands", n),
        Cause.HINTS: ngettext("{n} hint", "{n} hints", n),
        Cause.KEYS: ngettext("{n} wrong key", "{n} wrong keys", n),
        Cause.MONEY: ngettext("{n} mistake in money", "{n} mistakes in money", n),
        Cause.TIME: _("{n} beyond the time"),
    }[loss.cause]
    return text.format(n=time_words(n) if loss.cause is Cause.TIME else n)


def time_words(seconds: int) -> str:
    """'12:05', minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}"
