"""How long a balance is true: the load, what is spent since, the report, the next load."""

from dataclasses import replace
from pathlib import Path

import pytest
from files.way import office_of
from files.world import ANNA, AT_FIRST, PAY, World, balance_at, groats

from backends.files.formats import PROFILES
from backends.files.formats.model import Kind, SalesReport, Transaction
from cashier import commands as do
from cashier.money import ONE

SELL = (do.Scan(ANNA), groats(3), do.Calculate(), do.PayPoints(50_00), PAY)
MUCH = (do.Scan(ANNA), groats(20), do.Calculate(), do.PayPoints(300_00), PAY)


@pytest.mark.parametrize("name", PROFILES)
async def test_the_till_lowers_its_balance_and_the_next_load_corrects_it(
    name: str, tmp_path: Path
) -> None:
    async with World(tmp_path, name) as world:
        assert world.office.load().loads == 1
        stand = await world.stand()
        assert await balance_at(stand) == AT_FIRST
        await stand.do(*SELL)
        settled = stand.receipt.settled
        assert settled
        assert (settled.earned, settled.spent, settled.balance) == (0, 50_00, AT_FIRST - 50_00)
        assert await balance_at(stand) == AT_FIRST - 50_00
        assert "Balance of the load of 03.03. 10:00; since then 50 points were spent here." in (
            stand.said
        )
        assert world.balance() == AT_FIRST, "the office has not heard of it"
        taken = await world.office.take()
        assert (taken.receipts, taken.spent, taken.said) == (1, 50_00, [])
        assert taken.earned > 0
        assert world.balance() == AT_FIRST - 50_00 + taken.earned
        assert await balance_at(stand) == AT_FIRST - 50_00, "earned, but not loaded"
        world.office.load()
        assert await balance_at(stand) == world.balance()


async def test_a_load_that_did_not_know_of_the_spending_is_the_truth_and_that_is_said(
    tmp_path: Path,
) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(*SELL)
        world.office.load()
        assert await balance_at(stand) == AT_FIRST
        text = "50 points spent here earlier are not processed yet: the load has them still."
        assert text in stand.said
        await world.office.take()
        world.office.load()
        assert await balance_at(stand) == world.balance()
        assert stand.said.count(text) == 1


@pytest.mark.parametrize("name", PROFILES)
async def test_two_tills_spend_the_same_points(name: str, tmp_path: Path) -> None:
    async with World(tmp_path, name, tills=2) as world:
        assert world.office.load().loads == 2
        one, two = await world.stand(1), await world.stand(2)
        await one.do(*MUCH)
        await two.do(*MUCH)
        taken = await world.office.take()
        assert taken.receipts == 2
        assert taken.spent == 600_00
        assert world.balance() == AT_FIRST - 600_00 + taken.earned < 0
        (said,) = taken.said
        assert said.startswith(f"till 02, receipt 1: 300 points were spent that card {ANNA} did")
        world.office.load()
        assert await balance_at(one) == await balance_at(two) == world.balance()
        await one.do(do.Scan(ANNA), groats(3), do.Calculate())
        await one.refused(do.PayPoints(1_00))
        await two.do(do.FindSale(number="R0102-000001"), do.ReturnAll(), do.Refund())
        assert (await world.office.take()).said == []
        assert world.balance() == AT_FIRST - 300_00 + taken.earned // 2, "one sale is left"


