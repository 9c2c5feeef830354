"""ESC/POS: the bytes that a printer gets, read as a printer reads them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier.i18n import set_language
from cashier.money import ONE
from cashier.printing.escpos_layout import Layout
from cashier.printing.escpos_library import model
from cashier.printing.escpos_printer import EscposPrinter
from cashier.printing.settings import Kind, Printing
from cashier.receipt import PrintedCoupon, Receipt, Settled, Tender, TenderKind, line_of
from cashier.shop import Shop, Slips
from cashier.slip import Barcode, Cut, Element, Feed, Qr, Row, Rule, Slip, Text, slip_of

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
SHOP = Shop(
    name="Магазин «Ёлка»",
    address="Примерная улица, 1",
    cashier="Анна",
    slip=Slips(columns=42, footer=("Спасибо…",)),
)
SALE = Receipt(
    "id",
    AT,
    number="R0101-000042",
    lines=(line_of(1, "10201", "Молоко «Луговое» 3,2 %", 8490, 3 * ONE),),
    tenders=(Tender(TenderKind.CASH, 50_000),),
    closed_at=AT,
    settled=Settled(to_print=(PrintedCoupon("9900000000011", "−10 % на чай", "№ 7", AT),)),
)

# --- a printer that reads


@dataclass(frozen=True)
class Line:
    text: str
    bold: bool = False
    big: bool = False
    centered: bool = False


@dataclass
class Paper:
    """What an ESC/POS printer makes of bytes. A command that it does not know is an error."""

    codec: str
    kanji: bool = True
    """It comes up reading Chinese characters, as many do."""
    page: int = 0
    lines: list[Line] = field(default_factory=list)
    barcodes: list[tuple[str, str]] = field(default_factory=list)
    squares: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    """Bytes across, dots down."""
    cuts: list[str] = field(default_factory=list)
    fed: int = 0
    pulses: list[int] = field(default_factory=list)
    resets: int = 0
    _style: Line = Line("")
    _text: bytearray = field(default_factory=bytearray)
    _square: str = ""
    _dots: int = 0

    def read(self, data: bytes) -> "Paper":
        rest = iter(data)
        for byte in rest:
            if byte == 0x0A:
                text = self._text.decode(self.codec)
                self.lines.append(replace(self._style, text=text))
                self._text.clear()
            elif byte in (0x1B, 0x1C, 0x1D):
                assert not self._text, "a command in the middle of a line"
                self._command(chr(byte), rest)
            else:
                assert byte >= 0x20, f"control byte {byte:#x} in the text"
                self._text.append(byte)
        return self

    def _command(self, lead: str, rest: Iterator[int]) -> None:
        def take(count: int) -> bytes:
            return bytes(next(rest) for _place in range(count))

        match lead, chr(next(rest)):
            case "\x1b", "@":
                self.resets += 1
            case "\x1b", "t":
                self.page = next(rest)
            case "\x1b", "!":
                self._style = replace(self._style, big=next(rest) & 0x30 == 0x30)
            case "\x1b", "E":
                self._style = replace(self._style, bold=next(rest) == 1)
            case "\x1b", "a":
                self._style = replace(self._style, centered=next(rest) == 1)
            case "\x1b", "d":
                self.fed += next(rest)
            case "\x1b", "p":
                self.pulses.append(take(3)[0])
            case "\x1c", ".":
                self.kanji = False
            case "\x1d", "V":
                self.cuts.append({0: "full", 1: "part"}[next(rest)])
            case "\x1d", "w":
                self._dots = next(rest)
            case "\x1d", "h" | "f" | "H":
                take(1)
            case "\x1d", "k":
                kind = {67: "EAN13", 73: "CODE128"}[next(rest)]
                self.barcodes.append((kind, take(next(rest)).decode("ascii")))
            case "\x1d", "(":
                assert take(1) == b"k"
                self._two_dimensions(take(int.from_bytes(take(2), "little")))
            case "\x1d", "v":
                assert take(2) == b"0\x00"
                wide, high = (int.from_bytes(take(2), "little") for _side in range(2))
                take(wide * high)
                self.pictures.append((wide, high))
            case command:
                raise AssertionError(command)

    def _two_dimensions(self, data: bytes) -> None:
        assert data[:1] == b"1"
        match data[1]:
            case 80:
                self._square = data[3:].decode("utf-8")
            case 81:
                self.squares.append(self._square)
            case function:
                assert function in (65, 67, 69)

    def line(self, start: str) -> Line:
        return next(line for line in self.lines if line.text.startswith(start))


def layout(columns: int = 42, **changes: object) -> Layout:
    settings = Printing.model_validate({"kind": "file", "path": "x", **changes}, strict=False)
    return Layout(settings, model(settings, columns), columns)


def slip(*elements: Element, columns: int = 42) -> Slip:
    return Slip("R0101-000042", elements, columns)


def printed(*elements: Element, codec: str = "cp866", **changes: object) -> Paper:
    return Paper(codec).read(layout(**changes).slip(slip(*elements)))  # type: ignore[arg-type]


# --- the slip


@pytest.mark.parametrize(("page", "number"), [("cp866", 17), ("cp1251", 46)])
def test_a_receipt_comes_out_in_russian_with_codes_cuts_and_drawer(
    page: str, number: int, tmp_path: Path
) -> None:
    set_language("ru")
    settings = Printing(kind=Kind.FILE, path="paper.bin", code_page=page, cut="part", drawer="5")
    printer = EscposPrinter(settings, 42, tmp_path)
    printer.open_drawer()
    printer.print(slip_of(SALE, SHOP))
    printer.print(slip_of(SALE, SHOP, copy=True))
    data = (tmp_path / "paper.bin").read_bytes()
    paper = Paper(page).read(data)
    assert paper.pulses == [1]  # pin 5, and before the slip
    assert data.index(b"\x1bp") < data.index(b"\x1b@")
    assert paper.resets == 2
    assert paper.page == number
    assert paper.cuts == ["part"] * 4  # slip and coupon, twice
    assert paper.line("1. Мол").text == (
        "1. Молоко «Луговое» 3,2 %" if page == "cp1251" else '1. Молоко "Луговое" 3,2 %'
    )
    name = SHOP.name if page == "cp1251" else 'Магазин "Ёлка"'
    assert paper.lines[0] == Line(name, bold=True, centered=True)
    assert paper.line("ПРОДАЖА") == Line("ПРОДАЖА", bold=True, big=True, centered=True)
    total = paper.line("ИТОГО")
    assert total == Line("ИТОГО     254,70 руб.", bold=True, big=True)
    assert paper.line("Наличные").text == "Наличные" + "500,00".rjust(34)
    assert paper.line("Спасибо").text == ("Спасибо…" if page == "cp1251" else "Спасибо...")
    assert Line("№ 7", centered=True) in paper.lines
    assert Line("-10 % на чай", bold=True, centered=True) in paper.lines
    assert paper.barcodes[:2] == [("CODE128", "{BR0101-000042"), ("EAN13", "9900000000011")]
    assert paper.squares == ["9900000000011"] * 2
    assert sum(line.text == "КОПИЯ" for line in paper.lines) == 2
    assert max(len(line.text) * (1 + line.big) for line in paper.lines) <= 42


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_big_text_has_half_the_columns(columns: int) -> None:
    row = Row("TOTAL", "12345678.00 $", bold=True, big=True)
    elements = (Text("word " * 30, big=True), row, Row("left " * 9, "right"), Rule(), Rule(True))
    paper = Paper("cp866").read(layout(columns).slip(slip(*elements)))
    widths = {line.big: len(line.text) for line in sorted(paper.lines, key=lambda it: len(it.text))}
    assert widths[False] == columns
    assert columns // 2 - 5 <= widths[True] <= columns // 2
    assert " ".join(line.text for line in paper.lines if line.big).count("word") == 30
    assert paper.lines[-1].text == "=" * columns


@pytest.mark.parametrize(
    ("text", "page", "said"),
    [
        ("5 ₽ «да» — №1…", "cp866", '5 руб. "да" - №1...'),
        ("5 ₽ «да» — №1…", "cp1251", "5 руб. «да» — №1…"),
        ("5 ₽ «да» — №1…", "cp437", "5 RUB «da» - No.1..."),
        ("Ёж и щи, Чай", "cp437", "Ezh i shchi, Chay"),
        ("5 € é ﬁ ½", "cp866", "5 EUR e fi 1/2"),
        ("5 € é ﬁ ½", "cp858", "5 € é fi ½"),
        ("и\u0306е\u0308\u00a0x", "cp866", "йё x"),
        ("バ🍌\u200d\ue000", "cp866", "??"),
        ("a\x1b@b\x10\x14c\x7fd\x85e\u2028f", "cp1251", "a @b c d e f"),
    ],
)
def test_what_the_code_page_cannot_say_is_said_plainly(text: str, page: str, said: str) -> None:
    paper = printed(Row(text, ""), codec=page, code_page=page)
    assert " ".join(paper.lines[0].text.split()) == " ".join(said.split())


def test_the_number_of_the_code_page_comes_from_the_profile_or_the_card() -> None:
    assert printed(code_page="cp866").page == 17
    assert printed(profile="POS-5890").page == 59
    assert printed(profile="POS-5890", code_page_number=7).page == 7
    assert printed().kanji
    assert not printed(leave_kanji=True).kanji


def test_the_paper_is_fed_where_there_is_no_knife() -> None:
    paper = printed(Text("x"), Cut(), cut="none")
    assert (paper.cuts, paper.fed) == ([], 6)
    paper = printed(Text("x"), Cut(), profile="POS-5890")
    assert (paper.cuts, paper.fed) == ([], 6)


# --- codes


def test_codes_come_as_pictures_where_the_printer_cannot_draw_or_the_card_says_so() -> None:
    codes = Barcode("9900000000011"), Qr("9900000000011")
    for changes in ({"barcodes": "image", "qr": "image"}, {"profile": "POS-5890"}):
        paper = printed(*codes, **changes)
        assert (paper.barcodes, paper.squares) == ([], [])
        (wide, bars_high), (_wide, square_high) = paper.pictures
        assert wide * 8 in (384, 504)  # the whole paper: that is how they are centred
        assert bars_high < square_high
        assert Line("9900000000011", centered=True) in paper.lines
    paper = printed(*codes, barcodes="off", qr="off")
    assert (paper.barcodes, paper.squares, paper.pictures) == ([], [], [])
    assert [line.text for line in paper.lines] == ["9900000000011"] * 2


def test_a_barcode_that_is_too_wide_becomes_a_square_one_but_not_twice() -> None:
    wide = "R" * 40
    paper = printed(Barcode(wide))
    assert (paper.barcodes, paper.squares) == ([], [wide])
    assert Line(wide, centered=True) in paper.lines
    assert printed(Barcode(wide), Qr(wide)).squares == [wide]
    assert printed(Barcode("{a}")).barcodes == [("CODE128", "{B{{a}")]
    digits = "1234567890123456789012"  # in pairs, as a picture may have them, it fits
    assert printed(Barcode(digits)).pictures
    assert printed(Barcode("КУПОН"), Qr("КУПОН")).squares == ["КУПОН"]


# --- hostile slips

_STARTS = ["\x1b@", "\x1bp\x00", "\x10\x14\x01\x00\x01", "\x1dV\x00", "\x1d(k", "\x1c.", "{A\x1d"]
_TEXT = st.text(max_size=60) | st.sampled_from(_STARTS).map(lambda it: it * 3)
_ELEMENTS = st.one_of(
    st.builds(Row, _TEXT, _TEXT, st.booleans(), st.booleans()),
    st.builds(Text, _TEXT, st.booleans(), st.booleans(), st.booleans()),
    st.builds(Rule, st.booleans()),
    st.builds(Barcode, _TEXT),
    st.builds(Qr, _TEXT),
    st.builds(Feed, st.integers(-5, 10**6)),
    st.just(Cut()),
)


@cache
def laid_out(page: str, profile: str, codes: str) -> Layout:
    return layout(code_page=page, profile=profile, barcodes=codes, qr=codes)


@given(
    elements=st.lists(_ELEMENTS, max_size=6),
    page=st.sampled_from(["cp866", "cp1251", "cp437"]),
    profile=st.sampled_from(["default", "TM-T20II"]),
    codes=st.sampled_from(["native", "image", "off"]),
)
def test_nothing_on_a_slip_is_obeyed(
    elements: list[Element], page: str, profile: str, codes: str
) -> None:
    data = laid_out(page, profile, codes).slip(slip(*elements))
    paper = Paper(page).read(data)
    assert paper.cuts == ["full"] * elements.count(Cut())
    assert paper.fed == 6 * len(paper.cuts)
    assert (paper.pulses, paper.resets, paper.kanji) == ([], 1, True)
    assert paper.page == int(model(Printing(code_page=page, profile=profile), 42).code_page_number)
    assert all(text in [getattr(it, "value", "") for it in elements] for text in paper.squares)
    assert all(len(line.text) * (1 + line.big) <= 42 for line in paper.lines)
    if codes != "image":  # commands that a printer obeys even inside of others
        assert not re.search(rb"\x10[\x04\x05\x14]", data)


# --- files


def test_a_file_grows_and_a_folder_is_trouble(tmp_path: Path) -> None:
    settings = Printing(kind=Kind.FILE, path=str(tmp_path / "out.bin"), drawer="none")
    printer = EscposPrinter(settings, 42, tmp_path / "elsewhere")
    printer.print(slip(Text("one")))
    once = (tmp_path / "out.bin").read_bytes()
    printer.print(slip(Text("one")))
    printer.open_drawer()  # there is none
    assert (tmp_path / "out.bin").read_bytes() == once * 2
    broken = EscposPrinter(settings.model_copy(update={"path": str(tmp_path)}), 42, tmp_path)
    with pytest.raises(OSError, match="cannot be used: Is a directory"):
        broken.print(slip(Text("one")))
    gone = settings.model_copy(update={"path": "/dev/no-such-printer"})
    with pytest.raises(OSError, match="/dev/no-such-printer cannot be used"):
        EscposPrinter(gone, 42, tmp_path).print(slip(Text("one")))
    assert not Path("/dev/no-such-printer").exists()


def test_a_device_that_takes_nothing_is_not_waited_for_longer_than_the_timeout(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "lp0")
    settings = Printing(kind=Kind.FILE, path="lp0", timeout_seconds=1)
    printer = EscposPrinter(settings, 42, tmp_path)
    with pytest.raises(OSError, match="lp0 cannot be used"):
        printer.print(slip(Text("x")))  # nobody reads
    reader = os.open(tmp_path / "lp0", os.O_RDONLY | os.O_NONBLOCK)
    try:
        printer.print(slip(Text("x")))
        assert Paper("cp866").read(os.read(reader, 10_000)).lines == [Line("x")]
        with pytest.raises(OSError, match="The printer lp0 does not answer"):
            printer.print(slip(*[Rule()] * 5000))  # more than a pipe holds
    finally:
        os.close(reader)
