"""What was said to the loyalty system, at the screen: lists, pages, masks, what is taken along."""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from seat import Seat
from stand import MORNING, Stand, demo_shop, make_stand
from wired import ONLY_ON_THE_WIRE, PASSWORD, TOKEN, Wired

from cashier import i18n
from cashier.clock import SystemClock
from cashier.commands import Connection, SetConnection
from cashier.exchange import Backend
from cashier.folder import DataFolder
from cashier.till import Till
from cashier.witness import Exchange, Outcome
from screens.app import TillApp
from screens.deeds import BY_ID
from screens.exchanges.exchange_page import ExchangePage
from screens.exchanges.exchanges_screen import ExchangesScreen
from screens.exchanges.page import ExchangesPage
from screens.view import SAID

ANNA, BREAD, MILK = "2900000000018", "4600000000015", "4600000000237"
PERSONAL = (ANNA, "79001234501", "anna@example.org", "Sokolova", *ONLY_ON_THE_WIRE.values())
SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])


@asynccontextmanager
async def sit_down(
    size: tuple[int, int] = (80, 24),
    *,
    language: str = "en",
    stand: Stand | None = None,
    folder: Path | None = None,
) -> AsyncIterator[Seat]:
    """At a till whose system is behind a wire; a receipt of Anna is calculated."""
    stand = stand or make_stand(around=wired)
    if folder is not None:
        stand.till = Till(stand.till.workplace, DataFolder.open(folder))
    app = TillApp(lambda _training: stand.till, language=language, theme_name="dark")
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        yield seat
    i18n.set_language("en")


def wired(house: Backend) -> Backend:
    return Wired(house, SystemClock())


async def sell(seat: Seat) -> None:
    await seat.enter(ANNA, BREAD, MILK)
    await seat.type("<f8>", "<escape>", "<f8>")


def page(seat: Seat) -> ExchangesPage:
    assert isinstance(seat.app.screen, ExchangesPage)
    return seat.app.screen


def listed(seat: Seat) -> list[str]:
    assert isinstance(seat.app.screen, ExchangesScreen)
    return [entry.exchange.method for entry in seat.app.screen.view.rows]


async def show_list(seat: Seat) -> None:
    while not isinstance(seat.app.screen, ExchangesScreen):
        await seat.type("<alt+s>")


async def show_page(seat: Seat, method: str) -> ExchangePage:
    """The newest of this method."""
    await show_list(seat)
    rows = listed(seat)
    last = len(rows) - 1 - rows[::-1].index(method)
    await seat.type("<home>", *["<down>"] * last, "<enter>")
    assert isinstance(seat.app.screen, ExchangePage)
    return seat.app.screen


async def worked(seat: Seat) -> None:
    """What is done beside the keys is done."""
    for worker in [one for one in seat.app.workers if one.group in ("find", "document")]:
        await worker.wait()


def texts(shown: ExchangePage) -> list[str]:
    return ["".join(text for text, _ink in row) for row in shown.view.rows]


# --- where they are seen


@SIZES
@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_key_shows_them_beside_the_receipt_then_whole_then_not(
    size: tuple[int, int], language: str
) -> None:
    async with sit_down(size, language=language) as seat:
        await sell(seat)
        if size[0] > 100:
            await seat.type("<alt+s>")
            assert seat.app.screen is seat.screen and seat.screen.has_class(SAID)
            assert len(seat.screen.side_said.rows) == 6
            assert "✓" in seat.seen()
        await seat.type("<alt+s>")
        assert listed(seat) == [
            "identify", "calculate", "points", "upgrade_level", "calculate", "points",
        ]  # fmt: skip
        for row in seat.rows():
            assert len(row) == size[0]
        assert page(seat).keys.content_size.height <= 2
        await seat.type("<alt+s>")
        assert seat.app.screen is seat.screen and not seat.screen.has_class(SAID)


