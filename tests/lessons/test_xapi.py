"""Statements for a learning system, as xAPI 1.0.3 wants them."""

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from lessons.taken import OPEN, RIGHT, taken

from cashier import i18n
from cashier.errors import BadInput
from cashier.lessons.attempt import Attempt, Done, Mode
from cashier.lessons.xapi import statements

HOME = "https://school.example"


def said(*attempts: Attempt, base: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(statements(attempts, home=HOME, base=base))
    return found


def verbs(*attempts: Attempt) -> list[str]:
    return [one["verb"]["id"].rpartition("/")[2] for one in said(*attempts)]


def test_an_exam_is_attempted_answered_task_by_task_and_failed_or_passed() -> None:
    assert verbs(taken()) == ["attempted", "answered", "answered", "answered", "failed"]
    assert verbs(taken(tasks=(RIGHT,))) == ["attempted", "answered", "passed"]


def test_what_was_broken_off_is_neither_passed_nor_failed() -> None:
    assert verbs(taken(finished=None, tasks=(RIGHT, OPEN))) == ["attempted", "answered"]


def test_what_was_only_shown_was_experienced() -> None:
    (one,) = said(taken(mode=Mode.SHOW))
    assert one["verb"]["id"] == "http://adlnet.gov/expapi/verbs/experienced"
    assert one["result"]["completion"] is True
    assert "score" not in one["result"]


def test_practice_and_exam_are_activities_of_their_own() -> None:
    """Who passed in practice has passed no exam."""
    exam, practice = (said(taken(mode=mode))[0]["object"] for mode in (Mode.EXAM, Mode.TRY))
    assert exam["id"] == "https://school.example/exam/07-points"
    assert practice["id"] == "https://school.example/lesson/07-points"
    assert exam["definition"]["type"].endswith("/assessment")
    assert practice["definition"]["type"].endswith("/lesson")


def test_every_statement_has_what_the_standard_asks_for() -> None:
    for one in said(taken(), taken("a-2", mode=Mode.TRY), taken("a-3", mode=Mode.SHOW)):
        UUID(one["id"])
        UUID(one["context"]["registration"])
        assert one["version"] == "1.0.3"
        assert one["actor"]["account"] == {"homePage": HOME, "name": "Anna"}
        assert one["object"]["objectType"] == "Activity"
        assert set(one["verb"]["display"]) == {"en", "ru"}
        assert datetime.fromisoformat(one["timestamp"]).utcoffset() is not None
        for text in (one["object"]["definition"]["name"], one["verb"]["display"]):
            assert all(re.fullmatch(r"[a-z]{2}", key) and words for key, words in text.items())
        for key in one["context"]["extensions"]:
            assert key.startswith(HOME)
        if "score" in one.get("result", {}):
            score = one["result"]["score"]
            assert score["min"] <= score["raw"] <= score["max"]
            assert score["scaled"] == score["raw"] / 100


def test_the_result_is_that_of_the_public_rule() -> None:
    """(100 + 73 + 0 + 0) / 4: off come 15 for the undone mistake, 2 for a key, 10 for a hint."""
    *answers, whole = said(taken())[1:]
    assert [one["result"]["score"]["raw"] for one in answers] == [100, 73, 0]
    assert [one["result"]["success"] for one in answers] == [True, True, False]
    assert whole["result"]["score"] == {"scaled": 0.43, "raw": 43, "min": 0, "max": 100}
    assert whole["result"]["success"] is False and whole["result"]["completion"] is True
    assert whole["result"]["duration"] == "PT1M40S"
    extensions = whole["result"]["extensions"]
    assert extensions[f"{HOME}/extension/money_mistakes"] == 1
    assert extensions[f"{HOME}/extension/hints"] == 1


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "PT0S"), (59, "PT59S"), (3600, "PT1H"), (3661, "PT1H1M1S")]
)
def test_durations_are_iso_8601(seconds: int, words: str) -> None:
    (one,) = said(taken(mode=Mode.SHOW, tasks=(replace(RIGHT, seconds=seconds),)))
    assert one["result"]["duration"] == words


def test_tasks_are_answered_one_after_another_and_never_after_the_end() -> None:
    slow = replace(RIGHT, seconds=10_000)
    times = [one["timestamp"] for one in said(taken(tasks=(RIGHT, slow)))]
    ends = "2026-03-03T07:01:40.000Z"
    assert times == ["2026-03-03T07:00:00.000Z", "2026-03-03T07:00:30.000Z", ends, ends]


def test_a_task_belongs_to_its_lesson() -> None:
    answer = said(taken())[1]
    assert answer["object"]["id"] == "https://school.example/exam/07-points/task/1"
    (parent,) = answer["context"]["contextActivities"]["parent"]
    assert parent["id"] == "https://school.example/exam/07-points"


def test_the_same_attempt_says_the_same_whatever_else_is_exported() -> None:
    alone, among = said(taken()), said(taken("a-0"), taken())
    assert among[len(alone) :] == alone
    assert len({one["id"] for one in among}) == len(among)
    assert {one["context"]["registration"] for one in alone}.isdisjoint(
        one["context"]["registration"] for one in among[: len(alone)]
    )


def test_the_words_are_those_of_the_lesson_not_of_the_program() -> None:
    i18n.set_language("en")
    one = said(taken(language="ru", title="Баллы"))[1]
    assert one["context"]["language"] == "ru"
    assert one["object"]["definition"]["name"] == {"ru": "Задание 1"}


def test_activities_may_lie_elsewhere_than_the_accounts() -> None:
    one = said(taken(lesson="a b/ü"), base="tag:school.example,2026:cashier/")[0]
    assert one["object"]["id"] == "tag:school.example,2026:cashier/exam/a%20b%2F%C3%BC"
    assert one["actor"]["account"]["homePage"] == HOME


@pytest.mark.parametrize(
    "iri",
    [
        "",
        "school",
        "https://a b",
        "https://a\n",
        "https://<x>",
        "://a",
        "https://a?b",
        "https://a#b",
    ],
)
def test_what_is_no_iri_is_refused(iri: str) -> None:
    with pytest.raises(BadInput, match=r"https://school\.example"):
        statements([taken()], home=iri)
    if iri:
        with pytest.raises(BadInput):
            statements([taken()], home=HOME, base=iri)


def test_nothing_makes_an_empty_array() -> None:
    assert said() == []


def test_hostile_names_stay_text() -> None:
    one = said(taken(trainee='x"}],\u202e\x1b[2J', tasks=(replace(RIGHT, done=Done.OPEN),)))[0]
    assert one["actor"]["account"]["name"] == 'x"}], [2J'
