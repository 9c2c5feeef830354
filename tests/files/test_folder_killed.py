"""``kill -9`` before every single change of the folder, then everybody starts again."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from files.killed import exchange
from files.samples import LOAD

from backends.files.folder import Folder
from backends.files.formats import profile

TESTS = Path(__file__).parent.parent


def run(where: Path, name: str, change: int) -> int:
    """How it ended: 9 is killed."""
    script = str(TESTS / "files" / "killed.py")
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    asked = [sys.executable, script, str(where), name, str(change)]
    return subprocess.run(asked, env=os.environ | {"PYTHONPATH": path}, check=False).returncode


@pytest.mark.parametrize("name", ["shtrihm"])
def test_nothing_is_lost_and_nothing_is_half(name: str, tmp_path: Path) -> None:
    way = profile(name)
    for change in count(1):
        where = tmp_path / str(change) / "exchange"
        where.mkdir(parents=True)
        folder = Folder(where, way)
        ended = run(where, name, change)
        assert ended in (0, 9)
        if folder.load.exists():
            assert way.read_load(folder.load.read_bytes(), "goods.txt") == (LOAD, ())
        exchange(where, folder)
        assert (where.parent / "taken").read_text().count("\n") == 0, "taken once"
        assert (where.parent / "processed").read_text() == "17"
        assert way.read_processed(folder.load.read_bytes(), 2) and not folder.load_flag.exists()
        assert way.read_processed(folder.report.read_bytes(), 1)
        if ended == 0:
            break
    assert change > 15, "every step of both sides was tried"
