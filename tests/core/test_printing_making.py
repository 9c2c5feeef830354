"""The printer of a shop card, and what is said of a wrong one."""

import subprocess
import sys
from pathlib import Path

import pytest

from cashier.config import Settings, parse
from cashier.errors import ConfigError
from cashier.printing.escpos_printer import EscposPrinter
from cashier.printing.folder import SlipFolder, WithCopy
from cashier.printing.making import make_printer, paper_of
from cashier.printing.settings import Kind, Printing
from cashier.slip import Slip, Text

SLIP = Slip("R-1", (Text("hello"),))


class Card(Settings):
    printer: Printing = Printing()


def card(text: str) -> Printing:
    return parse(f"[printer]\n{text}\n", Card, "shop.toml").printer


def test_without_a_word_the_printer_is_played_and_slips_go_into_the_folder(tmp_path: Path) -> None:
    printer = make_printer(card(""), 32, tmp_path)
    printer.print(SLIP)
    roll = paper_of(printer)
    assert roll is not None
    assert list(roll.slips) == [("hello",)]
    assert (tmp_path / "R-1.txt").read_text() == "hello\n"
    printer.open_drawer()
    assert roll.drawer_opened == 1
    assert not card("").slow


def test_without_paper_slips_only_go_into_the_folder(tmp_path: Path) -> None:
    printer = make_printer(card('kind = "none"'), 32, tmp_path)
    assert isinstance(printer, SlipFolder)
    assert paper_of(printer) is None
    printer.print(SLIP)
    printer.open_drawer()
    assert [path.name for path in tmp_path.iterdir()] == ["R-1.txt"]


@pytest.mark.parametrize(
    "text",
    [
        'kind = "file"\npath = "out.bin"',
        'kind = "network"\nhost = "127.0.0.1"\nprofile = "TM-T20II"',
        'kind = "usb"\nvendor = "0x04b8"\nproduct = "0x202"\ncode_page = "cp1251"',
    ],
)
def test_a_real_printer_is_made_without_being_touched(text: str, tmp_path: Path) -> None:
    settings = card(text)
    printer = make_printer(settings, 42, tmp_path)
    assert isinstance(printer, WithCopy)
    assert isinstance(printer.printer, EscposPrinter)
    assert settings.slow
    assert settings.answers is (settings.kind is not Kind.FILE)
    assert list(tmp_path.iterdir()) == []


def test_both_file_and_copy_are_written(tmp_path: Path) -> None:
    make_printer(card('kind = "file"\npath = "out.bin"'), 42, tmp_path).print(SLIP)
    assert (tmp_path / "out.bin").read_bytes().endswith(b"hello\n")
    assert (tmp_path / "R-1.txt").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "network"', "printer.host: this field is required for a printer of kind network"),
        ('kind = "file"', "printer.path: this field is required"),
        ('kind = "usb"\nvendor = "0x04b8"', "printer.product: this field is required"),
        ('kind = "file"\npath = "x"\nprofile = "Nonesuch"', "printer.profile: there is no None"),
        ('kind = "file"\npath = "x"\ncode_page = "cp999"', "printer.code_page: cp999 is not known"),
    ],
)
def test_what_is_missing_or_unknown_is_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_printer(card(text), 42, tmp_path)
    assert said in str(caught.value)


def test_a_code_page_that_the_profile_does_not_know_needs_its_number(tmp_path: Path) -> None:
    text = 'kind = "file"\npath = "x"\nprofile = "ZJ-5870"\ncode_page = "cp1251"'
    with pytest.raises(ConfigError, match=r"printer\.code_page: .* see the manual"):
        make_printer(card(text), 42, tmp_path)
    make_printer(card(text + "\ncode_page_number = 46"), 42, tmp_path).print(SLIP)
    assert b"\x1bt\x2e" in (tmp_path / "x").read_bytes()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('kind = "laser"', "printer.kind"),
        ("port = 0", "printer.port"),
        ('port = "9100"', "printer.port"),
        ('vendor = "04b8"', "printer.vendor"),
        ('cut = "half"', "printer.cut"),
        ("timeout_seconds = 0", "printer.timeout_seconds"),
        ('colour = "red"', "printer.colour"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(text: str, field: str) -> None:
    with pytest.raises(ConfigError, match=f"shop.toml, line 2, field {field}: "):
        card(text)


def test_the_library_writes_nothing_on_the_screen_and_leaves_nothing_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In a program of its own, as its first import is what does it."""
    program = f"""
from pathlib import Path
from cashier.printing.making import make_printer
from cashier.printing.settings import Kind, Printing
from cashier.slip import Barcode, Cut, Qr, Slip, Text
settings = Printing(kind=Kind.FILE, path="o.bin", barcodes="image", qr="image")
slip = Slip("R", (Text("x"), Barcode("9900000000011"), Qr("R"), Cut()))
make_printer(settings, 42, Path({str(tmp_path / "slips")!r})).print(slip)
import logging
logging.error("not on the screen")
"""
    (tmp_path / "tmp").mkdir()
    environment = {"TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": str(Path.cwd())}
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, env=environment)
    assert capfd.readouterr() == ("", "")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert b"\x1dv0" in (tmp_path / "slips" / "o.bin").read_bytes()
