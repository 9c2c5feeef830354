"""Following one coupon among a million: every table of every machine, by ``Topology.trace``; beside
it the same statements by bare sqlite3, on connections that stay open."""

import argparse
import random
import sqlite3
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness import Figure, in_turn, note, ratio, scratch, show

from backends.house.fields import Text
from backends.set10.coupons import CouponSettings, Kind, Topology, numbers, tracing
from backends.set10.coupons.machines import Node
from backends.set10.coupons.settings import Series, ShopServer

EXEMPLARS = 1_000_000
USED = 2_000
"""Of them, each with its messages; the rest was only made and sent to the shops."""
BATCH, ROUNDS = 200, 41
NOW = datetime(2026, 3, 3, 7, tzinfo=UTC)


def settings(count: int) -> CouponSettings:
    name = Text(ru="Купон", en="Coupon")
    series = Series(id="million", kind=Kind.ONE_TIME, name=name, count=count)
    shops = tuple(ShopServer(number=shop, tills=("01",)) for shop in ("01", "02"))
    return CouponSettings(shop=shops, series=(series,))


def made(folder: Path, count: int) -> Topology:
    """A chain whose coupons were partly used, and everybody has heard of it."""
    note(f"coupon_trace: {count:,} exemplars on a centre and two shops")
    topology = Topology.open(settings(count), folder, NOW)
    desk, at = topology.desk("01", "01"), NOW
    for place in range(1, USED + 1):
        at += timedelta(seconds=7)
        code = numbers.of_server("24", "million", place)
        desk.use([code], f"r{place}", str(place), "", at)
    topology.pump(at)
    return topology


class Tracing:
    """The same coupons by the topology and by bare SQL."""

    def __init__(self, topology: Topology, first: int, last: int) -> None:
        self.topology = topology
        self._span = first, last
        self._chance = random.Random(3)  # noqa: S311  # no secrets here
        nodes = topology.nodes.nodes.values()
        self._bare = [
            (_opened(node), tracing.looks(node.role, node.store.engine.dialect)) for node in nodes
        ]

    def _codes(self) -> list[str]:
        places = (self._chance.randint(*self._span) for _ in range(BATCH))
        return [numbers.of_server("24", "million", place) for place in places]

    def ours(self) -> float:
        codes = self._codes()
        start = time.perf_counter_ns()
        for code in codes:
            assert self.topology.trace(code)
        return time.perf_counter_ns() - start

    def bare(self) -> float:
        codes = self._codes()
        start = time.perf_counter_ns()
        for code in codes:
            found = 0
            plain, spans = tracing.keys_of(code)
            for sql, looks in self._bare:
                for look in looks:
                    keys = spans if look.of_ranges else plain
                    found += len(sql.execute(look.sql, keys).fetchall())
            assert found
        return time.perf_counter_ns() - start

    def close(self) -> None:
        for sql, _looks in self._bare:
            sql.close()


def _opened(node: Node) -> sqlite3.Connection:
    return sqlite3.connect(node.store.place, isolation_level=None)


def figures(count: int = EXEMPLARS) -> list[Figure]:
    with scratch() as name:
        topology = made(Path(name), count)
        found = []
        for first, last in ((1, count), (1, USED)):
            tracing_ = Tracing(topology, first, last)
            ours, bare = in_turn(ROUNDS, tracing_.ours, tracing_.bare)
            tracing_.close()
            each = [statistics.median(times) / BATCH / 1e3 for times in (ours, bare)]
            note(f"coupon_trace: microseconds a coupon: ours {each[0]:.0f}, bare {each[1]:.0f}")
            if last == count:
                text = f"tracing one of {count:,} coupons, to its bare indexed SQL"
                found.append(Figure(text, ratio(ours, bare), 1.5))
            else:
                text = "(one that was used: nine events are put into sentences, too)"
                found.append(Figure(text, ratio(ours, bare)))
        topology.close()
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exemplars", type=int, default=EXEMPLARS)
    show(figures(parser.parse_args().exemplars))
