"""kill -9 between 'sent' and 'noted as sent': every queued sale reaches the system once.

A till dies two hundred times while it delivers, at the embedded system and at a real server over
HTTP; then the sales and the points are counted where the loyalty system has them.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cashier import fixtures

KILLS = 1000 if os.environ.get("CASHIER_LONG") else 200
TILL = Path(__file__).with_name("dying_till.py")
PATIENCE = 600


def shop(folder: Path, name: str, **changes: str) -> Path:
    for file in fixtures.path(name).parent.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    card = folder / name
    text = card.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    card.write_text(text, encoding="utf-8")
    return card


@contextmanager
def rarus(folder: Path) -> Iterator[str]:
    """The real server on a free port; gives its address."""
    command = [sys.executable, "-m", "cashier.cli", "serve", "rarus", "--lang", "en"]
    server = subprocess.Popen(
        [*command, "--port", "0", "--data", str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        yield server.stdout.readline().split()[-1]
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=PATIENCE)


def killed_over_and_over(card: Path, data: Path) -> tuple[dict[str, int], list[int]]:
    """How often the till died when, and what each sale earned by its journal."""
    run = subprocess.run(
        [sys.executable, str(TILL), str(card), str(data), str(KILLS)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE * 3,
        check=True,
    )
    told = json.loads(run.stdout)
    return told["deaths"], told["earned"]


def at_the_system(database: Path) -> tuple[int, int, list[int]]:
    """How many sales there are, how many receipts they are of, and every earning."""
    with sqlite3.connect(database) as db:
        ((sales, receipts),) = db.execute("SELECT count(*), count(DISTINCT number) FROM sales")
        earnings = db.execute("SELECT points FROM movements WHERE why = 'earn'").fetchall()
    db.close()
    return sales, receipts, [points for (points,) in earnings]


@pytest.mark.parametrize("system", ["house", "rarus"])
def test_a_sale_is_delivered_once_though_the_till_dies_before_it_notes_it(
    system: str, tmp_path: Path
) -> None:
    data, folder = tmp_path / "data", tmp_path / "shop"
    folder.mkdir()
    if system == "house":
        deaths, earned = killed_over_and_over(shop(folder, "shop.toml"), data)
        there = data / "loyalty.db"
    else:
        with rarus(tmp_path / "server") as address:
            card = shop(folder, "shop-rarus.toml", **{"http://127.0.0.1:8000": address})
            with card.open("a", encoding="utf-8") as file:
                file.write("\n[loyalty.options.network]\nagain = 0\n")
            deaths, earned = killed_over_and_over(card, data)
        (there,) = (tmp_path / "server").rglob("loyalty.db")
    assert sum(deaths.values()) == KILLS
    assert min(deaths.values()) > KILLS // 4, "it died at all kinds of moments"
    sales, receipts, earnings = at_the_system(there)
    assert sales == receipts == len(earned)
    assert min(earned) > 0
    assert sorted(earnings) == sorted(earned), "no point twice, and none lost"
