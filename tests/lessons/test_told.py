"""Results in words: the table of a class, an attempt in full; and no text breaks them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lessons.taken import AT, OPEN, RIGHT, taken

from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.certificate import certificate
from cashier.lessons.classes import class_table
from cashier.lessons.kept import Kept
from cashier.lessons.told import list_lines, report_lines, table_lines
from cashier.printing.cells import width
from cashier.printing.text import lines, render

SEAL = "a1b2c3d4e5f60718" + "0" * 48
ODD = st.text(max_size=120)


def kept(attempt: Attempt, *, sound: bool = True) -> Kept:
    return Kept(attempt, SEAL, sound)


def words(attempt: Attempt, columns: int = 42) -> str:
    return render(certificate(kept(attempt), columns))


# --- the slip


def test_what_was_only_shown_has_no_score() -> None:
    text = words(taken(tasks=(RIGHT,), mode=Mode.SHOW))
    assert "SHOWN" in text and "%" not in text


@given(name=ODD, note=ODD, columns=st.sampled_from([32, 42, 48]))
def test_no_text_breaks_the_slip(name: str, note: str, columns: int) -> None:
    attempt = taken(trainee=name, group=name, title=note)
    rows = lines(certificate(kept(attempt), columns, notes=(note,), shop=name))
    assert max(map(width, rows)) <= columns
    assert not any(letter < " " for row in rows for letter in row)


# --- the table of a class


def some() -> Iterator[Kept]:
    for number in range(1, 23):
        lesson = f"{number:02d}-lesson"
        yield kept(taken(f"a{number}", lesson=lesson, title=f"Lesson {number}", tasks=(RIGHT,)))
    yield kept(
        taken("b1", trainee="Boris", lesson="01-lesson", title="Lesson 1", tasks=(RIGHT, OPEN))
    )
    yield kept(
        taken("b2", trainee="Boris", lesson="01-lesson", title="Lesson 1", tasks=(RIGHT, OPEN))
    )
    yield kept(
        taken(
            "b3",
            trainee="Boris",
            lesson="02-lesson",
            title="Lesson 2",
            mode=Mode.TRY,
            tasks=(RIGHT,),
        )
    )
    yield kept(
        taken("b4", trainee="Boris", lesson="03-lesson", title="Lesson 3", mode=Mode.SHOW, tasks=())
    )
    yield kept(
        taken(
            "b5",
            trainee="Boris",
            lesson="04-lesson",
            title="Lesson 4",
            finished=None,
            tasks=(RIGHT,),
        )
    )
    yield kept(
        taken("b6", trainee="Boris", lesson="05-lesson", title="Lesson 5", tasks=(RIGHT,)),
        sound=False,
    )


def test_a_cell_shows_score_sign_and_how_often() -> None:
    rows = list(table_lines(class_table(some()), 300))
    head, anna, boris = (row.split() for row in rows[:3])
    assert head == ["trainee", "passed", *(f"{n:02d}" for n in range(1, 23))]
    assert anna == ["Anna", "(Morning)", "22/22", *["100✓"] * 22]
    assert boris[:9] == [
        "Boris", "(Morning)", "1/22", "50×2", "100~", "○", "100…", "100✓≠", ".",
    ]  # fmt: skip


@pytest.mark.parametrize("room", [40, 80, 140])
def test_a_wide_table_comes_in_blocks_that_fit(room: int) -> None:
    rows = list(table_lines(class_table(some()), room))
    assert max(map(width, rows)) <= max(room, 50)
    heads = [row.split()[2:] for row in rows if row.startswith("trainee")]
    assert [name for block in heads for name in block] == [f"{n:02d}" for n in range(1, 23)]
    assert all(any(f"{n:02d}  Lesson {n}" in row for row in rows) for n in range(1, 23))


@given(name=ODD, room=st.integers(40, 120))
def test_no_name_breaks_the_table(name: str, room: int) -> None:
    found = [kept(taken(trainee=name, group=name, title=name, lesson=name or "x"))]
    for row in (*table_lines(class_table(found), room), *list_lines(found)):
        assert not any(letter < " " for letter in row)


# --- one after another, and one in full


def test_the_list_of_a_trainee_has_a_row_for_each() -> None:
    found = [
        kept(taken("0123456789abcdef")),
        kept(taken("b", started=AT + timedelta(days=1), mode=Mode.SHOW), sound=False),
    ]
    head, first, second = list_lines(found)
    assert head.split() == ["attempt", "began", "lesson", "kind", "score", "result"]
    assert first.split() == ["01234567", "2026-03-03", "10:00", "07", "exam", "43", "%", "not", "passed"]  # fmt: skip  # noqa: E501
    assert second.endswith("shown, changed later")


def test_the_report_tells_every_task_what_was_wrong_in_it_and_why() -> None:
    text = "\n".join(report_lines(kept(taken()), ("Calm.",), 80))
    for row in (
        "Points: exam",
        "Anna, Morning, 2026-03-03 10:00",
        "not passed: 43 % (to pass 80 %), 1:40;",
        "✓ 1. Ask for the card.",
        "✓ 2. The buyer pays part with points.",
        "   73 points, 1:05, 1 hint, 1 wrong key",
        "   × pay_points: 50: He wanted 100. (money, undone)",
        "- 3. Give the receipt.",
        "… 4. Take the goods back.",
        "Calm.",
        "Seal: A1B2-C3D4-E5F6-0718",
    ):
        assert row in text


@given(odd=ODD, room=st.integers(40, 120))
def test_no_text_breaks_the_report(odd: str, room: int) -> None:
    for row in report_lines(kept(taken(trainee=odd, group=odd, title=odd)), (odd,), room):
        assert width(row) <= room
        assert not any(letter < " " for letter in row)