async def test_esc_leaves_the_list_beside_the_receipt_where_it_is() -> None:
    async with sit_down((140, 45)) as seat:
        await sell(seat)
        await seat.type("<alt+s>", "<alt+s>", "<escape>")
        assert seat.app.screen is seat.screen and seat.screen.has_class(SAID)
        await seat.enter("")
        await seat.enter("")
        methods = [entry.exchange.method for entry in seat.screen.side_said.rows]
        assert methods[-1] == "save_sale"
        await seat.enter("")
        assert seat.state in ("idle", "finished")
        assert seat.screen.side_said.rows, "without a receipt the newest are listed"


async def test_one_beside_the_receipt_is_opened_with_the_mouse() -> None:
    async with sit_down((140, 45)) as seat:
        await sell(seat)
        await seat.type("<alt+s>")
        await seat.pilot.click("#side-said", offset=(5, 2))
        await seat.settle()
        shown = seat.app.screen
        assert isinstance(shown, ExchangePage)
        assert shown.entries[shown.place].exchange.method == "calculate"


async def test_a_request_that_hangs_is_in_the_list_until_it_is_over() -> None:
    stand = make_stand()
    async with sit_down((140, 45), stand=stand) as seat:
        await seat.enter(ANNA, BREAD)
        await seat.type("<alt+s>")
        await stand.till.do(SetConnection(Connection.SLOW))
        begun = asyncio.Event()
        stand.events.clear()
        stand.till.events.watch(lambda _event: begun.set())
        seat.desk.press(BY_ID["calculate"])
        await begun.wait()
        await seat.pilot.pause()
        await seat.pilot.pause()
        last = seat.screen.side_said.rows[-1].exchange
        assert (last.method, last.outcome) == ("calculate", Outcome.PENDING)
        assert "… prices" in seat.seen()
        await seat.pilot.press("alt+s", "enter")
        await seat.pilot.pause()
        assert isinstance(seat.app.screen, ExchangePage)
        assert "under way" in seat.seen()
        idle = asyncio.create_task(seat.desk.idle())
        while not idle.done():  # each of the requests is slow
            await stand.clock.move(seconds=60)
            await seat.pilot.pause()
        assert "prices · answered" in seat.seen()
        await seat.type("<escape>")
        outcomes = [entry.exchange.outcome for entry in page(seat).view.rows]
        assert Outcome.PENDING not in outcomes


# --- one of them


@SIZES
async def test_a_page_shows_it_laid_out_raw_and_in_hex(size: tuple[int, int]) -> None:
    async with sit_down(size) as seat:
        await sell(seat)
        shown = await show_page(seat, "identify")
        rows = texts(shown)
        assert "Asked" in rows and "Answered" in rows and "Over the wire" in rows
        assert any("POST https://loyalty.example/api/v1/identify?till=01" in row for row in rows)
        assert any(row.strip() == '"kind": "card",' for row in rows)
        assert "laid out" in seat.seen() and "masked" in seat.seen()
        await seat.type("<tab>")
        raw = "".join(texts(shown))
        assert '{"identifier":{"kind":"card","value":"*********0018"}' in raw
        await seat.type("x")
        assert any(row.startswith("00000000  7b 22") for row in texts(shown))
        await seat.type("x", "<tab>")
        assert texts(shown) == rows
        await seat.type("<right>")
        assert "prices" in seat.rows()[0]
        await seat.type("<left>", "<left>")
        assert "looking for the customer" in seat.rows()[0]
        for row in seat.rows():
            assert len(row) == size[0]


@SIZES
async def test_nobody_and_no_secret_is_on_any_page(size: tuple[int, int]) -> None:
    async with sit_down(size) as seat:
        await sell(seat)
        await show_list(seat)
        await seat.type("<tab>", "<home>", "<enter>")
        shown = seat.app.screen
        assert isinstance(shown, ExchangePage)
        for _exchange in shown.entries:
            for keys in (("<tab>",), ("<tab>",)):
                await seat.type(*keys)
                said = "\n".join(texts(shown))
                for value in (*PERSONAL, TOKEN, PASSWORD, "Tr0ub4dor"):
                    assert value not in said
            await seat.type("<right>")


