"""The register of lessons: nothing is lost, and no later edit stays unseen."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lessons.taken import AT, OPEN, RIGHT, SKIPPED, SLIPPED, taken

from cashier.errors import BadInput, ConfigError, StorageError
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.classes import class_table
from cashier.lessons.kept import Kept, best_of
from cashier.lessons.register import FILE, Register
from cashier.lessons.seal import BEGINNING, digest, seal, short


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with closing(Register.open(tmp_path)) as opened:
        yield opened


def edit(folder: Path, statement: str, *values: object) -> None:
    """What somebody with a tool for SQLite does."""
    with closing(sqlite3.connect(folder / FILE)) as sql, sql:
        assert sql.execute(statement, values).rowcount != 0


def whys(register: Register) -> list[tuple[int, str]]:
    return [(one.row, one.why) for one in register.verify()]


# --- keeping


def test_what_is_kept_is_read_back_as_it_was(register: Register) -> None:
    attempt = taken(seed=-7, language="ru", tasks=(RIGHT, SLIPPED, SKIPPED, OPEN))
    kept = register.save(attempt)
    assert register.all() == [kept] == [Kept(attempt, kept.seal, sound=True)]
    assert register.all()[0].attempt.started.utcoffset() == timedelta(hours=3)


def test_an_attempt_under_way_is_kept_task_by_task_in_one_place(
    register: Register, tmp_path: Path
) -> None:
    begun = taken(finished=None, tasks=(OPEN,))
    register.save(begun)
    register.save(replace(begun, tasks=(RIGHT,)))
    kept = register.save(replace(begun, tasks=(RIGHT,), finished=AT + timedelta(minutes=1)))
    assert register.all() == [kept]
    assert register.verify() == []
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        counts = sql.execute("SELECT count(*), count(body) FROM rows").fetchone()
    assert counts == (3, 1)  # what is outdated takes no room


def test_saying_the_same_again_adds_nothing(register: Register, tmp_path: Path) -> None:
    first = register.save(taken())
    assert register.save(taken()) == first
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        assert sql.execute("SELECT count(*) FROM rows").fetchone() == (1,)


def test_a_finished_lesson_stays_as_it_is(register: Register) -> None:
    kept = register.save(taken())
    with pytest.raises(BadInput, match="stays as it is"):
        register.save(taken(trainee="Boris"))
    assert register.all() == [kept]


def test_who_is_killed_in_an_exam_leaves_what_was_done(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from lessons.taken import *;"
        "from cashier.lessons.register import Register;"
        "register = Register.open(Path(sys.argv[1]));"
        "register.save(taken(finished=None, tasks=(RIGHT, OPEN)));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    tests = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=tests, check=False)
    assert done.returncode == -signal.SIGKILL
    with closing(Register.open(tmp_path)) as register:
        assert register.put_aside is None
        assert [one.attempt for one in register.all()] == [
            taken(finished=None, tasks=(RIGHT, OPEN))
        ]
        assert register.verify() == []


def test_two_tills_with_one_register_write_one_chain(tmp_path: Path) -> None:
    with (
        closing(Register.open(tmp_path)) as one,
        closing(Register.open(tmp_path)) as other,
    ):
        for seed, (register, name) in enumerate(((one, "a"), (other, "b"), (one, "a"))):
            register.save(taken(name, finished=None, seed=seed))
        assert one.verify() == other.verify() == []
        assert {kept.attempt.attempt_id for kept in one.all()} == {"a", "b"}


@pytest.mark.parametrize(
    "changes",
    [
        {"trainee": ""},
        {"trainee": "x" * 101},
        {"trainee": "\ud800"},
        {"attempt_id": "with blanks"},
        {"attempt_id": ""},
        {"minutes": 0},
        {"pass_percent": 101},
        {"language": "\n"},
        {"started": AT.replace(tzinfo=None)},
        {"tasks": (replace(RIGHT, hints=-1),)},
    ],
)
def test_what_could_not_be_read_again_is_not_kept(
    register: Register, changes: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        register.save(replace(taken(), **changes))
    assert register.all() == []


def test_looking_needs_no_register_and_may_be_done_beside_a_lesson(tmp_path: Path) -> None:
    assert Register.read(tmp_path) is None
    with closing(Register.open(tmp_path)) as writing:
        kept = writing.save(taken())
        looking = Register.read(tmp_path)
        assert looking is not None
        with closing(looking):
            assert looking.all() == [kept]
            with pytest.raises(StorageError):
                looking.save(taken("a-2"))


# --- a file that is not right


def test_a_damaged_file_is_put_aside_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database " * 100)
    with closing(Register.open(tmp_path)) as register:
        assert register.put_aside is not None and register.put_aside.exists()
        assert register.put_aside.name in register.trouble
        register.save(taken())
    with closing(Register.open(tmp_path)) as register:
        assert register.trouble == ""
        assert len(register.all()) == 1


def test_a_newer_register_is_refused(tmp_path: Path) -> None:
    Register.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        sql.execute("PRAGMA user_version = 2")
    with pytest.raises(ConfigError, match="newer version"):
        Register.open(tmp_path)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"attempt_id":1}', b"\xff", b"[" * 100_000, "text", 7]
)
def test_rows_that_make_no_sense_are_left_out_and_told(
    tmp_path: Path, register: Register, body: object
) -> None:
    register.save(taken("a"))
    good = register.save(taken("b"))
    edit(tmp_path, "UPDATE rows SET body = ? WHERE attempt_id = 'a'", body)
    assert register.all() == [good]
    assert whys(register) == [(1, "It was changed.")]


# --- edits that were made later


def sealed_rows(register: Register) -> None:
    """Three finished attempts, the second in two rows; rows 1, 2, 3 and 4."""
    register.save(taken("a"))
    register.save(taken("b", finished=None))
    register.save(taken("b"))
    register.save(taken("c"))


def test_nothing_is_told_where_nothing_was_changed(register: Register) -> None:
    assert register.verify() == []
    sealed_rows(register)
    assert register.verify() == []


def test_a_better_result_shows(register: Register, tmp_path: Path) -> None:
    sealed_rows(register)
    edit(
        tmp_path,
        "UPDATE rows SET body = CAST(replace(CAST(body AS TEXT), 'open', 'right') AS BLOB)"
        " WHERE attempt_id = 'b' AND body IS NOT NULL",
    )
    (change,) = register.verify()
    assert (change.row, change.attempt_id) == (3, "b")
    assert change.why.startswith("It was changed. (Anna, Points,")
    assert [one.sound for one in register.all()] == [True, False, True]


@pytest.mark.parametrize("column", ["attempt_id", "digest", "previous", "seal"])
def test_no_column_can_be_changed_alone(register: Register, tmp_path: Path, column: str) -> None:
    sealed_rows(register)
    edit(tmp_path, f"UPDATE rows SET {column} = 'x' WHERE seq = 3")  # noqa: S608
    assert 3 in {change.row for change in register.verify()}


def test_a_row_that_was_sealed_anew_does_not_fit_into_the_chain(
    register: Register, tmp_path: Path
) -> None:
    """Whoever knows the rule has to seal all that follows as well."""
    sealed_rows(register)
    body = b"{}"
    with closing(sqlite3.connect(tmp_path / FILE)) as sql:
        (previous,) = sql.execute("SELECT previous FROM rows WHERE seq = 1").fetchone()
    assert previous == BEGINNING
    edit(
        tmp_path,
        "UPDATE rows SET body = ?, digest = ?, seal = ? WHERE seq = 1",
        body, digest(body), seal(previous, "a", digest(body)),
    )  # fmt: skip
    assert whys(register) == [(2, "Rows before it were removed or inserted.")]


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_row_that_was_removed_shows(register: Register, tmp_path: Path, row: int) -> None:
    sealed_rows(register)
    edit(tmp_path, "DELETE FROM rows WHERE seq = ?", row)
    assert (row + 1, "Rows before it were removed or inserted.") in whys(register)


def test_rows_that_were_removed_from_the_end_show(register: Register, tmp_path: Path) -> None:
    sealed_rows(register)
    edit(tmp_path, "DELETE FROM rows WHERE seq > 2")
    assert (0, "Results were removed from the end, or added there.") in whys(register)


def test_a_result_that_was_taken_out_shows(register: Register, tmp_path: Path) -> None:
    sealed_rows(register)
    edit(tmp_path, "UPDATE rows SET body = NULL WHERE seq = 4")
    assert whys(register) == [(4, "Its result was taken out.")]


def test_rows_in_another_order_show(register: Register, tmp_path: Path) -> None:
    sealed_rows(register)
    for old, new in ((1, 10), (4, 1), (10, 4)):
        edit(tmp_path, "UPDATE rows SET seq = ? WHERE seq = ?", new, old)
    assert register.verify()


def test_work_goes_on_after_an_edit_and_the_edit_still_shows(
    register: Register, tmp_path: Path
) -> None:
    sealed_rows(register)
    edit(tmp_path, "UPDATE rows SET body = NULL WHERE seq = 4")
    register.save(taken("d"))
    assert whys(register) == [(4, "Its result was taken out.")]


def test_the_short_seal_is_its_beginning() -> None:
    assert short("a1b2c3d4e5f60718" + "0" * 48) == "A1B2-C3D4-E5F6-0718"


# --- looking


def later(attempt_id: str, minutes: int, **changes: Any) -> Attempt:
    return taken(attempt_id, started=AT + timedelta(minutes=minutes), **changes)


def test_attempts_are_found_by_trainee_and_lesson_however_the_name_is_written(
    register: Register,
) -> None:
    register.save(later("b", 1, lesson="02"))
    register.save(later("a", 0))
    register.save(later("c", 2, trainee="anna "))
    register.save(later("d", 3, trainee="Boris"))
    assert [one.attempt.attempt_id for one in register.of("ANNA")] == ["a", "b", "c"]
    assert [one.attempt.attempt_id for one in register.of("Anna", "02")] == ["b"]
    last = register.last("Anna", "07-points")
    assert last is not None and last.attempt.attempt_id == "c"
    assert register.last("Nobody", "07-points") is None


def test_the_beginning_of_an_id_finds_it_and_the_whole_of_it_only_one(register: Register) -> None:
    for name in ("abc", "abcd", "x"):
        register.save(taken(name))
    assert {one.attempt.attempt_id for one in register.find("ab")} == {"abc", "abcd"}
    assert [one.attempt.attempt_id for one in register.find("abc")] == ["abc"]
    assert register.find("q") == []


def test_the_best_is_a_finished_exam_then_the_score_then_the_first(register: Register) -> None:
    register.save(later("practice", 0, mode=Mode.TRY, tasks=(RIGHT,)))
    register.save(later("broken-off", 1, tasks=(RIGHT,), finished=None))
    register.save(later("weak", 2))
    register.save(later("good", 3, tasks=(RIGHT, RIGHT, OPEN)))
    register.save(later("as-good", 4, tasks=(RIGHT, RIGHT, OPEN)))
    best = register.best("Anna", "07-points")
    assert best is not None and best.attempt.attempt_id == "good"


def test_what_was_changed_later_never_counts_before_what_was_not() -> None:
    changed = Kept(taken(tasks=(RIGHT,)), "", sound=False)
    honest = Kept(taken("b"), "")
    assert best_of([changed, honest]) == honest
    assert best_of([changed]) == changed
    assert best_of([]) is None


def test_the_table_of_a_class_has_a_cell_for_everybody_and_every_lesson() -> None:
    kept = [
        Kept(one, "")
        for one in (
            later("1", 0, tasks=(RIGHT, OPEN)),
            later("2", 1, tasks=(RIGHT,)),
            later("3", 2, lesson="01-card", title="Card", mode=Mode.TRY, tasks=(RIGHT,)),
            later("4", 3, trainee="Boris", group="Evening"),
            later("5", 4, trainee="ANNA", finished=None),
        )
    ]
    table = class_table(kept)
    assert table.lessons == (("01-card", "Card"), ("07-points", "Points"))
    assert [(row.trainee, row.group, row.passed) for row in table.rows] == [
        ("Boris", "Evening", 0),
        ("ANNA", "Morning", 1),
    ]
    practice, exam = table.rows[1].cells
    assert practice is not None and not practice.passed and practice.percent == 100
    assert exam is not None and exam.passed
    assert (exam.percent, exam.attempts, exam.best.attempt.attempt_id) == (100, 3, "2")
    assert table.rows[0].cells[0] is None
