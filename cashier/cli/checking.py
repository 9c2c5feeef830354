"""Carrying the conformance pack out: what can be tried here is, the rest says why it cannot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter_ns

from cashier.cli.choosing import Found
from cashier.cli.crew import Orders, Part, carry_out
from cashier.cli.progress import Progress
from cashier.conformance.grading import Grade, Tried
from cashier.conformance.pack import Level, Trial
from cashier.report.shown import Run, Shown
from cashier.scenario.model import Scenario
from cashier.scenario.stage import Staging
from cashier.shop import Permissions, Shop, Upgrade


@dataclass(frozen=True)
class CheckStaging(Staging):
    """The shop without what is its own affair: nobody is asked for a PIN, and the next level of a
    card is only spoken of when a scenario does."""

    def shop_of(self, scenario: Scenario) -> tuple[Path, Shop]:
        card, shop = super().shop_of(scenario)
        loyalty = shop.loyalty.model_copy(update={"upgrade": Upgrade.AUTOMATIC})
        return card, shop.model_copy(update={"permissions": Permissions(), "loyalty": loyalty})


def checked(
    trials: Sequence[Trial],
    orders: Orders,
    progress: Progress,
    shop: Shop,
    on: date,
    highest: Level,
) -> Grade:
    """Carry out what can be tried. Of the others the system is only asked what it can."""
    hindered = [one.hindered(live=shop.live) for one in trials]
    parts = [
        Part(Found(one.path, one.group), 0, one.probe if why else one.scenario)
        for one, why in zip(trials, hindered, strict=True)
    ]
    began = perf_counter_ns()
    done, interrupted = carry_out(parts, orders, progress, jobs=1)
    took = (perf_counter_ns() - began) // 1_000_000
    tried = tuple(_tried(trials, hindered, done))
    run = Run(tuple(one.shown for one in tried), milliseconds=took, interrupted=interrupted)
    return Grade(tried, run, shop.loyalty.name or shop.name, on, highest)


def _tried(
    trials: Sequence[Trial], hindered: Sequence[str], done: Sequence[Shown]
) -> Iterator[Tried]:
    for trial, why, shown in zip(trials, hindered, done, strict=True):
        if why and shown.verdict != "skipped":  # the system claims it, or needs not to
            bare = replace(shown, verdict="skipped", steps=(), notes=(why,))
            yield Tried(trial, bare, claimed=True)
        elif shown.verdict != "skipped" or not trial.of_others:
            yield Tried(trial, shown, claimed=shown.verdict != "skipped")
