"""A code on the whole screen: a decoder reads it from the cells of the terminal."""

import pytest
import zxingcpp
from PIL import Image
from seat import Seat, Sit

from cashier.sheets.sample import Sample, SampleKind
from screens.dialogs.barcode import BarcodePage, at_hand

CARD, BREAD = "2900000000032", "4600000000015"
_DOTS = 6
"""How wide a cell is on the picture; it is twice as tall."""
_BLOCKS = {
    "█": (0, 0, 2, 2),
    "▌": (0, 0, 1, 2),
    "▐": (1, 0, 2, 2),
    "▀": (0, 0, 2, 1),
    "▄": (0, 1, 2, 2),
}


async def show(seat: Seat, *samples: Sample) -> BarcodePage:
    line = seat.desk.line
    page = BarcodePage(samples or at_hand(seat.till.workplace, seat.till.now.receipt, line))
    await seat.app.push_screen(page)
    await seat.settle()
    return page


def look(page: BarcodePage) -> list[str]:
    """What a scanner sees where the code is: dark ink on light paper, nothing else."""
    view = page.query_one("#code")
    columns, rows = view.size
    image = Image.new("L", (columns * _DOTS, rows * 2 * _DOTS), 255)
    for y in range(rows):
        strip = view.render_line(y)
        assert strip.cell_length == columns
        for segment in strip:
            assert segment.style is not None and segment.style.color and segment.style.bgcolor
            ink, paper = segment.style.color.triplet, segment.style.bgcolor.triplet
            assert ink and paper and sum(ink) < 60 < 700 < sum(paper)
        for x, letter in enumerate(strip.text):
            if letter != " ":
                left, top, right, bottom = _BLOCKS[letter]
                at, down, half = x * _DOTS, y * 2 * _DOTS, _DOTS // 2
                box = at + left * half, down + top * _DOTS, at + right * half, down + bottom * _DOTS
                image.paste(0, box)
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("size", [(80, 24), (140, 45), (200, 60)])
@pytest.mark.parametrize("theme", ["dark", "ansi"])
async def test_bars_and_qr_are_read_from_the_terminal(
    sit: Sit, size: tuple[int, int], theme: str
) -> None:
    async with sit(size=size, theme=theme) as seat:
        await seat.enter(CARD, BREAD)
        page = await show(seat)
        assert [sample.value for sample in page._all[:2]] == [BREAD, CARD]
        assert look(page) == [BREAD]
        bars = seat.rows()
        await seat.type("q")
        assert seat.rows() != bars
        assert look(page) == [BREAD]
        await seat.type("<right>")
        assert look(page) == [CARD]
        assert "Vera Pavlova" in seat.seen() and CARD in seat.seen()
        await seat.type("<left>", "<left>", "<escape>")
        assert seat.app.screen is seat.screen


async def test_cards_phones_and_coupons_of_the_demo_fit_80_columns(sit: Sit) -> None:
    async with sit() as seat:
        everything = at_hand(seat.till.workplace, None, None)
        some = [sample for sample in everything if sample.kind is not SampleKind.GOODS][::3]
        page = await show(seat, *some)
        for sample in some:
            assert page.sample == sample
            if look(page) != [sample.value]:
                await seat.type("q")
                assert look(page) == [sample.value]
                await seat.type("q")
            await seat.type("<down>")


async def test_typing_finds_by_name_or_number(sit: Sit) -> None:
    async with sit() as seat:
        page = await show(seat)
        await seat.type("baguette")
        assert page.sample.value == "4600000000046"
        assert "Looking for: baguette" in seat.seen()
        await seat.type("x")
        assert "Nothing like this here: baguettex" in seat.seen()
        assert look(page) == ["4600000000046"]
        await seat.type(*["<backspace>"] * 8, "SUMMER", "<tab>")
        assert look(page) == ["SUMMER20"]


async def test_a_window_too_small_says_so(sit: Sit) -> None:
    long = Sample(SampleKind.PROMO, "LONG-PROMO-CODE-123456789012345678", "[/] name", "[b]")
    async with sit(size=(62, 18)) as seat:
        page = await show(seat, long)
        assert "too small for this code" in seat.seen()
        assert look(page) == []
        assert "[/] name" in seat.seen()
        await seat.type("q")
        assert "too small for this code" in seat.seen()
        await seat.pilot.resize_terminal(140, 45)
        await seat.settle()
        assert look(page) == [long.value]
        assert "too small" not in seat.seen()
