"""Results in files: CSV and JSON show later edits, and name the row."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lessons.taken import OPEN, RIGHT, SLIPPED, taken

from cashier.errors import ConfigError
from cashier.lessons.csv_file import COLUMNS, attempts_csv
from cashier.lessons.export import results_json, verify_file
from cashier.lessons.kept import Kept
from cashier.lessons.register import Register

KEPT = [
    Kept(taken("a"), "a1" * 32),
    Kept(taken("b", trainee='Boris "Bo", junior', group="=1+1", tasks=(SLIPPED, OPEN)), "b2" * 32),
    Kept(taken("c", finished=None), "c3" * 32, sound=False),
]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def text_of(rows: list[list[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


# --- what is in it


def test_rows_end_as_rfc_4180_has_it_and_nothing_makes_only_the_head() -> None:
    text = attempts_csv(KEPT)
    assert text.count("\r\n") == text.count("\n") == 4
    assert rows_of(attempts_csv([])) == [list(COLUMNS)]


def test_the_json_has_all_tasks() -> None:
    value = json.loads(results_json(KEPT, "1.2"))
    assert (value["format"], value["program"]) == (1, "1.2")
    second = value["results"][1]
    assert second["attempt"]["tasks"][0]["wrong"] == [
        {"money": True, "undone": True, "why": "He wanted 100.", "words": "pay_points: 50"}
    ]
    assert (second["score"], second["verdict"], second["seal"]) == (36, "failed", "b2" * 32)


# --- later edits


@pytest.mark.parametrize(
    "write", [attempts_csv, lambda kept: results_json(kept, "1")], ids=["csv", "json"]
)
@pytest.mark.parametrize("kept", [KEPT, []], ids=["three", "none"])
def test_nothing_is_told_where_nothing_was_changed(
    tmp_path: Path, write: Callable[[list[Kept]], str], kept: list[Kept]
) -> None:
    assert verify_file(written(tmp_path / "file", write(kept))) == (len(kept), [])


def test_another_way_of_writing_the_same_cells_is_no_change(tmp_path: Path) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        rows_of(attempts_csv(KEPT))
    )
    assert verify_file(written(tmp_path / "file", "\ufeff" + file.getvalue())) == (3, [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.integers(1, 3), column=st.integers(0, len(COLUMNS) - 1), text=st.text(max_size=5))
def test_whatever_cell_is_changed_its_row_is_named(
    tmp_path: Path, row: int, column: int, text: str
) -> None:
    rows = rows_of(attempts_csv(KEPT))
    if rows[row][column] == text or "\0" in text or not _written(text):
        return
    rows[row][column] = text
    _count, changes = verify_file(written(tmp_path / "file", text_of(rows)))
    assert row in {change.row for change in changes}


def _written(text: str) -> bool:
    """A file can hold it."""
    try:
        return bool(text.encode()) or not text
    except UnicodeEncodeError:
        return False


def _without(row: int) -> Callable[[list[Any]], list[Any]]:
    return lambda rows: rows[:row] + rows[row + 1 :]


@pytest.mark.parametrize(
    "change",
    [_without(0), _without(1), _without(2), lambda rows: rows[::-1], lambda rows: rows * 2],
    ids=["first", "middle", "last", "turned", "twice"],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_rows_that_are_gone_or_elsewhere_show(
    tmp_path: Path, kind: str, change: Callable[[list[Any]], list[Any]]
) -> None:
    if kind == "csv":
        head, *rows = rows_of(attempts_csv(KEPT))
        text = text_of([head, *change(rows)])
    else:
        value = json.loads(results_json(KEPT, "1"))
        value["results"] = change(value["results"])
        text = json.dumps(value)
    assert verify_file(written(tmp_path / "file", text))[1]


def test_a_hint_that_was_taken_out_of_the_json_shows(tmp_path: Path) -> None:
    value = json.loads(results_json(KEPT, "1"))
    value["results"][1]["attempt"]["tasks"][0]["hints"] = 0
    _count, changes = verify_file(written(tmp_path / "file", json.dumps(value)))
    assert [(change.row, change.attempt_id) for change in changes] == [(2, "b")]


# --- hostile files


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n", '"', "{", "[1]", '{"results": 7}', '{"results": [7]}', "[" * 100_000,
        '{"results": ' + "1" * 5_000 + "}", "x" * 200_000, "\0",
    ],
)  # fmt: skip
def test_what_is_none_of_our_files_is_told_with_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="results"):
        verify_file(written(tmp_path / "results", text))


def test_rows_of_another_shape_are_changed_rows(tmp_path: Path) -> None:
    head = ",".join(COLUMNS)
    assert verify_file(written(tmp_path / "file", f"{head}\n1/1\n"))[1]
    deep: Any = []
    for _depth in range(500):
        deep = [deep]
    for result in ({}, {"row": None, "attempt": 7}, {"row": "1/1", "attempt": "\ud800", "x": deep}):
        text = json.dumps({"results": [result]})
        assert verify_file(written(tmp_path / "file", text))[1]


def test_what_the_register_has_goes_through_a_file_unchanged(tmp_path: Path) -> None:
    register = Register.open(None)
    register.save(taken("a", trainee="Анна Пример", tasks=(replace(RIGHT, text="«Ё» \u2028\t"),)))
    kept = register.all()
    register.close()
    assert json.loads(results_json(kept, "1"))["results"][0]["seal"] == kept[0].seal
    assert verify_file(written(tmp_path / "file", results_json(kept, "1"))) == (1, [])
