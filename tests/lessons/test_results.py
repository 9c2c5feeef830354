"""The command ``cashier results``."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from lessons.taken import AT, RIGHT, taken

from cashier.cli import main
from cashier.lessons.attempt import Mode
from cashier.lessons.register import FILE, Register
from cashier.lessons.seal import short
from cashier.seat.notes import Note, Notebook, NoteKind

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two classes, three people."""
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(Register.open(folder)) as register:
        register.save(taken("aa-1"))
        register.save(taken("aa-2", tasks=(RIGHT,), started=AT + timedelta(hours=1), seed=6))
        register.save(taken("bb-1", trainee="Boris", mode=Mode.TRY, lesson="01-card", title="Card"))
        register.save(taken("cc-1", trainee="Vera", group="Evening", finished=None))
    return folder


def results(data: Path, *more: object) -> int:
    return main(["results", "--lang", "en", "--data", str(data), *map(str, more)])


def rows(out: str, start: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines() if line.startswith(start)]


def test_before_the_first_lesson_there_is_nothing_to_show(tmp_path: Path, capsys: Captured) -> None:
    assert results(tmp_path) == 0
    assert capsys.readouterr().out == "No lesson was taken yet.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "wish", [("--trainee", "Anna"), ("--certificate", "a"), ("--csv", "x.csv")]
)
def test_before_the_first_lesson_a_wish_cannot_be_fulfilled(
    wish: tuple[str, ...], tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert results(tmp_path, *wish) == 2
    assert capsys.readouterr().err == "No lesson was taken yet.\n"
    assert not list(tmp_path.iterdir())


def test_the_table_has_the_best_result_of_everybody_in_every_lesson(
    data: Path, capsys: Captured
) -> None:
    assert results(data) == 0
    out = capsys.readouterr().out
    assert rows(out, "Anna") == [["Anna", "(Morning)", "1/2", ".", "100✓2"]]
    assert rows(out, "Boris") == [["Boris", "(Morning)", "0/2", "43~", "."]]
    assert rows(out, "Vera") == [["Vera", "(Evening)", "0/2", ".", "43…"]]
    assert "01  Card\n" in out and "07  Points\n" in out


def test_the_table_of_one_class_has_nobody_else(data: Path, capsys: Captured) -> None:
    assert results(data, "--group", " evening") == 0
    out = capsys.readouterr().out
    assert rows(out, "Vera") and not rows(out, "Anna") and not rows(out, "Boris")


def test_of_one_trainee_every_attempt_is_listed(data: Path, capsys: Captured) -> None:
    assert results(data, "--trainee", "anna") == 0
    _head, *found = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in found] == ["aa-1", "aa-2"]
    assert "43 %" in found[0] and "not passed" in found[0]
    assert "100 %" in found[1] and "not passed" not in found[1]


def test_nobody_of_that_name(data: Path, capsys: Captured) -> None:
    assert results(data, "--trainee", "Anna", "--group", "Evening") == 2
    assert capsys.readouterr().err == "There are no such results.\n"


# --- files


