"""A lesson at the real till: typed keys, the task above them, mistakes taken back, the result."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from learning import Learner, sitting
from lessons.taught import lesson
from watching import DOZEN, Ears, short_folder

from cashier import fixtures
from cashier.commands import Connection, SetConnection
from cashier.lessons.attempt import Done, Mode
from cashier.scenario.reading import load
from cashier.seat.client import SeatClient
from cashier.seat.protocol import wish_for
from screens.playing.ways import way

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


def learning(
    mode: Mode = Mode.TRY,
    size: tuple[int, int] = (80, 24),
    seat: Path | None = None,
    steps: str = STEPS,
) -> AbstractAsyncContextManager[Learner]:
    return sitting(lesson(steps), mode, size, seat)


@pytest.mark.parametrize("size", [(80, 24), (140, 45), (60, 18)])
async def test_from_the_first_task_to_the_result(size: tuple[int, int]) -> None:
    async with learning(size=size) as learner:
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
    async with learning() as learner:
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
        await learner.press("ctrl+z")
        assert "2: the task anew" in learner.panel
        await learner.press("2")
        assert till is not learner.app.till
        assert learner.app.till is not None
        assert learner.app.till.now.receipt is None
        await learner.type("2*10106\n2900000000025\n")
        assert "2/3" in learner.panel
        assert learner.guide.grading.attempt.tasks[0].wrong[0].undone


async def test_hints_skipping_and_going_on() -> None:
    async with learning() as learner:
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
    async with learning() as learner:
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
    async with learning() as learner:
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
    async with learning(size=size, steps=long) as learner:
        assert "A long story [b]." in learner.seen
        assert "Ctrl+Z" in learner.seen
        await learner.press("ctrl+z", "1")
        assert "? Long help." in learner.seen
        assert "Ctrl+Z" in learner.seen


async def test_an_exam_shows_the_time_and_gives_no_hints() -> None:
    async with learning(Mode.EXAM) as learner:
        assert "5:00" in learner.panel
        await learner.press("ctrl+z")
        assert "hint" not in learner.panel
        assert "take it back" not in learner.panel
        await learner.press("1")
        assert learner.guide.grading.attempt.tasks[0].hints == 0
        await learner.type("10101\n")
        assert "×" in learner.panel


async def test_once_more() -> None:
    async with learning() as learner:
        for _task in range(3):
            await learner.press("ctrl+z", "3")
        assert "The lesson is over: 0 %, not passed." in learner.panel
        await learner.pilot.press("2")
        assert learner.guide.again


async def test_keys_of_the_till_stay_its_own() -> None:
    async with learning() as learner:
        await learner.press("f1")
        assert len(learner.app.screen_stack) > 1
        await learner.press("escape")
        await learner.type("10106\n")
        assert "1/3" in learner.panel


async def test_an_instructor_surprises_a_trainee_in_a_lesson_as_at_the_till() -> None:
    olga = Ears()
    with short_folder() as folder:
        async with learning(seat=folder) as learner:
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


@pytest.mark.parametrize("name", ["05-registration", "12-refused-coupon", "18-part-return"])
async def test_whoever_presses_what_the_last_hints_say_gets_through(name: str) -> None:
    scenario = load(fixtures.path(f"lessons/en/{name}.yaml"), 2)[0]
    async with sitting(scenario) as learner:
        while (task := learner.guide.grading.task) is not None:
            hint = learner.guide.grading.hint()
            if isinstance(hint, str):
                continue
            assert learner.app.desk is not None
            for press in way(hint, learner.app.desk):
                assert learner.guide.grading.task is task
                if press.is_typed:
                    await learner.type("".join(press.keys))
                else:
                    await learner.press(*press.keys)
        tasks = learner.guide.grading.attempt.tasks
        assert {(it.done, it.wrong, it.wrong_keys) for it in tasks} == {(Done.RIGHT, (), 0)}
