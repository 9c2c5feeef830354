"""Databases that are locked, gone or stopped, and programs that are killed: the till sells on."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from set10.coupon_chain import ONE, PROMO, TWO, Chain, fresh
from set10.postgres import Postgres

from cashier.exchange import Refused, Unavailable


def test_another_writer_holds_the_shops_database(on_files: Chain) -> None:
    with closing(sqlite3.connect(on_files.folder / "shop-01.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"server of shop 01 .* busy"):
            on_files.use(ONE)
        (code,) = on_files.desk().make("sweet", 1, "r1", "", on_files.now)  # printed all the same
        assert on_files.waiting() == [("till-01-01", "shop-01", "made")]
        assert on_files.topology.messages()[0].attempts == 1
        assert "busy" in on_files.topology.messages()[0].why
        other.execute("ROLLBACK")
    on_files.use(ONE)
    on_files.pump()
    assert on_files.check(code, shop="02") == "sweet"
    assert on_files.waiting() == []


def test_another_writer_holds_the_centre(on_files: Chain) -> None:
    with closing(sqlite3.connect(on_files.folder / "centre.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        on_files.use(ONE)
        delivered = on_files.topology.pump(on_files.now)
        assert delivered.count == 0 and "centre" in delivered.troubles[0]
        with pytest.raises(Unavailable, match="later was saved nowhere"):
            on_files.topology.make_series("later", on_files.now)
        other.execute("ROLLBACK")
    assert on_files.pump() == 3


def test_the_database_of_a_shop_is_removed_under_a_running_program(on_files: Chain) -> None:
    on_files.use(TWO)
    on_files.pump()
    away = on_files.folder / "away"
    away.mkdir()
    for path in on_files.folder.glob("shop-01.db*"):
        shutil.move(path, away)
    for trying in (lambda: on_files.check(ONE), lambda: on_files.use(ONE)):
        with pytest.raises(Unavailable, match="server of shop 01 does not answer"):
            trying()
    assert not (on_files.folder / "shop-01.db").exists()  # no empty one stands in its place
    on_files.use(ONE, shop="02", receipt="r2")
    on_files.pump()
    assert ("centre", "shop-01", "used") in on_files.waiting()
    assert "away" in on_files.turns(ONE)
    machine = next(one for one in on_files.topology.machines() if one.id == "shop-01")
    assert machine.trouble
    for path in away.glob("*"):
        shutil.move(path, on_files.folder)
    on_files.pump()
    with pytest.raises(Refused, match="shop 02"):
        on_files.check(ONE)


def test_the_whole_folder_is_gone(on_files: Chain) -> None:
    shutil.rmtree(on_files.folder)
    for trying in (
        lambda: on_files.check(ONE),
        lambda: on_files.use(ONE),
        lambda: on_files.desk().make("sweet", 1, "r1", "", on_files.now),
        lambda: on_files.desk().unuse("r1", on_files.now),
        lambda: on_files.topology.make_series("later", on_files.now),
    ):
        with pytest.raises(Unavailable):
            trying()
    assert on_files.pump() == 0
    assert set(on_files.turns(ONE)) == {"away"}
    assert all(one.trouble for one in on_files.topology.machines())
    assert len(on_files.topology.connections()) == 5


def test_a_file_that_is_no_database_is_a_machine_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "shop-01.db").write_bytes(b"not a database" * 1000)
    chain = Chain(tmp_path)
    with pytest.raises(Unavailable, match="shop 01 does not answer: file is not a database"):
        chain.check(ONE)
    assert chain.check(ONE, shop="02") == "present"
    assert (tmp_path / "shop-01.db").read_bytes().startswith(b"not a database")
    chain.close()


def test_a_till_whose_own_database_is_away_prints_nothing(on_files: Chain) -> None:
    with closing(sqlite3.connect(on_files.folder / "till-01-01.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"till 01 of shop 01 .* busy"):
            on_files.desk().make("sweet", 1, "r1", "", on_files.now)
        other.execute("ROLLBACK")
    assert on_files.check(ONE) == "present"


def test_a_stopped_server_is_a_machine_that_is_away(tmp_path: Path) -> None:
    server = Postgres()
    chain = Chain(tmp_path / "coupons", fresh(server))
    try:
        server.stop()
        for trying in (lambda: chain.check(ONE), lambda: chain.use(ONE)):
            with pytest.raises(Unavailable, match="server of shop 01 does not answer"):
                trying()
        (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
        chain.desk().unuse("r5", chain.now)
        with pytest.raises(Unavailable, match="later was saved nowhere"):
            chain.topology.make_series("later", chain.now)
        assert chain.pump() == 0
        server.start()
        chain.pump()
        chain.use(ONE)
        chain.pump()
        assert chain.waiting() == []
        assert chain.check(code, shop="02") == "sweet"
    finally:
        chain.close()
        server.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from set10.coupon_chain import ONE, PROMO, TWO, Chain
from sqlalchemy import event
from sqlalchemy.engine import Engine

chain = Chain(Path(sys.argv[1]), loyalty=sys.argv[2] == "loyalty")
left = int(sys.argv[3])

def count(*_given):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", count)
event.listen(Engine, "commit", count)
chain.desk().use([ONE, PROMO], "r1", "1", "", chain.now)
(code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
chain.pump()
chain.desk().unuse("r0", chain.now)
chain.use(TWO, receipt="r2")
chain.desk().unuse("r2", chain.now)
chain.pump()
print("done")
"""


def _killed(folder: Path, kind: str, step: int) -> bool:
    """Whether the program was killed at its ``step``-th statement or commit."""
    here = Path(__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), kind, str(step)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{here}:{here.parent}"},
        check=False,
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode != 0


@pytest.mark.parametrize("kind", ["messages", "loyalty"])
@pytest.mark.parametrize(
    "step",
    [
        *(pytest.param(step, marks=pytest.mark.long) for step in range(2, 240, 7)),
        *(5, 18, 31, 57, 94),
    ],
)
def test_killed_between_any_two_steps_nothing_is_lost(tmp_path: Path, kind: str, step: int) -> None:
    _killed(tmp_path, kind, step)
    chain = Chain(tmp_path, loyalty=kind == "loyalty")
    # The till does again what it had not heard the end of.
    chain.desk().use([ONE, PROMO], "r1", "1", "", chain.now)
    codes = chain.desk().make("sweet", 1, "r1", "", chain.now)
    chain.desk().unuse("r2", chain.now)
    chain.pump()
    assert chain.waiting() == []
    for shop in ("01", "02"):
        with pytest.raises(Refused, match="shop 01, till 01, receipt 1"):
            chain.check(ONE, shop=shop)
        assert chain.check(TWO, shop=shop) == "present"
        assert chain.check(codes[0], shop=shop) == "sweet"
    home = "loyalty" if kind == "loyalty" else "centre"
    assert chain.turns(ONE, home).count("used") == 1
    assert chain.topology.conflicts() == ()
    chain.close()
