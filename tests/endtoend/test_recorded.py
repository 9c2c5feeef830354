"""The real program with faults from a file, recording, and playing what was recorded."""

import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Terminal, open_shift

from cashier import fixtures
from cashier.recording import Recording

ANNA = "2900000000018"
LOST = '[[fault]]\nstep = "save_sale"\nkind = "lost_answer"\ntimes = 1\n'


def sell(till: Terminal) -> str:
    till.see_one_of("online", "from a recording")
    till.type(ANNA, "<enter>").see("Anna Sokolova")
    till.type("10801<enter>").see("1 line").type("<enter>").see("Enter: cash")
    till.type("<f10>").see("R0101-000001", "PAID")
    return till.text


def test_a_day_is_recorded_with_a_fault_and_played_without_a_system(tmp_path: Path) -> None:
    faults, tape, data = tmp_path / "faults.toml", tmp_path / "day.jsonl", tmp_path / "data"
    faults.write_text(LOST)
    with Terminal(data, "--faults", str(faults), "--record", str(tape), "--unmasked") as till:
        till.see("Faults 1")
        sell(till)
        assert "charged once" in " ".join(till.text.split())
        till.type("<ctrl-q>")
        assert till.ends() == 0
    methods = [one.method for one in Recording.load(tape).exchanges]
    assert methods.count("save_sale") == 2 and "drill" in methods
    open_shift(data / "replay")
    with Terminal(data, "--replay", str(tape)) as till:
        sell(till)
        till.type("<ctrl-q>")
        assert till.ends() == 0
    assert (data / "replay" / "journal.db").exists()


def test_a_masked_recording_is_played_by_the_program(tmp_path: Path) -> None:
    tape, data = tmp_path / "day.jsonl", tmp_path / "data"
    with Terminal(data, "--record", str(tape)) as till:
        sell(till)
        till.type("<ctrl-q>")
        assert till.ends() == 0
    assert ANNA not in tape.read_text(encoding="utf-8")
    open_shift(data / "replay")
    with Terminal(data, "--replay", str(tape)) as till:
        till.see("from a recording").type(ANNA, "<enter>").see("points")
        till.type("10801<enter>").see("1 line").type("2*10801<enter>").see("2 lines")
        till.type("<enter>").see("This differs from the recording", "recorded 1")
        till.type("<ctrl-q>").see("Close the till?").type("2<enter>")
        assert till.ends() == 0


@pytest.mark.parametrize(
    ("option", "text", "why"),
    [
        ("--faults", '[[fault]]\nkind = "slow"\nstep = "sell"\n', "line 3, field fault.1.step"),
        ("--replay", "import os\n", "is no recording of an exchange"),
    ],
)
def test_a_file_that_is_none_ends_the_program_with_a_sentence(
    tmp_path: Path, option: str, text: str, why: str
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    with Terminal(tmp_path / "data", option, str(file), columns=300) as till:  # paths are long
        till.see(why)
        assert till.ends() == 2


def test_a_live_shop_does_not_start_with_faults(tmp_path: Path) -> None:
    card, faults = tmp_path / "shop.toml", tmp_path / "faults.toml"
    for name in ("goods.csv", "groups.csv"):
        (tmp_path / name).write_bytes(fixtures.path(name).read_bytes())
    card.write_text("live = true\n" + fixtures.path("shop-en.toml").read_text(encoding="utf-8"))
    faults.write_text(LOST)
    arguments = ("--shop", str(card), "--faults", str(faults))
    with Terminal(tmp_path / "data", *arguments) as till:
        till.see("live", "faults")
        assert till.ends() == 2


def test_what_is_asked_for_is_in_the_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cashier.cli", "--help"], capture_output=True, text=True, check=True
    )
    for option in ("--faults", "--record", "--unmasked", "--replay"):
        assert option in done.stdout