async def test_all_is_shown_after_a_question_and_masked_again_afterwards() -> None:
    async with sit_down() as seat:
        await sell(seat)
        shown = await show_page(seat, "identify")
        await seat.type("u")
        assert "Show and copy everything as it is?" in seat.seen()
        await seat.type("<enter>")
        assert "NOT MASKED" not in seat.seen() and ANNA not in "".join(texts(shown))
        await seat.type("u", "2", "<enter>")
        assert " NOT MASKED " in seat.seen()
        assert ANNA in "".join(texts(shown)) and TOKEN in "".join(texts(shown))
        await seat.type("<escape>")
        assert " NOT MASKED " in seat.seen(), "the list is still open"
        await seat.type("<escape>")
        await show_list(seat)
        assert " NOT MASKED " not in seat.seen() and "masked" in seat.rows()[0]
        await seat.type("u", "2", "<enter>", "u")
        assert " NOT MASKED " not in seat.seen()


async def test_the_answer_that_brought_a_price_is_one_key_away() -> None:
    async with sit_down((100, 30)) as seat:
        await sell(seat)
        await seat.type("<up>", "<f11>")
        assert "S: what the system answered" in seat.seen()
        await seat.type("ы")
        shown = seat.app.screen
        assert isinstance(shown, ExchangePage)
        assert shown.entries[shown.place].exchange.method == "calculate"
        assert shown.view.selected is not None
        assert texts(shown)[shown.view.selected].split() == ["2", "number", "2"]
        assert "Dairy midweek" in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


async def test_before_a_calculation_there_is_no_answer_to_a_price() -> None:
    async with sit_down() as seat:
        await seat.enter(BREAD)
        await seat.type("<up>", "<f11>")
        assert "what the system answered" not in seat.seen()
        await seat.type("s")
        assert not isinstance(seat.app.screen, ExchangePage)


# --- searching


async def test_text_is_found_in_a_page_and_gone_to() -> None:
    async with sit_down() as seat:
        await sell(seat)
        shown = await show_page(seat, "calculate")
        await seat.type("/", "DISCOUNT", "<enter>")
        first = shown.view.selected
        assert first is not None and "discount" in texts(shown)[first].lower()
        await seat.type("n")
        assert shown.view.selected is not None and shown.view.selected > first
        await seat.type("N")
        assert shown.view.selected == first
        await seat.type("/", "no such text", "<enter>")
        assert "Nothing is found" in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is shown, "the first Esc ends the search"
        await seat.type("<escape>")
        assert isinstance(seat.app.screen, ExchangesScreen)


async def test_the_list_is_searched_for_this_receipt_and_for_all() -> None:
    async with sit_down() as seat:
        await sell(seat)
        await seat.enter("", "")
        assert seat.state == "finished"
        first = seat.stand.receipt.number
        await seat.enter(BREAD)
        await seat.type("<f8>")
        await show_list(seat)
        assert "save_sale" not in listed(seat)
        await seat.type("/", ".", "<escape>", "<tab>")
        assert listed(seat)[0] == "open" and "save_sale" in listed(seat)
        assert first in seat.seen()
        await seat.type("/", "dairy", "<enter>")
        await worked(seat)
        await seat.settle()
        assert set(listed(seat)) == {"calculate", "points", "save_sale"}
        assert "“dairy”" in seat.seen()
        await seat.type("/", first.lower(), "<enter>")
        assert listed(seat)[-1] == "save_sale" and first in seat.rows()[0]
        await seat.type("/", "9001234501", "<enter>")
        assert "identify" in listed(seat), "people are found, and stay masked"
        await seat.type("/", "nowhere to be found", "<enter>")
        assert listed(seat) == [] and "Nothing is found" in seat.seen()
        await seat.type("<escape>")
        assert listed(seat)[0] == "identify"


