"""``kill -9`` before every single change of the exchange folder, then everybody starts again."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent


def days(script: str, *words: str) -> list[list[str]]:
    """Each: how it ended the first time, and what it came to in the end."""
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    done = subprocess.run(
        [sys.executable, str(TESTS / "files" / script), *words],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line.split() for line in done.stdout.splitlines()]
    assert [code for code, *_rest in found] == ["9"] * (len(found) - 1) + ["0"]
    return found


def test_an_exchange_loses_nothing_and_does_nothing_by_half(tmp_path: Path) -> None:
    found = days("killed.py", str(tmp_path), "shtrihm")
    assert len(found) > 15, "every step of both sides was tried"
    for number, (_code, *rest) in enumerate(found, 1):
        assert rest == ["1", "17"], f"killed before change {number}: taken once, processed once"


def test_a_day_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    found = days("killed_life.py", str(tmp_path))
    assert len(found) > 30, "every step of both sides was tried"
    last = found[-1][1:]
    assert last[0] == last[1], "the next load brought what the accounts have"
    for number, (_code, *rest) in enumerate(found, 1):
        assert rest == last, f"killed before change {number}"
