"""A session at the real screen, saved as a scenario, passes on a fresh till."""

from pathlib import Path

import pytest
from scenario.played import troubles
from seat import Seat
from stand import make_stand

from cashier import commands as do
from cashier import fixtures, i18n
from cashier.cli.staging import plug
from cashier.faults import Connection
from cashier.folder import DataFolder
from cashier.scenario.reading import load
from cashier.scenario.recorder import Recorder
from cashier.scenario.running import run
from cashier.scenario.stage import Staging
from cashier.till import Till
from screens.app import TillApp


async def passes(path: Path) -> str:
    text = path.read_text()  # noqa: ASYNC240 - nobody waits
    language = i18n.language()
    (scenario,) = load(path)
    result = await run(scenario, Staging(plug))
    i18n.set_language(language)
    assert troubles(result) == [], text
    return text


async def by_hand(seat: Seat) -> None:
    """Phone and code, goods, a coupon that there is not, points, cash; offline; a return."""
    await seat.type("<f2>", "79001234502", "<enter>")
    await seat.enter(seat.stand.code)
    await seat.enter("4600000000015", "3*4600000000022")
    await seat.type("<f3>", "NOSUCH", "<enter>")
    await seat.type("<f8>", "<f5>", "<enter>")
    await seat.type("<f9>", "500", "<enter>")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_whole_session_at_the_screen(tmp_path: Path, language: str) -> None:
    i18n.set_language(language)
    stand = make_stand()
    path = tmp_path / "by-hand.yaml"
    recorder = Recorder(path, fixtures.demo_card(language))
    recorder.attach(stand.till)
    app = TillApp(lambda _training: stand.till, language=language, theme_name="dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        await by_hand(seat)
        assert seat.state == "finished"
        number = stand.receipt.number
        await seat.stand.do(do.SetConnection(Connection.OFFLINE))
        await seat.settle()
        await seat.enter("2900000000025", "4600000000015")
        await seat.type("<f9>", "<enter>")
        assert seat.state == "finished"
        await seat.stand.do(do.SetConnection(Connection.ONLINE))
        await seat.settle()
        await seat.type("<f4>", number, "<enter>", "<f8>", "<f9>", "<enter>")
        assert seat.state == "finished"
    recorder.close()
    text = await passes(path)
    for part in ("from-phone", "NOSUCH", "pay_points", "pending: true", "return: "):
        assert part in text, text


async def test_the_receipt_at_hand_is_saved_from_the_menu(tmp_path: Path) -> None:
    stand = make_stand()
    stand.till = Till(stand.till.workplace, DataFolder.open(tmp_path))
    app = TillApp(lambda _training: stand.till, language="en", theme_name="dark")
    async with app.run_test(size=(140, 45)) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        await seat.type("<ctrl+f9>")
        assert "There is no receipt" in seat.message
        await seat.enter("4600000000015")
        await seat.type("<f9>", "<enter>")
        await by_hand(seat)
        number = stand.receipt.number
        await seat.type("<f4>", number, "<enter>", "<f8>", "<f9>", "<enter>")
        assert seat.state == "finished"
        await seat.type("<ctrl+f9>")
        assert "Scenario:" in seat.message
    (path,) = (tmp_path / "scenarios").iterdir()
    text = await passes(path)
    assert text.count("tender") == 1, "the sale before is another story"
    assert "return: {of: sale, refund: cash}" in text
    assert path.name.startswith(stand.receipt.number)
