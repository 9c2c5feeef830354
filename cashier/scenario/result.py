"""What came of a scenario: plain frozen values that every report is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cashier.checks import Broken
from cashier.exchange import PointsOffer
from cashier.printing.text import render
from cashier.receipt import Receipt
from cashier.scenario.facts import Difference
from cashier.slip import Slip
from cashier.witness import Exchange


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    """Something is not as expected."""
    SKIPPED = "skipped"
    """It cannot be tried here; the note says why."""
    NOT_RUN = "not_run"
    """Something before it failed."""


@dataclass(frozen=True)
class StepResult:
    """A step, with all that is needed to understand why it failed."""

    words: str
    """The step as it stands in the file."""
    place: str
    """File and line."""
    verdict: Verdict
    say: str = ""
    why: str = ""
    """Why it failed, in a sentence; empty: the differences and broken checks say it."""
    differences: tuple[Difference, ...] = ()
    broken: tuple[Broken, ...] = ()
    state: str = ""
    """Of the till, after the step."""
    receipt: Receipt | None = None
    """At that moment."""
    offer: PointsOffer | None = None
    """What the receipt may be paid with, at that moment."""
    question: str = ""
    """What the till asks, at that moment: the name of the question."""
    waiting: int = 0
    """Documents in the outbox, at that moment."""
    refused: str = ""
    """The reason for which the step was refused, if it was."""
    said: tuple[str, ...] = ()
    """By the till to the cashier."""
    printed: tuple[Slip, ...] = ()
    """What came out of the printer."""
    exchanges: tuple[Exchange, ...] = ()
    milliseconds: int = 0

    @cached_property
    def slips(self) -> tuple[str, ...]:
        """What came out of the printer, as text: laid out when somebody looks."""
        return tuple(map(render, self.printed))


@dataclass(frozen=True)
class Result:
    """A scenario that was run."""

    name: str
    file: str
    verdict: Verdict
    steps: tuple[StepResult, ...] = ()
    opening: tuple[Exchange, ...] = ()
    """What was said to the system before the first step."""
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    system: str = ""
    """What the loyalty system calls itself."""
    shop: str = ""
    language: str = ""
    milliseconds: int = 0

    @property
    def failed(self) -> tuple[StepResult, ...]:
        return tuple(step for step in self.steps if step.verdict is Verdict.FAILED)


def worst(results: Iterable[Result]) -> int:
    """The exit code of a run: 0 all is well, 1 something failed."""
    return int(any(result.verdict is Verdict.FAILED for result in results))
