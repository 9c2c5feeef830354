"""Comfort of a demo: large type, privacy, pictures of the screen."""

import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from seat import Seat, Sit
from stand import Stand, make_stand
from textual.color import Color

from cashier.folder import DataFolder
from cashier.printing.text import render
from cashier.till import Till
from screens.app import TillApp
from screens.big import big, fitting
from screens.dialogs.barcode import BarcodePage, at_hand
from screens.privacy import Veil
from screens.text import width

BREAD, CARD, PHONE = "4600000000015", "2900000000032", "+79001234503"


@asynccontextmanager
async def sit_at(
    stand: Stand, size: tuple[int, int] = (80, 24), *, large: bool = False, privacy: bool = False
) -> AsyncIterator[Seat]:
    app = TillApp(
        lambda _training: stand.till, language="en", theme_name="dark", large=large, privacy=privacy
    )
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        yield seat


async def choose(seat: Seat, title: str) -> None:
    """As somebody does who finds it in the palette."""
    command = next(
        one for one in seat.app.get_system_commands(seat.app.screen) if one.title == title
    )
    command.callback()
    await seat.settle()


# --- privacy


def hidden(seat: Seat, *also: str) -> str:
    """What is seen, without anything that belongs to one of the demo's people."""
    seen = seat.seen()
    for secret in ("Pavlova", "Vera", "Ivanov", "29000000000", "9001234", "vera@", *also):
        assert secret not in seen, seen
    return seen


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_a_whole_sale_shows_nothing_of_a_person(size: tuple[int, int]) -> None:
    async with sit_at(make_stand(), size, privacy=True) as seat:
        for letter in PHONE:
            seat.write(letter)
            await seat.pilot.pause()
            assert PHONE[: max(6, len(PHONE) - 2)] not in seat.seen()
        assert "+7••••••••03" in hidden(seat)
        await seat.type("<enter>")
        assert seat.desk.phone[-1].code in hidden(seat)  # that one is to be read
        await seat.enter(seat.stand.code, BREAD, "")
        assert "V••• P••••••" in hidden(seat)
        if size[0] > 100:
            assert "•••••••••0032" in seat.seen() and "+7••••••••03" in seat.seen()
        await seat.type("<f2>")
        hidden(seat)
        await seat.type("<escape>", "<f10>", "<f6>")
        hidden(seat)
        await seat.type("<escape>")
        seat.desk.say("Vera Pavlova, card 2900000000032, vera@example.org, 8 (900) 123-45-03")
        await seat.settle()
        text = "V••• P••••••, card •••••••••0032, v•••@•••••••.org, • (•••) •••-••-03"
        assert "".join(text.split()) in "".join(hidden(seat).split())
        await seat.enter(seat.stand.receipt.number)
        hidden(seat)
        assert "•" not in render(seat.stand.slips[-1])


async def test_choices_and_forms_hide_people_too(sit: Sit) -> None:
    async with sit() as seat:
        await choose(seat, "Privacy on")
        await seat.enter("9001234509", "")
        await seat.enter(seat.stand.code)
        seen = hidden(seat, "family")
        assert "•••••••••0094" in seen and "•••••••••0117" in seen
        await seat.type("<escape>", "<escape>")
        await seat.enter("9005555555")
        assert "New customer" in hidden(seat, "900555")
        await seat.type("Zoya Frolova", "<tab>", "<tab>", "zoya@example.org")
        assert "Z••• F••••••" in hidden(seat, "Frolova", "zoya@")
        await seat.type("<enter>")
        await seat.enter(seat.stand.code)
        assert "Registered: Z••• F••••••" in hidden(seat, "Frolova", "900555")


async def test_what_is_on_the_screen_changes_at_once_and_back(sit: Sit) -> None:
    async with sit(size=(140, 45)) as seat:
        await seat.enter(CARD, BREAD)
        before = seat.rows()
        await choose(seat, "Privacy on")
        hidden(seat)
        await seat.app.push_screen(BarcodePage(at_hand(seat.till.workplace, None, None)))
        await seat.settle()
        assert "A••• S•••••••" in hidden(seat, "Sokolova")
        await choose(seat, "Privacy off")
        assert "2900000000018" in seat.seen()
        await seat.type("<escape>")
        assert seat.rows() == before


def test_the_same_value_has_the_same_mask_wherever_it_stands() -> None:
    veil = Veil(["Борис Ким", "The Ivanov family", "555-0100-22"], ("290",), "DEMOAPP:")
    masks = {
        "Борис Ким, 2900000000018": "Б•••• К••, •••••••••0018",
        "card 2900000… of Бор…": "card •••••••… of Б••…",
        "+79001234567 or +7 900 123 45 67": "+7••••••••67 or +7 ••• ••• •• 67",
        "DEMOAPP:2900000000018": "DEMOAPP:•••••••••0018",
        "a@b.example.org": "a@•••••••••.org",
        "555-0100-22": "•••-••••-22",
        "The till of Ivanov": "The till of I•••••",
        "Борисов": "Борисов",
        "4600000000015 9920000000019 R0101-000042": "4600000000015 9920000000019 R0101-000042",
        "1 234.50  7 000 000,00  -29 000": "1 234.50  7 000 000,00  -29 000",
        "03.03.2026 10:00 3 × 56.90": "03.03.2026 10:00 3 × 56.90",
    }
    for text, mask in masks.items():
        assert veil.text(text) == mask
    assert veil.text("Ким at home") == "К•• at home"  # the row above ended with 'Борис'
    assert veil.text("at home, Ким") == "at home, Ким"
    assert Veil(["Борис Ким"]).text("Бори…") == "Б•••…"


