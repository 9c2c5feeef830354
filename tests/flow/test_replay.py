"""Record a day, play it without a system: the same receipts, and differences said in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from stand import MORNING, Stand, demo_rules, make_stand

from backends.faults import Faulty
from backends.house import HouseBackend
from backends.replay import Replay, report
from cashier import commands as do
from cashier.clock import Ids, counted_ids
from cashier.faults import Connection, Fault, FaultKind
from cashier.masking.masker import Masker
from cashier.money import ONE
from cashier.receipt import Receipt, TenderKind
from cashier.recording import Recorder
from cashier.records import stored
from cashier.snapshot import AskCode, State
from cashier.witness import Witness

ANNA, VERA = "2900000000018", "2900000000032"
PAY = do.TakeTender(TenderKind.CARD)


def place(stand: Stand, witness: Witness, faulty: Faulty) -> Stand:
    stand.till.workplace.backend, stand.till.workplace.plug = witness, faulty.plan
    return stand


def recorded(file: Path, *, masked: bool = False) -> tuple[Stand, Recorder]:
    """A till whose exchanges are kept; its system has ids of its own."""
    stand = make_stand()
    desk = stand.till.workplace
    house = HouseBackend(
        None, demo_rules(), clock=stand.clock, ids=counted_ids("house"), phone=desk.events.tell
    )
    faulty = Faulty(lambda: house, stand.clock)
    recorder = Recorder(
        file,
        system="house",
        shop="01",
        mask=Masker.for_shop(desk.shop).live if masked else None,
        troubled=pytest.fail,
    )
    return place(stand, Witness(faulty, recorder, stand.clock), faulty), recorder


def playing(file: Path, ids: Ids | None = None) -> tuple[Stand, Replay]:
    stand = make_stand()
    desk = stand.till.workplace
    replay = Replay.load(file, Masker.for_shop(desk.shop).live)
    faulty = Faulty(lambda: replay, stand.clock)
    desk.ids = ids or desk.ids
    return place(stand, Witness(faulty, desk.exchanges.keep, stand.clock), faulty), replay


async def a_day(stand: Stand, codes: list[str] | None = None) -> list[str]:
    """Cards, points with a code, a coupon, a refusal, a sale left in doubt, returns; the codes
    that were typed."""
    typed: list[str] = []
    await stand.do(do.Scan(ANNA), do.AddGoods("10801", 5 * ONE), do.ApplyCoupon("SPRING10"))
    await stand.refused(do.ApplyCoupon("NOSUCH"))
    await stand.do(do.Calculate(), do.PayPoints(1000), PAY)
    first = stand.receipt.number
    await stand.do(do.Scan("+79001234502"))
    if isinstance(stand.till.now.question, AskCode):
        typed.append(codes[0] if codes else stand.code)
        await stand.do(do.EnterCode(typed[-1]))
    await stand.do(do.AddGoods("10101", 2 * ONE), do.Calculate())
    if stand.till.workplace.plug and codes is None:
        lost = Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=1)
        await stand.do(do.SetFault(lost))
    await stand.do(PAY)
    await stand.do(do.FindSale(number=first), do.ReturnLine(1, 2 * ONE), do.Refund())
    await stand.do(do.FindSale(number=first), do.ReturnAll(), do.Refund())
    await stand.do(do.Scan(VERA), do.AddGoods("10901"), do.Calculate(), do.BackToGoods())
    await stand.do(do.AddGoods("10102"), do.Calculate(), do.TakeTender(TenderKind.CASH))
    return typed


def receipts(stand: Stand) -> list[bytes]:
    return [stored(Receipt, receipt) for receipt in stand.till.workplace.journal.recent(100)]


async def test_a_recording_gives_the_same_receipts_to_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    codes = await a_day(first)
    recorder.close()
    second, replay = playing(file)
    await second.till.start()
    await a_day(second, codes)
    assert receipts(second) == receipts(first)
    assert len(receipts(second)) == 5
    assert report(replay) == ""
    exchanges = second.till.workplace.exchanges.of(second.receipt.receipt_id)
    assert exchanges and all("from the recording" in one.exchange.notes for one in exchanges)
    await first.till.close()
    await second.till.close()


async def test_other_ids_and_times_stand_for_the_recorded_ones(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    codes = await a_day(first)
    recorder.close()
    second, replay = playing(file, counted_ids("other"))
    await second.till.start()
    for _turn in range(3):  # other numbers, too
        second.till.workplace.journal.next_number("01", "01")
    await second.clock.move(hours=3)
    await a_day(second, codes)
    assert report(replay) == ""
    ours, theirs = (one.till.workplace.journal.recent(100) for one in (second, first))
    assert [one.settled for one in ours] == [one.settled for one in theirs]
    assert [one.total for one in ours] == [one.total for one in theirs]
    assert all(one.receipt_id.startswith("other") for one in ours)
    assert {one.of.number for one in ours if one.of} == {ours[-1].number}
    await first.till.close()
    await second.till.close()


async def test_a_masked_recording_plays_the_same_day(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file, masked=True)
    await first.till.start()
    codes = await a_day(first)
    recorder.close()
    text = file.read_text(encoding="utf-8")
    for personal in (ANNA, VERA, "9001234502", "Sokolova", codes[0]):
        assert personal not in text
    second, replay = playing(file)
    await second.till.start()
    await a_day(second, codes)
    assert report(replay) == ""
    ours, theirs = (one.till.workplace.journal.recent(100) for one in (second, first))
    assert [one.settled for one in ours] == [one.settled for one in theirs]
    nobody = [replace(one, buyer=None, level_asked="") for one in theirs]
    assert [replace(one, buyer=None, level_asked="") for one in ours] == nobody
    await first.till.close()
    await second.till.close()


async def test_what_differs_is_said_to_the_cashier(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    await first.do(do.AddGoods("10801", 5 * ONE), do.AddGoods("10101", ONE), do.Calculate(), PAY)
    recorder.close()
    second, replay = playing(file)
    await second.till.start()
    await second.do(do.AddGoods("10801", 5 * ONE), do.AddGoods("10101", 2 * ONE), do.Calculate())
    assert "This differs from the recording. Line 2, quantity: 2, recorded 1." in second.said
    assert second.receipt.applied and second.receipt.applied.offline
    (found,) = [
        one
        for one in second.till.workplace.exchanges.of(second.receipt.receipt_id)
        if one.exchange.method == "calculate"
    ]
    assert "line 2, quantity: 2, recorded 1" in found.exchange.notes
    text = report(replay)
    assert "Recorded, but not asked:" in text and "save_sale" in text
    assert "Asked otherwise than recorded:" in text and "line 2, quantity" in text
    await first.till.close()
    await second.till.close()


async def test_what_was_never_asked_is_said_to_be_missing(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    recorder.close()
    second, _replay = playing(file)
    await second.till.start()
    assert second.till.workplace.system and second.till.workplace.system.name == "Club Example"
    await second.do(do.AddGoods("10801"), do.Calculate())
    assert "The recording has no such request: calculate." in second.said
    await second.do(PAY)
    assert second.is_in(State.FINISHED)
    assert second.till.workplace.outbox.waiting == 1
    await first.till.close()
    await second.till.close()


async def test_a_recording_of_a_bad_day_is_as_bad(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    bad: list[do.Command] = [
        do.SetConnection(Connection.LOST_ANSWERS),
        do.Scan(ANNA),
        do.AddGoods("10801"),
    ]
    await first.do(*bad, do.Calculate(), PAY, do.SetConnection(Connection.ONLINE))
    assert first.till.workplace.outbox.waiting == 0
    recorder.close()
    second, replay = playing(file)
    await second.till.start()
    await second.do(*bad[1:], do.Calculate(), PAY)
    assert second.receipt.settled and second.receipt.settled.pending
    await second.do(do.Deliver())
    assert report(replay) == ""
    assert receipts(second) == receipts(first)
    await first.till.close()
    await second.till.close()


async def test_faults_strike_a_recording_as_well(tmp_path: Path) -> None:
    file = tmp_path / "day.jsonl"
    first, recorder = recorded(file)
    await first.till.start()
    await first.do(do.AddGoods("10801"), do.Calculate(), PAY)
    recorder.close()
    second, _replay = playing(file)
    await second.till.start()
    await second.do(do.SetFault(Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=1)))
    await second.do(do.AddGoods("10801"), do.Calculate(), PAY)
    assert second.receipt.settled and not second.receipt.settled.pending
    assert second.receipt.closed_at == MORNING
    await first.till.close()
    await second.till.close()
