"""The public rule that makes a result of an attempt, in whole per cent.

A task is worth 100 points. It has them when it was done; a skipped or open one has none. Off come

* 30 for a mistake in money or points, and 15 for another wrong turn: half of it, rounded down,
  where the mistake was undone with the program's help;
* 2 for a key that did nothing or a command that was refused, 10 for a hint,

but never more than the task has. The result is the mean of the tasks, rounded down, and one per
cent less for every full tenth of the time beyond what an able cashier needs, ten at most.

A lesson that was only shown has no result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cashier.i18n import _, ngettext
from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult

MONEY, TURN, KEY, HINT = 30, 15, 2, 10
SLOWEST = 10
"""Per cent that slowness can cost."""


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"
    """Not finished: the program was left or killed. Or still under way."""
    PRACTISED = "practised"
    """Tried with hints: it has a score, but nobody passes an exam by it."""
    SHOWN = "shown"


class Cause(StrEnum):
    """Why a result is below 100, in the order in which points come off."""

    NOT_DONE = "not_done"
    MONEY = "money"
    TURN = "turn"
    KEYS = "keys"
    HINTS = "hints"
    TIME = "time"


@dataclass(frozen=True)
class Loss:
    cause: Cause
    count: int
    """How often; of time, seconds beyond the limit."""


def task_points(task: TaskResult) -> int:
    """Of 100."""
    if task.done is not Done.RIGHT:
        return 0
    off = KEY * task.wrong_keys + HINT * task.hints
    for wrong in task.wrong:
        full = MONEY if wrong.money else TURN
        off += full // 2 if wrong.undone else full
    return max(0, 100 - off)


def seconds_beyond(attempt: Attempt) -> int:
    return max(0, attempt.seconds - attempt.minutes * 60)


def slowness(attempt: Attempt) -> int:
    """Per cent that come off for the time beyond."""
    return min(SLOWEST, seconds_beyond(attempt) * 10 // (attempt.minutes * 60))


def score(attempt: Attempt) -> int:
    """Per cent, 0 to 100."""
    if attempt.mode is Mode.SHOW or not attempt.tasks:
        return 0
    mean = sum(map(task_points, attempt.tasks)) // len(attempt.tasks)
    return max(0, mean - slowness(attempt))


def passed(attempt: Attempt) -> bool:
    """Finished, and at least as good as the lesson asks for; at practice, it would have been."""
    if attempt.mode is Mode.SHOW or attempt.finished is None:
        return False
    return score(attempt) >= attempt.pass_percent


def verdict(attempt: Attempt) -> Verdict:
    if attempt.mode is Mode.SHOW:
        return Verdict.SHOWN
    if attempt.finished is None:
        return Verdict.BROKEN_OFF
    if attempt.mode is Mode.TRY:
        return Verdict.PRACTISED
    return Verdict.PASSED if passed(attempt) else Verdict.FAILED


def losses(attempt: Attempt) -> tuple[Loss, ...]:
    """All that happened that costs points."""
    return tuple(loss for loss in _losses(attempt) if loss.count)


def _losses(attempt: Attempt) -> Iterator[Loss]:
    if attempt.mode is Mode.SHOW:
        return
    money = attempt.money_mistakes
    yield Loss(Cause.NOT_DONE, len(attempt.tasks) - attempt.right)
    yield Loss(Cause.MONEY, money)
    yield Loss(Cause.TURN, len(attempt.wrong) - money)
    yield Loss(Cause.KEYS, attempt.wrong_keys)
    yield Loss(Cause.HINTS, attempt.hints)
    yield Loss(Cause.TIME, seconds_beyond(attempt))


# --- in words


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


def loss_words(loss: Loss) -> str:
    """'3 wrong keys'."""
    n = loss.count
    match loss.cause:
        case Cause.NOT_DONE:
            text = ngettext("{n} task not done", "{n} tasks not done", n)
        case Cause.MONEY:
            text = ngettext("{n} mistake in money", "{n} mistakes in money", n)
        case Cause.TURN:
            text = ngettext("{n} wrong turn", "{n} wrong turns", n)
        case Cause.KEYS:
            text = ngettext("{n} wrong key", "{n} wrong keys", n)
        case Cause.HINTS:
            text = ngettext("{n} hint", "{n} hints", n)
        case Cause.TIME:
            return _("{time} beyond the time").format(time=time_words(n))
    return text.format(n=n)


def time_words(seconds: int) -> str:
    """'12:05': minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}"
