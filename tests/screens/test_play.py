"""A demonstration, and whoever presents it."""

import pytest
from presented import filmed, presented, read

from cashier.scenario.result import Verdict
from screens.playing.presenter import wish_of

SALE = """
    - say: A buyer takes bread.
      scan: "4600000000015"
    - scan: {code: "4600000000022", quantity: 2}
    - expect: {lines: 2}
    - say: The total, and cash.
      calculate:
    - tender: {cash: 500}
      as: sale
"""


async def test_a_scenario_plays_itself_to_the_end() -> None:
    player = await filmed(read(SALE))
    assert [it.verdict for it in player.record.result().steps] == [Verdict.PASSED] * 5
    assert "5 of 5 steps played, 0 not as expected" in player.farewell()
    assert player.stage.now.state.value == "finished"


async def test_what_is_not_as_expected_is_told_at_the_end_and_the_rest_is_played() -> None:
    player = await filmed(read(SALE.replace("lines: 2", "lines: 7")))
    assert player.record.result().verdict is Verdict.FAILED
    assert len(player.record.results) == 5
    assert "lines" in player.farewell() and "1 not as expected" in player.farewell()


async def test_a_step_that_cannot_be_done_stops_it() -> None:
    player = await filmed(read('- scan: "4600000000015"\n- refund: cash\n- calculate'))
    assert [it.verdict for it in player.record.result().steps] == [
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.NOT_RUN,
    ]


async def test_a_scenario_that_this_system_cannot_play_is_skipped() -> None:
    head = "scenario: A test\nlanguage: en\nneeds: [certificates]\n"
    player = await filmed(read(SALE, head))
    assert player.record.results == {}
    assert "certificates" in player.farewell()


async def test_the_presenter_goes_step_by_step_and_sees_words_and_keys() -> None:
    async with presented(read(SALE)) as show:
        assert "A buyer takes bread." in show.seen
        assert "1/5" in show.seen and "Space: go on" in show.seen
        await show.press("right")
        assert show.lines == 1
        assert "2/5" in show.seen
        await show.press("n", "n")
        assert "The total, and cash." in show.seen
        assert show.state == "calculated"


async def test_space_goes_on_to_the_end() -> None:
    async with presented(read(SALE)) as show:
        await show.press("space")
        assert show.state == "finished"
        assert "The end." in show.seen


async def test_back_is_a_fresh_till_played_up_to_the_step_before() -> None:
    async with presented(read(SALE)) as show:
        await show.press("right", "right", "right")
        first = show.player.stage
        await show.press("left")
        assert show.player.stage is not first
        assert (show.state, show.lines) == ("selling", 2)
        assert "4/5" in show.seen
        await show.press("b", "b")
        assert "A buyer takes bread." in show.seen
        await show.press("b")
        assert (show.state, show.lines) == ("idle", 0)
        await show.press("space")
        assert show.state == "finished"
        assert show.player.record.result().verdict is Verdict.PASSED


async def test_it_may_begin_further_on() -> None:
    async with presented(read(SALE), begin_at=4) as show:
        assert (show.state, show.lines) == ("selling", 2)
        assert len(show.player.record.results) == 3


async def test_speed_is_chosen_and_shown() -> None:
    async with presented(read(SALE)) as show:
        await show.pilot.press("plus", "plus", "minus")
        await show.pilot.pause()
        assert "×1.5" in show.seen


async def test_keys_that_mean_nothing_do_not_reach_the_till() -> None:
    async with presented(read(SALE)) as show:
        await show.at_the_till("4", "f1", "x")
        assert show.app.till_screen.input.text == ""
        assert len(show.app.screen_stack) == 1


async def test_the_presenter_takes_the_keys_and_gives_them_back() -> None:
    async with presented(read(SALE)) as show:
        await show.press("right", "t")
        assert "The keys are yours." in show.seen
        await show.at_the_till(*"t4600000000015", *["backspace"] * 14)
        await show.at_the_till(*"10402", "enter")
        assert show.lines == 2
        await show.press("ctrl+z")
        assert show.state == "finished"
        assert show.lines == 3
        assert show.player.record.result().verdict is Verdict.PASSED  # what he did is not a mistake


