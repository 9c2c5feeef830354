"""kill -9 at any moment around feedback: nothing is lost, and at most it is said again."""

import json
import os
import subprocess
import sys
from pathlib import Path

from cashier import fixtures

KILLS = 500 if os.environ.get("CASHIER_LONG") else 80
TILL = Path(__file__).with_name("dying_feedback.py")
PATIENCE = 900


def test_every_feedback_reaches_who_wants_it_though_the_till_dies(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(TILL), str(fixtures.path("shop.toml")), str(tmp_path / "data"),
         str(KILLS)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    )  # fmt: skip
    told = json.loads(run.stdout)
    assert sum(told["deaths"].values()) == KILLS
    assert min(told["deaths"].values()) > KILLS // 5, "it died at all kinds of moments"
    assert len(told["sold"]) >= KILLS // 4
    assert told["heard"].keys() == set(told["sold"]), "nothing is lost, nothing is made up"
    wanted = [name for name in told["sold"] if name[0] in "01234"]
    assert min(told["heard"][name] for name in wanted) >= 2, "who wants it again gets it again"