def test_csv_has_every_attempt_of_those_asked_for(
    data: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "class.csv"
    assert results(data, "--group", "Morning", "--csv", path) == 0
    assert capsys.readouterr().out == f"{path}\n"
    text = path.read_bytes().decode()
    assert [row["attempt"] for row in csv.DictReader(io.StringIO(text))] == ["aa-1", "bb-1", "aa-2"]
    assert text.count("\r\n") == text.count("\n") == 4


def test_statements_and_json_are_written_together_with_csv(
    data: Path, tmp_path: Path, capsys: Captured
) -> None:
    files = [tmp_path / name for name in ("a.csv", "a.json", "x.json")]
    home = "https://school.example"
    wishes = zip(("--csv", "--json", "--xapi"), files, strict=True)
    assert results(data, *(part for wish in wishes for part in wish), "--home", home) == 0
    assert capsys.readouterr().out.split() == list(map(str, files))
    said = json.loads(files[2].read_text(encoding="utf-8"))
    assert {one["actor"]["account"]["homePage"] for one in said} == {home}
    assert {one["actor"]["name"] for one in said} == {"Anna", "Boris", "Vera"}


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (("--xapi", "x.json"), "--xapi needs --home"),
        (("--xapi", "x.json", "--home", "school"), "school: expected an address"),
        (("--csv", "none/x.csv"), "x.csv: cannot be written: no such folder"),
        (("--certificate", "zz"), "There is no such attempt: zz"),
        (("--certificate", "aa"), "aa: 2 attempts begin so"),
        (("--attempt", ""), "There is no such attempt"),
        (("--certificate", "aa-1", "--csv", "x.csv"), "write many results"),
        (("--verify", "--json", "x.json"), "write many results"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    wish: tuple[str, ...], why: str, data: Path, tmp_path: Path, capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert results(data, *wish) == 2
    assert why in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


# --- one attempt


def note(data: Path, seconds: int, text: str, kind: NoteKind = NoteKind.NOTE) -> None:
    with closing(Notebook.open(data)) as book:
        book.write(Note(at=AT + timedelta(seconds=seconds), kind=kind, text=text))


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_certificate_fits_the_paper(columns: int, data: Path, capsys: Captured) -> None:
    assert results(data, "--certificate", "aa-2", "--columns", columns) == 0
    out = capsys.readouterr().out
    assert "CERTIFICATE" in out and "PASSED" in out
    assert max(map(len, out.splitlines())) == columns


def test_a_certificate_has_the_notes_made_while_it_went_on(data: Path, capsys: Captured) -> None:
    note(data, -1, "Too early")
    note(data, 50, "Was polite")
    note(data, 60, "Card declined", NoteKind.EVENT)
    note(data, 101, "Said good-bye")
    note(data, 402, "Too late")
    assert results(data, "--certificate", "aa-1") == 0
    out = capsys.readouterr().out
    assert "- Was polite" in out and "- Said good-bye" in out
    assert not any(words in out for words in ("Too early", "Too late", "Card declined"))
    assert results(data, "--attempt", "aa-1") == 0
    assert "Was polite" in capsys.readouterr().out


def test_an_attempt_is_found_by_the_seal_on_its_certificate(data: Path, capsys: Captured) -> None:
    with closing(Register.open(data)) as register:
        (kept,) = register.find("bb")
    seal = short(kept.seal)
    for printed in (seal, seal.lower(), seal[:12]):
        assert results(data, "--attempt", printed) == 0
        out = capsys.readouterr().out
        assert out.startswith("Card: practice\nBoris, Morning") and seal in out


# --- whether something was changed


def change(data: Path) -> None:
    """Whoever knows SQL makes 100 % of 43."""
    with closing(sqlite3.connect(data / FILE)) as sql, sql:
        sql.execute(
            "UPDATE rows SET body = CAST(replace(body, 'skipped', 'right') AS BLOB)"
            " WHERE attempt_id = 'aa-1'"
        )


def test_a_result_that_was_changed_shows(data: Path, tmp_path: Path, capsys: Captured) -> None:
    assert results(data, "--verify") == 0
    assert capsys.readouterr().out == "All results are as they were sealed.\n"
    change(data)
    assert results(data, "--verify") == 1
    assert capsys.readouterr().out.startswith("row 1, aa-1: It was changed. (Anna, Points")
    assert results(data, "--certificate", "aa-1") == 0
    assert "This result was changed" in capsys.readouterr().out
    assert results(data, "--csv", tmp_path / "x.csv") == 0
    assert "1 result was changed after it was sealed" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_that_was_changed_shows(
    kind: str, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / f"class.{kind}"
    assert results(data, f"--{kind}", path) == 0
    assert results(data, "--verify", path) == 0
    assert capsys.readouterr().out.endswith("4 results are as they were written.\n")
    text = path.read_bytes().decode()
    path.write_bytes(text.replace("Boris", "Anna").encode())
    assert results(data, "--verify", path) == 1
    assert "bb-1: It was changed" in capsys.readouterr().out


def test_a_file_of_others_cannot_be_verified(data: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert results(data, "--verify", path) == 2
    assert "other.csv, line 1: expected the columns" in capsys.readouterr().err


def test_a_register_of_another_program_is_left_alone(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"not a database at all" * 100)
    assert results(tmp_path) == 2
    assert "lessons.db cannot be opened" in capsys.readouterr().err
    assert path.read_bytes() == b"not a database at all" * 100
