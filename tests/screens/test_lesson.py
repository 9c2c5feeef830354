"""A lesson at the real till: typed keys, the task above them, mistakes taken back, the result."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from lessons.taught import lesson
from textual.events import Key
from textual.pilot import Pilot
from watching import DOZEN, Ears, short_folder

from cashier.cli.staging import plug
from cashier.clock import FlowingClock
from cashier.commands import Connection, SetConnection
from cashier.lessons.attempt import Attempt, Done, Mode
from cashier.lessons.grading import Grading
from cashier.lessons.lesson import Lesson
from cashier.scenario.stage import Staging
from cashier.seat.client import SeatClient
from cashier.seat.protocol import wish_for
from screens.app import TillApp
from screens.lesson.guide import LessonGuide

NOON = datetime.fromisoformat("2026-03-03T12:00:00+03:00")
STEPS = """
- say: Two rolls [b]and[/ the card 2900000000025.
  hint: Type the codes.
  scan: {code: "10106", quantity: 2}
- identify: {card: "2900000000025"}
- say: The total.
  calculate:
- say: She gives 100.
  tender: {cash: 100}
- say: Thank you.
"""


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
    mode: Mode = Mode.TRY,
    size: tuple[int, int] = (80, 24),
    seat: Path | None = None,
    steps: str = STEPS,
) -> AsyncIterator[Learner]:
    made = Lesson.of(lesson(steps))
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


@pytest.mark.parametrize("size", [(80, 24), (140, 45), (60, 18)])
async def test_from_the_first_task_to_the_result(size: tuple[int, int]) -> None:
    async with sitting(size=size) as learner:
        assert "Two rolls [b]and[/ the card" in learner.panel
        assert "1/3" in learner.panel
        assert "Two rolls" in learner.seen
        await learner.type("2*10106\n2900000000025\n")
        assert "The total." in learner.panel
        await learner.type("\n")
        await learner.press("f9")
        await learner.type("100\n")
        assert "The lesson is over: 100 %, passed. Thank you." in learner.panel
        await learner.press("enter")
        assert "Result of Trainee" in learner.seen
        await learner.press("escape", "q")
        assert not learner.guide.again


async def test_a_wrong_turn_is_told_and_taken_back() -> None:
    async with sitting() as learner:
        await learner.type("10106\n10101\n")
        assert "is not asked for" in learner.panel
        assert "1/3" in learner.panel
        await learner.press("ctrl+z")
        assert "2: take it back" in learner.panel
        await learner.press("2")
        assert "is not asked for" not in learner.panel
        till = learner.app.till
        assert till is not None
        receipt = till.now.receipt
        assert receipt is not None
        assert [line.sku for line in receipt.lines] == ["10106"]
        await learner.type("10106\n2900000000025\n")
        assert "2/3" in learner.panel
        assert learner.guide.grading.attempt.tasks[0].wrong[0].undone


async def test_hints_skipping_and_going_on() -> None:
    async with sitting() as learner:
        await learner.press("ctrl+z", "1")
        assert "? Type the codes." in learner.panel
        await learner.press("ctrl+z", "escape")
        assert "1/3" in learner.panel
        await learner.press("ctrl+z", "3")
        assert "2/3" in learner.panel
        till = learner.app.till
        assert till is not None
        assert till.now.receipt is not None
        assert till.now.receipt.buyer is not None, "the program did it"
        first = learner.guide.grading.attempt.tasks[0]
        assert (first.done, first.hints) == (Done.SKIPPED, 1)


async def test_the_last_hint_is_the_next_key_at_this_till() -> None:
    async with sitting() as learner:
        await learner.press("ctrl+z", "1", "ctrl+z", "1")
        assert "? Now type: 2*10106" in learner.panel
        await learner.type("2*10106\n2900000000025\n")
        await learner.press("ctrl+z", "1")
        assert "? Now press: F8 (Total)" in learner.panel
        await learner.type("\n")
        await learner.press("ctrl+z", "1")
        assert "? Now press: F9 (Cash)" in learner.panel
        assert [it.hints for it in learner.guide.grading.attempt.tasks] == [2, 1, 1]


async def test_where_no_key_leads_back_the_panel_says_what_does() -> None:
    async with sitting() as learner:
        await learner.type("2*10106\n2900000000025\n\n")
        await learner.press("f10")
        assert "bank card" in learner.panel
        assert "Ctrl+Z, 2: take it back" in learner.panel
        await learner.press("ctrl+z", "2", "f9")
        await learner.type("100\n")
        assert "The lesson is over" in learner.panel


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_however_long_the_task_is_the_keys_of_the_lesson_are_seen(
    size: tuple[int, int],
) -> None:
    long = f"- say: '{'A long story [b]. ' * 60}'\n  hint: '{'Long help. ' * 60}'\n  scan: '10106'"
    async with sitting(size=size, steps=long) as learner:
        assert "A long story [b]." in learner.seen
        assert "Ctrl+Z" in learner.seen
        await learner.press("ctrl+z", "1")
        assert "? Long help." in learner.seen
        assert "Ctrl+Z" in learner.seen


async def test_an_exam_shows_the_time_and_gives_no_hints() -> None:
    async with sitting(Mode.EXAM) as learner:
        assert "5:00" in learner.panel
        await learner.press("ctrl+z")
        assert "hint" not in learner.panel
        assert "take it back" not in learner.panel
        await learner.press("1")
        assert learner.guide.grading.attempt.tasks[0].hints == 0
        await learner.type("10101\n")
        assert "×" in learner.panel


async def test_once_more() -> None:
    async with sitting() as learner:
        for _task in range(3):
            await learner.press("ctrl+z", "3")
        assert "The lesson is over: 0 %, not passed." in learner.panel
        await learner.pilot.press("2")
        assert learner.guide.again


async def test_keys_of_the_till_stay_its_own() -> None:
    async with sitting() as learner:
        await learner.press("f1")
        assert len(learner.app.screen_stack) > 1
        await learner.press("escape")
        await learner.type("10106\n")
        assert "1/3" in learner.panel


async def test_an_instructor_surprises_a_trainee_in_a_lesson_as_at_the_till() -> None:
    olga = Ears()
    with short_folder() as folder:
        async with sitting(seat=folder) as learner:
            client = SeatClient(folder, "Olga", olga.hear)
            watching = asyncio.create_task(client.run())
            await olga.until(lambda ears: "Two rolls" in ears.text)
            assert client.say(wish_for(SetConnection(Connection.OFFLINE)))
            await olga.until(lambda ears: bool(ears.answers))
            assert "The plug is pulled" in olga.answers[-1].text
            await learner.settle()
            assert "The plug is pulled" not in learner.seen
        async with asyncio.timeout(DOZEN):
            assert (await watching).fine
