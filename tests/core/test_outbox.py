import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest

from cashier.errors import CashierError, StorageError
from cashier.exchange import (
    Backend,
    Cause,
    LineReturned,
    OutcomeUnknown,
    Reason,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
    Unavailable,
)
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Kind, Receipt, SaleRef, Settled, line_of
from cashier.shop import Sending

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
Request: TypeAlias = SaveSaleRequest | SaveReturnRequest


class Points:
    """A loyalty system in memory that gives a point for a save; the same id twice is one."""

    def __init__(self) -> None:
        self.done: dict[str, Settled] = {}
        self.asked: list[Request] = []
        self.before: dict[str, CashierError] = {}
        """Raised instead of the work, by receipt id."""
        self.after: dict[str, CashierError] = {}
        """Raised once the work is done, by receipt id: the answer is lost."""
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        self.at_work = 0
        self.most_at_work = 0

    async def _save(self, request: Request) -> Settled:
        self.asked.append(request)
        self.reached.set()
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await self.gate.wait()
        self.at_work -= 1
        if trouble := self.before.get(request.receipt.receipt_id):
            raise trouble
        balance = 100 * (len(self.done) + 1)
        answer = self.done.setdefault(request.operation_id, Settled(earned=100, balance=balance))
        if trouble := self.after.get(request.receipt.receipt_id):
            raise trouble
        return answer

    async def save_sale(self, request: SaveSaleRequest) -> Settled:
        return await self._save(request)

    async def save_return(self, request: SaveReturnRequest) -> Settled:
        return await self._save(request)

    @property
    def order(self) -> list[str]:
        return [request.receipt.receipt_id for request in self.asked]


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal.open(None)
    yield made
    made.close()


@pytest.fixture
def system() -> Points:
    return Points()


numbers = count(1)


def made(receipt_id: str) -> Receipt:
    line = line_of(1, "sku", "Milk", 9990, 1000)
    number = f"N{next(numbers)}"
    return Receipt(receipt_id, AT, lines=(line,), number=number, closed_at=AT, context="tokens")


def sold(journal: Journal, receipt_id: str, system: str = "house") -> Receipt:
    """A sale that could not be delivered."""
    receipt = made(receipt_id)
    operation_id = f"op-{receipt_id}"
    request = SaveSaleRequest(operation_id=operation_id, receipt=receipt, at=AT)
    journal.promise(request, system)
    journal.queue(operation_id, receipt, "silence")
    return receipt


def brought_back(journal: Journal, receipt_id: str, of: Receipt) -> Receipt:
    ref = SaleRef(of.receipt_id, of.number, AT)
    receipt = replace(made(receipt_id), kind=Kind.RETURN, of=ref)
    operation_id = f"op-{receipt_id}"
    back = (LineReturned(number=1, quantity=1000),)
    request = SaveReturnRequest(operation_id=operation_id, receipt=receipt, lines=back, at=AT)
    journal.promise(request, "house")
    journal.queue(operation_id, receipt, "silence")
    return receipt


def outbox_of(journal: Journal, **sending: Any) -> Outbox:
    return Outbox(journal, Sending(**sending))


def port(system: Points) -> Backend:
    """The outbox calls nothing but the two saves."""
    return cast("Backend", system)


async def test_what_waits_is_delivered_as_it_was_promised(journal: Journal, system: Points) -> None:
    receipt = sold(journal, "r1")
    outbox = outbox_of(journal)
    assert (outbox.waiting, outbox.parked) == (1, 0)
    assert [(e.attempts, e.state, e.cause, e.at) for e in outbox.entries()] == [
        (1, "waiting", "silence", AT)
    ]
    assert outbox.holds("r1")
    (delivered,) = await outbox.deliver(port(system))
    again = SaveSaleRequest(operation_id="op-r1", receipt=receipt, at=AT, again=True)
    assert system.asked == [again], "it may have been said before"
    assert delivered == replace(receipt, settled=Settled(earned=100, balance=100))
    assert journal.sale_by_id("r1") == delivered
    assert not outbox.holds("r1")
    assert (outbox.waiting, outbox.entries()) == (0, [])
    assert await outbox.deliver(port(system)) == []


@pytest.mark.parametrize(
    ("newest_first", "order"),
    [(False, ["r0", "r1", "r2", "r3", "r4"]), (True, ["r4", "r3", "r2", "r1", "r0"])],
)
async def test_entries_go_in_the_order_of_the_shop_card_a_batch_at_a_time(
    journal: Journal, system: Points, newest_first: bool, order: list[str]
) -> None:
    for n in range(5):
        sold(journal, f"r{n}")
    outbox = outbox_of(journal, batch=2, newest_first=newest_first)
    for left in (3, 1, 0):
        await outbox.deliver(port(system))
        assert outbox.waiting == left
    assert system.order == order


