"""Receipts put aside: nothing of them is lost, and nothing is free twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from stand import Stand, make_stand

from cashier import commands as do
from cashier.clock import counted_ids
from cashier.errors import BadInput, NotNow
from cashier.exchange import (
    Backend,
    Can,
    ConfirmationRequired,
    ConfirmBy,
    Frozen,
    Reason,
    Refused,
    System,
)
from cashier.faults import Fault, FaultKind
from cashier.journal import Journal
from cashier.methods import OPEN, RESERVE, AnyMethod, Method
from cashier.money import ONE
from cashier.receipt import Discount, Receipt, TenderKind
from cashier.snapshot import AskHeld, AskResume, State
from cashier.uniform import Wrapper, call
from cashier.witness import Exchange, Outcome

BREAD, RYE = do.Scan("4600000000015"), do.Scan("4600000000022")
CARD_C02 = do.Scan("2900000000025")
PAY = (do.Calculate(), do.TakeTender(TenderKind.CASH))
ONCE, SPRING = do.ApplyCoupon("9920000000019"), do.ApplyCoupon("SPRING10")
LOAVES = do.AddGoods("10101", 30 * ONE)
Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


class Altered(Wrapper):
    """A system that is as another one, but for one answer."""

    def __init__(self, inner: Backend, method: AnyMethod, change: Callable[[Any], Any]) -> None:
        self._inner, self._method, self._change = inner, method, change

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self._inner, method, request)
        if method.name != self._method.name:
            return answer
        changed: A = self._change(answer)
        return changed


def holds_nothing(inner: Backend) -> Backend:
    """A system that keeps nothing for a receipt that is put aside."""

    def without(system: System) -> System:
        return system.model_copy(update={"can": system.can & ~Can.HOLD})

    return Altered(inner, OPEN, without)


def told(stand: Stand, method: str) -> list[Exchange]:
    """What was asked so, oldest first."""
    recent = (entry.exchange for entry in stand.till.workplace.exchanges.recent(99))
    return [one for one in recent if one.method == method]


def discounts(receipt: Receipt) -> list[Discount]:
    return [given for line in receipt.lines for given in line.discounts]


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
    assert "points are kept for it" in stand.said

    await stand.do(BREAD)
    assert await available(stand) == whole - 40_000, "the points are kept for the first receipt"
    await stand.do(do.TakeTender(TenderKind.CASH), do.RecallReceipt())
    back = stand.receipt
    assert (back.receipt_id, stand.till.now.state) == (receipt.receipt_id, State.SELLING)
    assert (back.hold, back.spend, back.applied) == ("", 0, None)
    assert [len(line.discounts) for line in back.lines] == [1], "what was given by hand stays"
    await stand.do(do.SuspendReceipt(), RYE)
    assert await available(stand) >= whole, "at the recall the points were given back"
    await stand.do(*PAY, do.RecallReceipt(), *PAY)
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


async def test_a_coupon_of_a_receipt_put_aside_is_kept_for_it(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE, SPRING, do.SuspendReceipt(), LOAVES)
    error = await stand.refused(ONCE)
    assert isinstance(error, Refused)
    assert (error.reason, str(error)) == (
        Reason.USED_UP,
        "the coupon is kept for another receipt",
    )
    await stand.do(SPRING, *PAY, do.RecallReceipt())
    assert [coupon.code for coupon in stand.receipt.coupons] == ["9920000000019", "SPRING10"]
    await stand.do(*PAY)
    assert [discount.rule for discount in discounts(stand.receipt)].count("gift-300") == 1
    await stand.do(LOAVES)
    assert str(await stand.refused(ONCE)) == "the coupon has been used already"


async def test_a_coupon_is_free_again_when_the_receipt_is_dropped(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE, do.SuspendReceipt(), do.RecallReceipt(), do.CancelReceipt())
    await stand.do(LOAVES, ONCE, *PAY)
    assert [coupon.code for coupon in stand.receipt.coupons] == ["9920000000019"]


async def test_a_coupon_used_meanwhile_is_dropped_and_a_promo_code_stays(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE, SPRING, do.SuspendReceipt())
    await stand.clock.move(minutes=30)  # nothing is kept so long
    await stand.do(LOAVES, ONCE, *PAY)
    await stand.do(do.RecallReceipt())
    assert [coupon.code for coupon in stand.receipt.coupons] == ["SPRING10"]
    assert "is off the receipt" in stand.said
    await stand.do(do.SuspendReceipt(), do.SetConnection(do.Connection.OFFLINE))
    await stand.do(do.RecallReceipt())
    assert [(it.code, it.verified) for it in stand.receipt.coupons] == [("SPRING10", False)]


async def test_without_a_connection_it_is_put_aside_and_nothing_is_kept(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE, do.SetConnection(do.Connection.OFFLINE), do.SuspendReceipt())
    assert stand.is_in(State.IDLE)
    assert "are not kept for it meanwhile. The loyalty system is not reachable" in stand.said
    await stand.do(do.SetConnection(do.Connection.ONLINE), LOAVES, ONCE, do.SuspendReceipt())
    mine, other = stand.till.workplace.journal.held()
    assert (mine.hold, bool(other.hold)) == ("", True)
    await stand.do(do.RecallReceipt(mine.receipt_id))
    assert stand.receipt.coupons == (), "the other receipt has it now"


async def test_with_nothing_to_keep_the_system_is_not_asked(stand: Stand) -> None:
    await stand.do(BREAD, CARD_C02, do.Calculate(), do.SuspendReceipt(), do.RecallReceipt())
    assert (told(stand, "reserve"), told(stand, "release")) == ([], [])


async def test_silence_when_it_is_put_aside_counts_as_kept(stand: Stand) -> None:
    lost = Fault(kind=FaultKind.LOST_ANSWER, step="reserve", times=1)
    await stand.do(LOAVES, ONCE, do.SetFault(lost), do.SuspendReceipt(), LOAVES)
    await stand.refused(ONCE)
    await stand.do(do.CancelReceipt(), do.RecallReceipt(), do.CancelReceipt(), LOAVES, ONCE)
    (reserved,), (released,) = told(stand, "reserve"), told(stand, "release")
    assert reserved.outcome is Outcome.UNKNOWN
    assert reserved.operation_id == released.operation_id


async def test_silence_at_the_recall_keeps_it_till_it_runs_out(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE, do.SuspendReceipt())
    await stand.do(do.SetFault(Fault(kind=FaultKind.UNREACHABLE, step="release")))
    await stand.do(do.RecallReceipt())
    assert [(it.code, it.verified) for it in stand.receipt.coupons] == [("9920000000019", True)]
    assert "the hold runs out by itself" in stand.said
    await stand.do(do.CancelReceipt(), LOAVES)
    await stand.refused(ONCE)
    await stand.clock.move(minutes=30)
    await stand.do(ONCE)


async def test_a_system_that_keeps_nothing_gives_points_back_and_drops_a_used_coupon() -> None:
    stand = make_stand(around=holds_nothing)
    await stand.till.start()
    await stand.do(do.AddGoods("10401", 3 * ONE), ONCE)
    whole = await available(stand)
    await stand.do(do.PayPoints(35_000))
    await stand.do(do.EnterCode(stand.code), do.SuspendReceipt(), do.AddGoods("10401", 3 * ONE))
    assert await available(stand) == whole, "the points are free again"
    await stand.do(ONCE, do.TakeTender(TenderKind.CASH), do.RecallReceipt())
    assert stand.receipt.coupons == ()
    await stand.till.close()


async def test_nobody_is_asked_for_a_code_to_put_a_receipt_aside() -> None:
    """Whatever a system wants for keeping points, the next customer is not made to wait."""
    code = ConfirmationRequired(
        challenge="1", channel=ConfirmBy.PHONE, masked="", seconds=60, attempts=3
    )
    stand = make_stand(around=lambda inner: Altered(inner, RESERVE, lambda _answer: code))
    await stand.till.start()
    await stand.do(LOAVES, ONCE, do.SuspendReceipt())
    assert stand.till.now.question is None
    assert [one.hold for one in stand.till.workplace.journal.held()] == [""]
    await stand.till.close()


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


async def test_what_the_disk_does_not_put_aside_is_not_kept_either(stand: Stand) -> None:
    await stand.do(LOAVES, ONCE)
    sql = stand.till.workplace.journal.database._sql  # the disk refuses underneath
    sql.execute("PRAGMA query_only = ON")
    await stand.refused(do.SuspendReceipt())
    sql.execute("PRAGMA query_only = OFF")
    assert (stand.receipt.hold, len(told(stand, "release"))) == ("", 1)
    await stand.do(do.CancelReceipt(), LOAVES, ONCE)


async def test_what_is_kept_outlives_the_till(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    first = make_stand(journal=Journal.open(path))
    await first.till.start()
    await first.do(LOAVES, ONCE, do.SuspendReceipt())
    first.till.workplace.journal.close()
    second = make_stand(journal=Journal.open(path), around=lambda _own: _house(first))
    second.till.workplace.ids = counted_ids("second")
    await second.till.start()
    await second.do(LOAVES)
    await second.refused(ONCE)
    await second.do(do.CancelReceipt(), do.RecallReceipt(), do.CancelReceipt(), LOAVES, ONCE)
    await second.till.close()


def _house(stand: Stand) -> Backend:
    assert stand.house is not None
    return stand.house
