"""As the page has it: the server in one window, the check of the ready shop in another."""

import subprocess
import sys
from pathlib import Path

from cashier import fixtures


def test_the_ready_cards_fit_the_served_system(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "cashier.cli"]
    server = subprocess.Popen(
        [*program, "serve", "dinect", "--port", "0", "--lang", "en", "--data", str(tmp_path / "d")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        ready = fixtures.path("shop-dinect.toml")
        card = ready.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", url)
        assert url in card
        card = card.replace('"goods.csv"', f'"{ready.with_name("goods.csv")}"')
        (tmp_path / "shop.toml").write_text(card, encoding="utf-8")
        done = subprocess.run(
            [*program, "check", "--lang", "en", "--cards", "dinect",
             "--shop", str(tmp_path / "shop.toml"), "--data", str(tmp_path / "till")],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        last = done.stdout.splitlines()[-1]
        assert "full, 9 skipped (basic 6/8, middle 8/9, full 6/12)" in last, done.stdout
        assert done.returncode == 0
    finally:
        server.terminate()
        server.communicate(timeout=60)