async def test_older_ones_come_page_by_page() -> None:
    stand = make_stand()
    log = stand.till.workplace.exchanges
    for turn in range(450):
        log.keep(_said(f"m{turn}"))
    log.flush()
    async with sit_down(stand=stand) as seat:
        await show_list(seat)
        assert len(listed(seat)) == 200
        await seat.type("<home>")
        assert len(listed(seat)) == 400
        await seat.type("<up>", "<home>")
        assert len(listed(seat)) == 451 and listed(seat)[0] == "m0"
        assert page(seat).view.selected == 0


def _said(method: str, **more: object) -> Exchange:
    plain = Exchange(MORNING, "Scan", method, Outcome.ANSWERED, b"{}", b"{}")
    return replace(plain, **more)  # type: ignore[arg-type]


# --- odd things


async def test_a_large_body_is_laid_out_beside_the_work_of_the_screen() -> None:
    stand = make_stand()
    answer = json.dumps({"rows": [{"n": n, "text": "x" * 50} for n in range(60_000)]}).encode()
    stand.till.workplace.exchanges.keep(_said("points", answer=b"", raw=answer))
    async with sit_down(stand=stand) as seat:
        await show_list(seat)
        await seat.type("<home>", "<enter>")
        await worked(seat)
        await seat.settle()
        shown = seat.app.screen
        assert isinstance(shown, ExchangePage)
        assert len(shown.view.rows) > 50_000
        await seat.type("<end>")
        assert "59999" in seat.seen()
        await seat.type("/", '"n": 30000', "<enter>")
        assert '"n": 30000' in seat.seen()


async def test_foreign_text_is_never_markup_and_moves_nothing() -> None:
    stand = make_stand()
    odd = "[/b] [bold] \x1b[2J \u202e ✂️ 漢字 [@click=app.quit]x[/]"
    body = json.dumps({odd: odd}).encode()
    stand.till.workplace.exchanges.keep(
        _said("points", request=body, answer=body, text=odd, notes=(odd,), raw=odd.encode())
    )
    async with sit_down(stand=stand) as seat:
        await show_list(seat)
        await seat.type("<home>", "<enter>")
        for keys in ("<tab>", "x", "<tab>"):
            assert "[/b] [bold]" in seat.seen() or keys == "<tab>"
            for row in seat.rows():
                assert "\x1b" not in row
            await seat.type(keys)


async def test_a_damaged_record_is_a_sentence() -> None:
    async with sit_down() as seat:
        await sell(seat)
        with seat.till.workplace.journal.database.writing() as sql:
            sql.execute("UPDATE exchanges SET body = x'00'")
        await show_list(seat)
        await seat.type("<enter>")
        assert "The record of this exchange is damaged" in seat.seen()
        await seat.type("<escape>", "h")
        assert "damaged" in seat.seen()


async def test_a_shop_without_a_loyalty_system_has_no_such_key() -> None:
    shop = demo_shop()
    loyalty = shop.loyalty.model_copy(update={"system": ""})
    stand = make_stand(shop=shop.model_copy(update={"loyalty": loyalty}))
    async with sit_down(stand=stand) as seat:
        await seat.type("<alt+s>")
        assert seat.app.screen is seat.screen


# --- taken along


async def test_curl_goes_to_the_clipboard_masked_and_whole_only_when_asked() -> None:
    async with sit_down() as seat:
        await sell(seat)
        await show_page(seat, "identify")
        await seat.type("c")
        assert "Copied: 1 curl command" in seat.seen()
        words = shlex.split(seat.app.clipboard)
        assert words[0] == "curl" and "https://loyalty.example/api/v1/identify?till=01" in words
        for value in (*PERSONAL, TOKEN):
            assert value not in seat.app.clipboard
        await seat.type("u", "2", "<enter>", "с")
        assert f"Bearer {TOKEN}" in seat.app.clipboard and ANNA in seat.app.clipboard


