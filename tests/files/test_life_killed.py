"""``kill -9`` before every single change of the exchange folder, then the day begins again."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent


def test_nothing_is_lost_and_nothing_counts_twice(tmp_path: Path) -> None:
    script = str(TESTS / "files" / "killed_life.py")
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    done = subprocess.run(
        [sys.executable, script, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    days = [line.split() for line in done.stdout.splitlines()]
    assert [code for code, *_rest in days] == ["9"] * (len(days) - 1) + ["0"]
    assert len(days) > 30, "every step of both sides was tried"
    last = days[-1][1:]
    assert last[0] == last[1], "the next load brought what the accounts have"
    for number, (_code, *rest) in enumerate(days, 1):
        assert rest == last, f"killed before change {number}"