async def test_a_return_in_parts_undoes_as_much_as_the_sale_did(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(*SELL)
        number = stand.receipt.number
        for _turn in range(3):
            assert (await world.office.take()).said == []
            await stand.do(do.FindSale(number=number), do.ReturnLine(1, ONE), do.Refund())
        assert (await world.office.take()).receipts == 1
        assert world.balance() == AT_FIRST
        world.office.load()
        assert await balance_at(stand) == AT_FIRST


async def test_a_report_twice_counts_once(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(*SELL)
        data = world.folder().report.read_bytes()
        await world.office.take()
        left = world.balance()
        world.folder().report.write_bytes(data)
        assert (await world.office.take()).receipts == 0
        world.folder().report.unlink()
        await stand.do(do.Scan(ANNA), do.CancelReceipt())
        assert world.folder().report.read_bytes() == data, "nobody said that it was processed"
        assert (await world.office.take()).receipts == 0
        world.folder().report.write_bytes(data)
        where = [world.folder().report.parent]
        killed = office_of(world.house, where, world.clock, world.name)
        assert (await killed.take()).said == [], "it counted, and had not noted it"
        assert world.balance() == left


async def test_a_load_twice_counts_once(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        folder, stand = world.folder(), await world.stand()
        await stand.do(*SELL)
        assert folder.load.read_bytes().split(b"\r\n")[1] == b"@"
        folder.load_flag.touch()
        assert await balance_at(stand) == AT_FIRST - 50_00, "it is marked"
        assert not folder.load_flag.exists()


async def test_a_till_whose_data_are_gone_begins_with_the_last_load(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        first = await world.stand()
        await first.do(*SELL)
        await first.till.close()
        (tmp_path / "till-1" / "files.db").unlink()
        stand = await world.stand()
        assert await balance_at(stand) == AT_FIRST
        assert (await world.office.take()).receipts == 1, "the report of the old one counts"


async def test_the_same_load_again_is_another_load(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(*SELL)
        world.office.load()
        assert await balance_at(stand) == AT_FIRST


async def test_a_return_waits_for_its_sale(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand(report="asked")
        await stand.do(*SELL, do.FindSale(number="R0101-000001"), do.ReturnAll(), do.Refund())
        world.office.ask()
        await stand.do(do.Scan(ANNA), do.CancelReceipt())
        folder = world.folder()
        found = folder.find_report()
        assert found
        folder.settle_report(found)
        parts: dict[int, list[Transaction]] = {1: [], 2: []}
        for one in found.report.transactions:
            parts[one.receipt].append(one)
        folder.put_report(replace(found.report, transactions=tuple(parts[2])))
        taken = await world.office.take()
        assert "no sale of card" in taken.said[0]
        assert taken.receipts == 0
        assert world.office.waiting() == [f"till 01, return 2 of card {ANNA} waits for its sale"]
        folder.put_report(replace(found.report, transactions=tuple(parts[1])))
        assert (await world.office.take()).receipts == 2
        assert world.office.waiting() == []
        assert world.balance() == AT_FIRST


async def test_a_report_is_written_when_it_is_wanted(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand(report="asked", report_minutes=30)
        folder = world.folder()
        await stand.do(*SELL)
        assert folder.report.exists(), "the first is due at once"
        await world.office.take()
        await stand.do(*SELL)
        assert folder.find_report() is None
        await world.clock.move(minutes=30)
        await stand.do(do.Scan(ANNA), do.CancelReceipt())
        assert folder.find_report()
        await world.office.take()
        await stand.do(*SELL)
        world.office.ask()
        await stand.do(do.Scan(ANNA), do.CancelReceipt())
        found = folder.find_report()
        assert found
        ends = [one for one in found.report.transactions if one.kind is Kind.CLOSED]
        assert len(ends) == 3, "all of the day"
        assert not folder.report_flag.exists()
        assert (await world.office.take()).receipts == 1


async def test_what_the_rules_forbid_was_sold_all_the_same(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(do.Scan(ANNA), groats(3), do.Calculate(), do.PayPoints(200_00), PAY)
        taken = await world.office.take()
        assert taken.spent == 200_00
        assert world.balance() == AT_FIRST - 200_00 + taken.earned
        (said,) = taken.said
        assert "were taken against the rules" in said
        await stand.do(do.FindSale(number="R0101-000001"), do.ReturnAll(), do.Refund())
        assert (await world.office.take()).said == []
        assert world.balance() == AT_FIRST


async def test_a_stranger_is_told_and_earns_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        folder = world.folder()
        stand = await world.stand()
        await stand.do(do.Scan("2900000099991"), groats(1), do.Calculate(), PAY)
        assert stand.receipt.buyer
        assert not stand.receipt.buyer.verified
        assert "No load has come into" in stand.said
        await stand.do(do.Deliver())
        assert folder.find_report()
        taken = await world.office.take()
        assert taken.said == [
            "till 01, receipt 1: card 2900000099991 is unknown: nothing was earned"
        ]


async def test_what_does_not_add_up_is_not_counted_and_stays_told(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(*SELL)
        folder = world.folder()
        good = folder.report.read_bytes()
        folder.report.write_bytes(good.replace(b";239.70", b";240.70", 1))
        taken = await world.office.take()
        assert taken.receipts == 0
        (said,) = taken.bad
        assert said.endswith("till 01, receipt 1: its payments do not add up to its lines")
        assert said in world.office.waiting()
        folder.report.write_bytes(good)
        assert (await world.office.take()).receipts == 1, "the right one still counts"
        assert world.office.waiting() == []


async def test_a_report_without_a_till_behind_it(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        assert world.folder().put_report(SalesReport(1, "elsewhere"))
        taken = await world.office.take()
        assert (taken.receipts, taken.said) == (0, [])
        assert world.folder().find_report() is None
