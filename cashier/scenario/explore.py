"""Exploring: random cashiers until a standing check breaks; then the shortest way to break it.

A session is a new till with a random cashier. The same seed does the same, to the byte of the file
that is written in the end.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import monotonic
from typing import TypeAlias

from cashier import i18n
from cashier.errors import CashierError
from cashier.i18n import _
from cashier.receipt import Receipt
from cashier.scenario.acting import Refusing, carried_out
from cashier.scenario.drafting import NOWHERE
from cashier.scenario.model import Checks, Limits, Refusal, Return, Scenario, ScenarioFile, Step
from cashier.scenario.random_cashier import RandomCashier, Things
from cashier.scenario.shrinking import Shrinking
from cashier.scenario.stage import Stage, Staging
from cashier.scenario.standing import Standing
from cashier.scenario.writing import text_of
from cashier.sheets.sample import Sample, Sampled
from cashier.snapshot import State

CRASH, NO_END = "crash", "no-end"
"""What is found besides broken checks: an error of the program, a step without end."""
Next: TypeAlias = Callable[[Stage], Step | None]
"""The step to be done now; None: it is over."""


@dataclass(frozen=True)
class Wish:
    """What is explored, and how long."""

    seed: int = 0
    runs: int = 100
    """Sessions."""
    steps: int = 150
    """Of each session."""
    seconds: float = 0
    """No new session after so long; 0: as many as there are runs."""
    step_seconds: float = 10
    """A step that takes longer has no end."""
    off: frozenset[str] = frozenset()
    samples: tuple[Sample, ...] = ()
    """People and coupons; none: those of the demo of the system."""
    shop: str = "demo"
    """As the written scenario names it."""


@dataclass(frozen=True)
class Broke:
    """Something that must not be, and how the session came to it."""

    check: str
    text: str
    steps: tuple[Step, ...]
    """All that was done, with what was refused; the last one broke it."""


@dataclass(frozen=True)
class Found:
    """The shortest way, and the scenario that repeats it."""

    broke: Broke
    text: str
    name: str
    """For a file: 'explored-lines-add-up-7'."""


@dataclass
class Exploring:
    """Counts while it goes on."""

    staging: Staging
    wish: Wish
    told: Callable[[], None] = lambda: None
    """Hears when a session is over, or a shorter way was tried."""
    runs: int = 0
    commands: int = 0
    shrinking: bool = False
    things: Things | None = field(default=None, init=False)

    async def explore(self) -> Found | None:
        """None: nothing broke. Raises CashierError where there is no till to be had."""
        until = monotonic() + self.wish.seconds if self.wish.seconds else None
        for run in range(self.wish.runs):
            broke = await self._session(run)
            self.runs += 1
            self.told()
            if broke is not None:
                return await self._shortened(broke)
            if until is not None and monotonic() >= until:
                break
        return None

    async def _session(self, run: int) -> Broke | None:
        stage = await self._stage()
        if self.things is None:
            self.things = self._at_hand(stage)
        dice = Random(f"{self.wish.seed} {run}")  # noqa: S311 - the same at every run
        cashier, count = RandomCashier(dice, self.things), iter(range(self.wish.steps))

        def next_step(stage: Stage) -> Step | None:
            number = next(count, None)
            if number is None:
                return None
            return Step(NOWHERE, (), cashier.next(stage), name=f"r{number + 1}")

        return await self._played(stage, next_step, cashier.made)

    async def _again(self, steps: Iterable[Step]) -> Broke | None:
        """The same steps on another till."""
        left = iter(steps)
        return await self._played(await self._stage(), lambda _stage: next(left, None))

    async def _stage(self) -> Stage:
        scenario = Scenario(NOWHERE, "explore", (), language=i18n.language(), shop=self.wish.shop)
        return await replace(self.staging, seed=0).make(scenario)

    def _at_hand(self, stage: Stage) -> Things:
        backend = stage.desk.backend
        samples = self.wish.samples
        if not samples and isinstance(backend, Sampled):
            samples = backend.samples()
        return Things.of(stage.desk.catalog, samples, stage.shop.codes)

    # --- one session

    async def _played(
        self,
        stage: Stage,
        next_step: Next,
        made: Callable[[str, Receipt], None] = lambda _name, _receipt: None,
    ) -> Broke | None:
        checks, done = Standing(self.wish.off), list[Step]()
        try:
            while (step := next_step(stage)) is not None:
                self.commands += 1
                before = stage.now.receipt
                broke = await self._done(step, stage, checks, done)
                if broke is not None:
                    return broke
                now = stage.now
                if now.state is State.FINISHED and now.receipt and now.receipt is not before:
                    stage.receipts[step.name] = now.receipt
                    made(step.name, now.receipt)
                else:
                    done[-1] = replace(done[-1], name="")
            return None
        finally:
            await stage.close()

    async def _done(
        self, step: Step, stage: Stage, checks: Standing, done: list[Step]
    ) -> Broke | None:
        """Do a step, and look; ``done`` gets it with what came of it."""
        stage.forget_step()
        done.append(step)
        assert step.deed is not None  # a cashier does something
        try:
            async with asyncio.timeout(self.wish.step_seconds):
                refused = await carried_out(step.deed, stage, checks)
                broken = await checks.look(stage)
        except TimeoutError:
            text = _("no end after {n} s").format(n=f"{self.wish.step_seconds:g}")
            return Broke(NO_END, text, tuple(done))
        except CashierError:
            raise
        except Exception as error:
            return Broke(CRASH, f"{type(error).__name__}: {error}", tuple(done))
        if isinstance(refused, Refusing):
            done[-1] = replace(step, refusal=Refusal(refused.reason))
        if broken:
            return Broke(broken[0].name, broken[0].text, tuple(done))
        return None

    # --- the shortest way

    async def _shortened(self, broke: Broke) -> Found:
        self.shrinking = True
        last = broke

        async def still(steps: Sequence[Step]) -> bool:
            nonlocal last
            other = await self._again([replace(step, refusal=None) for step in steps])
            self.told()
            if other is None or not _same(other, broke):
                return False
            last = other
            return True

        assert self.things is not None  # there was a session
        shrinking = Shrinking(still, self.things.goods[0].sku, next(iter(self.things.people), None))
        steps = await shrinking.shortest(broke.steps)
        if await still(steps):
            broke = replace(last, steps=_named(last.steps))
        return Found(broke, self._text(broke), _file_name(broke.check, self.wish.seed))

    def _text(self, broke: Broke) -> str:
        limits = Limits(step_seconds=max(1, round(self.wish.step_seconds)))
        filled: dict[str, object] = {
            "scenario": _("Explored: {check}").format(check=broke.check),
            "language": i18n.language(),
            "shop": self.wish.shop,
            "tags": ("explored",),
        }
        if self.wish.off:
            filled["checks"] = Checks(off=tuple(sorted(self.wish.off)))
        if broke.check == NO_END:
            filled["limits"] = limits
        head = ScenarioFile.model_validate(filled)
        command = f"cashier explore --seed {self.wish.seed} --steps {self.wish.steps}"
        return text_of(head, broke.steps, notes=[f"{broke.check}: {broke.text}", command])


def _same(one: Broke, other: Broke) -> bool:
    """The same check; of a crash the same kind of error, for its words may hold an id."""
    if one.check != other.check:
        return False
    return one.check != CRASH or one.text.partition(":")[0] == other.text.partition(":")[0]


def _named(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Only those receipts have a name that are spoken of: ``sale``, ``sale2``."""
    wanted = [step.deed.of for step in steps if isinstance(step.deed, Return)]
    there = [step.name for step in steps if step.name and step.name in wanted]
    names = {name: f"sale{place or ''}" for place, name in zip(_places(), there, strict=False)}
    made = []
    for step in steps:
        deed = step.deed
        if isinstance(deed, Return):
            deed = replace(deed, of=names.get(deed.of, deed.of))
        made.append(replace(step, deed=deed, name=names.get(step.name, "")))
    return tuple(made)


def _places() -> Iterable[int]:
    return (0, *range(2, 1000))


def _file_name(check: str, seed: int) -> str:
    return f"explored-{re.sub('[^a-z0-9]+', '-', check.lower())}-{seed}"
