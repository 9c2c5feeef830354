"""``cashier run``: which scenarios it takes, what it says of them, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cashier import fixtures
from cashier.checks import CHECKS
from cashier.cli import main
from cashier.cli.choosing import Words
from cashier.errors import BadInput

GOOD = """
scenario: A loaf
language: en
tags: [short, bread]
steps:
  - scan: "4600000000015"
    expect: {total: 49.90}
  - calculate
  - tender: cash
    expect: {state: finished}
"""
BAD = """
scenario: A dear loaf
language: en
tags: [short]
given: {customers: [{card: "2900000090018", phone: "+79001234567", name: Olga Sample, points: 5}]}
steps:
  - say: The buyer shows a card.
    identify: {card: "2900000090018"}
  - scan: "4600000000015"
  - calculate
  - expect: {total: 50.00, lines: 1}
  - pay_points: 4000
  - tender: cash
"""
CARD = """
shop = "01"
till = "01"
name = "A shop"
cashier = "Ann"
language = "en"
currency = "RUB"
goods = "{goods}"
[loyalty]
system = "rarus"
[loyalty.options]
url = "http://127.0.0.1:{port}"
login = "till"
password = "secret"
"""
TWO = """
scenario: Rows
language: en
examples: [{name: rye, code: "4600000000022"}, {name: wheat, code: "4600000000015"}]
steps:
  - scan: ${code}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "deep" / "bad.yml").write_text(BAD)
    (tmp_path / "deep" / "rows.yaml").write_text(TWO)
    (tmp_path / "piece.yaml").write_text("steps:\n  - scan: '1'\n")
    (tmp_path / "other.yaml").write_text("a: [1\n")
    return tmp_path


def run(*arguments: object) -> int:
    return main(["run", "--lang", "en", *map(str, arguments)])


def program(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "cashier.cli", "run", "--lang", "en", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder / "good.yaml") == 0
    out, err = capsys.readouterr()
    assert "✓  A loaf    passed       3" in out
    assert out.splitlines()[-1].startswith("passed: 1; ")
    assert err.startswith("✓ 1/1 A loaf")
    assert "\x1b" not in out + err


def test_a_folder_is_its_scenarios(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--list") == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in listed] == [
        "A dear loaf #short",
        "Rows [rye]",
        "Rows [wheat]",
        "A loaf #short #bread",
    ]


@pytest.mark.parametrize(
    ("more", "left"),
    [
        (["--tag", "bread"], ["A loaf"]),
        (["--tag", "bread", "--tag", "short"], ["A dear loaf", "A loaf"]),
        (["--tag", "short", "--tag", "!bread"], ["A dear loaf"]),
        (["--tag", "!short"], ["Rows [rye]", "Rows [wheat]"]),
        (["-k", "dear or wheat"], ["A dear loaf", "Rows [wheat]"]),
        (["-k", "not (loaf or RYE)"], ["Rows [wheat]"]),
        (["-k", "deep and not rows"], ["A dear loaf"]),
        (["-k", "'a loaf'"], ["A loaf"]),
    ],
)
def test_some_are_chosen(
    folder: Path, more: list[str], left: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--list", *more) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2].partition(" #")[0] for line in listed] == left


@pytest.mark.parametrize("text", ["and", "a and", "(a", "a)", "not", "a b", "(" * 9999])
def test_words_that_make_no_sense(text: str) -> None:
    with pytest.raises(BadInput, match="-k: expected words"):
        Words(text)


def test_a_failure_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 1
    out = capsys.readouterr().out
    assert "×  A dear loaf   failed     5/6" in out
    place = f"{folder / 'deep' / 'bad.yml'}:11 expect: {{total: 50.00, lines: 1}}"
    explained = out[out.index(place) :]
    assert explained.splitlines()[2].split() == ["total", "50.00", "47.00"]
    assert "Receipt (sale, calculated) card *********0018" in explained
    assert "1 Polevoy wheat bread, 400 g 1 × 49.90 47.00" in " ".join(explained.split())
    assert "calculate, " in explained
    assert ": answered" in explained
    assert "× refused (limit_exceeded)" in explained
    assert "Olga" not in out
    assert "2900000090018" not in out
    assert out.splitlines()[-1].startswith("passed: 3, failed: 1; ")


def test_unmasked_shows_who_it_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder / "deep" / "bad.yml", "--unmasked") == 1
    assert "card 2900000090018" in capsys.readouterr().out


