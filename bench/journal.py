"""A till with a journal of a million receipts, beside one with an empty journal."""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import tills
from cashier.commands import AddGoods, Calculate, Scan, TakeTender
from cashier.folder import unpacked
from cashier.journal import Journal
from cashier.receipt import Receipt, TenderKind
from harness import ENVS, Figure, Terminal, in_turn, note, ratio, scratch, show

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
    data = ENVS / f"journal-{count}"
    if (data / "made").exists():
        return data
    note(f"journal: making {count} receipts, once")
    asyncio.run(sell(data))
    sql = sqlite3.connect(data / "journal.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1000000"):
        sql.execute(f"PRAGMA {pragma}")
    _fill(sql, count)
    sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sql.close()
    (data / "made").touch()
    return data


def _fill(sql: sqlite3.Connection, count: int) -> None:
    columns = "receipt_id, state, number, card, day, body"
    ((old, state, number, card, day, body),) = sql.execute(f"SELECT {columns} FROM receipts")  # noqa: S608
    ((name, command),) = sql.execute("SELECT name, body FROM commands ORDER BY seq DESC LIMIT 1")
    template, chance = zlib.decompress(body), random.Random(1)  # noqa: S311  # no secrets here
    assert json.loads(template)["number"] == number

    def rows() -> Iterator[tuple[object, ...]]:
        for place in range(2, count + 1):
            new, called = f"{chance.getrandbits(128):032x}", number_of(number, place)
            text = template.replace(old.encode(), new.encode())
            text = text.replace(number.encode(), called.encode())
            yield new, state, called, card, f"20{place % 28 + 10}-01-01", zlib.compress(text, 1)

    sql.execute("BEGIN")
    sql.executemany(f"INSERT INTO receipts ({columns}) VALUES (?, ?, ?, ?, ?, ?)", rows())  # noqa: S608
    sql.execute(
        "INSERT INTO commands (doc, at, name, body)"
        " SELECT doc, day, ?, ? FROM receipts WHERE doc > 1",
        (name, command),
    )
    sql.execute("UPDATE numbers SET last = ?", (count,))
    sql.execute("COMMIT")


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

    def blob(self, *, decode: bool = False) -> float:
        """What is in the record, and with ``decode`` the receipt that it is."""
        numbers, query = self._numbers(), "SELECT body FROM receipts WHERE number = ?"
        start = time.perf_counter_ns()
        for number in numbers:
            (body,) = self.sql.execute(query, (number,)).fetchone()
            if decode:
                assert unpacked(Receipt, body)
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
        ROUNDS, reading.ours, reading.blob, lambda: reading.blob(decode=True)
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
