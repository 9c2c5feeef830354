"""A scenario as it is carried out: everything read, checked, and with its place in the file."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from cashier.commands import Command
from cashier.config import Settings, Where
from cashier.money import Quantity
from cashier.receipt import TenderKind
from cashier.scenario.facts import Expected
from cashier.scenario.given import Given
from cashier.scenario.source import Source
from cashier.scenario.units import Number, Text

# --- what a step does, besides commands


@dataclass(frozen=True)
class Return:
    """Find the sale, choose what comes back, give the money back: three commands in one step."""

    of: str
    """The name of a step, or the number of a receipt."""
    lines: tuple[tuple[int, Quantity | None], ...] = ()
    """Which lines, and how much of each (None: what is left); none: everything."""
    refund: TenderKind | None = None


@dataclass(frozen=True)
class Wait:
    """Time goes by."""

    seconds: int


@dataclass(frozen=True)
class Restart:
    """The program is killed and started again."""


Deed: TypeAlias = Command | Return | Wait | Restart


@dataclass(frozen=True)
class Refusal:
    """The step must be refused."""

    reason: str = ""
    """A common reason, or ``not_now``, ``bad_input``, ``unavailable``, ``outcome_unknown``."""
    text: str = ""
    """What its sentence must contain."""


@dataclass(frozen=True)
class Step:
    source: Source
    at: Where
    deed: Deed | None = None
    word: str = ""
    """The word that it begins with in the file."""
    say: str = ""
    """A caption, or the task of a lesson."""
    hint: str = ""
    name: str = ""
    """What its receipt is called further on."""
    expect: tuple[Expected, ...] = ()
    refusal: Refusal | None = None

    @property
    def line(self) -> int:
        return self.source.line(self.at)

    @cached_property
    def place(self) -> str:
        """'sale.yaml, line 12'."""
        return f"{self.source.name}:{self.line}"

    @cached_property
    def words(self) -> str:
        """The step as it stands in the file, on one line."""
        data: Any = self.source.data
        for part in self.at:
            data = data[part]
        said = data if isinstance(data, str) else flow(_without_words(data))
        return said if len(said) <= 200 else said[:199] + "…"


def _without_words(step: Any) -> Any:
    if not isinstance(step, dict):
        return step
    return {name: value for name, value in step.items() if name not in ("say", "hint")}


def flow(value: Any, *, top: bool = True) -> str:
    """A value on one line: ``scan: {code: 4600, quantity: 3}``."""
    if isinstance(value, dict):
        said = ", ".join(
            name if one is None else f"{name}: {flow(one, top=False)}"
            for name, one in value.items()
        )
        return said if top else f"{{{said}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(one, top=False) for one in value)}]"
    return {None: "", True: "true", False: "false"}.get(value, str(value))


# --- the file around the steps


class Checks(Settings):
    off: tuple[str, ...] = ()
    """Names of standing checks that do not hold here."""


class Limits(Settings):
    step_seconds: Number = Field(default=30, ge=1, le=3600)
    """A step that takes longer has failed."""
    run_seconds: Number = Field(default=300, ge=1, le=86_400)


class LessonSettings(Settings):
    difficulty: Number = Field(default=1, ge=1, le=5)
    minutes: Number = Field(default=5, ge=1, le=600)
    """The time that an able cashier needs."""
    pass_percent: Number = Field(default=80, ge=1, le=100)


class ScenarioFile(Settings):
    """A file as it is written; its steps are read one by one (``reading``)."""

    scenario: str = Field(default="", max_length=200)
    """The title."""
    language: Literal["ru", "en", ""] = ""
    """In which the till speaks; left out: that of the program."""
    about: str = ""
    """What it is for, for people."""
    shop: str = "demo"
    """``demo``, or a shop card; relative to the file."""
    clock: AwareDatetime | None = None
    """When it begins, with the time zone; time goes by only when steps say so."""
    given: Given = Given()
    vars: dict[str, Text | tuple[Text, ...]] = {}
    """Texts that ``${name}`` stands for; of several the seed of the run chooses one."""
    examples: tuple[dict[str, Text], ...] = ()
    """The same steps, once for every row of variables."""
    tags: tuple[str, ...] = ()
    """Words to choose it by."""
    needs: tuple[str, ...] = ()
    """What the system must be able to do (with ! before it: must not be); else the scenario is
    skipped."""
    checks: Checks = Checks()
    limits: Limits = Limits()
    lesson: LessonSettings = LessonSettings()
    setup: list[Any] = []
    """Steps before the first one that counts."""
    steps: list[Any] = []
    """What is done, in order."""


@dataclass(frozen=True)
class Scenario:
    """One run of the steps of a file."""

    source: Source
    title: str
    steps: tuple[Step, ...]
    setup: int = 0
    """How many of the steps only prepare."""
    language: str = ""
    """Empty: that of the program."""
    about: str = ""
    shop: str = "demo"
    clock: AwareDatetime | None = None
    given: Given = Given()
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """What the system must be able to do; else the scenario is skipped."""
    example: str = ""
    """Which row of the examples; empty: there are none."""
    off: frozenset[str] = frozenset()
    limits: Limits = Limits()
    lesson: LessonSettings = LessonSettings()

    @property
    def name(self) -> str:
        """Title and row of the examples."""
        return f"{self.title} [{self.example}]" if self.example else self.title