def test_the_same_in_several_processes(folder: Path) -> None:
    once, often = folder / "once.json", folder / "often.json"
    assert program(folder, "--json", once).returncode == 1
    done = program(folder, "--json", often, "--jobs", 2)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("/4 ") == 4

    def results(path: Path) -> list[object]:
        text = json.loads(path.read_text())["scenarios"]
        for one in text:
            said = [*one["opening"], *(x for step in one["steps"] for x in step["exchanges"])]
            for part in (one, *one["steps"], *said):
                del part["milliseconds"]
        return list(text)

    assert results(once) == results(often)


def test_it_does_not_need_textual_nor_what_reports_are_made_with(folder: Path) -> None:
    code = (
        "import sys; from cashier.cli import main\n"
        f"code = main(['run', {str(folder / 'good.yaml')!r}])\n"
        "heavy = {'textual', 'rich', 'jinja2', 'junitparser', 'httpx'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def stuck(folder: Path, jobs: str = "2") -> Iterator[tuple["subprocess.Popen[str]", socket.socket]]:
    """A run whose first scenario is over; the second speaks to a system that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        (folder / "shop.toml").write_text(
            CARD.format(goods=fixtures.path("goods.csv"), port=listening.getsockname()[1])
        )
        path = folder / "stuck.yaml"
        path.write_text(
            GOOD.replace("A loaf", "Stuck").replace("steps:", "shop: shop.toml\nsteps:")
        )
        command = [sys.executable, "-m", "cashier.cli", "run", "--lang", "en", "--jobs", jobs]
        process = subprocess.Popen(
            [*command, str(folder / "good.yaml"), str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert "A loaf" in process.stderr.readline()
        yield process, listening


def test_a_process_that_is_killed_costs_its_scenario_and_not_the_run(folder: Path) -> None:
    with stuck(folder) as (process, listening):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("who the children are is only told on Linux")
        connection, _address = listening.accept()
        for child in children.read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        connection.close()
    assert process.returncode == 1, err
    assert "✓  A loaf    passed" in out
    assert "The process that ran it was ended from outside." in out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted_it_tells_what_was_run(folder: Path, jobs: str) -> None:
    with stuck(folder, jobs) as (process, listening):
        connection, _address = listening.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        connection.close()
    assert process.returncode == 1, err
    assert "✓  A loaf    passed" in out
    assert "…  Stuck     not run" in out
    assert "passed: 1, not run: 1, interrupted; " in out
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Which scenarios?"),
        (("nosuch.yaml",), "nosuch.yaml: there is no such file"),
        (("{here}/deep/empty",), "there is no scenario in this folder"),
        (("{here}", "-k", "nothing"), "None of the scenarios fits"),
        (("{here}", "-k", "and"), "-k: expected words"),
        (("{here}", "--off", "nonsense"), "--off nonsense: expected one of lines-are-numbered"),
        (("{here}", "--jobs", "0"), "--jobs: expected a number from 1"),
        (("{here}", "--html", "{here}/no/x.html"), "x.html: cannot be written"),
        (("{here}", "--junit", "{here}"), "cannot be written"),
        (("{here}", "--shop", "nosuch.toml"), "nosuch.toml: there is no such file"),
        (("{here}/piece.yaml",), "piece.yaml, line 1, field scenario: this field is required"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_runs(
    folder: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "deep" / "empty").mkdir()
    assert run(*(one.format(here=folder) for one in arguments)) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""


def test_all_that_is_wrong_is_told_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "one.yaml").write_text("scenario: x\nsteps:\n  - scann: 1\n")
    (folder / "two.yaml").write_text("scenario: x\nsteps:\n  - expect: {totl: 1}\n")
    assert run(folder) == 2
    out, err = capsys.readouterr()
    assert "one.yaml, line 3, field steps.1.scann: there is no step scann" in err
    assert "two.yaml, line 3, field steps.1.expect.totl: there is no such fact" in err
    assert out == ""


def test_what_is_told_of_a_hostile_file_moves_no_cursor(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "one.yaml").write_text('scenario: x\nsteps:\n  - "\\e[2Jscan": 1\n')
    assert run(folder / "one.yaml") == 2
    (folder / "one.yaml").write_text('scenario: "\\e[2J\\u202e"\nsteps:\n  - calculate\n')
    assert run(folder / "one.yaml", "--list") == 0
    assert run(folder / "one.yaml") == 1
    out, err = capsys.readouterr()
    assert "␛[2Jscan" in err
    assert not {"\x1b", "\u202e"} & set(out + err)


def test_each_standing_check_can_be_switched_off(folder: Path) -> None:
    every = [word for name in CHECKS for word in ("--off", name)]
    assert run(folder / "good.yaml", *every) == 0


def test_the_plan_of_fixtures_runs() -> None:
    here = Path(__file__).resolve().parents[2] / "fixtures" / "scenarios"
    assert run(here) == 0
