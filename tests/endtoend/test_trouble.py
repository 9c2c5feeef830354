"""What goes wrong around the program: a clear sentence, and nothing is lost."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from terminal import Terminal

BREAD = "4600000000015<enter>"


def test_a_second_till_on_the_same_folder_is_told_who_holds_it(tmp_path: Path) -> None:
    with Terminal(tmp_path) as first:
        first.see("online")
        with Terminal(tmp_path) as second:
            second.see("Another till works", f"process {first.process.pid}")
            assert second.ends() == 2
        first.type(BREAD).see("49.90")


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (None, "there is no such file"),
        ("", "the file is empty"),
        ("name = ", "not TOML"),
        ('name = "x"\ntil = "01"\n', "line 2, field til: unknown field"),
        ('name = "x"\n[slip]\ncolumns = 40\n', "line 3, field slip.columns"),
        ('name = "x"\n[loyalty]\nsystem = "nobody"\n', "known are: dinect, emulated"),
    ],
)
def test_a_wrong_shop_card_is_told_with_file_line_and_field(
    tmp_path: Path, card: str | None, told: str
) -> None:
    path = tmp_path / "my-shop.toml"
    (tmp_path / "goods.csv").write_text("sku,name,price\n1,Bread,10.00\n")
    if card is not None:
        path.write_text(card)
    with Terminal(tmp_path / "data", "--shop", str(path), columns=200) as till:
        till.see("nobody" if "nobody" in (card or "") else "my-shop.toml", told)
        assert till.ends() == 2


def test_a_wrong_rules_file_is_told_with_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[settings]\nname = "Club"\nwelcom = 5\n')
    (tmp_path / "goods.csv").write_text("sku,name,price\n1,Bread,10.00\n")
    card = tmp_path / "shop.toml"
    card.write_text('name = "x"\n[loyalty]\noptions = { rules = "rules.toml" }\n')
    with Terminal(tmp_path / "data", "--shop", str(card), columns=200) as till:
        till.see("rules.toml, line 3, field settings.welcom")
        assert till.ends() == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Terminal(tmp_path / "file" / "data", columns=200, shift=False) as till:
        till.see("cannot be written", str(tmp_path / "file" / "data"))
        assert till.ends() == 2


def test_a_damaged_journal_is_put_aside_and_the_till_opens(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database" * 500)
    with Terminal(tmp_path, columns=120) as till:
        till.see("damaged", "put aside", "The shift is closed")
        till.type("<enter>", "<enter>").see("Shift ", "is open")
        till.type(BREAD).see("49.90")
    assert list(tmp_path.glob("journal.damaged-*"))


def test_a_terminal_that_is_too_small_says_what_it_needs(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=40, rows=10) as till:
        till.see("60 × 18")
        till.resize(80, 24)
        till.see("Ready for the next customer")


@pytest.mark.parametrize("how", ["hangup", "terminate", "closed"])
def test_a_lost_terminal_ends_the_till_and_keeps_the_receipt(tmp_path: Path, how: str) -> None:
    with Terminal(tmp_path) as till:
        till.see("online")
        till.type(BREAD).see("1 line")
        if how == "closed":
            till.hang_up()
        else:
            till.process.kill(signal.SIGHUP if how == "hangup" else signal.SIGTERM)
        assert till.ended_within(5), "it goes on without a terminal"
    with Terminal(tmp_path) as again:
        again.see("Go on with it", "1 line").type("<enter>").see("49.90")


def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cashier.cli", "--data", str(tmp_path), "--lang", "en"],
        input="", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "The till needs a terminal.\n")


def cashier(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "cashier.cli", *arguments, "--data", str(data)]
    return subprocess.run(
        [*command, "--lang", "en"], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_what_was_sold_can_be_listed_and_the_first_day_comes_back(tmp_path: Path) -> None:
    with Terminal(tmp_path) as till:
        till.see("online").type(BREAD).see("1 line").type("<enter>").see("Enter: cash")
        till.type("<f10>").see("R0101-000001")
        assert "R0101-000001" in cashier(tmp_path, "journal")
        till.type("<ctrl-q>")
        assert till.ends() == 0
    assert "TOTAL" in cashier(tmp_path, "slip", "--columns", "32")
    assert cashier(tmp_path, "outbox") == "Nothing waits.\n"
    cashier(tmp_path, "reset", "--yes")
    assert cashier(tmp_path, "journal") == "Nothing was sold yet.\n"


def test_a_burst_of_scans_loses_none(tmp_path: Path) -> None:
    with Terminal(tmp_path) as till:
        till.see("online").type(BREAD * 100).see("100 lines")


def test_keys_typed_before_the_till_is_ready_are_not_lost(tmp_path: Path) -> None:
    with Terminal(tmp_path) as till:
        started = time.monotonic()
        till.type(BREAD, BREAD).see("2 lines")
        assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("opens", "shown", "keys"),
    [
        ("<alt-k>", "A supervisor must allow it", "1111<enter><enter>"),
        ("<f9>", "Put money in", "2<enter><enter>"),
        ("<f1>", "On the input line", "<enter><enter>"),
    ],
)
def test_enter_pressed_twice_in_a_dialog_ends_nothing(
    tmp_path: Path, opens: str, shown: str, keys: str
) -> None:
    with Terminal(tmp_path) as till:
        till.see("online").type(opens).see(shown).type(keys).go_on(0.2)
        till.type("<esc>").go_on(0.2)
        till.type("<esc>").lose(shown, "Put into the drawer").type(BREAD).see("49.90")