async def test_without_a_wire_there_is_nothing_for_curl() -> None:
    async with sit_down(stand=make_stand()) as seat:
        await sell(seat)
        await show_list(seat)
        await seat.type("c")
        assert "nothing for curl" in seat.seen()
        assert seat.app.clipboard == ""


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_an_archive_is_saved_in_the_data_folder(tmp_path: Path) -> None:
    async with sit_down(folder=tmp_path) as seat:
        await sell(seat)
        await show_list(seat)
        await seat.type("h", "h")
        first, second = files_in(tmp_path / "exchanges")
        assert first.suffix == second.suffix == ".har"
        assert first.name in seat.seen() or second.name in seat.seen()
        log = json.loads(first.read_text(encoding="utf-8"))["log"]
        assert [one["request"]["_step"] for one in log["entries"]] == listed(seat)
        for value in (*PERSONAL, TOKEN):
            assert value not in first.read_text(encoding="utf-8")


async def test_where_nothing_can_be_saved_that_is_said(tmp_path: Path) -> None:
    async with sit_down() as seat:
        await sell(seat)
        await show_list(seat)
        await seat.type("h")
        assert "no data folder" in seat.seen()
    async with sit_down(folder=tmp_path) as seat:
        (tmp_path / "bug-reports").write_text("in the way")
        await sell(seat)
        await show_list(seat)
        await seat.type("b")
        assert "cannot be written" in seat.seen()


def report_of(folder: Path) -> dict[str, str]:
    (report,) = files_in(folder / "bug-reports")
    return {path.name: path.read_text(encoding="utf-8") for path in files_in(report)}


@SIZES
async def test_a_report_has_the_keys_and_the_screen_and_nobody_in_them(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with sit_down(size, folder=tmp_path) as seat:
        await seat.type("+7900123", "<backspace>", "<backspace>", "2", "3", "4501", "<enter>")
        code = seat.stand.code
        await seat.enter(code, BREAD)
        await seat.type("<up>", "<alt+d>")
        await seat.enter("50%")
        assert "A supervisor must allow it" in seat.seen()
        await seat.type("4321", "<tab>", "because", "<enter>")
        await seat.type("<f8>", "<escape>", "<f8>")
        await show_list(seat)
        await seat.type("b")
        assert "Report: " in seat.seen()
        found = report_of(tmp_path)
        assert f"{BREAD}<enter>" in found["keys.txt"]
        assert "<alt+d>50%<enter>" in found["keys.txt"].replace("\n", "")
        assert "4321" not in found["keys.txt"]
        assert "Polevoy wheat bread" in found["screen.txt"] and "TOTAL" in found["screen.txt"]
        assert "<svg" in found["screen.svg"]
        for name, text in found.items():
            for value in (*PERSONAL, "4501", TOKEN, PASSWORD):
                assert value not in text.replace("&#160;", " "), name
            if name in ("keys.txt", "commands.jsonl", "screen.txt", "screen.svg"):
                assert code not in text, name


async def test_a_report_that_is_asked_for_unmasked_has_everybody_in_it(tmp_path: Path) -> None:
    async with sit_down(folder=tmp_path) as seat:
        await seat.enter(ANNA)
        await sell(seat)
        await show_list(seat)
        await seat.type("u", "2", "<enter>", "b")
        found = report_of(tmp_path)
        assert f"{ANNA}<enter>" in found["keys.txt"]
        assert "Sokolova" in found["screen.txt"] and TOKEN in found["exchanges.har"]


async def test_keys_belong_to_the_receipt_they_were_pressed_for() -> None:
    async with sit_down() as seat:
        log = seat.screen.pressed
        await seat.enter("2*" + BREAD)
        first = seat.stand.receipt.receipt_id
        await seat.type("<f8>", "<f9>")
        await seat.enter("")
        assert seat.state == "finished"
        await seat.enter(MILK)
        second = seat.stand.receipt.receipt_id
        assert log.of(first, None) == f"2*{BREAD}<enter>\n<f8><f9><enter>\n"
        assert log.of(second, None) == f"{MILK}<enter>\n"
        assert log.of("r0", None) == ""
