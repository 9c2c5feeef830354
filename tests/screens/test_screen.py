"""The screen itself: sizes, keys typed early, many lines, help, palette, quitting, trouble."""

import asyncio
import subprocess
import sys
import threading

import pytest
from seat import Seat, Sit
from stand import make_stand
from textual.widgets import Static

from cashier import i18n
from cashier.errors import ConfigError
from cashier.till import Till
from screens.app import TillApp
from screens.deeds import DEEDS, key_name
from screens.lights import Lights

BREAD, RYE = "4600000000015", "4600000000022"


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = (
        "import sys, screens.app;"
        "heavy = {'pydantic', 'cashier.exchange', 'cashier.receipt', 'cashier.till', 'barcode',"
        " 'phonenumbers', 'httpx', 'sqlite3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


async def test_keys_typed_before_the_till_is_ready_are_played_in_order() -> None:
    stand, open_now = make_stand(), threading.Event()

    def make(_training: bool) -> Till:
        open_now.wait(10)
        return stand.till

    app = TillApp(make, language="en", theme_name="dark")
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, stand)
        seat.write(f"{BREAD}\n2*{RYE}\n")
        await pilot.press("f8")
        await pilot.press("4", "6")
        assert app.desk is None
        open_now.set()
        await app.ready.wait()
        await seat.settle()
        assert [line.quantity for line in stand.receipt.lines] == [1000, 2000]
        assert seat.state == "calculated"
        assert app.till_screen.input.text == "46"


async def test_a_shop_card_that_cannot_be_read_ends_with_its_reason() -> None:
    def make(_training: bool) -> Till:
        raise ConfigError("shop.toml, line 3, field till: unknown field")

    app = TillApp(make, language="en")
    async with app.run_test():
        while app.return_code is None:  # noqa: ASYNC110 - the app tells nobody that it ends
            await asyncio.sleep(0)
    assert app.return_code == 2
    assert "line 3" in app.trouble


async def test_a_burst_of_scans_loses_none(sit: Sit) -> None:
    async with sit() as seat:
        seat.write(f"{BREAD}\n{RYE}\n" * 50)
        await seat.settle()
        assert len(seat.stand.receipt.lines) == 100
        assert [line.code for line in seat.stand.receipt.lines[:3]] == [BREAD, RYE, BREAD]


async def test_pasted_lines_are_entered_one_after_another(sit: Sit) -> None:
    async with sit() as seat:
        from textual.events import Paste

        seat.app.post_message(Paste(f"{BREAD}\r\n{RYE}\n46"))
        await seat.settle()
        assert len(seat.stand.receipt.lines) == 2
        assert seat.screen.input.text == "46"


