"""Two real programs: the trainee's till, and his instructor's terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal import Terminal
from watching import short_folder

WATER = "4600000001111<enter>"
"""Its price is the same at any hour: the program goes by the wall clock here."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


def watch(folder: Path) -> Terminal:
    place = ("--data", str(folder), "--lang", "en")
    return Terminal(folder, "watch", *place, "--name", "Olga", columns=140, rows=45)


def test_the_instructor_sees_the_till_through_a_switch_to_training_and_to_its_end(
    folder: Path,
) -> None:
    with Terminal(folder, "--seat") as till:
        till.see("online").type(WATER).see("54.90")
        with watch(folder) as olga:
            olga.see("Sparkling", "selling", "TOTAL 54.90")
            till.see("watched")
            olga.type("2").see("The next card is declined").type("<enter>").see("declines, once")
            till.type("<enter>").see("54.00").type("<f10>").see("declined the card").type("<f10>")
            till.see("R0101-000001")
            olga.see("finished")
            olga.type("well done<enter>").see("✎ well done")
            till.type("<enter>")
            till.type("<alt-y>").see("PIN").type("4321<enter>").see("TRAINING")
            olga.see("TRAINING", "training")
            till.type("<ctrl-q>")
            assert till.ends() == 0
            olga.see("The till is closed.")
            assert olga.ends() == 0
    with watch(folder) as olga:
        olga.see("No till lets an instructor in")
        assert olga.ends() == 2


def test_a_killed_till_is_told_and_the_next_one_takes_its_place(folder: Path) -> None:
    deep = folder / ("deep" * 30)
    with Terminal(deep, "--seat") as till:
        till.see("online").type(WATER).see("54.90")
        with watch(deep) as olga:
            olga.see("Sparkling")
            till.kill()
            olga.see("ended without a word")
            assert olga.ends() == 2
    with watch(deep) as olga:
        olga.see("not running any more")
        assert olga.ends() == 2
    with Terminal(deep, "--seat") as till:
        till.see("Go on with")
        with watch(deep) as olga:
            olga.see("go on with the open receipt?").type("<esc>")
            assert olga.ends() == 0


def test_a_folder_that_cannot_be_used_costs_only_the_instructor(folder: Path) -> None:
    (folder / "seat").mkdir()
    (folder / "seat").chmod(0o755)
    with Terminal(folder, "--seat") as till:
        till.see("chmod 700").type(WATER).see("54.90")
