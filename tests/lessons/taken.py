"""Attempts as somebody might have made them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult, Wrong

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
RIGHT = TaskResult(1, "Ask for the card.", Done.RIGHT, seconds=30)
SLIPPED = TaskResult(
    2,
    "The buyer pays part with points.",
    Done.RIGHT,
    (Wrong("pay_points: 50", "He wanted 100.", money=True, undone=True),),
    wrong_keys=1,
    hints=1,
    seconds=65,
)
SKIPPED = TaskResult(3, "Give the receipt.", Done.SKIPPED, seconds=5)
OPEN = TaskResult(4, "Take the goods back.")


def taken(attempt_id: str = "a-1", **changes: Any) -> Attempt:
    """A finished exam with one mistake, one skipped task, one not come to: 43 %."""
    attempt = Attempt(
        attempt_id, "Anna", "07-points", "Points", Mode.EXAM, AT, group="Morning", seed=5,
        finished=AT + timedelta(seconds=100), tasks=(RIGHT, SLIPPED, SKIPPED, OPEN),
    )  # fmt: skip
    return replace(attempt, **changes)
