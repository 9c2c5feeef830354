"""A lesson: the tasks of a scenario, and who does what in it."""

from dataclasses import dataclass, field
from pathlib import Path

from cashier import commands as do
from cashier.i18n import _
from cashier.scenario.model import Restart, Scenario, Step, Wait

TRAINERS_SIDE = (
    do.SetConnection,
    do.SetFault,
    do.ClearFaults,
    do.SetCardTerminal,
    do.SetPrinter,
    Wait,
    Restart,
)
"""What happens to the trainee: the program does it when its turn comes."""


@dataclass(frozen=True)
class Task:
    number: int
    """From 1."""
    text: str
    """What the customer says and does; never a key."""
    steps: tuple[Step, ...]

    @property
    def hints(self) -> tuple[str, ...]:
        return tuple(step.hint for step in self.steps if step.hint)


def is_trainees(step: Step) -> bool:
    return step.deed is not None and not isinstance(step.deed, TRAINERS_SIDE)


@dataclass(frozen=True)
class Lesson:
    scenario: Scenario
    before: tuple[Step, ...]
    """What is done before the first task."""
    tasks: tuple[Task, ...]
    closing: str = ""
    """Words at the end, after which nothing is to be done."""

    @property
    def name(self) -> str:
        """A stable name: that of the file."""
        return Path(self.scenario.source.name).stem

    @classmethod
    def of(cls, scenario: Scenario) -> "Lesson":
        """Raises ConfigError for a scenario that sets no task."""
        tasks: list[_Said] = []
        before = list(scenario.steps[: scenario.setup])
        for step in scenario.steps[scenario.setup :]:
            if step.say:
                _open_task(tasks, step.say)
            if tasks:
                tasks[-1].steps.append(step)
            else:
                before.append(step)
        closing = tasks.pop().text if tasks and not tasks[-1].asks else ""
        if not tasks:
            why = _("a lesson has tasks: say, and a step for the trainee below it")
            raise scenario.source.wrong(("steps",), why)
        made = (Task(place, it.text, tuple(it.steps)) for place, it in enumerate(tasks, 1))
        return cls(scenario, tuple(before), tuple(made), closing)


@dataclass
class _Said:
    """A task while it is read."""

    text: str
    steps: list[Step] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        return any(map(is_trainees, self.steps))


def _open_task(tasks: list[_Said], text: str) -> None:
    """What asks for nothing is said together with the next one."""
    if tasks and not tasks[-1].asks:
        tasks[-1].text += f" {text}"
    else:
        tasks.append(_Said(text))
