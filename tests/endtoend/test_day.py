"""A sale with points and its return, typed into the real program, in both languages."""

import re
from pathlib import Path

import pytest
from terminal import Terminal

WORDS = {
    "en": {
        "ready": "Ready for the next customer", "online": "online", "earn": "ill earn",
        "change": "CHANGE", "again": "came back already",
    },
    "ru": {
        "ready": "Касса свободна", "online": "на связи", "earn": "ачисл",
        "change": "СДАЧА", "again": "уже верн",
    },
}  # fmt: skip
WATER, BIG_WATER = "4600000001111", "4600000001128"
"""Goods whose promotions hold at any hour of any day: the program goes by the wall clock here."""


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_sale_with_points_and_its_return(
    tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    words = WORDS[lang]
    with Terminal(tmp_path, columns=size[0], rows=size[1], lang=lang) as till:
        till.see(words["ready"], words["online"])
        till.type(f"{WATER}<enter>")
        till.type(f"3*{BIG_WATER}<enter>", "2900000000018<enter>")
        till.see("54", "299", "470")
        till.type("<enter>").see(words["earn"])
        till.type("<f5>", "50", "<enter>").see("-50")
        till.type("<f9>", "1000", "<enter>")
        number = re.search(r"R0101-\d{6}", till.see(words["change"], "R0101-").text)
        assert number
        till.type(number[0], "<enter>").see("R0101-")
        till.type("<f8>").see("256")
        till.type("<f9>", "<enter>").see("R0101-000002")
        till.type(number[0], "<enter>").see(words["again"])
        till.type("<ctrl-q>")
        assert till.ends() == 0


def test_a_whole_sale_and_its_return_typed_in_one_breath(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see("online").type(
            f"{WATER}<enter>3*{BIG_WATER}<enter>2900000000018<enter><enter>",
            "<f5>50<enter><f9>1000<enter>",
        )
        till.see("CHANGE", "Receipt R0101-000001").type("R0101-000001<enter><f8><f9><enter>")
        till.see("Return R0101-000002", "470.50")
