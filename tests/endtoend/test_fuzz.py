"""Random keys, codes and garbage into the real program: it goes on, and the data stay sound."""

import os
import random
from pathlib import Path
from string import ascii_lowercase

import pytest
from terminal import Terminal

from cashier.checks import check_receipt
from cashier.daybook import Daybook
from cashier.journal import Journal
from cashier.reports import report_of

SEEDS = range(30 if os.environ.get("CASHIER_LONG") else 2)
SIZES = [(80, 24), (140, 45), (60, 18), (40, 10)]
TYPED = [
    *(f"<f{number}>" for number in range(1, 13)),
    "<enter>", "<enter>", "<enter>", "<esc>", "<esc>", "<up>", "<down>", "<tab>", "<backspace>",
    "4600000000015<enter>", "3*4600000000022<enter>", "0,450*10601<enter>", "*3<enter>",
    "2900000000018<enter>", "+79001234502<enter>", "+79001239998<enter>", "2909000000011<enter>",
    "SPRING10<enter>", "9920000000019<enter>", "R0101-000001<enter>", "0000<enter>",
    "1", "2", "3", "a", "+", "-", "50<enter>", "1000<enter>", "-5<enter>", "9" * 16 + "<enter>",
    "молоко", "[/b]", "[b", "😀" * 10, "x" * 250,
    "\x1b[200~garbage\n[/x]\n4600000000015\n\x1b[201~",
    "\x02", "\x04", "\x05", "\x07", "\x0c", "\x10", "\x12", "\x15", "\x18", "\x1b1", "\x1b9",
]  # fmt: skip
DAY = [
    *(f"<alt-{letter}>" for letter in ascii_lowercase),
    "4321<enter>", "1111<enter>", "<alt-o>100 bank<enter>", "<alt-i>100<enter>", "<alt-n>5<enter>",
    "<alt-z>2<enter>", "<enter>500<enter>", "<alt-d>50%<enter>", "<f4>", "<f7>", "<f9>6<enter>",
    "11301<enter>", "GIFT-500<enter>", "9800000000017<enter>", "<alt-c>9800000000017<enter>",
    "<f8>4600000000282<enter>", "<alt-r>4321<enter>", "<alt-y>4321<enter>", "<alt-q>4321<enter>",
    "c", "y", "4", "5", "\x1b\x1b", "<esc>x",
]  # fmt: skip
"""What leads into the menus, pages and dialogs of the day: shift, supervisor, training, office."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_typed_the_till_goes_on(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    columns, rows = dice.choice(SIZES[:3])
    lang = dice.choice(["en", "ru"])
    with Terminal(tmp_path, columns=columns, rows=rows, lang=lang) as till:
        till.see("▸")
        for _key in range(300):
            till.type(dice.choice(dice.choice([TYPED, DAY])))
            till.go_on(dice.random() / 20)
            if dice.random() < 0.02:
                till.resize(*dice.choice(SIZES))
            assert till.process.isalive(), till.text
        till.resize(140, 45)
        till.see_one_of("F12", "╭", "▔")  # the keys, a dialog, the palette
        till.kill()
    for folder in (tmp_path, tmp_path / "training"):
        if (folder / "journal.db").exists():
            the_books_are_sound(folder)


def the_books_are_sound(folder: Path) -> None:
    journal = Journal.open(folder / "journal.db")
    daybook, sold = Daybook(journal), journal.recent(1000)
    assert [broken for receipt in sold for broken in check_receipt(receipt)] == []
    assert len(journal.held()) == journal.held_count
    gifts = {line.certificate for receipt in sold for line in receipt.lines} - {""}
    assert all((daybook.certificate(number) or 0) >= 0 for number in gifts)
    shifts = daybook.shifts(1000)
    assert [shift for shift in shifts if shift.closed_at is None] == [daybook.shift] * bool(
        daybook.shift
    )
    for shift in shifts:
        report_of(shift, daybook.receipts(shift.number), daybook.drawer(shift.number))
    assert (journal.put_aside, journal.complaints) == (None, [])
    journal.close()
