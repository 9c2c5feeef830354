"""A trainee without a screen: commands go into his till, and are graded."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scenario.played import read

from cashier.cli.staging import plug
from cashier.commands import Command
from cashier.errors import CashierError
from cashier.lessons.attempt import Attempt, Mode, TaskResult
from cashier.lessons.grading import Grading
from cashier.lessons.lesson import Lesson, is_trainees
from cashier.scenario.acting import commands_of
from cashier.scenario.model import Scenario
from cashier.scenario.stage import Stage, Staging

NOON = datetime.fromisoformat("2026-03-03T12:00:00+03:00")


class Watch:
    """Seconds that only a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Desk:
    """A trainee at a till."""

    grading: Grading
    scenario: Scenario
    stage: Stage
    watch: Watch
    kept: list[Attempt]

    @classmethod
    async def sit_down(cls, scenario: Scenario, mode: Mode = Mode.TRY) -> "Desk":
        lesson, watch = Lesson.of(scenario), Watch()
        kept: list[Attempt] = []
        attempt = Attempt("a-1", "Trainee", lesson.name or "lesson", scenario.title, mode, NOON)
        grading = Grading(
            lesson, Staging(plug), attempt, kept=kept.append, timer=watch, now=lambda: NOON
        )
        stage = await Staging(plug).make(scenario)
        await grading.open(stage)
        return cls(grading, scenario, stage, watch, kept)

    async def do(self, *commands: Command) -> None:
        for command in commands:
            with suppress(CashierError):  # the till has said why
                await self.stage.till.do(command)
            await self.settle()

    async def settle(self) -> None:
        """Whatever the grading wants: trainer's side, a fresh stage."""
        await self.grading.work()
        while self.grading.wants_stage:
            await self.stage.close()
            self.stage = await Staging(plug).make(self.scenario)
            await self.grading.open(self.stage)
            await self.grading.work()

    @property
    def results(self) -> tuple[TaskResult, ...]:
        return self.grading.attempt.tasks

    async def as_the_file_has_it(self) -> None:
        """Every step of the file that is the trainee's."""
        while (task := self.grading.task) is not None:
            for step in task.steps:
                if is_trainees(step):
                    assert step.deed is not None
                    try:
                        async for command in commands_of(step.deed, self.stage):
                            await self.stage.till.do(command)
                            await self.settle()
                    except CashierError:
                        await self.settle()
                    if step.name and (receipt := self.stage.receipt()) is not None:
                        self.stage.receipts[step.name] = receipt
            assert self.grading.task is not task, f"not done: {task.text}"

    async def leave(self) -> None:
        await self.stage.close()
        await self.grading.close()


def lesson(steps: str, head: str = "scenario: A lesson\nlanguage: en\n") -> Scenario:
    (scenario,) = read(steps, head, Path())
    return scenario
