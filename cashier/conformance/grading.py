"""From what came of each scenario to a grade.

A level is reached when the levels below it are, at least one of its scenarios passed, none failed
or was broken off, and none that is *required* was skipped, unless the system itself says that it
has no such ability. All other skipped ones are counted and shown, and never as passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cashier.conformance.pack import Level, Trial
from cashier.i18n import _, ngettext
from cashier.report.harmless import in_a_row
from cashier.report.shown import Run, Shown


@dataclass(frozen=True)
class Tried:
    """A scenario of the pack, and what came of it."""

    trial: Trial
    shown: Shown
    claimed: bool = True
    """False: the system itself says that it cannot do this."""

    @property
    def passed(self) -> bool:
        return self.shown.verdict == "passed"

    @property
    def skipped(self) -> bool:
        return self.shown.verdict == "skipped"

    @property
    def why(self) -> str:
        """Why the level is not reached because of it; empty: it does not stand in the way."""
        if self.passed:
            return ""
        if not self.skipped:
            return _("failed") if self.shown.verdict == "failed" else _("not run")
        return _("required, but skipped") if self.trial.required and self.claimed else ""


@dataclass(frozen=True)
class Grade:
    """What a system was found to do."""

    tried: tuple[Tried, ...]
    run: Run
    shop: str
    on: date
    highest: Level = Level.FULL
    """Up to which level it was tried."""

    @property
    def system(self) -> str:
        return next((one.shown.system for one in self.tried if one.shown.system), "") or self.shop

    @property
    def levels(self) -> tuple[Level, ...]:
        return self.highest.with_those_below

    def of(self, level: Level) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.trial.level is level)

    def passed(self, level: Level) -> int:
        return sum(one.passed for one in self.of(level))

    def hinders(self, level: Level) -> tuple[Tried, ...]:
        """Those for which the level is not reached."""
        return tuple(one for one in self.of(level) if one.why)

    @property
    def reached(self) -> Level | None:
        found = None
        for level in self.levels:
            if self.hinders(level) or not self.passed(level):
                break
            found = level
        return found

    @property
    def missed(self) -> Level | None:
        """The lowest level that is not reached."""
        done = len(self.reached.with_those_below) if self.reached else 0
        return self.levels[done] if done < len(self.levels) else None

    @property
    def skipped(self) -> int:
        """On the levels that are reached."""
        within = self.reached.with_those_below if self.reached else ()
        return sum(one.skipped for one in self.tried if one.trial.level in within)

    @property
    def short(self) -> str:
        """'middle, 2 skipped'"""
        name = self.reached.value if self.reached else _("none")
        if not self.skipped:
            return name
        skipped = ngettext("{n} skipped", "{n} skipped", self.skipped).format(n=self.skipped)
        return f"{name}, {skipped}"

    @property
    def counts(self) -> str:
        """'basic 6/6, middle 7/7, full 3/9': passed of all that there are."""
        parts = (f"{it.value} {self.passed(it)}/{len(self.of(it))}" for it in self.levels)
        return ", ".join(parts)

    @property
    def badge(self) -> str:
        """One line that says it all; in English, for badges are read by everybody."""
        name = self.reached.value if self.reached else "none"
        name += f", {self.skipped} skipped" if self.skipped else ""
        system = in_a_row(self.system)
        return f"loyalty conformance: {name} ({self.counts}) - {system} - {self.on.isoformat()}"


def reasons(grade: Grade) -> Iterator[str]:
    """Why the next level is not reached, a line each; none: there is nothing above."""
    level = grade.missed
    if level is None:
        return
    for one in grade.hinders(level):
        yield f"{in_a_row(one.shown.name)}: {one.why}"
    if not grade.hinders(level):
        yield _("nothing of it was tried")
