"""Random keys, codes and garbage into the real program: it goes on, and the data stay sound."""

import os
import random
from pathlib import Path

import pytest
from terminal import Terminal

from cashier.checks import check_receipt
from cashier.journal import Journal

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


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_typed_the_till_goes_on(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    columns, rows = dice.choice(SIZES[:3])
    lang = dice.choice(["en", "ru"])
    with Terminal(tmp_path, columns=columns, rows=rows, lang=lang) as till:
        till.see("▸")
        for _key in range(300):
            till.type(dice.choice(TYPED))
            till.go_on(dice.random() / 20)
            if dice.random() < 0.02:
                till.resize(*dice.choice(SIZES))
            assert till.process.isalive(), till.text
        till.resize(140, 45)
        till.see_one_of("F12", "╭", "▔")  # the keys, a dialog, the palette
        till.kill()
    journal = Journal.open(tmp_path / "journal.db")
    assert journal.put_aside is None
    assert journal.complaints == []
    assert [broken for sold in journal.recent(1000) for broken in check_receipt(sold)] == []
    journal.close()
