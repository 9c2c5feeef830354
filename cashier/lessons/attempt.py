"""What is kept of a lesson or an exam that somebody took."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    SHOW = "show"
    """The till plays the lesson itself."""
    TRY = "try"
    """With hints, and what was wrong is explained and may be undone."""
    EXAM = "exam"


class Done(StrEnum):
    RIGHT = "right"
    SKIPPED = "skipped"
    """The program did it in the trainee's place."""
    OPEN = "open"
    """Not come to yet, or broken off in the middle."""


@dataclass(frozen=True)
class Wrong:
    """Something that leads off the way of a task."""

    words: str
    """What was done: the step as a scenario would have it."""
    why: str
    """Why it was wrong, in a sentence."""
    money: bool = False
    """A mistake in money or points, not only a wrong turn."""
    undone: bool = False
    """Taken back with the help of the program."""


@dataclass(frozen=True)
class TaskResult:
    number: int
    """From 1."""
    text: str
    """The task as it was shown."""
    done: Done = Done.OPEN
    wrong: tuple[Wrong, ...] = ()
    wrong_keys: int = 0
    """Keys that did nothing, and commands that the till refused."""
    hints: int = 0
    seconds: int = 0

    @property
    def in_order(self) -> bool:
        """Done at the first go, nothing wrong before."""
        return self.done is Done.RIGHT and not self.wrong


@dataclass(frozen=True)
class Attempt:
    """One go of one person at one lesson."""

    attempt_id: str
    trainee: str
    lesson: str
    """A stable name: that of the file without its ending."""
    title: str
    mode: Mode
    started: datetime
    group: str = ""
    """The class; may be empty."""
    language: str = "en"
    seed: int = 0
    minutes: int = 5
    """What an able cashier needs."""
    pass_percent: int = 80
    finished: datetime | None = None
    """None: broken off."""
    tasks: tuple[TaskResult, ...] = ()