async def test_what_is_refused_is_parked_and_the_rest_goes_on(
    journal: Journal, system: Points
) -> None:
    for n in range(3):
        sold(journal, f"r{n}")
    system.before["r1"] = Refused(Reason.BLOCKED, "card [blocked]")
    outbox = outbox_of(journal)
    assert [r.receipt_id for r in await outbox.deliver(port(system))] == ["r0", "r2"]
    assert (outbox.waiting, outbox.parked) == (0, 1)
    (entry,) = outbox.entries()
    assert (entry.operation_id, entry.state, entry.cause) == ("op-r1", "parked", "card [blocked]")
    assert entry.attempts == 2
    await outbox.deliver(port(system))
    assert system.order == ["r0", "r1", "r2"]
    system.before.clear()
    outbox.release("op-r1")
    outbox.release("op-r1")
    assert (outbox.waiting, outbox.parked) == (1, 0)
    await outbox.deliver(port(system))
    assert (outbox.waiting, outbox.parked) == (0, 0)
    assert system.order == ["r0", "r1", "r2", "r1"]


@pytest.mark.parametrize("silence", [Unavailable, OutcomeUnknown])
async def test_silence_stops_the_batch_and_loses_nothing(
    journal: Journal, system: Points, silence: Callable[..., CashierError]
) -> None:
    for n in range(3):
        sold(journal, f"r{n}")
    system.before["r1"] = silence("", cause=Cause.STATUS)
    outbox = outbox_of(journal)
    assert len(await outbox.deliver(port(system))) == 1
    assert system.order == ["r0", "r1"]
    assert [(e.operation_id, e.attempts, e.cause) for e in outbox.entries()] == [
        ("op-r1", 2, "status"),
        ("op-r2", 1, "silence"),
    ]
    assert outbox.waiting == 2


async def test_an_answer_lost_after_the_work_is_not_done_twice(
    journal: Journal, system: Points
) -> None:
    sold(journal, "r1")
    system.after["r1"] = OutcomeUnknown("the line went dead")
    outbox = outbox_of(journal)
    for _turn in range(3):
        assert await outbox.deliver(port(system)) == []
    system.after.clear()
    (delivered,) = await outbox.deliver(port(system))
    assert delivered.settled == Settled(earned=100, balance=100)
    assert len(system.done) == 1
    assert len({request.model_dump_json() for request in system.asked}) == 1


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_return_goes_after_its_sale_whatever_the_order(
    journal: Journal, system: Points, newest_first: bool
) -> None:
    first = sold(journal, "sale")
    sold(journal, "other")
    brought_back(journal, "return", first)
    outbox = outbox_of(journal, newest_first=newest_first)
    await outbox.deliver(port(system))
    assert sorted(system.order) == ["other", "return", "sale"]
    assert system.order.index("sale") < system.order.index("return")


async def test_a_return_stays_behind_a_sale_that_was_refused(
    journal: Journal, system: Points
) -> None:
    brought_back(journal, "return", sold(journal, "sale"))
    system.before["sale"] = Refused(Reason.OTHER)
    outbox = outbox_of(journal)
    await outbox.deliver(port(system))
    await outbox.deliver(port(system))
    assert system.order == ["sale"]
    assert (outbox.waiting, outbox.parked) == (1, 1)
    outbox.drop("op-sale", "entered by hand")
    await outbox.deliver(port(system))
    assert system.order == ["sale", "return"]
    assert journal.returned("sale") == {1: 1000}


