"""Finishing a sale, beside the bare SQLite commits that it needs."""

import asyncio
import re
import sqlite3
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tills
from harness import Figure, in_turn, note, ratio, scratch, show

from cashier.commands import AddGoods, Calculate, Dismiss, Scan, TakeTender
from cashier.printing.waiting import SlipQueue
from cashier.receipt import TenderKind
from cashier.till import Till

CARD = "2900000000018"
LINES = 10
ROUNDS = 60


@dataclass
class Commit:
    """One transaction that a sale made: into which file, how durable, rows of how many bytes."""

    file: str
    full: bool
    rows: list[int] = field(default_factory=list)


class Watched:
    """Every connection that is opened tells what it does."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self._connect = sqlite3.connect
        sqlite3.connect = self.connect  # type: ignore[assignment]
        self._connections: list[sqlite3.Connection] = []

    def connect(self, *arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*arguments, **named)
        self._connections.append(connection)
        return connection

    def watch(self) -> None:
        for connection in self._connections:
            ((_place, _name, file),) = connection.execute("PRAGMA database_list").fetchall()
            ((level,),) = connection.execute("PRAGMA synchronous").fetchall()
            connection.set_trace_callback(_Trace(file, level >= 2, self.commits))

    def stop(self) -> None:
        for connection in self._connections:
            connection.set_trace_callback(None)
        sqlite3.connect = self._connect


class _Trace:
    """What one connection writes."""

    def __init__(self, file: str, full: bool, commits: list[Commit]) -> None:
        self.file, self.full, self.commits = file, full, commits

    def __call__(self, statement: str) -> None:
        first, _blank, rest = statement.strip().upper().partition(" ")
        if first == "PRAGMA" and rest.startswith("SYNCHRONOUS"):
            self.full = "FULL" in rest
        elif first == "BEGIN":
            self.commits.append(Commit(self.file, self.full))
        elif first in ("INSERT", "UPDATE", "REPLACE"):
            letters = re.sub(r"X'([0-9A-F]*)'", lambda blob: blob[1][::2], statement)
            self.commits[-1].rows.append(len(letters))


class Bare:
    """The same commits by nothing but SQLite: as many, as durable, rows as large."""

    def __init__(self, folder: Path, commits: list[Commit]) -> None:
        self._commits = commits
        self._files = {
            file: self._made(folder, file) for file in {commit.file for commit in commits}
        }

    @staticmethod
    def _made(folder: Path, file: str) -> sqlite3.Connection:
        sql = sqlite3.connect(folder / f"bare-{Path(file).name}", isolation_level=None)
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB)")
        return sql

    def finish(self) -> float:
        start = time.perf_counter_ns()
        for commit in self._commits:
            sql = self._files[commit.file]
            sql.execute(f"PRAGMA synchronous = {'FULL' if commit.full else 'NORMAL'}")
            sql.execute("BEGIN IMMEDIATE")
            for size in commit.rows:
                sql.execute("INSERT INTO bare (body) VALUES (?)", (b"x" * size,))
            sql.execute("COMMIT")
        return time.perf_counter_ns() - start


async def ready(till: Till, first: int) -> None:
    """A calculated receipt of ten lines with a customer."""
    goods = [good for good in till.workplace.catalog.goods if tills.is_plain(good)]
    await till.do(Scan(CARD))
    for number in range(first, first + LINES):
        await till.do(AddGoods(goods[number % len(goods)].sku))
    now = await till.do(Calculate())
    if now.question is not None:  # the customer has bought enough for the next level
        await till.do(Dismiss())


async def finished(till: Till) -> float:
    start = time.perf_counter_ns()
    await till.do(TakeTender(TenderKind.CASH))
    return time.perf_counter_ns() - start


def figures() -> list[Figure]:
    with scratch() as name, asyncio.Runner() as runner:
        return _figures(Path(name), runner)


def _figures(folder: Path, runner: asyncio.Runner) -> list[Figure]:
    note("sale")
    watched = Watched()
    till = runner.run(tills.opened(None, folder / "data"))
    runner.run(ready(till, 0))
    watched.watch()
    runner.run(finished(till))
    watched.stop()
    for commit in watched.commits:
        level = "full" if commit.full else "normal"
        note(f"sale: {Path(commit.file).name} {level}, rows of {commit.rows} bytes")
    bare = Bare(folder, watched.commits)
    place = iter(range(0, 1_000_000, 7))

    desk = till.workplace
    slips = desk.slips

    def sale(printing: SlipQueue | None) -> float:
        desk.slips = printing
        runner.run(ready(till, next(place)))
        return runner.run(finished(till))

    ours, printed, theirs = in_turn(ROUNDS, lambda: sale(None), lambda: sale(slips), bare.finish)
    each = [statistics.median(figure) / 1e6 for figure in (ours, printed, theirs)]
    note(f"sale: ms saved, saved and printed, bare: {each}")
    runner.run(till.close())
    what = f"finishing a sale of {LINES} lines"
    return [
        Figure(f"{what}, to the bare commits that it needs", ratio(ours, theirs), 2),
        Figure("(the same with its slip printed into a file)", ratio(printed, theirs)),
    ]


if __name__ == "__main__":
    show(figures())
