"""The wheel carries the demo shop, and the program finds it there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_an_installed_wheel_finds_its_demo_shop(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (
        "from cashier import fixtures, i18n, cli\n"
        "print(fixtures.path('shop.toml'))\n"
        "i18n.set_language('ru'); print(i18n._('not found'))\n"
        "cli.main(['journal', '--data', 'data', '--lang', 'en'])\n"
        "from cashier.report.page import page; from cashier.report.shown import Run\n"
        "print(page(Run(()), '1')[:15])\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    card, word, listed, page = done.stdout.splitlines()
    assert Path(card).is_file()
    assert Path(card).is_relative_to(tmp_path / "site")
    assert word != "not found"
    assert listed == "Nothing was sold yet."
    assert page == "<!DOCTYPE html>"
