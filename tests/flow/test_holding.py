"""Receipts put aside: nothing of them is lost, and nothing is free twice."""

from pathlib import Path

from stand import Stand, make_stand

from cashier import commands as do
from cashier.clock import counted_ids
from cashier.errors import BadInput, NotNow
from cashier.journal import Journal
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.snapshot import AskHeld, AskResume, State

BREAD, RYE = do.Scan("4600000000015"), do.Scan("4600000000022")
CARD_C02 = do.Scan("2900000000025")
PAY = (do.Calculate(), do.TakeTender(TenderKind.CASH))


async def available(stand: Stand) -> int:
    await stand.do(CARD_C02, do.Calculate())
    offer = stand.till.now.offer
    assert offer is not None
    return offer.available


async def test_a_receipt_put_aside_comes_back_without_prices_and_points(stand: Stand) -> None:
    await stand.do(do.AddGoods("10401", 3 * ONE), do.GiveDiscount(percent=500))
    whole = await available(stand)
    await stand.do(do.PayPoints(40_000))
    await stand.do(do.EnterCode(stand.code))
    receipt = stand.receipt
    assert receipt.hold
    assert receipt.spend
    await stand.do(do.SuspendReceipt())
    assert stand.is_in(State.IDLE)
    assert isinstance(await stand.refused(do.CloseShift()), NotNow)

    await stand.do(BREAD)
    assert await available(stand) == whole, "the points that were held are free again"
    await stand.do(do.TakeTender(TenderKind.CASH), do.RecallReceipt())
    back = stand.receipt
    assert (back.receipt_id, stand.till.now.state) == (receipt.receipt_id, State.SELLING)
    assert (back.hold, back.spend, back.applied) == ("", 0, None)
    assert [len(line.discounts) for line in back.lines] == [1], "what was given by hand stays"
    await stand.do(*PAY)
    assert [receipt.number for receipt in stand.till.workplace.journal.recent(9)]
    await stand.do(do.CloseShift())


async def test_of_several_one_is_chosen_and_the_others_wait(stand: Stand) -> None:
    await stand.refused(do.RecallReceipt())
    await stand.do(BREAD, do.SuspendReceipt(), RYE, do.SuspendReceipt())
    await stand.do(BREAD, *PAY, do.RecallReceipt())
    question = stand.till.now.question
    assert isinstance(question, AskHeld)
    assert [it.lines[0].sku for it in question.receipts] == ["10101", "10102"]
    assert isinstance(await stand.refused(do.RecallReceipt("nobody")), BadInput)
    await stand.do(do.Dismiss(), do.RecallReceipt())
    await stand.do(do.RecallReceipt(question.receipts[1].receipt_id), BREAD)
    assert [line.sku for line in stand.receipt.lines] == ["10102", "10101"]
    await stand.do(do.CancelReceipt(), do.RecallReceipt())
    assert [line.sku for line in stand.receipt.lines] == ["10101"]
    assert stand.till.workplace.journal.held() == []


async def test_money_taken_holds_the_receipt_here(stand: Stand) -> None:
    await stand.refused(do.SuspendReceipt())
    await stand.do(BREAD, do.Calculate(), do.TakeTender(TenderKind.CASH, 100))
    await stand.refused(do.SuspendReceipt())
    await stand.do(do.UndoTenders(), do.SuspendReceipt())
    assert stand.is_in(State.IDLE)


async def test_a_coupon_used_meanwhile_is_dropped_and_a_promo_code_stays(stand: Stand) -> None:
    once = do.ApplyCoupon("9920000000019")
    await stand.do(do.AddGoods("10101", 30 * ONE), once, do.ApplyCoupon("SPRING10"))
    await stand.do(do.SuspendReceipt(), do.AddGoods("10101", 30 * ONE), once, *PAY)
    await stand.do(do.RecallReceipt())
    assert [coupon.code for coupon in stand.receipt.coupons] == ["SPRING10"]
    assert "is off the receipt" in stand.said
    await stand.do(do.SuspendReceipt(), do.SetConnection(do.Connection.OFFLINE))
    await stand.do(do.RecallReceipt())
    assert [(it.code, it.verified) for it in stand.receipt.coupons] == [("SPRING10", False)]


async def test_a_crash_at_any_moment_leaves_it_put_aside_or_open(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def start(name: str) -> Stand:
        stand = make_stand(journal=Journal.open(path))
        stand.till.workplace.ids = counted_ids(name)
        await stand.till.start()
        return stand

    first = await start("first")
    await first.do(BREAD, CARD_C02, do.Calculate(), do.SuspendReceipt())
    first.till.workplace.journal.close()
    second = await start("second")
    assert second.till.now.question is None
    assert len(second.till.workplace.journal.held()) == 1
    await second.do(RYE, do.SuspendReceipt(), do.RecallReceipt())
    held = second.till.workplace.journal.held()
    await second.do(do.RecallReceipt(held[0].receipt_id))
    second.till.workplace.journal.close()
    third = await start("third")
    question = third.till.now.question
    assert isinstance(question, AskResume)
    assert question.state is State.SELLING
    assert question.receipt.receipt_id == held[0].receipt_id
    assert [it.receipt_id for it in third.till.workplace.journal.held()] == [held[1].receipt_id]
    await third.do(do.ResumeReceipt(keep=True), *PAY, do.RecallReceipt(), *PAY, do.CloseShift())
    await third.till.close()


async def test_a_receipt_is_not_lost_when_the_disk_is_full_at_the_recall(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    stand = make_stand(journal=journal)
    await stand.till.start()
    await stand.do(BREAD, do.SuspendReceipt())
    sql = journal.database._sql  # the disk refuses underneath
    sql.execute("PRAGMA query_only = ON")
    await stand.refused(do.RecallReceipt())
    sql.execute("PRAGMA query_only = OFF")
    await stand.do(RYE, *PAY)
    assert len(journal.held()) == 1
    await stand.do(do.RecallReceipt())
    sql.execute("PRAGMA query_only = ON")
    await stand.refused(do.SuspendReceipt())
    sql.execute("PRAGMA query_only = OFF")
    await stand.do(RYE, *PAY)
    assert [line.sku for line in stand.receipt.lines] == ["10101", "10102"]
    assert journal.held() == []
    await stand.till.close()
