"""``kill -9`` of till and server at every step of a sale and its return, then both begin again."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent


def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    (tmp_path / "new").mkdir()
    done = subprocess.run(
        [sys.executable, str(TESTS / "dinect" / "killed.py"), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line.split() for line in done.stdout.splitlines()]
    assert [code for code, *_rest in found] == ["9"] * (len(found) - 1) + ["0"]
    assert len(found) > 10, "every step was tried"
    given_back, taken_back, available, sales = found[-1][1:]
    assert (given_back, available, sales) == ("1000", "124000", "0")
    assert int(taken_back) > 0
    for number, (_code, *rest) in enumerate(found, 1):
        assert rest == found[-1][1:], f"killed before step {number}"
