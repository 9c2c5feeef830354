"""The scenarios of the pack, with a system's data in them; and why some cannot be tried."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from cashier.commands import SetConnection, SetFault
from cashier.config import read_text
from cashier.i18n import _
from cashier.scenario.model import Scenario, Step
from cashier.scenario.reading import head_of, scenarios_of
from cashier.scenario.source import LARGEST, Source

REQUIRED = "required"
"""The tag of scenarios without which a level is not reached."""


class Level(StrEnum):
    """Each is a folder of the pack; the lowest first."""

    BASIC = "basic"
    """Who is the buyer, what does it cost, it is sold."""
    MIDDLE = "middle"
    """Coupons, points, no connection."""
    FULL = "full"
    """Registration, returns, levels, answers that are lost."""

    @property
    def with_those_below(self) -> "tuple[Level, ...]":
        every = tuple(Level)
        return every[: every.index(self) + 1]


@dataclass(frozen=True)
class Trial:
    """One scenario of the pack."""

    path: Path
    level: Level
    scenario: Scenario
    required: bool = False
    lacking: tuple[str, ...] = ()
    """Names of data that nobody told: it cannot be tried."""
    harms: bool = False
    """Something goes wrong on purpose in it."""

    @property
    def probe(self) -> Scenario:
        """Only asks whether the system claims the abilities that are needed."""
        step = Step(self.scenario.source, self.scenario.steps[0].at)
        return replace(self.scenario, steps=(step,), setup=0)

    @property
    def of_others(self) -> bool:
        """It is for systems that lack an ability: where it is skipped it is nobody's affair."""
        return any(name.startswith("!") for name in self.scenario.needs)

    @property
    def group(self) -> str:
        """As reports name its file."""
        return f"{self.level.value}.{self.path.stem}"

    def hindered(self, *, live: bool) -> str:
        """Why it cannot be tried, in a sentence; empty: it can."""
        if self.lacking:
            return _("no data: {names}").format(names=", ".join(self.lacking))
        if live and self.harms:
            return _("the shop is live: nothing goes wrong on purpose")
        return ""


def trials(folder: Path, highest: Level, data: Mapping[str, str]) -> Iterator[Trial]:
    """The pack up to a level, in order. ``data``: the only ones that are put in.

    Raises ConfigError.
    """
    for level in highest.with_those_below:
        for path in sorted((folder / level.value).glob("*.yaml")):
            yield _trial(path, level, data)


def _trial(path: Path, level: Level, data: Mapping[str, str]) -> Trial:
    text = read_text(path, LARGEST)
    source = Source.of(text, f"{level.value}/{path.name}", path.parent)  # the same everywhere
    names = head_of(source).vars
    known = {name: data.get(name, "") for name in names}  # what stands in the file is an example
    (scenario,) = scenarios_of(source, variables={name: known[name] or "1" for name in names})
    return Trial(
        path,
        level,
        scenario,
        required=REQUIRED in scenario.tags,
        lacking=tuple(name for name, value in known.items() if not value),
        harms=any(isinstance(step.deed, SetFault | SetConnection) for step in scenario.steps),
    )
