"""The till between its questions: loads reach it while it stands idle, and its report has all that
was done at it."""

from dataclasses import replace
from pathlib import Path

import pytest
from files.world import ANNA, AT_FIRST, PAY, World, balance_at, groats, priced
from stand import Stand, demo_goods

from backends.files.client.goods import merged
from backends.files.client.layout import LAYOUT
from backends.files.formats import PROFILES, profile
from backends.files.formats.model import ALL, Goods, Kind, Load, Part, Transaction
from cashier import commands as do
from cashier.catalog import Catalog
from cashier.database import Database, Layout
from cashier.goods import Good
from cashier.money import ONE
from cashier.snapshot import AskSupervisor

SELL = (do.Scan(ANNA), groats(3), do.Calculate(), do.PayPoints(50_00), PAY)
GROATS, MILK = "10801", "10201"


def price_at(stand: Stand, sku: str = GROATS) -> int:
    good = stand.till.workplace.catalog.by_sku(sku)
    assert good
    return good.price


async def tick(stand: Stand) -> None:
    """Nobody does anything; the till looks after its queue."""
    await stand.clock.asleep(1)
    await stand.clock.move(seconds=stand.till.workplace.shop.sending.every_seconds)
    await stand.clock.asleep(1)


async def allowed(stand: Stand, *commands: do.Command) -> None:
    """A supervisor allows what he is asked for."""
    for command in commands:
        await stand.do(command)
        if isinstance(stand.till.now.question, AskSupervisor):
            await stand.do(do.Allow("4321"))


# --- an idle till


@pytest.mark.parametrize("name", PROFILES)
async def test_an_idle_till_takes_goods_and_balances_at_its_tick(name: str, tmp_path: Path) -> None:
    async with World(tmp_path, name) as world:
        world.office.load()
        stand = await world.stand()
        before, folder = price_at(stand), world.folder()
        folder.put_load(priced(before + 10_00))
        await tick(stand)
        assert not folder.load_flag.exists(), "nobody had to do anything"
        assert price_at(stand) == before + 10_00
        assert "A load has come: 163 goods," in stand.said
        assert await balance_at(stand) == AT_FIRST


