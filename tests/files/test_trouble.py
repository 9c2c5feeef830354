"""Whatever lies in the folder, the till sells, the office goes on, and it is said where."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from files.world import ANNA, AT_FIRST, PAY, World, balance_at, groats, till_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand import MORNING

from cashier import commands as do
from cashier import exchange as ex
from cashier.cli.program import main
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind

SELL = (do.Scan(ANNA), groats(3), do.Calculate(), do.PayPoints(50_00), PAY)
MODEST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def test_a_half_written_load_and_a_flag_without_a_file(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        folder, stand = world.folder(), await world.stand()
        whole = folder.load.read_bytes().replace(b"\r\n@\r\n", b"\r\n#\r\n", 1)
        folder.load.write_bytes(whole[: len(whole) // 2])
        folder.load_flag.touch()
        await stand.do(*SELL)
        assert "goods.txt:" in stand.said
        assert "half-written" in stand.said
        folder.load.unlink()
        assert await balance_at(stand) == AT_FIRST - 50_00
        assert "goods.txt: the flag goods.flg is there, the file is not" in stand.said
        assert folder.load_flag.exists()


async def test_a_file_without_a_flag_and_an_unknown_record(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        folder, stand = world.folder(), await world.stand()
        data = folder.load.read_bytes().replace(b"\r\n@\r\n", b"\r\n#\r\n", 1)
        number = f"%{ANNA};".encode()
        data = data.replace(number, b"?what;is;that\r\n" + number, 1)
        folder.load.write_bytes(data.replace(b";470.50;", b";11.00;", 1))
        assert await balance_at(stand) == AT_FIRST
        assert "the flag goods.flg is not: it is not taken" in stand.said
        folder.load_flag.touch()
        assert await balance_at(stand) == 11_00
        assert "unknown" in stand.said


async def test_a_request_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.office.load()
        folder, stand = world.folder(), await world.stand(report="asked")
        folder.report_flag.write_bytes(b"hello\r\n")
        await stand.do(*SELL)
        assert "report.flg:1: expected $$$TRANSACTIONSBYDATERANGE" in stand.said
        assert not folder.report.exists()


async def test_a_folder_that_is_none_stops_neither_side(tmp_path: Path) -> None:
    async with World(tmp_path, tills=2) as world:
        world.office.load()
        one, two = await world.stand(1), await world.stand(2)
        await two.do(*SELL)
        folder = world.folder(1)
        for file in folder.load.parent.iterdir():
            file.unlink()
        folder.load.parent.rmdir()
        await one.do(*SELL)
        assert one.receipt.settled
        assert one.receipt.settled.spent == 50_00
        assert (await world.office.take()).receipts == 1, "the other till is heard"
        told = world.office.load()
        assert told.loads == 1
        assert told.bad == [f"{folder.load.parent}: No such file or directory"]
        folder.load.parent.mkdir()
        await one.do(do.Scan(ANNA), do.CancelReceipt())
        assert (await world.office.take()).receipts == 1


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"folder": ""}, "folder"),
        ({"profile": "dancy"}, "profile"),
        ({"report": "never"}, "report"),
        ({"report_minutes": -1}, "report_minutes"),
        ({"names": {"load": "../x"}}, "names.load"),
        ({"what": 1}, "what"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], field: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"loyalty.options.{field}"):
        till_of(tmp_path, "shtrihm", ManualClock(MORNING), **options)


# --- spoilt at random

CUTS = st.tuples(st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=20))


def spoilt(data: bytes, cut: tuple[int, int, bytes]) -> bytes:
    start, length, more = cut
    start %= len(data) + 1
    return data[:start] + more + data[start + length :]


@MODEST
@given(cut=CUTS)
def test_a_spoilt_load_is_one_of_three_outcomes(
    cut: tuple[int, int, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def work() -> None:
        async with World(tmp_path_factory.mktemp("load")) as world:
            world.office.load()
            folder = world.folder()
            folder.load.write_bytes(spoilt(folder.load.read_bytes(), cut))
            till = till_of(world.places[0], world.name, world.clock)
            asked = ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, ANNA), at=MORNING)
            with suppress(Refused, Unavailable, OutcomeUnknown):
                await till.open(ex.Opening(shop="01", till="01"))
                await till.identify(asked)
            await till.close()

    asyncio.run(work())


@MODEST
@given(cut=CUTS)
def test_a_spoilt_report_makes_no_points(
    cut: tuple[int, int, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def work() -> None:
        async with World(tmp_path_factory.mktemp("report")) as world:
            world.office.load()
            stand = await world.stand()
            await stand.do(*SELL)
            folder = world.folder()
            good = folder.report.read_bytes()
            folder.report.write_bytes(spoilt(good, cut))
            await world.office.take()
            assert world.house.audit() == []

    asyncio.run(work())


# --- the command


def shop_card(where: Path) -> Path:
    card = where / "shop.toml"
    card.write_text(
        'shop = "01"\ntill = "01"\nname = "Shop"\ncashier = "Anna"\nlanguage = "en"\n'
        'goods = "goods.csv"\n[loyalty]\nsystem = "files"\n[loyalty.options]\n'
        'folder = "exchange"\nreport = "sale"\n',
        encoding="utf-8",
    )
    (where / "goods.csv").write_text(
        "sku,price,name,codes\n10801,79.90,Groats,4600000000015\n", encoding="utf-8"
    )
    return card


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card, data = shop_card(tmp_path), tmp_path / "data"

    def office(*words: str) -> tuple[int, str]:
        code = main(["backoffice", *words, "--shop", str(card), "--data", str(data)])
        return code, capsys.readouterr().out

    assert office("load") == (0, "loads made: 1\n")
    code, said = office("load")
    assert (code, said.splitlines()[-1]) == (0, "loads made: 0")
    assert "the till has not taken the last load yet" in said
    code, said = office("show")
    assert f"{ANNA:<20}{'470.50':>12}\n" in said
    assert f"{'2900000000131':<20}{'250':>12}  0 can be spent now\n" in said
    assert "a load waits for the till" in said
    assert office("take") == (0, "receipts counted: 0, points earned 0, spent 0\n")
    report = tmp_path / "exchange" / "report.txt"
    report.write_bytes(b"#\r\n1\r\n")
    code, said = office("take", "--ask")
    assert code == 2
    assert "report.txt:2: half-written: expected three header lines" in said
    assert (tmp_path / "exchange" / "report.flg").exists()
    code, _said = office("run", "--once")
    assert code == 2
    report.unlink()
    other = tmp_path / "other"
    assert office("run", "--once", "--folder", str(other), "--profile", "frontol")[0] == 0
    assert (other / "goods.txt").read_bytes().startswith(b"##@@&&\r\n#\r\n$$$DELETEALLWARES")


def test_a_shop_without_files_is_no_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["backoffice", "load", "--data", str(tmp_path), "--lang", "en"]
    assert main(words) == 2
    assert "is no shop that exchanges files: say --folder" in capsys.readouterr().err
    assert main(["backoffice", "take", "--folder", "/dev/null/x", "--data", str(tmp_path)]) == 2
