"""A return without a receipt: the lowest price that anybody paid lately, and no points."""

from pathlib import Path

from stand import Stand, make_stand

from cashier import commands as do
from cashier.clock import counted_ids
from cashier.errors import BadInput, NotNow
from cashier.exchange import Refused
from cashier.journal import Journal
from cashier.money import ONE
from cashier.receipt import Kind, TenderKind
from cashier.snapshot import AskResume, AskSupervisor, State
from cashier.steps.shift import current

BREAD = do.Scan("4600000000015")
CASH, CARD = TenderKind.CASH, TenderKind.CARD


async def begin(stand: Stand) -> None:
    await stand.do(do.ReturnGoods())
    assert isinstance(stand.till.now.question, AskSupervisor)
    await stand.do(do.Allow("4321", "no receipt"))
    assert stand.is_in(State.RETURNING)


async def test_goods_come_back_at_the_lowest_price_of_the_last_days(stand: Stand) -> None:
    await begin(stand)
    await stand.do(BREAD)
    assert stand.receipt.total == 4990, "nobody bought any: the price of now"
    await stand.do(do.CancelReceipt(), BREAD, do.GiveDiscount(percent=1000), do.Calculate())
    await stand.do(do.TakeTender(CASH))
    paid = stand.receipt.total
    assert paid < 4500
    await stand.do(BREAD, do.Calculate(), do.TakeTender(CASH))
    await stand.do(do.CashIn(100_000))
    await begin(stand)
    await stand.do(BREAD, do.Scan("4600000000015", 2 * ONE))
    assert [line.total for line in stand.receipt.lines] == [paid, 2 * paid]
    await stand.do(do.ReturnLine(1, 3 * ONE), do.ReturnLine(2, 0))
    assert [(line.number, line.total) for line in stand.receipt.lines] == [(1, 3 * paid)]
    for wrong in (do.ReturnLine(1, -ONE), do.ReturnLine(1, 1500), do.ReturnLine(7, ONE)):
        assert isinstance(await stand.refused(wrong), BadInput)
    drawer = current(stand.till.workplace).in_drawer
    await stand.do(do.Refund())
    receipt = stand.receipt
    assert (receipt.kind, receipt.of, receipt.settled, receipt.shift) == (
        Kind.RETURN,
        None,
        None,
        1,
    )
    assert current(stand.till.workplace).in_drawer == drawer - 3 * paid
    assert stand.till.workplace.outbox.entries() == [], "the loyalty system never hears of it"
    assert "Without a receipt" in str(stand.slips[-1].elements)
    await stand.clock.move(days=31)
    await stand.do(do.CloseShift(), do.OpenShift())
    await begin(stand)
    await stand.do(BREAD)
    assert stand.receipt.total == 4990, "what was paid last month does not count"


async def test_what_cannot_come_back_so(stand: Stand) -> None:
    await begin(stand)
    assert isinstance(await stand.refused(do.Refund()), BadInput)
    assert isinstance(await stand.refused(do.AddGoods("10101")), NotNow)
    assert isinstance(await stand.refused(do.Scan("GIFT-500")), Refused)
    for other in ("2900000000018", "SPRING10", "R0101-000001", "9800000001"):
        assert isinstance(await stand.refused(do.Scan(other)), NotNow)
    await stand.refused(do.ReturnAll())
    await stand.refused(do.SuspendReceipt())
    await stand.do(do.Scan("4600000007014"), do.Refund(CARD))
    assert [(it.kind, it.amount) for it in stand.receipt.tenders] == [(CARD, 1000)]
    closed = make_stand(shift=False)
    await closed.till.start()
    assert isinstance(await closed.refused(do.ReturnGoods()), NotNow)
    await closed.till.close()


async def test_it_goes_on_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    first = make_stand(journal=Journal.open(path))
    await first.till.start()
    await begin(first)
    await first.do(do.Scan("4600000000015", 2 * ONE))
    first.till.workplace.journal.close()
    second = make_stand(journal=Journal.open(path))
    second.till.workplace.ids = counted_ids("second")
    await second.till.start()
    assert isinstance(second.till.now.question, AskResume)
    await second.do(do.ResumeReceipt(keep=True), BREAD, do.Refund())
    assert (second.is_in(State.FINISHED), second.receipt.total) == (True, 3 * 4990)
    await second.till.close()