async def test_what_a_crashed_run_was_sending_is_delivered(system: Points, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j.db")
    receipt = made("r1")
    journal.promise(SaveSaleRequest(operation_id="op", receipt=receipt, at=AT), "house")
    journal.close()
    journal = Journal.open(tmp_path / "j.db")
    (delivered,) = await outbox_of(journal).deliver(port(system))
    assert delivered == replace(receipt, settled=Settled(earned=100, balance=100))
    journal.close()


async def test_what_was_delivered_is_not_pending_whatever_the_system_says(
    journal: Journal, system: Points
) -> None:
    sold(journal, "r1")
    system.done["op-r1"] = Settled(earned=7, pending=True)
    (delivered,) = await outbox_of(journal).deliver(port(system))
    assert delivered.settled == Settled(earned=7)


async def test_what_is_dropped_is_kept_with_the_reason_and_waits_no_more(
    journal: Journal, system: Points
) -> None:
    receipt = sold(journal, "r1")
    outbox = outbox_of(journal)
    outbox.drop("op-r1", "entered by hand")
    outbox.drop("op-r1", "again")
    assert (outbox.waiting, outbox.entries()) == (0, [])
    assert journal.sale_by_id("r1") == replace(receipt, settled=Settled())
    rows = journal.database.rows("SELECT operation_id, why, cause FROM outbox_closed")
    assert rows == [("op-r1", "entered by hand", "silence")]
    assert await outbox.deliver(port(system)) == []
    assert system.asked == []


async def test_what_the_till_is_sending_itself_is_left_alone(
    journal: Journal, system: Points
) -> None:
    request = SaveSaleRequest(operation_id="op", receipt=made("r1"), at=AT)
    journal.promise(request, "house")
    outbox = outbox_of(journal)
    assert await outbox.deliver(port(system)) == []
    outbox.drop("op", "by mistake")
    outbox.release("op")
    assert [entry.state for entry in outbox.entries()] == ["sending"]
    assert system.asked == []


async def test_two_deliveries_send_nothing_at_the_same_time(
    journal: Journal, system: Points
) -> None:
    for n in range(4):
        sold(journal, f"r{n}")
    outbox = outbox_of(journal)
    system.gate.clear()
    both = [asyncio.create_task(outbox.deliver(port(system))) for _ in range(2)]
    await system.reached.wait()
    system.gate.set()
    delivered = [receipt for task in both for receipt in await task]
    assert len(delivered) == 4
    assert system.order == ["r0", "r1", "r2", "r3"]
    assert system.most_at_work == 1


async def test_a_delivery_that_is_cancelled_in_mid_air_is_repeated(
    journal: Journal, system: Points
) -> None:
    sold(journal, "r1")
    outbox = outbox_of(journal)
    system.gate.clear()
    task = asyncio.create_task(outbox.deliver(port(system)))
    await system.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    system.gate.set()
    assert outbox.waiting == 1
    assert len(await outbox.deliver(port(system))) == 1


async def test_an_answer_that_the_disk_does_not_take_is_asked_for_again(
    journal: Journal, system: Points
) -> None:
    sold(journal, "r1")
    outbox = outbox_of(journal)
    with journal.database.writing() as sql:
        sql.execute(
            "CREATE TRIGGER worn BEFORE DELETE ON outbox BEGIN SELECT raise(ABORT, 'worn'); END"
        )
    with pytest.raises(StorageError, match="worn"):
        await outbox.deliver(port(system))
    assert outbox.waiting == 1
    with journal.database.writing() as sql:
        sql.execute("DROP TRIGGER worn")
    (delivered,) = await outbox.deliver(port(system))
    assert delivered.settled == Settled(earned=100, balance=100)
    assert len(system.done) == 1


@pytest.mark.parametrize("change", ["head = x'00'", "name = 'system'", "head = 5"])
async def test_a_damaged_entry_is_parked_and_told_and_the_rest_goes_on(
    journal: Journal, system: Points, change: str
) -> None:
    for n in range(2):
        sold(journal, f"r{n}")
    with journal.database.writing() as sql:
        sql.execute(f"UPDATE outbox SET {change} WHERE operation_id = 'op-r0'")  # noqa: S608
    outbox = outbox_of(journal)
    assert [entry.operation_id for entry in outbox.entries()] == ["op-r1"]
    assert journal.complaints == ["An entry of the queue is damaged: op-r0"]
    await outbox.deliver(port(system))
    assert system.order == ["r1"]
    assert (outbox.waiting, outbox.parked) == (0, 1)
    outbox.drop("op-r0", "unreadable")
    assert outbox.parked == 0


async def test_a_damaged_receipt_does_not_hold_its_delivery(
    journal: Journal, system: Points
) -> None:
    receipt = sold(journal, "r1")
    with journal.database.writing() as sql:
        sql.execute("UPDATE receipts SET head = x'00'")
    (delivered,) = await outbox_of(journal).deliver(port(system))
    assert delivered == replace(receipt, settled=Settled(earned=100, balance=100))


async def test_what_was_promised_to_another_system_is_not_sent_to_this_one(
    journal: Journal, system: Points
) -> None:
    sold(journal, "r1", system="house")
    sold(journal, "r2", system="rival")
    outbox = outbox_of(journal)
    await outbox.deliver(port(system), "rival")
    assert system.order == ["r2"]
    assert outbox.waiting == 1
