"""The public rule that makes a result of an attempt, in whole per cent.

A task is worth 100 points. It has them when it was done; a skipped or open one has none. Off come

* 30 for a mistake in money or points, and 15 for another wrong turn: half of it where the mistake
  was undone with the program's help;
* 2 for a key that did nothing or a command that was refused, 10 for a hint,

but never more than the task has. The result is the mean of the tasks, and one per cent less for
every tenth of the time beyond what an able cashier needs, ten at most.
"""

from cashier.lessons.attempt import Attempt, Done, TaskResult

MONEY, TURN, KEY, HINT = 30, 15, 2, 10
SLOWEST = 10
"""Per cent that slowness can cost."""


def task_points(task: TaskResult) -> int:
    """Of 100."""
    if task.done is not Done.RIGHT:
        return 0
    off = KEY * task.wrong_keys + HINT * task.hints
    for wrong in task.wrong:
        full = MONEY if wrong.money else TURN
        off += full // 2 if wrong.undone else full
    return max(0, 100 - off)


def seconds(attempt: Attempt) -> int:
    """Spent on the tasks."""
    return sum(task.seconds for task in attempt.tasks)


def slowness(attempt: Attempt) -> int:
    """Per cent that come off for the time beyond."""
    able = attempt.minutes * 60
    beyond = max(0, seconds(attempt) - able)
    return min(SLOWEST, beyond * 10 // able)


def score(attempt: Attempt) -> int:
    """Per cent, 0 to 100."""
    if not attempt.tasks:
        return 0
    mean = sum(map(task_points, attempt.tasks)) // len(attempt.tasks)
    return max(0, mean - slowness(attempt))


def passed(attempt: Attempt) -> bool:
    """Finished, and at least as good as the lesson asks for."""
    return attempt.finished is not None and score(attempt) >= attempt.pass_percent