async def test_the_next_thing_that_the_cashier_does_has_the_new_price(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        world.folder().put_load(priced(99_00, balance=7_00))
        await stand.do(groats(1))
        assert stand.receipt.lines[0].price == 99_00
        await stand.do(do.Scan(ANNA))
        assert stand.receipt.buyer
        assert stand.receipt.buyer.card
        assert stand.receipt.buyer.card.balance == 7_00


async def test_an_open_receipt_keeps_its_prices(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        await stand.do(groats(1))
        before = price_at(stand)
        world.folder().put_load(priced(99_00))
        await stand.do(do.Scan(ANNA), groats(1))
        assert [line.price for line in stand.receipt.lines] == [before, before]
        assert not world.folder().load_flag.exists(), "balances are there at once"
        await stand.do(do.Calculate(), PAY, groats(1))
        assert stand.receipt.lines[0].price == 99_00


async def test_a_till_just_opened_has_the_goods_of_the_last_load(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.folder().put_load(priced(99_00))
        first = await world.stand()
        assert price_at(first) == 99_00
        await first.till.close()
        assert price_at(await world.stand()) == 99_00
        world.folder().put_load(priced(55_00))
        assert price_at(await world.stand()) == 55_00


async def test_an_idle_till_answers_the_request_for_a_report(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand(report="asked")
        await stand.do(*SELL)
        world.office.ask()
        await tick(stand)
        assert (await world.office.take()).receipts == 1


async def test_trouble_with_a_load_is_said_once(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        folder = world.folder()
        folder.put_load(priced(99_00))
        bad = b"".join(b"?%d;x\r\n" % number for number in range(9))
        folder.load.write_bytes(folder.load.read_bytes().replace(b"$$$END", bad + b"$$$END"))
        await stand.do(*SELL)
        assert price_at(stand) == 99_00, "the rest is read"
        assert "goods.txt:6: unknown record '?0'" in stand.said
        assert "goods.txt: 4 more lines were not read" in stand.said
        assert stand.said.count("unknown record") == 5
        assert b"?8;x" in folder.load.read_bytes(), "the file itself is kept as it came"


# --- whose word counts


CARD = Catalog(
    (
        Good("1", "Beer", 50_00, "drinks", lowest=40_00, codes=("11",), age=18, deposit="2"),
        Good("2", "Bottle", 5_00, codes=("22",)),
        Good("3", "Gift card", 500_00, lowest=500_00, certificate=True),
    )
)


def test_a_load_says_the_price_and_the_shop_card_the_rest() -> None:
    told = (Goods("1", "Ale", 30_00, ("11", "12")), Goods("9", "New\x00one", 1_00, ("22", "99")))
    catalog, wrong = merged(CARD, told, whole=False)
    ale, bottle, gift, new = catalog.goods
    assert ale == replace(CARD.goods[0], name="Ale", price=30_00, lowest=30_00, codes=("11", "12"))
    assert (bottle, gift, wrong) == (*CARD.goods[1:], 0)
    assert new == Good("9", "Newone", 1_00, codes=("99",)), "the other code is the bottle's"


def test_what_a_whole_list_lacks_is_not_sold() -> None:
    told = (Goods("1", "", 60_00), Goods("3", "Gift card", 700_00), Goods("4", "Free"))
    catalog, wrong = merged(CARD, (*told, Goods("5" * 33, "Long", 1)), whole=True)
    assert [one.sku for one in catalog.goods] == ["1", "3"]
    assert catalog.goods[0].deposit == "", "its deposit went"
    assert (catalog.goods[0].name, catalog.goods[0].codes) == ("Beer", ("11",))
    assert catalog.goods[1].lowest == 700_00, "no discount on a gift certificate"
    assert wrong == 2


def test_a_letter_that_the_file_lacks_does_not_spoil_a_name() -> None:
    card = Catalog((Good("1", "Crème ₽", 1_00),))
    catalog, _wrong = merged(card, (Goods("1", "Cr?me ?", 2_00),), whole=True)
    assert catalog.goods[0].name == "Crème ₽"


async def test_each_command_clears_its_own_part(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        folder = world.folder()
        folder.put_load(Load(clears=frozenset({Part.CARDS})))
        await stand.refused(do.Scan(ANNA))
        goods = stand.till.workplace.catalog.goods
        assert goods == demo_goods().goods
        folder.put_load(Load((Goods("77", "Pen", 9_00),), clears=frozenset({Part.GOODS})))
        await stand.do(do.AddGoods("77"))
        assert len(stand.till.workplace.catalog.goods) == 1
        await stand.do(do.CancelReceipt())
        folder.put_load(Load(clears=ALL))
        await stand.do(groats(1))
        goods = stand.till.workplace.catalog.goods
        assert goods == demo_goods().goods, "a load without goods leaves them to the shop card"


async def test_goods_removed_by_their_code(tmp_path: Path) -> None:
    async with World(tmp_path, "frontol") as world:
        world.office.load()
        stand = await world.stand()
        world.folder().put_load(Load(clears=frozenset(), removed=(GROATS,)))
        await stand.refused(groats(1))
        await stand.do(do.AddGoods(MILK))


async def test_data_of_an_older_till_go_on(tmp_path: Path) -> None:
    old = Layout(
        LAYOUT.application, 1, LAYOUT.schema.replace(LAYOUT.upgrades[0], "").rstrip("; \n")
    )
    path = tmp_path / "till-1" / "files.db"
    path.parent.mkdir()
    database = Database.open(path, old)
    with database.writing() as sql:
        sql.execute("INSERT INTO facts VALUES ('database', 'old'), ('loads', '4')")
    database.close()
    async with World(tmp_path) as world:
        stand = await world.stand()
        await allowed(stand, groats(2), do.SetQuantity(1, ONE), do.Calculate(), PAY)
        found = world.folder().find_report()
        assert found
        assert found.report.database == "old"
        assert stand.till.workplace.catalog.goods == demo_goods().goods, "till the next load"


# --- the report has all that was done


def told_of(world: World) -> tuple[Transaction, ...]:
    found = world.folder().find_report()
    assert found
    assert not found.troubles
    return found.report.transactions


@pytest.mark.parametrize("name", PROFILES)
async def test_lines_taken_off_dropped_receipts_cash_and_the_z(name: str, tmp_path: Path) -> None:
    async with World(tmp_path, name) as world:
        world.office.load()
        stand = await world.stand(report="asked")
        await allowed(stand, do.CashIn(500_00), do.CashOut(200_00))
        await allowed(stand, do.Scan(ANNA), do.CancelReceipt())
        await allowed(stand, groats(2), do.AddGoods(MILK, 3 * ONE), do.VoidLine(1))
        await allowed(stand, do.SetQuantity(1, ONE), do.Calculate(), PAY)
        sold = stand.receipt.total
        await allowed(stand, groats(1), do.CancelReceipt(), groats(4), do.VoidLine(1))
        await allowed(stand, do.CloseShift())
        world.office.ask()
        await tick(stand)
        told = told_of(world)
        short = [(one.kind, one.goods, one.quantity) for one in told]
        sale, off, end = Kind.SALE_LINE, Kind.STORNO, Kind.CANCELLED
        cash = [(Kind.CASH_IN, "", 0), (Kind.CASH_OUT, "", 0)] if name == "frontol" else []
        assert short == [
            *cash,
            (sale, GROATS, 2000), (off, GROATS, 2000), (sale, MILK, 2000), (off, MILK, 2000),
            (sale, MILK, 1000), (Kind.PAYMENT, "", 0), (Kind.CLOSED, "", 0),
            (sale, GROATS, 1000), (end, "", 0), (sale, GROATS, 4000), (end, "", 0),
            (Kind.Z_REPORT, "", 0),
        ]  # fmt: skip
        assert (told[-1].shift, told[-1].amount, told[-1].till) == (1, sold, "01")
        assert [one.number for one in told] == sorted({one.number for one in told})
        taken = await world.office.take()
        assert (taken.receipts, taken.bad) == (1, [])
        assert taken.said == [f"till 01: shift 1 is closed, {sold / 100:.2f}"]
        put, out = ("500.00", "200.00") if cash else ("0.00", "0.00")
        said = (
            f"till 01: cancelled receipts 2, lines taken off 2, put into the drawer {put}, taken"
            f" out {out}, shifts closed 1, the last is 1 (03.03. 10:00): {sold / 100:.2f}"
        )
        assert world.office.besides() == [said]
        data = world.folder().report.read_bytes()
        world.folder().report.write_bytes(data.replace(b"@", b"#", 1))
        assert (await world.office.take()).said == [], "a Z is told once"
        assert world.office.besides() == [said]
        assert world.house.audit() == []


async def test_what_was_taken_off_outlives_the_till(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        journal = tmp_path / "journal.db"
        stand = await world.stand(journal=journal)
        await stand.do(groats(2), do.AddGoods(MILK), do.VoidLine(1))
        await stand.till.abandon()
        again = await world.stand(journal=journal)
        await again.do(do.ResumeReceipt(keep=False))
        assert [one.kind for one in told_of(world)] == [
            Kind.SALE_LINE, Kind.STORNO, Kind.SALE_LINE, Kind.CANCELLED
        ]  # fmt: skip


async def test_a_report_of_a_real_till_with_all_its_types(tmp_path: Path) -> None:
    """Both families, as the sources have them: types 1 and 2, 41, 63, and what stands alone."""
    async with World(tmp_path, "frontol") as world:
        text = (
            "#\n7\n1\n"
            "1;03.03.2026;09:00:00;50;1;1;x;;;;;300.00;;1\n"
            f"2;03.03.2026;09:01:00;1;1;2;x;{GROATS};;79.90;2.000;159.80;;1;79.90;159.80\n"
            f"3;03.03.2026;09:01:00;2;1;2;x;{GROATS};;79.90;1.000;79.90;;1;79.90;79.90\n"
            "4;03.03.2026;09:01:00;41;1;2;x;;1;;;79.90;;1\n"
            f"5;03.03.2026;09:01:00;55;1;2;x;{ANNA};;;;79.90;0;1\n"
            f"6;03.03.2026;09:02:00;11;1;3;x;{GROATS};;79.90;1.000;79.90;;1;79.90;79.90\n"
            "7;03.03.2026;09:02:00;56;1;3;x\n"
            "8;03.03.2026;09:03:00;51;1;4;x;;;;;100.00;;1\n"
            "9;03.03.2026;09:04:00;63;1;5;x;;;;;79.90;;1\n"
            "10;03.03.2026;09:05:00;64;1;6;x\n"
        )
        world.folder().report.write_bytes(text.encode())
        taken = await world.office.take()
        assert taken.receipts == 1
        assert taken.earned > 0
        assert [one.split("exchange: ")[1] for one in taken.bad] == [
            "report.txt:13: unknown record '64'"
        ]
        (said,) = world.office.besides()
        assert said == (
            "till 1: cancelled receipts 1, lines taken off 1, put into the drawer 300.00, taken"
            " out 100.00, shifts closed 1, the last is 1 (03.03. 09:04): 79.90"
        )
        assert profile("frontol").read_processed(world.folder().report.read_bytes(), 1)


async def test_a_live_shop_reports_nothing_before_somebody_agreed(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        stand = await world.stand()
        desk = stand.till.workplace
        desk.shop = desk.shop.model_copy(update={"live": True})
        await allowed(stand, groats(1), do.VoidLine(1))
        assert world.folder().find_report() is None
        desk.agreed = True
        await allowed(stand, groats(1), do.VoidLine(1))
        assert [one.kind for one in told_of(world)] == [Kind.SALE_LINE, Kind.CANCELLED]
