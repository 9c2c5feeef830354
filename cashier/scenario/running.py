"""Running scenarios without a screen, on the same till."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic, perf_counter_ns
from typing import TypeAlias

from cashier import i18n
from cashier.errors import CashierError
from cashier.exchange import Can
from cashier.i18n import _
from cashier.scenario.acting import act
from cashier.scenario.model import Scenario, Step
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.scenario.stage import Stage, Staging
from cashier.scenario.standing import Standing
from cashier.words import explain

Told: TypeAlias = Callable[[StepResult], None]
"""Hears of every step when it is over."""


async def run(scenario: Scenario, staging: Staging, told: Told | None = None) -> Result:
    """One scenario from the first step to the last, or to the first command that fails.

    A step that is only not as expected does not stop the others: they are looked at, too. Raises
    ConfigError where the shop cannot be made; a bug of the program is raised as it is.
    """
    began, language = perf_counter_ns(), i18n.language()
    try:
        async with asyncio.timeout(scenario.limits.run_seconds):
            stage = await staging.make(scenario)
    except TimeoutError:
        return _unmade(scenario, _("the till did not start in time"), began)
    except CashierError as error:
        return _unmade(scenario, explain(error), began)
    try:
        opening = tuple(stage.exchanges)
        lacking = _lacking(scenario, stage)
        if lacking:
            stage.notes.append(lacking)
            steps: tuple[StepResult, ...] = ()
        else:
            steps = await _steps(scenario, stage, told)
        result = _result(scenario, stage, steps, began, skipped=bool(lacking))
        return replace(result, opening=opening)
    finally:
        await stage.close()
        i18n.set_language(language)


async def _steps(scenario: Scenario, stage: Stage, told: Told | None) -> tuple[StepResult, ...]:
    checks, limits = Standing(scenario.off), scenario.limits
    until, stopped = monotonic() + limits.run_seconds, False
    done: list[StepResult] = []
    for step in scenario.steps:
        if stopped:
            done.append(_not_run(step))
            continue
        left = until - monotonic()
        result = await act(step, stage, checks, seconds=max(0.0, min(left, limits.step_seconds)))
        if result.why and monotonic() >= until:
            text = _("the scenario takes longer than {n} s").format(n=limits.run_seconds)
            result = replace(result, why=text)
        stopped = bool(result.why)
        done.append(result)
        if told is not None:
            told(result)
    return tuple(done)


def _not_run(step: Step) -> StepResult:
    return StepResult(step.words, step.place, Verdict.NOT_RUN, step.say)


def _lacking(scenario: Scenario, stage: Stage) -> str:
    """What the scenario needs of the system and is not so; empty: all is."""
    needs = [name for name in scenario.needs if not name.startswith("!")]
    cannot = [name for name in needs if not stage.desk.can(Can[name.upper()])]
    if cannot:
        return _("This system cannot: {what}.").format(what=", ".join(cannot))
    needs_not = [name[1:] for name in scenario.needs if name.startswith("!")]
    can = [name for name in needs_not if stage.desk.can(Can[name.upper()])]
    return _("This system can: {what}.").format(what=", ".join(can)) if can else ""


def _result(
    scenario: Scenario,
    stage: Stage,
    steps: tuple[StepResult, ...],
    began: int,
    *,
    skipped: bool,
) -> Result:
    system = stage.desk.system
    verdict = Verdict.PASSED
    if skipped:
        verdict = Verdict.SKIPPED
    elif any(step.verdict is Verdict.FAILED for step in steps):
        verdict = Verdict.FAILED
    return Result(
        name=scenario.name,
        file=scenario.source.name,
        verdict=verdict,
        steps=steps,
        notes=tuple(dict.fromkeys(stage.notes)),
        tags=scenario.tags,
        system=system.name if system else "",
        shop=stage.shop.name,
        language=i18n.language(),
        milliseconds=(perf_counter_ns() - began) // 1_000_000,
    )


def _unmade(scenario: Scenario, why: str, began: int) -> Result:
    """The till could not be made: nothing of it was run."""
    first, *others = scenario.steps
    failed = StepResult(first.words, first.place, Verdict.FAILED, first.say, why)
    return Result(
        name=scenario.name,
        file=scenario.source.name,
        verdict=Verdict.FAILED,
        steps=(failed, *map(_not_run, others)),
        tags=scenario.tags,
        language=i18n.language(),
        milliseconds=(perf_counter_ns() - began) // 1_000_000,
    )
