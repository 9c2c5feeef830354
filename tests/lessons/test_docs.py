"""What the documents say of results is what the program does."""

import re
from pathlib import Path

import pytest
from lessons.taken import taken

from cashier.lessons.csv_file import COLUMNS
from cashier.lessons.scoring import HINT, KEY, MONEY, SLOWEST, TURN, Verdict, score

DOCS = Path(__file__).parents[2] / "docs"


def text(language: str) -> str:
    name = "results.ru.md" if language == "ru" else "results.md"
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_rule_is_the_one_that_is_applied(language: str) -> None:
    said = text(language).partition("<!-- rule -->")[2]
    table = said.strip().partition("\n\n")[0].splitlines()[2:]
    numbers = [tuple(map(int, re.findall(r"\d+", row))) for row in table]
    assert numbers == [(MONEY, MONEY // 2), (TURN, TURN // 2), (KEY,), (HINT,)]
    assert re.search(rf"[^\d]{SLOWEST}[^\d%]", said.partition("\n\n")[2])
    assert f"= {score(taken())} %" in said


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_column_and_every_verdict_is_explained(language: str) -> None:
    said = text(language)
    for name in (*COLUMNS, *(one.value for one in Verdict)):
        assert f"`{name}`" in said, name
