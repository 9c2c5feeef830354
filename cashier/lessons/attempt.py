"""What is kept of a lesson or an exam that somebody took.

An attempt holds all that its result depends on, the limits of the lesson too: it is judged the same
years later, whatever became of the lesson's file. What it is worth says ``scoring``. The bounds on
the fields hold where an attempt is stored and read (``register``).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, Field

LONGEST_NAME = 100
"""Letters of the name of a trainee or a class."""

Count: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000)]
Sentence: TypeAlias = Annotated[str, Field(max_length=10_000)]
Moment: TypeAlias = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 2, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC)),
]


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

    words: Sentence
    """What was done: the step as a scenario would have it."""
    why: Sentence
    """Why it was wrong, in a sentence."""
    money: bool = False
    """A mistake in money or points, not only a wrong turn."""
    undone: bool = False
    """Taken back with the help of the program."""


@dataclass(frozen=True)
class TaskResult:
    number: Annotated[int, Field(ge=1, le=10_000)]
    """From 1."""
    text: Sentence
    """The task as it was shown."""
    done: Done = Done.OPEN
    wrong: Annotated[tuple[Wrong, ...], Field(max_length=10_000)] = ()
    wrong_keys: Count = 0
    """Keys that did nothing, and commands that the till refused."""
    hints: Count = 0
    seconds: Count = 0

    @property
    def in_order(self) -> bool:
        """Done at the first go, nothing wrong before."""
        return self.done is Done.RIGHT and not self.wrong


@dataclass(frozen=True)
class Attempt:
    """One go of one person at one lesson."""

    attempt_id: Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
    """Nobody made it before; no blanks in it."""
    trainee: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    lesson: Annotated[str, Field(min_length=1, max_length=200)]
    """A stable name: that of the file without its ending, the same in all languages."""
    title: Sentence
    mode: Mode
    started: Moment
    group: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    """The class; may be empty."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,35}$")] = "en"
    seed: int = 0
    minutes: Annotated[int, Field(ge=1, le=600)] = 5
    """What an able cashier needs."""
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 80
    finished: Moment | None = None
    """None: under way, or broken off."""
    tasks: Annotated[tuple[TaskResult, ...], Field(max_length=10_000)] = ()
    """All of the lesson, those that were not come to as well: they count."""

    @property
    def right(self) -> int:
        """So many tasks were done."""
        return sum(task.done is Done.RIGHT for task in self.tasks)

    @property
    def in_order(self) -> int:
        """So many at the first go."""
        return sum(task.in_order for task in self.tasks)

    @property
    def wrong(self) -> tuple[Wrong, ...]:
        return tuple(one for task in self.tasks for one in task.wrong)

    @property
    def money_mistakes(self) -> int:
        return sum(one.money for one in self.wrong)

    @property
    def wrong_keys(self) -> int:
        return sum(task.wrong_keys for task in self.tasks)

    @property
    def hints(self) -> int:
        return sum(task.hints for task in self.tasks)

    @property
    def seconds(self) -> int:
        """Spent on the tasks."""
        return sum(task.seconds for task in self.tasks)

    @property
    def ended(self) -> datetime:
        """When it was finished, or when the last that is known of it happened."""
        return self.finished or self.started + timedelta(seconds=self.seconds)
