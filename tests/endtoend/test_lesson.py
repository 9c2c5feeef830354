"""`cashier lesson` in a real terminal: learned, broken off, listed."""

import signal
import subprocess
import sys
from pathlib import Path

from terminal import Terminal

from cashier import fixtures
from cashier.lessons.register import Register
from cashier.lessons.scoring import Verdict, verdict

FIRST = fixtures.path("lessons/en/01-card-before-total.yaml")


def cashier(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "cashier.cli", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


def lesson(data: Path, *arguments: str | Path) -> Terminal:
    words = ["lesson", *map(str, arguments), "--data", str(data), "--lang", "en"]
    return Terminal(data, *words, shift=False)


def test_a_lesson_from_the_list_to_the_certificate(tmp_path: Path) -> None:
    with lesson(tmp_path, FIRST.parent, "--trainee", "Trainee") as till:
        till.see("Rush hour", "Which lesson?").type("1\r").see("1/7", "still water")
        till.type("11101\r2*11105\r").see("2/7").type("2900000000025\r").see("3/7")
        till.type("\r").see("4/7").type("<f9>500\r").see("5/7")
        till.type("11110\r\r").see("6/7").type("2900000000056\r").see("7/7")
        till.type("<f10>").see("The lesson is over: 100 %, passed.")
        till.type("q").see("Which lesson? [2; q: leave]", "✓ 100 %").type("q\r")
        assert till.ends() == 0
    told = cashier("results", "--data", tmp_path, "--lang", "en", "--trainee", "Trainee")
    assert "100 %" in told.stdout


def test_the_certificate_of_an_exam_is_printed(tmp_path: Path) -> None:
    with lesson(tmp_path, FIRST, "--exam", "--trainee", "Trainee") as till:
        for task in range(1, 8):
            till.see(f"{task}/7").type("<ctrl-z>").see("3: skip").type("3")
        till.see("The lesson is over: 0 %, not passed.").type("q")
        assert till.ends() == 0
    (slip,) = (tmp_path / "slips").glob("L-*.txt")
    assert "RESULT OF A LESSON" in slip.read_text(encoding="utf-8")
    seal = slip.stem.removeprefix("L-")
    again = cashier("results", "--certificate", seal, "--print", "--data", tmp_path, "--lang", "en")
    assert again.returncode == 0
    copies = [path.name for path in (tmp_path / "slips").iterdir()]
    assert sorted(copies) == [f"{slip.stem}.copy.txt", slip.name]
    slip.unlink()
    (tmp_path / "slips" / f"{slip.stem}.copy.txt").unlink()
    (tmp_path / "slips").rmdir()
    (tmp_path / "slips").write_text("no folder")
    told = cashier("results", "--certificate", seal, "--print", "--data", tmp_path, "--lang", "en")
    assert (told.returncode, "The slip was not printed" in told.stderr) == (2, True)


def test_an_exam_that_is_killed_is_broken_off(tmp_path: Path) -> None:
    with lesson(tmp_path, FIRST, "--exam", "--trainee", "Trainee") as till:
        till.see("1/7").type("11101\r2*11105\r").see("2/7")
        till.process.kill(signal.SIGKILL)
        till.ends()
    register = Register.open(tmp_path)
    (kept,) = register.of("Trainee")
    register.close()
    assert verdict(kept.attempt) is Verdict.BROKEN_OFF
    assert kept.sound
    assert [task.done for task in kept.attempt.tasks][:2] == ["right", "open"]


def test_the_same_exam_for_everyone_with_one_seed(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "other"):
        with lesson(
            tmp_path / name, "--exam", "--trainee", name, "--tasks", "3", "--seed", "5"
        ) as till:
            till.see("1/", "Ctrl+Z")
            seen.append(till.text.split("▸", 1)[1].split("1/", 1)[0])
            till.process.kill(signal.SIGKILL)
            till.ends()
    assert seen[0] == seen[1]


def test_what_is_wrong_is_told_before_the_screen_is_taken(tmp_path: Path) -> None:
    common = ("--data", tmp_path, "--lang", "en")
    listed = cashier("lesson", "--list", *common)
    assert listed.returncode == 0
    assert len(listed.stdout.splitlines()) >= 14
    empty = tmp_path / "empty"
    empty.mkdir()
    told = cashier("lesson", empty, *common)
    assert (told.returncode, "there are no lessons" in told.stderr) == (2, True)
    told = cashier("lesson", tmp_path / "nosuch.yaml", *common)
    assert (told.returncode, "there is no such file" in told.stderr) == (2, True)
    bare = tmp_path / "bare.yaml"
    bare.write_text("scenario: No task\nsteps:\n  - scan: '1'\n")
    told = cashier("lesson", bare, *common)
    assert (told.returncode, "bare.yaml, line 2, field steps" in told.stderr) == (2, True)
    told = cashier("lesson", FIRST, *common)
    assert (told.returncode, "needs a terminal" in told.stderr) == (2, True)
