"""The slip of a result, on all papers, in both languages, with hostile texts on it."""

from contextlib import closing
from dataclasses import replace

import pytest
from lessons.taken import AT, OPEN, RIGHT, SLIPPED, taken

from cashier import i18n
from cashier.lessons.attempt import Attempt, Mode
from cashier.lessons.certificate import certificate
from cashier.lessons.kept import Kept
from cashier.lessons.register import Register
from cashier.printing.cells import width
from cashier.printing.text import lines
from cashier.slip import Cut, Qr, Row, Text


def kept(attempt: Attempt) -> Kept:
    with closing(Register.open(None)) as register:
        return register.save(attempt)


def printed(attempt: Attempt, columns: int = 42, *, notes: tuple[str, ...] = ()) -> str:
    slip = certificate(kept(attempt), columns, notes=notes, shop="The shop")
    return "\n".join(lines(slip, columns))


def rows(attempt: Attempt) -> dict[str, str]:
    found = certificate(kept(attempt)).elements
    return {one.left: one.right for one in found if isinstance(one, Row)}


def test_who_passed_gets_a_certificate_with_everything_on_it() -> None:
    text = printed(taken(tasks=(RIGHT, replace(RIGHT, number=2))), notes=("Was polite",))
    words = ("The shop", "CERTIFICATE", "Anna", "Morning", "Points", "exam", "2026-03-03 10:01",
             "PASSED", "100 %", "2 / 2", "1:00 of 5:00", "- Was polite")  # fmt: skip
    for word in words:
        assert word in text
    assert "NOT PASSED" not in text


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (taken(), "NOT PASSED"),
        (taken(finished=None, tasks=(RIGHT,)), "BROKEN OFF"),
        (taken(mode=Mode.TRY, tasks=(RIGHT,)), "PRACTISED"),
        (taken(mode=Mode.SHOW, tasks=(RIGHT,)), "SHOWN"),
    ],
)
def test_nobody_else_gets_one(attempt: Attempt, words: str) -> None:
    text = printed(attempt)
    assert "CERTIFICATE" not in text
    assert "RESULT OF A LESSON" in text and words in text


def test_every_task_has_its_points() -> None:
    found = rows(taken(tasks=(RIGHT, SLIPPED, OPEN)))
    assert found["1. Ask for the card."] == "100"
    assert found["2. The buyer pays part with points."] == "73"
    assert found["4. Take the goods back."] == "not done"


def test_what_was_wrong_is_said() -> None:
    text = printed(taken(minutes=1))
    for words in ("2 tasks not done", "1 mistake in money", "1 wrong key", "1 hint", "0:40 beyond"):
        assert words in text


def test_the_seal_stands_on_it_to_be_read_and_scanned() -> None:
    one = kept(taken())
    slip = certificate(one)
    (code,) = (element for element in slip.elements if isinstance(element, Qr))
    assert code.value.replace("-", "").lower() == one.seal[:16]
    assert Row("Seal", code.value) in slip.elements
    assert isinstance(slip.elements[-1], Cut)


def test_that_it_was_changed_later_stands_on_it() -> None:
    warning = Text("This result was changed after it was sealed.", bold=True)
    one = kept(taken())
    assert warning not in certificate(one).elements
    assert warning in certificate(replace(one, sound=False)).elements


def test_a_reprint_is_called_a_copy() -> None:
    assert "COPY" not in printed(taken())
    again = certificate(kept(taken()), copy=True)
    assert again.copy and Text("COPY", centered=True, bold=True) in again.elements


HOSTILE = "\x1b[2J\u202eevil\n\r\t[red]界" + "x" * 90


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_is_wider_than_the_paper(columns: int, language: str) -> None:
    i18n.set_language(language)
    task = replace(SLIPPED, text=HOSTILE * 20)
    attempt = taken(trainee=HOSTILE[:100], group=HOSTILE[:100], title=HOSTILE, tasks=(RIGHT, task))
    found = printed(attempt, columns, notes=(HOSTILE, "", " \n"))
    assert max(map(width, found.splitlines())) <= columns
    assert "\x1b" not in found and "\u202e" not in found
    assert f"{AT:%H}:01" in found