async def test_a_long_receipt_shows_its_end_and_scrolls_to_its_start(sit: Sit) -> None:
    async with sit() as seat:
        seat.write(f"{BREAD}\n" * 60)
        await seat.settle()
        assert any(row.lstrip().startswith("60 ") for row in seat.rows())
        await seat.type("<pageup>", *["<pageup>"] * 8)
        assert any(row.lstrip(" ▌").startswith("1 ") for row in seat.rows())


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (140, 45), (62, 18)])
async def test_every_row_fits_the_terminal(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as seat:
        await seat.enter("2900000000032", BREAD, f"3*{RYE}", "")
        rows = seat.rows()
        assert len(rows) == size[1]
        assert {len(row) for row in rows} == {size[0]}
        assert "F10" in seat.seen()
        assert seat.screen.money.size.height >= 3


async def test_a_terminal_too_small_says_what_it_needs_and_comes_back(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.pilot.resize_terminal(50, 10)
        await seat.settle()
        assert "needs at least 60 × 18" in seat.seen()
        assert "50 × 10" in seat.seen()
        await seat.pilot.resize_terminal(80, 24)
        await seat.settle()
        assert "Polevoy wheat bread" in seat.seen()


async def test_help_names_every_key(sit: Sit) -> None:
    async with sit(size=(120, 160)) as seat:
        await seat.type("?")
        seen = seat.seen()
        for deed in DEEDS:
            assert key_name(deed.key) in seen, deed.id
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


async def test_a_lit_key_is_one_that_the_till_allows(sit: Sit) -> None:
    async with sit() as seat:
        assert not _lit(seat, "cash", "void", "points")
        await seat.enter(BREAD)
        assert _lit(seat, "cash", "card", "void", "calculate") == {
            "cash", "card", "void", "calculate",
        }  # fmt: skip
        await seat.type("<f8>")
        assert _lit(seat, "calculate", "goods") == {"goods"}


def _lit(seat: Seat, *names: str) -> set[str]:
    lights = Lights(seat.desk)
    return {deed.id for deed in DEEDS if deed.id in names and lights.lit(deed)}


async def test_keys_that_terminals_swallow_have_another_way(sit: Sit) -> None:
    for deed in DEEDS:
        assert deed.key not in ("f1", "f10", "f11", "f12") or "," in deed.keys, deed.id
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<alt+0>")
        assert seat.state == "finished"


async def test_the_palette_switches_language_and_colours(sit: Sit) -> None:
    async with sit() as seat:
        titles = {command.title for command in seat.app.get_system_commands(seat.screen)}
        assert {"Русский", "English", "Dark", "Light", "16 colours, dark"} <= titles
        seat.app.speak("ru")
        assert i18n.language() == "ru"
        seat.app.wear("cashier-light")
        await seat.settle()
        assert seat.app.theme == "cashier-light"


async def test_quitting_with_an_open_receipt_asks_first(sit: Sit) -> None:
    async with sit() as seat:
        await seat.enter(BREAD)
        await seat.type("<ctrl+q>")
        assert "The open receipt is kept" in seat.seen()
        await seat.type("<enter>")
        assert seat.app.return_code is None
        await seat.type("<ctrl+q>", "2")
        await seat.pilot.press("enter")
        assert seat.app.return_code == 0


async def test_a_receipt_that_the_last_run_left_open_is_offered(sit: Sit) -> None:
    first = make_stand()
    await first.till.start()
    from cashier.commands import Scan

    await first.do(Scan(BREAD))
    second = make_stand(journal=first.till.workplace.journal)
    async with sit(stand=second) as seat:
        assert "The last run left a receipt open" in seat.seen()
        await seat.type("<enter>")
        assert len(seat.stand.receipt.lines) == 1


async def test_esc_stops_waiting_and_the_spinner_says_so(sit: Sit) -> None:
    async with sit() as seat:
        await seat.type("<f12>", "<down>", "<down>", "<enter>")
        await seat.enter(BREAD)
        seat.write("\n")
        while not seat.desk.spinner.turning:
            await seat.pilot.pause()
        assert "Calculating" in seat.message
        await seat.pilot.press("escape")
        await seat.settle()
        assert seat.message == "· Cancelled: nothing changed."
        assert seat.state == "selling"


async def test_a_bug_is_loud(sit: Sit) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("a bug")

    async def crash() -> None:
        async with sit() as seat:
            seat.desk.later(broken)
            while seat.app._exception is None:
                await seat.pilot.pause()

    with pytest.raises(Exception, match="a bug"):
        await crash()


def test_the_main_screen_holds_no_stock_widgets() -> None:
    from screens.till_screen import TillScreen

    screen = TillScreen()
    assert not any(isinstance(child, Static) for child in screen.children)


async def test_leaving_closes_the_till_and_keeps_the_receipt(sit: Sit) -> None:
    closed: list[str] = []
    stand = make_stand()
    close = stand.till.close

    async def noted() -> None:
        closed.append("till")
        await close()

    stand.till.close = noted  # type: ignore[method-assign]  # the real one, and a note of it
    async with sit(stand=stand) as seat:
        await seat.enter(BREAD)
    assert closed == ["till"]
