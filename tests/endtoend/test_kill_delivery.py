"""kill -9 between 'sent' and 'noted as sent': every queued sale reaches the system once.

The real program sends from its queue and is killed the moment the loyalty system has done its work.
Whatever it had noted by then, in the end each sale is there once and so are its points.
"""

import asyncio
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from terminal import Terminal, open_shift

from backends.faults import Faulty
from backends.house import HouseBackend
from backends.house.loading import load_rules
from cashier import commands as do
from cashier import fixtures
from cashier.clock import Clock, SystemClock, random_ids
from cashier.exchange import Backend, FindSaleRequest, Found, IdentifyRequest
from cashier.faults import Connection, Plan
from cashier.journal import Journal
from cashier.money import ONE, Points
from cashier.opening import Place, open_till
from cashier.outbox import Outbox
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.shop import Sending

KILLS = 200 if os.environ.get("CASHIER_LONG") else 12
SEND = "\x05"
"""Ctrl+E, as a terminal sends it."""
ANNA = "2900000000018"
PATIENCE = 20


@dataclass
class Embedded:
    """The loyalty system in the data folder: when it has done something, and what it has."""

    data: Path

    @property
    def options(self) -> tuple[str, ...]:
        return ()

    def watch(self) -> Callable[[], bool]:
        """Whether it has written something since now."""
        log = self.data / "loyalty.db-wal"
        before = _mark(log)
        return lambda: _mark(log) != before

    def backend(self, data: Path) -> HouseBackend:
        rules = load_rules(fixtures.path("loyalty.toml"))
        clock = SystemClock()
        return HouseBackend(
            data / "loyalty.db", rules, clock=clock, ids=random_ids, phone=lambda _message: None
        )


def _mark(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def test_a_sale_is_delivered_once_though_the_till_dies_before_it_notes_it(tmp_path: Path) -> None:
    data, happened = tmp_path / "data", Counter[str]()
    card = _shop(tmp_path)
    open_shift(data)
    numbers = asyncio.run(_sell_without_the_system(card, data, KILLS + 10))
    system = Embedded(data)
    before = asyncio.run(_balance(system.backend(data)))
    for kill in range(KILLS):
        with Terminal(data, "--shop", str(card), *system.options) as till:
            till.see("online")
            worked = system.watch()
            till.type(SEND * 2)  # the first may only be a repetition
            _until(worked)
            till.kill()
        happened[asyncio.run(_look(system, data, tmp_path / f"copy-{kill}"))] += 1
    assert happened["sent, not noted"] > KILLS // 4, happened
    asyncio.run(_deliver_and_count(system, data, numbers, before))


def _shop(folder: Path) -> Path:
    """The demo shop; one receipt is sent at a time."""
    for file in fixtures.path("shop-en.toml").parent.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    card = folder / "shop-en.toml"
    card.write_text(card.read_text(encoding="utf-8") + "\n[sending]\nbatch = 1\n")
    return card


async def _sell_without_the_system(card: Path, data: Path, count: int) -> list[str]:
    plan = Plan()

    def plugged(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        return Faulty(make, clock, plan), plan

    till = open_till(Place(card, data, "en"), plugged)
    await till.start()
    plan.connection = Connection.OFFLINE
    numbers = []
    for _turn in range(count):
        await till.do(do.Scan(ANNA))
        await till.do(do.AddGoods("10801", 3 * ONE))
        await till.do(do.Calculate())
        now = await till.do(do.TakeTender(TenderKind.CARD))
        assert now.receipt and now.receipt.settled and now.receipt.settled.pending
        numbers.append(now.receipt.number)
    await till.close()
    return numbers


def _until(holds: Callable[[], bool]) -> None:
    """Looks all the time: the moment after the work is what counts."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "nothing was sent"


async def _look(system: Embedded, data: Path, copy: Path) -> str:
    """What a sale that the system has looks like in the journal."""
    shutil.copytree(data, copy)
    journal = Journal.open(copy / "journal.db")
    assert (journal.put_aside, journal.complaints) == (None, [])
    house = system.backend(copy)
    found = Counter[str]()
    for entry in Outbox(journal, Sending()).entries():
        assert entry.state == "waiting"
        request = FindSaleRequest(number=entry.request.receipt.number, at=entry.at)
        found["sent, not noted"] += len(await house.find_sale(request))
    await house.close()
    journal.close()
    shutil.rmtree(copy)
    assert found["sent, not noted"] <= 1
    return "sent, not noted" if found["sent, not noted"] else "noted"


async def _balance(backend: Backend) -> Points:
    identifier = Identifier(IdentifierKind.CARD, ANNA)
    request = IdentifyRequest(identifier=identifier, at=SystemClock().now())
    answer = await backend.identify(request)
    assert isinstance(answer, Found)
    await backend.close()
    return answer.cards[0].balance


async def _deliver_and_count(
    system: Embedded, data: Path, numbers: list[str], before: Points
) -> None:
    journal = Journal.open(data / "journal.db")
    house = system.backend(data)
    outbox = Outbox(journal, Sending(batch=1000))
    await outbox.deliver(house)
    assert (outbox.waiting, outbox.parked) == (0, 0)
    earned = 0
    for number in numbers:
        sold = journal.sale(number)
        assert sold and sold.settled and sold.settled.earned > 0
        earned += sold.settled.earned
        found = await house.find_sale(FindSaleRequest(number=number, at=SystemClock().now()))
        assert [sale.receipt.total for sale in found] == [sold.total], number
    journal.close()
    await house.close()
    assert await _balance(system.backend(data)) == before + earned, "no point twice"
