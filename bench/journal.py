"""A till with a journal of a million receipts, beside one with an empty journal."""

import argparse
import asyncio
import random
import shutil
import sqlite3
import statistics
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import tills
from harness import ENVS, Figure, Terminal, in_turn, note, ratio, scratch, show

from cashier.commands import AddGoods, Calculate, Scan, TakeTender
from cashier.journal import Journal
from cashier.receipt import Line, Receipt, TenderKind
from cashier.records import read, unpacked

RECEIPTS = 1_000_000
CARD = "2900000000018"
ROUNDS, BATCH = 11, 200
OPEN = "●".encode()
"""Stands on the status line once the loyalty system has greeted: then the till is open."""


# --- a large journal, from one real sale


async def sell(data: Path) -> None:
    till = await tills.opened(None, data)
    await till.do(Scan(CARD))
    for good in till.workplace.catalog.goods[:40:8]:
        await till.do(AddGoods(good.sku))
    await till.do(Calculate())
    await till.do(TakeTender(TenderKind.CASH))
    await till.close()


def made(count: int) -> Path:
    """A data folder with so many receipts; kept, as making it takes minutes."""
    data, fresh = ENVS / f"journal-{count}", ENVS / "journal-sample"
    shutil.rmtree(fresh, ignore_errors=True)
    asyncio.run(sell(fresh))
    sql = sqlite3.connect(fresh / "journal.db", isolation_level=None)
    schema = "\n".join(text for (text,) in sql.execute("SELECT sql FROM sqlite_master") if text)
    stamp = data / "made-for"
    if stamp.exists() and stamp.read_text() == schema:
        return data
    note(f"journal: making {count} receipts, once")
    for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1000000"):
        sql.execute(f"PRAGMA {pragma}")
    _fill(sql, count)
    sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sql.close()
    shutil.rmtree(data, ignore_errors=True)
    fresh.rename(data)
    stamp.write_text(schema)
    return data


def _fill(sql: sqlite3.Connection, count: int) -> None:
    """Copies of the one receipt, each under its own id and number, with a command each."""
    found = sql.execute("SELECT * FROM receipts")
    columns = [column for column, *_rest in found.description]
    sample = dict(zip(columns, found.fetchone(), strict=True))
    ((name, command),) = sql.execute("SELECT name, body FROM commands ORDER BY seq DESC LIMIT 1")
    chance = random.Random(1)  # noqa: S311  # no secrets here

    def rows() -> Iterator[list[object]]:
        for place in range(2, count + 1):
            new: dict[str, Any] = {"doc": place, "day": f"20{place % 28 + 10}-01-01"}
            new["receipt_id"] = f"{chance.getrandbits(128):032x}"
            new["number"] = number_of(sample["number"], place)
            words = [(sample[at], new[at]) for at in ("receipt_id", "number")]
            yield [new.get(column) or _renamed(sample[column], words) for column in columns]

    places = ", ".join("?" * len(columns))
    sql.execute("BEGIN")
    sql.executemany(f"INSERT INTO receipts VALUES ({places})", rows())  # noqa: S608
    sql.execute(
        "INSERT INTO commands (doc, at, name, body)"
        " SELECT doc, day, ?, ? FROM receipts WHERE doc > 1",
        (name, command),
    )
    sql.execute("UPDATE numbers SET last = ?", (count,))
    sql.execute("COMMIT")


def _renamed(value: object, words: list[tuple[str, str]]) -> object:
    """A record, as JSON or packed, with other words in it."""
    if not isinstance(value, bytes):
        return value
    text = value if value.startswith(b"{") else zlib.decompress(value)
    new = text
    for old, word in words:
        new = new.replace(old.encode(), word.encode())
    if new == text:
        return value
    return new if text is value else zlib.compress(new, 1)


def number_of(sample: str, place: int) -> str:
    return f"{sample.partition('-')[0]}-{place:06d}"


# --- what is measured


def opening(data: Path) -> float:
    """From exec until the till says that it is on line; killed there, nothing is written."""
    with Terminal(tills.till_argv(None, data)) as terminal:
        terminal.wait(tills.PAINTED)
        return terminal.wait(OPEN, b"online") - terminal.started


def bare_opening(data: Path) -> float:
    start = time.perf_counter_ns()
    journal = Journal.open(data / "journal.db")
    journal.open_receipt()
    took = time.perf_counter_ns() - start
    journal.close()
    return took


class Reading:
    """The same batch of numbers by our journal and by bare SQL."""

    def __init__(self, data: Path, count: int) -> None:
        self.journal = Journal.open(data / "journal.db")
        self.sql = sqlite3.connect(data / "journal.db", isolation_level=None)
        ((sample,),) = self.sql.execute("SELECT number FROM receipts WHERE doc = 1").fetchall()
        self._sample, self._count = sample, count
        self._chance = random.Random(2)  # noqa: S311  # no secrets here

    def _numbers(self) -> list[str]:
        places = (self._chance.randint(1, self._count) for _ in range(BATCH))
        return [number_of(self._sample, place) for place in places]

    def ours(self) -> float:
        numbers = self._numbers()
        start = time.perf_counter_ns()
        for number in numbers:
            assert self.journal.sale(number)
        return time.perf_counter_ns() - start

    def bare(self, *, decode: bool = False) -> float:
        """What is in the record, and with ``decode`` the receipt that it is."""
        numbers, query = self._numbers(), "SELECT head, lines FROM receipts WHERE number = ?"
        start = time.perf_counter_ns()
        for number in numbers:
            head, lines = self.sql.execute(query, (number,)).fetchone()
            if decode:
                lines = unpacked(tuple[Line, ...], lines)
                assert replace(read(Receipt, head), lines=lines)
        return time.perf_counter_ns() - start

    def close(self) -> None:
        self.journal.close()
        self.sql.close()


def figures(count: int = RECEIPTS) -> list[Figure]:
    full = made(count)
    with scratch() as name:
        empty = Path(name) / "data"
        asyncio.run(tills.make_data(None, empty))
        note("journal: opening")
        long, short = in_turn(ROUNDS, lambda: opening(full), lambda: opening(empty))
        long_bare, short_bare = in_turn(
            5 * ROUNDS, lambda: bare_opening(full), lambda: bare_opening(empty)
        )
    note("journal: reading")
    reading = Reading(full, count)
    ours, blob, decoded = in_turn(
        ROUNDS, reading.ours, reading.bare, lambda: reading.bare(decode=True)
    )
    reading.close()
    each = [statistics.median(figure) / BATCH / 1e3 for figure in (ours, blob, decoded)]
    note(f"journal: microseconds a receipt: ours, bare, bare and decoded: {each}")
    many = f"{count:,} receipts"
    return [
        Figure(f"exec to an open till, {many} to none", ratio(long, short), 1.1),
        Figure(f"(opening the journal alone, {many} to none)", ratio(long_bare, short_bare)),
        Figure(
            f"a receipt of {many} by number, to bare SQL with the same decoding",
            ratio(ours, decoded),
            2,
        ),
        Figure("(the same, to bare SQL that leaves the record packed)", ratio(ours, blob)),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=int, default=RECEIPTS)
    show(figures(parser.parse_args().receipts))
