"""What came of the steps that were shown, and what is told of it at the end."""

from dataclasses import replace

from cashier.commands import Command, Refund
from cashier.i18n import _
from cashier.masking.masker import Masker
from cashier.report.showing import shown
from cashier.report.told import failures
from cashier.scenario.acting import speaks_of_others
from cashier.scenario.model import Restart, Return, Scenario, Step, Wait
from cashier.scenario.result import Result, StepResult, Verdict


class Record:
    """By the places of the steps, the first is 0."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self.results: dict[int, StepResult] = {}
        self.strayed = False
        """The presenter has worked himself: nothing is now as the file expects it."""

    def begin(self, place: int) -> None:
        """A fresh stage, on which this step is the first to be shown."""
        self.strayed = False
        self.results = {one: it for one, it in self.results.items() if one < place}

    def keep(self, place: int, result: StepResult) -> None:
        """Of a till that has strayed only that the step was shown."""
        if self.strayed:
            result = replace(result, verdict=Verdict.SKIPPED, why="", differences=(), broken=())
        self.results[place] = result

    def result(self) -> Result:
        """What was played; the rest is not run."""
        steps = tuple(
            self.results.get(place, StepResult(step.words, step.place, Verdict.NOT_RUN, step.say))
            for place, step in enumerate(self._scenario.steps)
        )
        failed = any(step.verdict is Verdict.FAILED for step in steps)
        verdict = Verdict.FAILED if failed else Verdict.PASSED
        return Result(self._scenario.name, self._scenario.source.name, verdict, steps)

    def summary(self, masker: Masker) -> str:
        """All that was not as expected; nobody is named in it."""
        result = self.result()
        text = _("{name}: {done} of {steps} steps played, {failed} not as expected.").format(
            name=result.name,
            done=len(self.results),
            steps=len(result.steps),
            failed=len(result.failed),
        )
        return "\n\n".join(
            filter(
                None,
                (
                    failures(shown(result, "", masker, customers=self._scenario.given.customers)),
                    text,
                ),
            )
        )


def is_seen(step: Step) -> bool:
    """Whether there is something to see: expectations only look."""
    return step.deed is not None or bool(step.say)


def was_done(step: Step, done: list[Command]) -> bool:
    """Whether the presenter has done this step himself."""
    match step.deed:
        case None | Wait() | Restart():
            return False
        case Return():
            return any(isinstance(one, Refund) for one in done)
        case command if speaks_of_others(command):
            return any(type(one) is type(command) for one in done)
        case command:
            return step.refusal is None and command in done
