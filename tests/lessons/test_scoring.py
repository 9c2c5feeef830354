"""The public rule: what an attempt is worth."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lessons.taken import AT, OPEN, RIGHT, SKIPPED, SLIPPED, taken

from cashier.i18n import set_language
from cashier.lessons.attempt import Attempt, Done, Mode, TaskResult, Wrong
from cashier.lessons.scoring import (
    Cause,
    Loss,
    Verdict,
    loss_words,
    losses,
    passed,
    score,
    slowness,
    task_points,
    verdict,
    verdict_words,
)

WRONGS = st.builds(Wrong, st.just("scan"), st.just("why"), st.booleans(), st.booleans())
TASKS = st.builds(
    TaskResult,
    number=st.integers(1, 99),
    text=st.just("Do it."),
    done=st.sampled_from(Done),
    wrong=st.lists(WRONGS, max_size=5).map(tuple),
    wrong_keys=st.integers(0, 60),
    hints=st.integers(0, 12),
    seconds=st.integers(0, 5_000),
)


def test_a_task_without_a_fault_is_worth_all_of_it() -> None:
    assert task_points(RIGHT) == 100


@pytest.mark.parametrize(
    ("wrong", "points"),
    [
        (Wrong("scan", "not that"), 85),
        (Wrong("scan", "not that", undone=True), 93),
        (Wrong("tender", "too little", money=True), 70),
        (Wrong("tender", "too little", money=True, undone=True), 85),
    ],
)
def test_a_wrong_turn_costs_less_than_money_and_half_when_it_is_undone(
    wrong: Wrong, points: int
) -> None:
    assert task_points(replace(RIGHT, wrong=(wrong,))) == points


def test_keys_and_hints_cost_something_each() -> None:
    assert task_points(replace(RIGHT, wrong_keys=3, hints=2)) == 100 - 6 - 20


@pytest.mark.parametrize("task", [OPEN, SKIPPED, replace(RIGHT, hints=11)])
def test_a_task_is_never_worth_less_than_nothing(task: TaskResult) -> None:
    assert task_points(task) == 0


def test_tasks_that_were_not_come_to_count() -> None:
    assert score(taken(tasks=(RIGHT, OPEN))) == 50


def test_nobody_passes_by_rounding() -> None:
    tasks = (RIGHT, RIGHT, replace(RIGHT, hints=6))  # 240 of 300, less one point
    assert score(taken(tasks=tasks)) == 80
    assert score(taken(tasks=(*tasks[:2], replace(RIGHT, hints=6, wrong_keys=1)))) == 79


@pytest.mark.parametrize(
    ("seconds", "lost"), [(300, 0), (329, 0), (330, 1), (450, 5), (600, 10), (60_000, 10)]
)
def test_every_full_tenth_of_the_time_beyond_costs_one_up_to_ten(seconds: int, lost: int) -> None:
    slow = taken(minutes=5, tasks=(replace(RIGHT, seconds=seconds),))
    assert slowness(slow) == lost
    assert score(slow) == 100 - lost


@given(st.lists(TASKS, max_size=6).map(tuple), st.sampled_from(Mode))
def test_a_score_is_a_per_cent(tasks: tuple[TaskResult, ...], mode: Mode) -> None:
    found = taken(tasks=tasks, mode=mode)
    assert 0 <= score(found) <= 100
    assert (score(found) == 100) <= all(task.done is Done.RIGHT for task in tasks)


@given(st.lists(TASKS, min_size=1, max_size=4), WRONGS)
def test_nothing_wrong_makes_a_score_better(tasks: list[TaskResult], wrong: Wrong) -> None:
    before = taken(tasks=tuple(tasks))
    worse = replace(tasks[0], wrong=(*tasks[0].wrong, wrong))
    assert score(replace(before, tasks=(worse, *tasks[1:]))) <= score(before)


@pytest.mark.parametrize(
    ("attempt", "found"),
    [
        (taken(tasks=(RIGHT,)), Verdict.PASSED),
        (taken(tasks=(RIGHT, OPEN)), Verdict.FAILED),
        (taken(tasks=(RIGHT,), finished=None), Verdict.BROKEN_OFF),
        (taken(tasks=(RIGHT,), mode=Mode.TRY), Verdict.PRACTISED),
        (taken(tasks=(RIGHT,), mode=Mode.TRY, finished=None), Verdict.BROKEN_OFF),
        (taken(tasks=(RIGHT,), mode=Mode.SHOW), Verdict.SHOWN),
        (taken(tasks=()), Verdict.FAILED),
    ],
)
def test_only_a_finished_exam_is_passed(attempt: Attempt, found: Verdict) -> None:
    assert verdict(attempt) is found
    assert (found is Verdict.PASSED) <= passed(attempt)


def test_the_threshold_is_that_of_the_lesson() -> None:
    half = taken(tasks=(RIGHT, OPEN))
    assert passed(replace(half, pass_percent=50))
    assert not passed(replace(half, pass_percent=51))


def test_all_that_costs_is_told() -> None:
    slow = taken(minutes=1, tasks=(replace(RIGHT, seconds=10), SLIPPED, OPEN))
    assert losses(slow) == (
        Loss(Cause.NOT_DONE, 1),
        Loss(Cause.MONEY, 1),
        Loss(Cause.KEYS, 1),
        Loss(Cause.HINTS, 1),
        Loss(Cause.TIME, 15),
    )
    assert [loss_words(loss) for loss in losses(slow)] == [
        "1 task not done",
        "1 mistake in money",
        "1 wrong key",
        "1 hint",
        "0:15 beyond the time",
    ]
    assert losses(taken(tasks=(RIGHT,))) == ()
    assert losses(taken(mode=Mode.SHOW)) == ()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_verdict_has_words_of_its_own(language: str) -> None:
    set_language(language)
    assert len({verdict_words(one) for one in Verdict}) == len(Verdict)


def test_what_was_broken_off_ended_with_the_last_that_is_known() -> None:
    assert taken(finished=None).ended == AT + timedelta(seconds=100)
