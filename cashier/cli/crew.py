"""Carrying scenarios out one after another, or in several processes at once.

Whatever happens, every scenario that was asked for is in the result: as it went, or as not run.
"""

import argparse
import asyncio
import multiprocessing
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cashier import i18n
from cashier.cli.choosing import Found
from cashier.cli.progress import Progress
from cashier.cli.staging import staging_of
from cashier.errors import ConfigError
from cashier.i18n import _
from cashier.masking.masker import Masker
from cashier.report.showing import shown
from cashier.report.shown import Shown
from cashier.scenario.model import Scenario, Step
from cashier.scenario.reading import load
from cashier.scenario.result import Result, StepResult, Verdict
from cashier.scenario.running import run
from cashier.scenario.stage import Staging


@dataclass(frozen=True)
class Part:
    """A scenario with its file: what is given to whoever runs it."""

    found: Found
    row: int
    """Which of the scenarios in the file."""
    scenario: Scenario

    @property
    def task(self) -> "Task":
        return Task(self.found, self.row)


@dataclass(frozen=True)
class Task:
    """A part as it is told to another process."""

    found: Found
    row: int


@dataclass(frozen=True)
class Orders:
    """How all are run."""

    chosen: argparse.Namespace
    off: frozenset[str]
    """Standing checks that are switched off besides those of the files."""
    whole: bool
    """A report wants every step with all that is known of it."""
    language: str
    stages: Staging | None = None
    """Where they are played, if not as ``chosen`` says."""

    @property
    def staging(self) -> Staging:
        return self.stages or staging_of(self.chosen)


def carry_out(
    parts: Sequence[Part], orders: Orders, progress: Progress, jobs: int
) -> tuple[tuple[Shown, ...], bool]:
    """What came of each, in order; True: somebody interrupted it."""
    done: dict[int, Shown] = {}
    interrupted = False
    try:
        coming = _here(parts, orders, progress) if jobs == 1 else _elsewhere(parts, orders, jobs)
        with closing(coming):
            for place, one in coming:
                done[place] = one
                progress.over(one)
    except KeyboardInterrupt:
        interrupted = True
        if (begun := progress.begun) is not None and begun not in done:
            done[begun] = _cut_off(parts[begun], orders, progress.steps)
    finally:
        progress.end()
    why = "" if interrupted else _("The process that ran it was ended from outside.")
    left = (done.get(place) or _cut_off(part, orders, (), why) for place, part in enumerate(parts))
    return tuple(left), interrupted


def _here(
    parts: Sequence[Part], orders: Orders, progress: Progress
) -> Generator[tuple[int, Shown]]:
    with asyncio.Runner() as runner:
        for place, part in enumerate(parts):
            progress.begin(place, part.scenario.name)
            yield place, _played(part, orders, runner, progress)


def _elsewhere(parts: Sequence[Part], orders: Orders, jobs: int) -> Generator[tuple[int, Shown]]:
    context = multiprocessing.get_context("spawn")
    with _pool(ProcessPoolExecutor(min(jobs, len(parts)), context)) as pool:
        with _deaf():
            places: dict[Future[Shown], int] = {
                pool.submit(_told, part.task, orders): place for place, part in enumerate(parts)
            }
        for one in as_completed(places):
            with suppress(BrokenProcessPool):  # somebody ended a process: its scenario was not run
                yield places[one], one.result()


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that begin here never hear Ctrl-C: it is for whoever gave them their work."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _pool(pool: ProcessPoolExecutor) -> Iterator[ProcessPoolExecutor]:
    """Nobody is waited for when there is an end to it all."""
    try:
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _told(task: Task, orders: Orders) -> Shown:
    """In a process of its own."""
    i18n.set_language(orders.language)
    scenario = _loaded(task.found.path, orders.chosen.seed)[task.row]
    with asyncio.Runner() as runner:
        return _played(Part(task.found, task.row, scenario), orders, runner)


@lru_cache(maxsize=64)
def _loaded(path: Path, seed: int) -> list[Scenario]:
    return load(path, seed)


def _played(
    part: Part, orders: Orders, runner: asyncio.Runner, progress: Progress | None = None
) -> Shown:
    scenario = replace(part.scenario, off=part.scenario.off | orders.off)
    return _shown(part, orders, played(scenario, orders.staging, runner, progress))


def played(
    scenario: Scenario,
    staging: Staging,
    runner: asyncio.Runner,
    progress: Progress | None = None,
) -> Result:
    """What came of it, also where the program or a loyalty system has broken down in it."""
    steps: list[StepResult] = []

    def told(step: StepResult) -> None:
        steps.append(step)
        if progress is not None:
            progress.step(step)

    try:
        return runner.run(run(scenario, staging, told))
    except Exception as error:  # a bug: one scenario has met it, the others are run all the same
        return _broke_down(scenario, steps, error)


def _shown(part: Part, orders: Orders, result: Result) -> Shown:
    scenario, masker = part.scenario, None
    if not orders.chosen.unmasked:
        with suppress(ConfigError):  # the shop of a scenario that could not begin
            masker = Masker.for_shop(orders.staging.shop_of(scenario)[1])
        masker = masker or Masker()
    return shown(
        result, part.found.group, masker, whole=orders.whole, customers=scenario.given.customers
    )


def _cut_off(part: Part, orders: Orders, steps: Sequence[StepResult], why: str = "") -> Shown:
    """One that did not come to its end."""
    result = _result(part.scenario, steps, Verdict.NOT_RUN)
    result = replace(result, notes=(why,) if why else ())
    failed = any(step.verdict is Verdict.FAILED for step in steps)
    return _shown(part, orders, replace(result, verdict=Verdict.FAILED) if failed else result)


def _broke_down(scenario: Scenario, steps: Sequence[StepResult], error: Exception) -> Result:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "-"
    why = _("a bug in the program: {error} ({where})").format(
        error=f"{type(error).__name__}: {error}", where=where
    )
    step = scenario.steps[min(len(steps), len(scenario.steps) - 1)]
    failed = replace(_not_run(step), verdict=Verdict.FAILED, why=why)
    return _result(scenario, [*steps, failed], Verdict.FAILED)


def _result(scenario: Scenario, steps: Sequence[StepResult], verdict: Verdict) -> Result:
    left = map(_not_run, scenario.steps[len(steps) :])
    return Result(
        name=scenario.name,
        file=scenario.source.name,
        verdict=verdict,
        steps=(*steps, *left),
        tags=scenario.tags,
        language=i18n.language(),
        milliseconds=sum(step.milliseconds for step in steps),
    )


def _not_run(step: Step) -> StepResult:
    return StepResult(step.words, step.place, Verdict.NOT_RUN, step.say)
