"""What became of a lesson: one attempt of one trainee, task by task.

An attempt holds all that its result depends on, the limits of the lesson too: it is judged the same
years later, whatever became of the lesson's file. What it is worth says ``scoring``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AwareDatetime, Field

LONGEST_NAME = 100
"""Letters of the name of a trainee or a class."""

Count: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000)]
Name: TypeAlias = Annotated[str, Field(max_length=LONGEST_NAME)]
Sentence: TypeAlias = Annotated[str, Field(max_length=10_000)]
Moment: TypeAlias = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 2, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC)),
]


class Mode(StrEnum):
    SHOW = "show"
    """The till played it, the trainee watched."""
    TRY = "try"
    """With hints on request."""
    EXAM = "exam"


class Done(StrEnum):
    RIGHT = "right"
    UNDONE = "undone"
    """Not reached, or begun and not finished."""
    SKIPPED = "skipped"
    """Given up by the trainee, who went on with the next one."""


@dataclass(frozen=True)
class Wrong:
    """Something that was done in place of what was asked for."""

    did: Sentence
    """The command in words, as the trainee is told it."""
    why: Sentence
    """Why it was wrong, in a sentence."""
    money: bool = False
    """Somebody would have lost money or points by it."""
    taken_back: bool = False
    """The trainee undid it before he went on."""


@dataclass(frozen=True)
class TaskResult:
    number: Annotated[int, Field(ge=1, le=10_000)]
    """From 1."""
    text: Sentence
    """The task as it was shown."""
    done: Done = Done.UNDONE
    in_order: bool = True
    """Its steps were done in the order of the lesson."""
    wrong: Annotated[tuple[Wrong, ...], Field(max_length=10_000)] = ()
    wrong_keys: Count = 0
    """Keys that did nothing: not lit, or of no meaning here."""
    hints: Count = 0
    seconds: Count = 0

    @property
    def money_mistakes(self) -> int:
        return sum(one.money for one in self.wrong)


@dataclass(frozen=True)
class Attempt:
    attempt_id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
    """Made up by whoever begins it; no blanks in it."""
    trainee: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    lesson: Annotated[str, Field(min_length=1, max_length=200)]
    """A stable id: the name of its file without the ending, the same in all languages."""
    title: Sentence
    mode: Mode
    started: Moment
    tasks: Annotated[tuple[TaskResult, ...], Field(max_length=10_000)]
    """All tasks of the lesson; those not reached yet are ``UNDONE``."""
    finished: Moment | None = None
    """None: under way, or broken off."""
    group: Name = ""
    """The name of the class."""
    language: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]*$")] = ""
    """'ru' or 'en'."""
    seed: int = 0
    minutes: Annotated[int, Field(ge=1, le=600)] = 5
    """The time that the lesson gives."""
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 80

    @property
    def seconds(self) -> int:
        """The time at work: pauses between tasks are not in it."""
        return sum(task.seconds for task in self.tasks)

    @property
    def right(self) -> int:
        """How many tasks were done as they should be."""
        return sum(task.done is Done.RIGHT for task in self.tasks)

    @property
    def ended(self) -> datetime:
        """When it was finished, or when the last that is known of it happened."""
        return self.finished or self.started + timedelta(seconds=self.seconds)

    @property
    def wrong(self) -> Iterator[Wrong]:
        return (one for task in self.tasks for one in task.wrong)
