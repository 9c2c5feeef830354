"""kill -9 at any moment loses no finished sale and no open receipt.

A cashier types into the real program in a pseudo-terminal; at a random moment the program is
killed. Then the data are counted: what the screen had shown must be there, nothing twice.
"""

import asyncio
import os
import random
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from terminal import Terminal

from backends.house import HouseBackend
from backends.house.loading import load_rules
from cashier import fixtures
from cashier.clock import SystemClock, random_ids
from cashier.exchange import FindSaleRequest
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.shop import Sending

KILLS = 200 if os.environ.get("CASHIER_LONG") else 20
CODES = ("4600000000015", "4600000000022", "4600000000039", "4600000000046")
NUMBER = re.compile(r"R0101-\d{6}")


@dataclass
class Seen:
    """What the screen had shown before the kill: that much must be there afterwards."""

    finished: set[str] = field(default_factory=set)
    lines: int = 0
    """Of the open receipt."""
    typed: int = 0
    """Of the open receipt, shown or not."""


def test_nothing_is_lost_at_kill_9(tmp_path: Path) -> None:
    dice, seen, happened = random.Random(9), Seen(), Counter[str]()
    data = tmp_path / "data"
    for kill in range(KILLS):
        with Terminal(data) as till:
            _resume(till, seen)
            happened[_sell_until_killed(till, seen, dice)] += 1
        happened[_count(data, tmp_path / f"copy-{kill}", seen)] += 1
    assert happened["open receipt kept"] > KILLS // 5, happened
    assert len(seen.finished) > KILLS // 5, happened
    asyncio.run(_deliver_and_count(data, seen))


def _resume(till: Terminal, seen: Seen) -> None:
    if seen.lines:
        till.see("Go on with it").type("<enter>").see(f"{seen.lines} line")
    else:
        till.see("online")


def _sell_until_killed(till: Terminal, seen: Seen, dice: random.Random) -> str:
    """Types receipts of four lines, and dies at one of the first dozen keys."""
    for acts_left in range(dice.randrange(1, 13), 0, -1):
        if seen.typed < 4:
            till.type(dice.choice(CODES), "<enter>")
            seen.typed += 1
            if acts_left > 1 or dice.random() < 0.5:  # else it dies before the screen answers
                till.see(f"{seen.typed} line")
                seen.lines = seen.typed
            continue
        till.type("<enter>").see("Enter: cash").type("<f10>")
        if acts_left == 1:
            till.go_on(dice.random() / 25)
            till.kill()
            return "killed while saving"
        seen.finished.add(max(NUMBER.findall(till.see("Receipt R0101-").text)))
        seen.lines = seen.typed = 0
    till.kill()
    return "killed while selling"


def _count(data: Path, copy: Path, seen: Seen) -> str:
    """What is on disk (looked at in a copy) against what the screen had shown."""
    shutil.copytree(data, copy)
    journal = Journal.open(copy / "journal.db")
    assert journal.put_aside is None
    assert journal.complaints == []
    sold = {receipt.number: receipt for receipt in journal.recent(10_000)}
    assert seen.finished <= sold.keys(), "a finished sale is lost"
    left, new = journal.open_receipt(), sold.keys() - seen.finished
    journal.close()
    shutil.rmtree(copy)
    assert len(new) <= 1
    if new:  # it was promised, and killed before the screen could say so
        assert len(sold[new.pop()].lines) == seen.typed
        assert left is None
        seen.finished, seen.lines, seen.typed = set(sold), 0, 0
        return "finished unseen"
    lines = len(left[1].lines) if left else 0
    assert seen.lines <= lines <= seen.typed, "a line is lost"
    seen.lines = seen.typed = lines
    return "open receipt kept" if lines else "nothing open"


async def _deliver_and_count(data: Path, seen: Seen) -> None:
    """After all is delivered, the loyalty system has every sale of the till once."""
    rules = load_rules(fixtures.path("loyalty.toml"))
    clock, journal = SystemClock(), Journal.open(data / "journal.db")
    house = HouseBackend(data / "loyalty.db", rules, clock=clock, ids=random_ids, phone=print)
    outbox = Outbox(journal, Sending(batch=1000))
    await outbox.deliver(house)
    assert (outbox.waiting, outbox.parked) == (0, 0)
    sold = {receipt.number: receipt for receipt in journal.recent(10_000)}
    assert sold.keys() == seen.finished
    for number, receipt in sold.items():
        found = await house.find_sale(FindSaleRequest(number=number, at=clock.now()))
        assert [sale.receipt.total for sale in found] == [receipt.total], number
    await house.close()
    journal.close()