async def test_a_step_that_the_presenter_has_done_is_not_done_twice() -> None:
    async with presented(read(SALE)) as show:
        await show.press("right", "t")
        await show.at_the_till(*"2*4600000000022", "enter")
        await show.press("ctrl+z")
        assert show.lines == 2


async def test_where_the_next_step_is_impossible_it_offers_to_replay() -> None:
    async with presented(read(SALE)) as show:
        await show.press("right", "right", "t")
        await show.at_the_till("ctrl+x", "2", "enter")
        assert show.state == "idle"
        await show.press("ctrl+z")
        assert "The next step is not possible from here." in show.seen
        await show.press("r")
        assert (show.state, show.lines) == ("selling", 2)
        await show.press("space")
        assert show.state == "finished"


async def test_the_tour_is_not_offered_beside_a_demonstration() -> None:
    async with presented(read("- open_shift: 1000\n- report")) as show:
        assert "New here?" not in show.seen


async def test_a_difference_is_shown_discreetly_during_the_next_step_and_played_over() -> None:
    steps = """
        - scan: "11101"
          expect: {lines: 7}
        - scan: "11105"
        - calculate
    """
    async with presented(read(steps)) as show:
        await show.press("right")
        assert "≠ lines" in show.seen
        await show.press("right")
        assert "≠" not in show.seen
        await show.press("space")
        assert show.state == "calculated"
        assert "1 not as expected" in show.player.farewell()


async def test_a_step_that_cannot_be_done_says_why_and_the_presenter_may_go_on() -> None:
    async with presented(read("- refund: cash\n- scan: '11101'")) as show:
        await show.press("right")
        assert "× refused (not_now)" in show.seen
        await show.press("space")
        assert show.lines == 1


async def test_the_presenter_may_end_it_at_any_moment() -> None:
    async with presented(read(SALE)) as show:
        await show.press("right")
        await show.pilot.press("q")
        await show.pilot.pause()
        assert not show.app.is_running
    assert "1 of 5 steps played" in show.player.farewell()


async def test_back_over_a_question_opens_its_dialog_again() -> None:
    steps = """
        - identify: {phone: "+79005550101"}
        - register: {phone: "+79005550101", name: Nina}
        - confirm: from-phone
    """
    async with presented(read(steps)) as show:
        await show.press("right", "right")
        assert len(show.app.screen_stack) == 1
        await show.press("left")
        assert "New customer" in show.seen
        await show.press("space")
        assert "Nina" in show.seen


async def test_a_killed_program_comes_back_on_the_same_screen() -> None:
    steps = """
        - scan: "4600000000015"
        - restart
        - resume_receipt: {keep: true}
        - expect: {lines: 1, state: selling}
    """
    player = await filmed(read(steps))
    assert player.record.result().verdict is Verdict.PASSED


async def test_back_over_a_killed_program_is_a_fresh_stage_too() -> None:
    steps = """
        - scan: "4600000000015"
        - restart
        - resume_receipt: {keep: true}
        - scan: "4600000000022"
    """
    async with presented(read(steps)) as show:
        await show.press("right", "right", "right", "right", "left", "left")
        assert "The last run left a receipt open" in show.seen
        await show.press("space")
        assert show.lines == 2
        assert show.player.record.result().verdict is Verdict.PASSED


async def test_the_summary_names_nobody() -> None:
    steps = "- identify: {card: '2900000000025'}\n- expect: {state: finished}"
    player = await filmed(read(steps))
    assert "Boris" not in player.farewell() and "2900000000025" not in player.farewell()


@pytest.mark.parametrize(("letter", "russian"), [("t", "е"), ("n", "т"), ("b", "и"), ("q", "й")])
def test_the_letters_are_the_same_keys_on_a_russian_keyboard(letter: str, russian: str) -> None:
    from textual.events import Key

    assert wish_of(Key(russian, russian)) is wish_of(Key(letter, letter)) is not None
