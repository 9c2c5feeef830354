"""The till sells in any weather: no connection, lost answers, slow ones, refusals, bad disks."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from stand import Stand, make_stand

from cashier import commands as do
from cashier.commands import Connection, SetConnection
from cashier.errors import StorageError
from cashier.events import Asking
from cashier.exchange import Calculation, LinePrice, Reason, Refused, Unavailable
from cashier.journal import Journal
from cashier.money import ONE
from cashier.printing.text import render
from cashier.receipt import Discount, Source, TenderKind
from cashier.snapshot import AskCode, AskResume, State
from cashier.till import Cancelled

ANNA = "2900000000018"
GROATS = do.AddGoods("10801", 5 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
OFFLINE, ONLINE = SetConnection(Connection.OFFLINE), SetConnection(Connection.ONLINE)
LOST = SetConnection(Connection.LOST_ANSWERS)


async def balance(stand: Stand) -> int:
    await stand.do(do.Scan(ANNA))
    assert stand.receipt.buyer and stand.receipt.buyer.card
    points = stand.receipt.buyer.card.balance
    await stand.do(do.CancelReceipt())
    return points


async def test_without_the_system_the_till_sells_and_delivers_later(stand: Stand) -> None:
    await stand.do(OFFLINE, do.Scan(ANNA), GROATS, do.Calculate())
    receipt = stand.receipt
    assert receipt.buyer and not receipt.buyer.verified
    assert receipt.applied and receipt.applied.offline
    assert receipt.discount == 0
    await stand.refused(do.PayPoints())
    await stand.do(PAY)
    assert stand.receipt.settled and stand.receipt.settled.pending
    assert "not reachable" in render(stand.slips[-1], 42).replace("\n", " ")
    assert stand.till.workplace.outbox.waiting == 1
    await stand.do(ONLINE)
    assert stand.till.workplace.outbox.waiting == 0
    sold = stand.till.workplace.journal.sale(stand.receipt.number)
    assert sold and sold.settled and sold.settled.earned > 0
    assert await balance(stand) == 47050 + sold.settled.earned


async def test_an_unverified_buyer_is_verified_at_the_calculation(stand: Stand) -> None:
    await stand.do(OFFLINE, do.Scan(ANNA), GROATS, ONLINE, do.Calculate())
    assert stand.receipt.buyer and stand.receipt.buyer.verified
    assert stand.receipt.applied and stand.receipt.applied.earn


async def test_a_buyer_who_gives_no_code_is_not_asked_at_every_calculation(stand: Stand) -> None:
    await stand.do(OFFLINE, do.Scan("+79001234502"), GROATS, ONLINE, do.Calculate())
    assert isinstance(stand.till.now.question, AskCode)
    await stand.do(do.Dismiss(), do.Calculate(), PAY)
    assert stand.receipt.buyer and not stand.receipt.buyer.verified
    assert stand.receipt.settled and stand.receipt.settled.earned > 0


async def test_lost_answers_never_sell_twice(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), do.PayPoints(1000), LOST, PAY)
    assert stand.receipt.settled and stand.receipt.settled.pending
    await stand.do(do.Deliver(), ONLINE)
    assert stand.till.workplace.outbox.waiting == 0
    sold = stand.till.workplace.journal.sale(stand.receipt.number)
    assert sold and sold.settled
    assert sold.settled.spent == 1000
    assert await balance(stand) == 47050 - 1000 + sold.settled.earned


async def test_points_are_not_spent_into_the_void(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), do.PayPoints(1000), OFFLINE)
    await stand.do(PAY)
    assert stand.till.now.state is State.PAYING  # the money is there; the sale is not
    assert "Points cannot be spent now" in stand.said
    assert stand.till.workplace.journal.open_receipt() == (State.PAYING, stand.receipt)
    assert isinstance(await stand.refused(do.Finish()), Unavailable)
    assert stand.till.workplace.journal.open_receipt() == (State.PAYING, stand.receipt)
    await stand.do(do.UndoTenders(), do.UndoPoints(), PAY)
    assert stand.receipt.number == "R0101-000001"
    assert stand.receipt.settled and stand.receipt.settled.pending
    await stand.do(ONLINE)
    assert stand.till.workplace.outbox.parked == 0


async def test_a_return_without_the_system_is_known_from_the_journal(stand: Stand) -> None:
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), do.PayPoints(1000), PAY)
    number = stand.receipt.number
    await stand.do(OFFLINE, do.FindSale(number=number))
    assert stand.receipt.of and stand.receipt.of.own_journal
    await stand.do(do.ReturnLine(1, 2 * ONE), do.Refund())
    first = stand.receipt.total
    await stand.do(do.FindSale(number=number))
    await stand.refused(do.ReturnLine(1, 4 * ONE))
    await stand.do(do.ReturnAll(), do.Refund())
    sold = stand.till.workplace.journal.sale(number)
    assert sold and first + stand.receipt.total == sold.total
    await stand.do(ONLINE)
    assert stand.till.workplace.outbox.waiting == 0
    assert await balance(stand) == 47050
    assert isinstance(await stand.refused(do.FindSale(number=number)), Refused)


async def test_a_return_of_a_queued_sale_waits_behind_it(stand: Stand) -> None:
    await stand.do(OFFLINE, do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll(), do.Refund())
    assert stand.till.workplace.outbox.waiting == 2
    await stand.do(ONLINE)
    assert (stand.till.workplace.outbox.waiting, stand.till.workplace.outbox.parked) == (0, 0)
    assert await balance(stand) == 47050


async def test_a_coupon_typed_offline_is_kept_and_checked_later(stand: Stand) -> None:
    await stand.do(OFFLINE, GROATS, do.ApplyCoupon("SPRING10"))
    assert [coupon.verified for coupon in stand.receipt.coupons] == [False]
    await stand.do(ONLINE, do.Calculate())
    assert "spring" in {d.rule for line in stand.receipt.lines for d in line.discounts}


async def test_esc_stops_waiting_for_a_slow_answer(stand: Stand) -> None:
    await stand.do(GROATS, SetConnection(Connection.SLOW))
    asked = asyncio.Event()
    stand.till.events.watch(lambda event: asked.set() if isinstance(event, Asking) else None)
    before = stand.till.now
    waiting = asyncio.create_task(stand.till.do(do.Calculate()))
    await asked.wait()
    assert stand.till.cancel()
    with pytest.raises(Cancelled):
        await waiting
    assert stand.till.now == before
    await stand.do(ONLINE, do.Calculate())


async def test_what_is_scanned_while_a_request_is_under_way_waits_its_turn(stand: Stand) -> None:
    await stand.do(GROATS, SetConnection(Connection.SLOW))
    asked = asyncio.Event()
    stand.till.events.watch(lambda event: asked.set() if isinstance(event, Asking) else None)
    first = asyncio.create_task(stand.till.do(do.Calculate()))
    await asked.wait()
    second = asyncio.create_task(stand.till.do(do.Scan("4600000000015")))
    while not first.done():  # over a wire the answer is awaited later than asked for
        await stand.clock.move(seconds=10)
        await asyncio.wait((first,), timeout=0.01)
    assert (await first).state is State.CALCULATED
    assert first.result().receipt.applied.offline is False  # type: ignore[union-attr]
    assert len((await second).receipt.lines) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "prices",
    [
        (LinePrice(number=7, discounts=()),),
        (LinePrice(number=1, discounts=()), LinePrice(number=1, discounts=())),
        (LinePrice(number=1, discounts=(Discount(Source.PROMOTION, "x", "x", -1),)),),
        (LinePrice(number=1, discounts=(Discount(Source.PROMOTION, "x", "x", 10**9),)),),
    ],
)
async def test_impossible_prices_are_not_believed(
    stand: Stand, prices: tuple[LinePrice, ...]
) -> None:
    class Liar:
        """The house with another answer to one question."""

        def __getattr__(self, name: str) -> object:
            return getattr(stand.house, name)

        async def calculate(self, request: object) -> Calculation:  # noqa: ARG002
            return Calculation(lines=prices)

    stand.till.workplace.backend = Liar()  # type: ignore[assignment]
    await stand.do(GROATS, do.Calculate())
    assert stand.receipt.applied and stand.receipt.applied.offline
    assert stand.receipt.discount == 0
    assert "No discounts" in stand.said


async def test_a_refused_sale_opens_the_receipt_again(stand: Stand) -> None:
    much = do.AddGoods("10801", 20 * ONE)
    await stand.do(do.Scan(ANNA), much, do.ApplyCoupon("9920000000019"), do.Calculate())
    other = make_stand()
    other.till.workplace.backend = stand.till.workplace.backend
    other.till.workplace.ids = lambda: f"other-{len(other.events)}"
    await other.till.start()
    await other.do(much, do.ApplyCoupon("9920000000019"), do.Calculate(), PAY)
    await stand.do(PAY)
    assert stand.till.now.state is State.PAYING
    assert isinstance(await stand.refused(do.Finish()), Refused)
    assert stand.till.workplace.journal.last() is None
    await stand.do(do.UndoTenders(), do.RemoveCoupon("9920000000019"), PAY)
    assert stand.is_in(State.FINISHED)
    await other.till.close()


async def test_a_full_disk_refuses_to_finish_and_keeps_the_receipt(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    stand = make_stand(journal=journal)
    await stand.till.start()
    await stand.do(GROATS, do.Calculate())
    sql = journal.database._sql  # the disk is made full underneath
    (pages,) = sql.execute("PRAGMA page_count").fetchone()
    sql.execute(f"PRAGMA max_page_count = {pages}")

    async def fill_the_disk() -> None:
        while True:
            await stand.till.do(do.Calculate())

    with pytest.raises(StorageError):
        await fill_the_disk()
    sql.execute("PRAGMA query_only = ON")  # not a byte more: a page that is free would do
    before = stand.till.now
    assert isinstance(await stand.refused(PAY), StorageError)
    assert stand.till.now == before
    sql.execute("PRAGMA query_only = OFF")
    sql.execute("PRAGMA max_page_count = 1000000")
    await stand.do(PAY)
    assert stand.till.now.state is State.FINISHED
    await stand.till.close()


async def test_the_next_start_offers_the_open_receipt(tmp_path: Path) -> None:
    first = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await first.till.start()
    await first.do(do.Scan("4600000000015"), do.Scan("3*4600000000022"), do.Calculate())
    first.till.workplace.journal.close()

    second = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await second.till.start()
    question = second.till.now.question
    assert isinstance(question, AskResume)
    await second.refused(do.Scan("4600000000015"))
    await second.do(do.ResumeReceipt(keep=True))
    assert second.till.now.state is State.SELLING
    assert [line.sku for line in second.receipt.lines] == ["10101", "10102"]
    await second.do(do.Calculate(), PAY)
    assert replace(second.receipt, settled=None).receipt_id == question.receipt.receipt_id
    await second.till.close()


async def test_money_taken_survives_a_crash_and_a_dropped_receipt_is_gone(tmp_path: Path) -> None:
    first = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await first.till.start()
    await first.do(GROATS, do.Calculate(), do.TakeTender(TenderKind.CASH, 100))
    first.till.workplace.journal.close()
    second = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await second.till.start()
    await second.do(do.ResumeReceipt(keep=True))
    assert (second.till.now.state, second.receipt.tendered) == (State.PAYING, 100)
    second.till.workplace.journal.close()
    third = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await third.till.start()
    await third.do(do.ResumeReceipt(keep=False))
    assert third.till.now.state is State.IDLE
    assert third.till.workplace.journal.open_receipt() is None
    await third.till.close()


async def test_a_return_left_open_goes_on(tmp_path: Path) -> None:
    first = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await first.till.start()
    await first.do(GROATS, do.Calculate(), PAY, do.FindSale(number="R0101-000001"))
    await first.do(do.ReturnLine(1, 2 * ONE))
    first.till.workplace.journal.close()
    second = make_stand(journal=Journal.open(tmp_path / "journal.db"))
    await second.till.start()
    await second.do(OFFLINE, do.ResumeReceipt(keep=True))
    assert second.till.now.state is State.RETURNING
    assert [line.quantity for line in second.receipt.lines] == [2 * ONE]
    await second.do(do.Refund())
    assert second.is_in(State.FINISHED)
    await second.till.close()


async def test_a_refusal_that_the_disk_does_not_take_is_written_before_anything_else(
    stand: Stand,
) -> None:
    journal = stand.till.workplace.journal
    sql = journal.database._sql  # the disk refuses in the moment of the refusal

    class Refusing:
        """The house, but it takes no sale."""

        def __getattr__(self, name: str) -> object:
            return getattr(stand.house, name)

        async def save_sale(self, request: object) -> None:  # noqa: ARG002
            sql.execute("PRAGMA query_only = ON")
            raise Refused(Reason.BLOCKED)

    await stand.do(GROATS, do.Calculate())
    stand.till.workplace.backend = Refusing()  # type: ignore[assignment]
    assert isinstance(await stand.refused(PAY), StorageError)
    assert isinstance(await stand.refused(do.BackToGoods()), StorageError)
    sql.execute("PRAGMA query_only = OFF")
    await stand.do(do.CancelReceipt())
    assert (journal.last(), journal.open_receipt()) == (None, None)
    assert stand.till.workplace.outbox.entries() == []