NAMES = st.text("ABяЖ日本語 -'[]\\.*", min_size=2, max_size=12)


@given(st.lists(NAMES, max_size=3), st.text("AB яЖ日本語-'[]\\.*+79290@…", max_size=40), st.data())
def test_a_mask_is_as_wide_as_what_it_hides_however_it_is_cut(
    names: list[str], text: str, data: st.DataObject
) -> None:
    veil, cut = Veil(names, ("290",)), data.draw(st.integers(0, len(text)))
    parts = [Segment(text[:cut], Style(bold=True)), Segment(text[cut:])]
    shown = veil.apply(parts, Color(0, 0, 0))
    assert "".join(part.text for part in shown) == veil.text(text)
    assert [width(part.text) for part in shown] == [width(part.text) for part in parts]
    assert [part.style for part in shown] == [part.style for part in parts]
    assert width(veil.text(text)) == width(text)


# --- large type


@pytest.mark.parametrize(("size", "scale"), [((80, 24), 2), ((140, 45), 4), ((62, 18), 1)])
async def test_large_type_leaves_everything_in_its_place(size: tuple[int, int], scale: int) -> None:
    async with sit_at(make_stand(), size, large=True) as seat:
        seat.write("\n".join([CARD, BREAD, *["10902"] * 20, "", ""]))
        await seat.settle()
        rows, money = seat.rows(), seat.screen.money
        assert {len(row) for row in rows} == {size[0]} and len(rows) == size[1]
        digits = big(money.sum, scale)
        first = next(y for y, row in enumerate(rows) if digits[0] in row)
        assert all(line in row for line, row in zip(digits, rows[first:], strict=False))
        assert "TOTAL" in seat.seen() and "F10" in seat.seen() and "Vera Pavlova" in seat.seen()
        assert any(row.lstrip().startswith("21 ") for row in rows)
        await choose(seat, "Normal type")
        assert money.size.height == 3


async def test_large_type_of_the_palette_is_that_of_the_start(sit: Sit) -> None:
    async with sit_at(make_stand(), (120, 40), large=True) as seat:
        await seat.enter(BREAD)
        large = seat.rows()
    async with sit(size=(120, 40)) as seat:
        await seat.enter(BREAD)
        normal = seat.rows()
        await choose(seat, "Large type")
        assert seat.rows() == large
        await choose(seat, "Normal type")
        assert seat.rows() == normal


def test_digits_grow_by_whole_cells() -> None:
    assert fitting("1 234.50", 80, 12) == 2
    assert fitting("1 234.50", 80, 5) == 1
    assert fitting("123 456 789.00", 40, 12) == 0
    assert fitting("x", 80, 12) == 0
    once, twice = big("70", 1), big("70", 2)
    assert [len(row) for row in twice] == [2 * len(once[0])] * 6
    assert twice[0] == "████████    ████  "


# --- pictures


def with_folder(path: Path) -> Stand:
    stand = make_stand()
    stand.till = Till(stand.till.workplace, DataFolder.open(path))
    return stand


async def test_a_picture_is_saved_and_asks_for_nothing_from_outside(tmp_path: Path) -> None:
    async with sit_at(with_folder(tmp_path), (120, 40), privacy=True) as seat:
        await seat.enter(CARD, BREAD)
        await choose(seat, "Picture of the screen")
        file = tmp_path / "screenshots" / "2026-03-03_10-00-00.svg"
        assert str(file) in re.sub(r"\s", "", seat.seen())
        text = file.read_text(encoding="utf-8")
        assert ET.fromstring(text) is not None  # noqa: S314 - ours
        assert re.findall(r"https?://[^\s\"<]+", text) == [
            "http://www.w3.org/2000/svg",
            "https://www.textualize.io",
        ]
        assert not re.search(r"url\((?!#)|@import|@font-face|href", text)
        assert "Магазин" in text and "Pavlova" not in text
        await choose(seat, "Picture of the screen")
        assert len(list(file.parent.iterdir())) == 2


async def test_the_palette_is_not_on_its_picture(tmp_path: Path) -> None:
    async with sit_at(with_folder(tmp_path)) as seat:
        await seat.enter(BREAD)
        await seat.pilot.press("ctrl+p")
        await seat.pilot.press(*"picture of")
        folder = tmp_path / "screenshots"
        while not folder.is_dir() or not list(folder.glob("*.svg")):
            await seat.pilot.press("enter")
            await seat.pilot.pause()
        (file, *_again) = folder.iterdir()
        text = file.read_text(encoding="utf-8").replace("&#160;", " ")
        assert "Polevoy wheat bread" in text and "Search for commands" not in text


async def test_a_picture_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    async with sit_at(with_folder(tmp_path)) as seat:
        (tmp_path / "screenshots").write_text("in the way")
        await choose(seat, "Picture of the screen")
        assert "The picture cannot be saved" in seat.message


async def test_the_back_office_hides_people_too() -> None:
    async with sit_at(make_stand(), (100, 30), privacy=True) as seat:
        await seat.type("<alt+q>", "4321", "<enter>")
        seen = hidden(seat)
        assert "V•••" in seen and "+7••••" in seen
        await seat.type("<down>", "<down>", "<enter>")
        assert "•••" in hidden(seat)
