"""Sheets of barcodes: what is on them, and that a real decoder reads every one of them."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from stand import demo_goods, demo_rules, demo_shop

from backends.house.samples import samples
from cashier import i18n
from cashier.errors import BadInput, StorageError
from cashier.goods import canonical
from cashier.meaning import BuyerCode, CouponCode, GoodsCode, Unknown, WeightCode, meaning
from cashier.opening import Place
from cashier.sheets.command import gather, make
from cashier.sheets.html import page
from cashier.sheets.layout import COLUMNS, Canvas, paint, sheets
from cashier.sheets.sample import Sample, SampleKind
from cashier.sheets.sources import WHAT, goods, kinds, scanned
from cashier.sheets.svg import sheet_svg
from cashier.sheets.symbols import Symbol, bars, square, symbols

EVERYTHING = ",".join(WHAT)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.of(None, str(tmp_path / "data"), "en")


def demo(what: str = EVERYTHING) -> tuple[Sample, ...]:
    found = (
        *scanned(samples(demo_rules()), demo_shop().codes),
        *goods(demo_goods(), demo_shop()),
    )
    return tuple(sample for kind in kinds(what) for sample in found if sample.kind is kind)


def read(image: Image.Image) -> list[str]:
    """What a decoder sees; an UPC-A is an EAN-13 with a zero."""
    return [found.text for found in zxingcpp.read_barcodes(image)]


def expected(found: Iterable[Sample]) -> list[str]:
    return sorted(s.value.zfill(13) if re.fullmatch(r"\d{12}", s.value) else s.value for s in found)


# --- what is on them


def test_the_till_knows_what_every_sample_is() -> None:
    means = {
        SampleKind.CARD: BuyerCode,
        SampleKind.APP: BuyerCode,
        SampleKind.PHONE: BuyerCode,
        SampleKind.COUPON: CouponCode,
        SampleKind.PROMO: CouponCode,
        SampleKind.GOODS: GoodsCode | WeightCode,
    }
    found = demo()
    for sample in found:
        read_as = meaning(sample.value, demo_shop().codes, demo_goods())
        if sample.value == "DOUBLE":  # letters alone are a search; the coupon key takes it
            assert isinstance(read_as, Unknown)
        else:
            assert isinstance(read_as, means[sample.kind]), sample
    assert {sample.kind for sample in found} == set(SampleKind)
    assert len([s for s in found if s.kind is SampleKind.GOODS]) == len(demo_goods().goods)


def test_a_sample_says_what_is_special_about_it() -> None:
    notes = {sample.value: f"{sample.title}: {sample.note}" for sample in demo()}
    assert notes["2900000000063"] == "Egor Lis: Silver, blocked"
    assert notes["9920000000040"] == "Coupon for 300: only for Vera Pavlova"
    assert notes["WINTER15"].endswith("expired")
    assert notes["2900000001015"] == ": a new card to be handed out"
    cheese = next(note for value, note in notes.items() if value.startswith("211030100500"))
    assert cheese == "Rossiysky cheese 50%, by weight: 0.500 kg  749.00 ₽"


def test_who_registered_later_is_on_no_sheet(place: Place) -> None:
    """The system is made to be asked for its demo, but its data are never opened."""
    found = gather(place, demo_shop(), kinds("cards"))
    assert len(found) == len(demo("cards"))
    assert not place.data.exists()


def test_a_shop_without_a_loyalty_system_has_goods_only(place: Place) -> None:
    shop = demo_shop().model_copy(
        update={"loyalty": demo_shop().loyalty.model_copy(update={"system": ""})}
    )
    assert gather(place, shop, kinds("cards,coupons")) == ()
    assert len(gather(place, shop, kinds(EVERYTHING), "bags,cheese")) == len(
        goods(demo_goods(), shop, "bags,cheese")
    )


def test_unknown_names_are_told_with_the_known_ones(place: Place, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no sheets of tills; there are cards, coupons, goods"):
        make(place, tmp_path, what="cards,tills")
    with pytest.raises(BadInput, match=r"no sheets of"):
        make(place, tmp_path, what=" , ")
    with pytest.raises(BadInput, match=r"no group pizza; there are bread, dairy"):
        make(place, tmp_path, what="goods", group="pizza")
    assert not list(tmp_path.iterdir())


# --- that they are read


def test_a_decoder_reads_every_code_of_the_png_sheets(place: Place, tmp_path: Path) -> None:
    files = make(place, tmp_path / "out", what=EVERYTHING, form="png")
    found = [text for file in files for text in read(Image.open(file))]
    assert sorted(found) == expected(demo())
    assert {file.name for file in files} == {file.name for file in (tmp_path / "out").iterdir()}


def test_a_decoder_reads_every_code_of_the_svg_sheets() -> None:
    found = []
    for sheet in sheets(demo("cards,coupons"), columns=4):
        root = ET.fromstring(sheet_svg(sheet))  # noqa: S314 - ours
        paths = [path.get("d", "") for path in root.iter("{http://www.w3.org/2000/svg}path")]
        image = Image.new("L", (2480, 3508), 255)
        drawn = ImageDraw.Draw(image)
        for x, y, wide, tall in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", "".join(paths)):
            left, top = int(x), int(y)
            drawn.rectangle((left, top, left + int(wide) - 1, top + int(tall) - 1), fill=0)
        found += read(image)
    assert sorted(found) == expected(demo("cards,coupons"))


def drawn(symbol: Symbol) -> Image.Image:
    """The symbol with its quiet zone and nothing more."""
    tall = 1 if symbol.square else 40
    size = (symbol.across * 3, (len(symbol.rows) * tall + 2 * symbol.quiet) * 3)
    image = Image.new("L", size, 255)
    for down, row in enumerate(symbol.rows):
        for across, module in enumerate(row):
            if module == "1":
                x, y = (symbol.quiet + across) * 3, (symbol.quiet + down * tall) * 3
                image.paste(0, (x, y, x + 3, y + tall * 3))
    return image


@given(
    st.from_regex(
        r"99[0-9]{2,14}|[0-9]{5,14}|[A-Z]{2,6}[0-9]{2,6}|R[0-9]{4}-[0-9]{6}", fullmatch=True
    )
)
@example("00000000000000")
@example("012345678901")
@settings(max_examples=60, deadline=None)
def test_whatever_is_drawn_is_read_back(value: str) -> None:
    """'99' at the beginning among others: it is no change of character set."""
    line, box = bars(value), square(value)
    assert line is not None
    assert box is not None
    assert [canonical(text) for text in read(drawn(line))] == [canonical(value)]
    assert read(drawn(box)) == [value]


def test_what_bars_cannot_say_is_a_qr_code() -> None:
    (symbol,) = symbols(Sample(SampleKind.PROMO, "ВЕСНА10"))
    assert symbol.square
    assert read(drawn(symbol)) == ["ВЕСНА10"]
    assert symbols(Sample(SampleKind.PROMO, "")) == ()
    assert [one.square for one in symbols(Sample(SampleKind.APP, "DEMOAPP:1"))] == [True, False]
    assert [one.square for one in symbols(Sample(SampleKind.CARD, "2900000000018"))] == [
        False,
        True,
    ]


# --- how they are laid out


class Ruler:
    """A canvas that measures."""

    def __init__(self) -> None:
        self.cells: list[tuple[int, int, int, int]] = []
        self.inked = 0

    def frame(self, x: int, y: int, width: int, height: int) -> None:
        assert x >= 0 and x + width <= 2480 and y + height <= 3508
        self.cells.append((x, y, x + width, y + height))

    def text(self, x: int, y: int, text: str, size: int) -> None:
        if self.cells:
            left, top, right, bottom = self.cells[-1]
            assert top < y <= bottom and left < x < right
            assert len(text) * size * 0.6 <= right - left

    def symbol(self, x: int, y: int, symbol: Symbol, dots: int, height: int) -> None:
        left, top, right, bottom = self.cells[-1]
        assert left + dots * symbol.quiet <= x
        assert x + dots * (len(symbol.rows[0]) + symbol.quiet) <= right
        assert top < y and y + height * len(symbol.rows) < bottom
        self.inked += 1


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_code_has_its_quiet_zone_and_every_text_its_cell(columns: int) -> None:
    ruler, found = Ruler(), demo()
    long = replace(found[0], title="Константин Константинович " * 9, note="слово " * 90)
    for sheet in sheets((long, *found), columns):
        ruler.cells.clear()
        canvas: Canvas = ruler
        paint(sheet, canvas)
    assert ruler.inked == len(found) + 1


def test_the_page_is_complete_without_a_network(place: Place, tmp_path: Path) -> None:
    (file,) = make(place, tmp_path, what=EVERYTHING, columns=4)
    text = file.read_text(encoding="utf-8")
    assert "//" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert text.count("<figure>") == len(demo())
    assert '<html lang="en">' in text and "repeat(4, 1fr)" in text
    assert list(re.findall("<h2>(.*?)</h2>", text))[:2] == [
        "Customers&#x27; cards",
        "Customers&#x27; app",
    ]
    i18n.set_language("ru")
    assert '<html lang="ru">' in page("", demo("cards"), 3)


def test_hostile_names_stay_text() -> None:
    bad = Sample(SampleKind.GOODS, "</svg><script>1</script>", "<b>\x1b[31m&\x00", "]]>")
    text = page("<title>", [bad], 3)
    assert "<script>" not in text and "<b>" not in text and "\x1b" not in text
    for sheet in sheets([bad], 3):
        assert ET.fromstring(sheet_svg(sheet)) is not None  # noqa: S314 - ours


def test_a_folder_that_cannot_be_written_is_told(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(StorageError, match="cannot be written"):
        make(place, tmp_path / "file", what="cards", form="svg")
    assert (tmp_path / "file").read_text() == "kept"
