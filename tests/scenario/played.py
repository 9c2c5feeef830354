"""Scenarios as texts, run on the embedded demo shop."""

import textwrap
from collections.abc import Callable
from pathlib import Path

from backends.faults import Faulty
from cashier.cli.staging import plug
from cashier.clock import Clock
from cashier.exchange import Backend
from cashier.faults import Plan
from cashier.scenario.model import Scenario
from cashier.scenario.reading import scenarios_of
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.scenario.running import run
from cashier.scenario.source import Source
from cashier.scenario.stage import Staging

HEAD = "scenario: A test\nlanguage: en\n"


def read(steps: str, head: str = HEAD, folder: Path = Path()) -> list[Scenario]:
    """``steps`` is what stands below ``steps:``, indented as one likes."""
    body = textwrap.indent(textwrap.dedent(steps).strip(), "  ")
    return scenarios_of(Source.of(f"{head}steps:\n{body}\n", "test.yaml", folder))


def around(wrap: Callable[[Backend], Backend]) -> Staging:
    """Stages whose embedded system has something around it."""

    def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        faulty = Faulty(lambda: wrap(make()), clock)
        return faulty, faulty.plan

    return Staging(plugged)


async def play(steps: str, head: str = HEAD, staging: Staging | None = None) -> Result:
    (scenario,) = read(steps, head)
    return await run(scenario, staging or Staging(plug))


def troubles(result: Result) -> list[str]:
    """All that is wrong, a line each."""
    found = []
    for step in result.steps:
        if step.verdict is not Verdict.PASSED:
            found.append(f"{step.words}: {step.why or step.verdict}")
            found += [f"  {one.fact} {one.expected} {one.came}" for one in step.differences]
            found += [f"  {one.name}: {one.text}" for one in step.broken]
    return found


def failed(result: Result) -> StepResult:
    (step,) = result.failed
    return step
