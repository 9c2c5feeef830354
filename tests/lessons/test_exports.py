"""Results as a table: read back by a program of others, and safe in a spreadsheet."""

import csv
import io

import pytest
from lessons.taken import taken

from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.csv_file import COLUMNS, attempts_csv
from cashier.lessons.register import Register


def table(*attempts: Attempt) -> list[dict[str, str]]:
    register = Register.open(None)
    text = attempts_csv([register.save(one) for one in attempts])
    register.close()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_has_all_that_is_counted() -> None:
    (row,) = table(taken())
    assert tuple(row) == COLUMNS
    counted = ("score", "pass_percent", "seconds", "tasks", "right", "in_order", "skipped",
               "money_mistakes", "wrong_turns", "undone", "wrong_keys", "hints")  # fmt: skip
    numbers = [43, 80, 100, 4, 2, 1, 1, 1, 0, 1, 1, 1]
    assert [int(row[name]) for name in counted] == numbers
    assert (row["trainee"], row["group"], row["mode"]) == ("Anna", "Morning", "exam")
    assert (row["verdict"], row["sound"]) == ("failed", "yes")
    assert row["started"] == "2026-03-03T10:00:00+03:00"
    assert row["finished"] == "2026-03-03T10:01:40+03:00"
    assert len(row["seal"]) == len(row["row_seal"]) == 64


def test_what_was_broken_off_has_no_end_and_what_was_shown_no_score() -> None:
    broken, shown = table(taken("a", finished=None), taken("b", mode=Mode.SHOW))
    assert (broken["finished"], broken["verdict"]) == ("", "broken_off")
    assert (shown["score"], shown["verdict"]) == ("", "shown")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "\t=", " =", "\r@"])
def test_no_text_is_a_formula(sign: str) -> None:
    (row,) = table(taken(trainee=f"{sign}1+1", group=f"{sign}A1", title=f'{sign}cmd|"/c"!A1'))
    for name in ("trainee", "group", "title"):
        assert row[name].startswith("'")


def test_quotes_commas_and_line_ends_stay_in_their_cells() -> None:
    (row,) = table(taken(trainee='a,"b"', title="one\r\ntwo;three"))
    assert row["trainee"] == 'a,"b"'
    assert row["title"] == "one two,three"
