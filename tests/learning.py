"""Somebody who learns at the real till: the app with a lesson, driven by a pilot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from textual.events import Key
from textual.pilot import Pilot

from cashier.cli.staging import plug
from cashier.clock import FlowingClock
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.grading import Grading
from cashier.lessons.lesson import Lesson
from cashier.scenario.model import Scenario
from cashier.scenario.stage import Staging
from screens.app import TillApp
from screens.lesson.guide import LessonGuide

NOON = datetime.fromisoformat("2026-03-03T12:00:00+03:00")


class Learner:
    """Somebody who learns."""

    def __init__(self, app: TillApp, guide: LessonGuide, pilot: Pilot[None]) -> None:
        self.app, self.guide, self.pilot = app, guide, pilot

    async def type(self, text: str) -> None:
        for letter in text:
            key = {"\n": "enter"}.get(letter, letter)
            self.app.post_message(Key(key, "\r" if letter == "\n" else letter))
        await self.settle()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def settle(self) -> None:
        """Until all that was done is judged and painted."""
        await self.pilot.pause()
        await self.app.ready.wait()
        assert self.app.desk is not None
        await self.app.desk.idle()
        await self.guide.settled.wait()
        await self.pilot.pause()

    @property
    def panel(self) -> str:
        widget = self.guide.panel()
        assert hasattr(widget, "content")
        return str(widget.content.plain)

    @property
    def seen(self) -> str:
        rows = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in rows)


@asynccontextmanager
async def sitting(
    scenario: Scenario,
    mode: Mode = Mode.TRY,
    size: tuple[int, int] = (80, 24),
    seat: Path | None = None,
) -> AsyncIterator[Learner]:
    made = Lesson.of(scenario)
    stages = Staging(plug, clock=FlowingClock)
    attempt = Attempt("a-1", "Trainee", "test", "A lesson", mode, NOON)
    grading = Grading(made, stages, attempt, now=lambda: NOON)
    guide = LessonGuide(grading, stages, lambda it: [f"Result of {it.trainee}"])
    app = TillApp(guide.make_till, language="en", guide=guide, seat=seat)
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        learner = Learner(app, guide, pilot)
        await learner.settle()
        yield learner
    guide.close()
