"""The shift and the drawer: what may be done when, and what survives."""

from datetime import timedelta
from pathlib import Path

import pytest
from stand import MORNING, Stand, make_stand

from cashier import commands as do
from cashier import table
from cashier.clock import counted_ids
from cashier.commands import Command
from cashier.errors import BadInput, NotNow
from cashier.events import Reported
from cashier.journal import Journal
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.scenario.stage import PaperTray
from cashier.shift import DrawerKind
from cashier.snapshot import AskResume, AskShift, State
from cashier.steps.shift import current

BREAD = do.Scan("4600000000015")
OFFLINE = do.SetConnection(do.Connection.OFFLINE)
CASH, CARD = TenderKind.CASH, TenderKind.CARD
SELLS: list[Command] = [
    BREAD, do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH), do.Finish(),
    do.FindSale(number="R0101-000001"), do.ReturnGoods(), do.Refund(), do.SellChecked(),
    do.RecallReceipt(), do.SuspendReceipt(), do.ApplyCoupon("SPRING10"), do.GiveDiscount(percent=1),
    do.Scan("2900000000018"), do.CashIn(1), do.CashOut(1), do.CountDrawer(0), do.OpenDrawer(),
    do.Report(), do.CloseShift(),
]  # fmt: skip


async def opened(path: Path, *, at: timedelta = timedelta(), shift: bool = False) -> Stand:
    """The till of this journal, started so long after the morning."""
    stand = make_stand(journal=Journal.open(path), shift=shift)
    stand.till.workplace.ids = counted_ids(f"after-{at}-")
    await stand.clock.move(seconds=int(at.total_seconds()))
    await stand.till.start()
    return stand


async def test_without_a_shift_nothing_is_sold_and_no_drawer_is_opened() -> None:
    stand = make_stand(shift=False)
    await stand.till.start()
    assert stand.is_in(State.CLOSED)
    for command in SELLS:
        assert isinstance(await stand.refused(command), NotNow)
    allowed = {kind for kind, rule in table.TABLE.items() if State.CLOSED in rule.allowed}
    assert not allowed & {type(command) for command in SELLS}
    await stand.do(do.CheckPrice("4600000000015"), do.Dismiss())
    assert stand.is_in(State.CLOSED)
    await stand.till.close()


async def test_a_day_at_the_drawer(stand: Stand) -> None:
    desk = stand.till.workplace
    await stand.do(do.CashIn(50_000, "change " * 100), BREAD, do.Calculate())
    await stand.refused(do.CashIn(1))
    await stand.do(do.TakeTender(CASH, 100_000))
    paid = stand.receipt.total
    assert current(desk).in_drawer == 50_000 + paid, "the change is not in the drawer"
    assert isinstance(await stand.refused(do.CashIn(0)), BadInput)
    assert isinstance(await stand.refused(do.CashIn(10**15)), BadInput)
    await stand.do(do.CountDrawer(50_000))
    assert "missing" in stand.said
    await stand.do(do.CountDrawer(50_000 + paid), do.CountDrawer(10**6))
    assert "It is right." in stand.said
    assert "too much" in stand.said
    await stand.do(do.CashOut(50_000, "bank"), do.Allow("4321"))
    assert current(desk).in_drawer == paid
    await stand.do(do.CashOut(paid + 1))
    with pytest.raises(BadInput):
        await stand.till.do(do.Allow("4321"))
    entries = desk.daybook.drawer(1)
    assert [it.kind for it in entries if it.kind is DrawerKind.CASH_OUT] == [DrawerKind.CASH_OUT]
    assert entries[-1].allowed_by == "Старший кассир Вера"
    assert max(len(entry.why) for entry in entries) <= 200
    tray = desk.printer
    assert isinstance(tray, PaperTray)
    assert tray.opened == 3, "put in, sold for cash, taken out"


async def test_x_changes_nothing_and_z_comes_once(stand: Stand) -> None:
    await stand.do(BREAD, do.Calculate(), do.TakeTender(CARD), do.Report(), do.Report())
    await stand.do(do.CloseShift())
    assert [report.report.final for report in stand.all(Reported)] == [False, False, True]
    assert stand.is_in(State.CLOSED)
    await stand.refused(do.CloseShift())
    assert isinstance(await stand.refused(do.OpenShift(-1)), BadInput)
    await stand.do(do.OpenShift(30_000, "  Boris\n"), BREAD, do.Calculate(), do.TakeTender(CARD))
    assert (stand.receipt.shift, stand.receipt.cashier) == (2, "Boris")
    last = stand.all(Reported)[-1].report
    assert (last.sales.count, last.in_drawer) == (1, 0)
    assert [shift.number for shift in stand.till.workplace.daybook.shifts()] == [2, 1]


async def test_a_crash_keeps_the_shift_and_a_damaged_journal_repeats_no_number(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    first = await opened(path)
    await first.do(do.OpenShift(12_300, "Boris"), do.CashIn(700))
    first.till.workplace.journal.close()
    second = await opened(path)
    assert second.is_in(State.IDLE)
    assert second.till.now.question is None, "it was opened today"
    assert second.till.workplace.cashier == "Boris"
    assert current(second.till.workplace).in_drawer == 13_000
    await second.till.close()
    path.write_bytes(b"garbage")
    third = await opened(path)
    await third.do(do.OpenShift())
    shift = third.till.workplace.daybook.shift
    assert shift
    assert shift.number > 1, "a number of the damaged journal is not given again"
    await third.till.close()


async def test_yesterdays_shift_is_asked_about_also_after_what_was_left_open(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    first = await opened(path, shift=True)
    await first.do(BREAD)
    first.till.workplace.journal.close()
    second = await opened(path, at=timedelta(hours=15))
    assert isinstance(second.till.now.question, AskResume)
    await second.do(do.ResumeReceipt(keep=False))
    assert isinstance(second.till.now.question, AskShift)
    await second.refused(BREAD)
    await second.do(do.Dismiss(), BREAD)
    assert second.is_in(State.SELLING), "it is younger than a day"
    second.till.workplace.journal.close()
    third = await opened(path, at=timedelta(hours=15))
    await third.do(do.ResumeReceipt(keep=False), do.CloseShift())
    assert third.is_in(State.CLOSED)
    await third.till.close()


async def test_an_old_shift_finishes_what_is_open_and_begins_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    first = await opened(path, shift=True)
    await first.do(BREAD, do.SuspendReceipt(), BREAD, do.Calculate(), do.TakeTender(CASH))
    await first.do(do.FindSale(number=first.receipt.number), do.ReturnLine(1, ONE))
    first.till.workplace.journal.close()

    second = await opened(path, at=timedelta(hours=24, seconds=1))
    await second.do(OFFLINE, do.ResumeReceipt(keep=True), do.Refund())
    assert second.is_in(State.FINISHED)
    for command in (BREAD, do.AddGoods("11801"), do.Scan("2900000000018")):
        assert isinstance(await second.refused(command), NotNow)
    await second.refused(do.CloseShift())
    await second.do(do.RecallReceipt(), BREAD, do.Calculate(), do.TakeTender(CASH))
    assert second.is_in(State.FINISHED)
    await second.do(do.CloseShift(), do.OpenShift(), BREAD)
    assert second.receipt.opened_at > MORNING + timedelta(hours=24)
    await second.till.close()
