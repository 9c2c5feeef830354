"""The slip: what stands on it, how it is laid out, and where it is written."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier.goods import check_digit
from cashier.i18n import set_language
from cashier.money import ONE
from cashier.printing import Printer
from cashier.printing.barcodes import barcode_rows, is_ean13, modules, qr_rows
from cashier.printing.cells import width, wrapped
from cashier.printing.folder import SlipFolder
from cashier.printing.text import lines, render
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Customer,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Message,
    MessageTo,
    PrintedCoupon,
    Receipt,
    SaleRef,
    Settled,
    Source,
    Tender,
    TenderKind,
    line_of,
)
from cashier.shop import Loyalty, Shop, Slips
from cashier.slip import Barcode, Qr, Row, Text, masked, plain, slip_of

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
SHOP = Shop(
    name="Example Shop",
    address="1 Sample Street",
    loyalty=Loyalty(name="Example Club"),
    slip=Slips(columns=42, header=("Welcome!",), footer=("Thank you!",)),
)
CARD = Card("2900000000018", level="Gold")
BUYER = Buyer(Identifier(IdentifierKind.CARD, CARD.number), Customer("1", "Anna"), CARD)
MILK = replace(
    line_of(1, "10201", "Milk", 8490, 3 * ONE),
    discounts=(
        Discount(Source.PROMOTION, "p", "Ten percent", 2547),
        Discount(Source.POINTS, "", "", 1000),
    ),
)
PEARS = replace(line_of(2, "10606", "Pears", 24990, 450), unit="kg")
SALE = Receipt(
    "id",
    AT,
    number="R0101-000042",
    cashier="Ann",
    lines=(MILK, PEARS),
    buyer=BUYER,
    tenders=(Tender(TenderKind.CASH, 50_000),),
    closed_at=AT,
    settled=Settled(earned=1250, spent=1000, balance=50_000, available=40_000),
)
COUPON = PrintedCoupon("9900000000011", "Ten off tea", "Once", AT)
HOSTILE = "[/b]\x1b[31m\u202eевил🍌é" + "W" * 200 + "\ud800 \u200b\u0000"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def rows(receipt: Receipt, columns: int = 42, *, copy: bool = False) -> list[str]:
    return lines(slip_of(receipt, SHOP, copy=copy), columns)


def row(receipt: Receipt, start: str) -> str:
    """What stands at the right of the row that starts so."""
    found = [line for line in rows(receipt) if line.strip().startswith(start)]
    assert found, start
    return found[0].strip().removeprefix(start).strip()


# --- what stands on it


def test_a_sale_is_told_from_shop_to_change() -> None:
    assert row(SALE, "Receipt No.") == "R0101-000042"
    assert row(SALE, "Date") == "2026-05-01 12:30"
    assert row(SALE, "3 x 84.90") == "254.70"
    assert row(SALE, "Ten percent") == "-25.47"
    assert row(SALE, "To pay for it") == "219.23"
    assert row(SALE, "0.450 kg x 249.90") == "112.46"
    assert row(SALE, "Without discounts") == "367.16"
    assert row(SALE, "Discounts") == "-25.47"
    assert row(SALE, "Paid with points") == "-10.00"
    assert row(SALE, "TOTAL") == "331.69 ₽"
    assert row(SALE, "Cash") == "500.00"
    assert row(SALE, "Change") == "168.31"
    text = render(slip_of(SALE, SHOP))
    assert all(part in text for part in ("Example Shop", "1 Sample Street", "Welcome!", "SALE"))
    assert text.index("TOTAL") < text.index("Thank you!")


def test_points_and_levels_are_told() -> None:
    settled = replace(
        SALE.settled or Settled(), level="Platinum", next_level="Diamond", to_next_level=12_300
    )
    receipt = replace(SALE, settled=settled)
    assert row(receipt, "Card") == "********0018"
    assert row(receipt, "Level") == "Gold"
    assert row(receipt, "Points earned") == "12.50"
    assert row(receipt, "Points spent") == "10"
    assert row(receipt, "Points balance") == "500"
    assert row(receipt, "of them available") == "400"
    assert row(receipt, "New level:") == "Platinum"
    assert row(receipt, "123.00 ₽ more to the level") == "Diamond"


def test_the_card_number_is_nowhere_in_full() -> None:
    assert CARD.number not in render(slip_of(SALE, SHOP))
    unverified = replace(
        SALE, buyer=Buyer(Identifier(IdentifierKind.PHONE, "+79001234567")), settled=None
    )
    assert "7900" not in render(slip_of(unverified, SHOP))
    assert row(unverified, "Phone") == "********4567"


@pytest.mark.parametrize(("value", "shown"), [("1234567", "***4567"), ("1234", "****"), ("", "")])
def test_a_short_number_is_masked_too(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_a_sale_without_loyalty_says_nothing_of_points() -> None:
    text = render(slip_of(replace(SALE, buyer=None, settled=None), SHOP))
    assert "Points" not in text
    assert "Example Club" not in text


@pytest.mark.parametrize(
    ("applied", "pending", "said"),
    [
        (Applied(offline=True), True, "no discounts; points will be added later."),
        (Applied(offline=True), False, "was not reachable: no discounts."),
        (Applied(earn=500), True, "was not reachable: points will be added later."),
    ],
)
def test_silence_of_the_system_is_said(applied: Applied, pending: bool, said: str) -> None:
    receipt = replace(SALE, applied=applied, settled=Settled(pending=pending))
    assert said in " ".join(rows(receipt))


def test_what_waits_is_not_told_as_earned() -> None:
    receipt = replace(SALE, applied=Applied(earn=500), settled=Settled(pending=True))
    assert row(receipt, "Points to be earned") == "5"
    assert "Points earned" not in render(slip_of(receipt, SHOP))


def test_a_return_tells_money_and_points_that_went_back() -> None:
    back = replace(
        SALE,
        kind=Kind.RETURN,
        number="R0101-000043",
        of=SaleRef("id", "R0101-000042", AT),
        tenders=(Tender(TenderKind.CARD, SALE.total),),
        settled=Settled(given_back=1000, taken_back=1250, balance=49_750),
    )
    text = render(slip_of(back, SHOP))
    assert "RETURN" in text
    assert row(back, "Return of receipt") == "R0101-000042"
    assert row(back, "TO REFUND") == "331.69 ₽"
    assert row(back, "Refunded to card") == "331.69"
    assert row(back, "Points given back") == "10"
    assert row(back, "Points taken back") == "12.50"
    assert "Points earned" not in text
    assert "Change" not in text


def test_a_pending_return_says_so() -> None:
    back = replace(SALE, kind=Kind.RETURN, settled=Settled(pending=True))
    assert "points will be put right later" in " ".join(rows(back))


def test_only_messages_for_the_slip_are_printed_and_once() -> None:
    applied = Applied(
        messages=(Message(MessageTo.SLIP, "See you"), Message(MessageTo.CASHIER, "Look up"))
    )
    settled = replace(SALE.settled or Settled(), messages=(Message(MessageTo.SLIP, "See you"),))
    text = render(slip_of(replace(SALE, applied=applied, settled=settled), SHOP))
    assert text.count("See you") == 1
    assert "Look up" not in text


def test_coupons_follow_with_barcode_and_qr() -> None:
    receipt = replace(SALE, settled=Settled(to_print=(COUPON,)))
    elements = slip_of(receipt, SHOP).elements
    assert Barcode(COUPON.code) in elements
    assert Qr(COUPON.code) in elements
    text = render(slip_of(receipt, SHOP))
    assert text.index("Thank you!") < text.index("COUPON") < text.index("Ten off tea")
    assert "Valid until 2026-05-01 12:30" in text


def test_the_number_is_a_barcode_so_that_a_return_can_be_scanned() -> None:
    assert Barcode("R0101-000042") in slip_of(SALE, SHOP).elements


def test_a_copy_says_so_and_the_original_does_not() -> None:
    assert "COPY" in render(slip_of(SALE, SHOP, copy=True))
    assert "COPY" not in render(slip_of(SALE, SHOP))


def test_amounts_follow_the_language() -> None:
    set_language("ru")
    text = render(slip_of(SALE, SHOP))
    assert "331,69 ₽" in text
    assert "01.05.2026 12:30" in text


# --- how it is laid out


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_nothing_breaks_whatever_is_written_in_the_texts(columns: int) -> None:
    evil = replace(
        SALE,
        cashier=HOSTILE,
        number=HOSTILE,
        lines=(replace(MILK, name=HOSTILE, amount=10**14, price=10**14), PEARS),
        buyer=replace(BUYER, card=Card(HOSTILE, level=HOSTILE)),
        settled=Settled(
            level=HOSTILE,
            next_level=HOSTILE,
            to_next_level=1,
            balance=10**15,
            messages=(Message(MessageTo.SLIP, HOSTILE),),
            to_print=(PrintedCoupon(HOSTILE, HOSTILE, HOSTILE),),
        ),
    )
    found = rows(evil, columns)
    assert max(width(line) for line in found) <= columns
    assert not any(char in "".join(found) for char in "\x1b\u202e\u200b\x00\ud800")
    assert "[/b]" in "".join(found)
    "\n".join(found).encode()


@given(
    name=st.text(max_size=250),
    price=st.integers(0, 10**13),
    quantity=st.integers(1, 10**8),
    columns=st.sampled_from([32, 42, 48]),
)
def test_any_name_and_price_fit(name: str, price: int, quantity: int, columns: int) -> None:
    receipt = Receipt("id", AT, lines=(line_of(1, "1", name, price, quantity),))
    assert all(width(line) <= columns for line in rows(receipt, columns))


def test_every_character_of_a_long_name_is_printed() -> None:
    name = "".join(chr(0x410 + place % 64) for place in range(200))
    receipt = Receipt("id", AT, lines=(line_of(1, "1", name, 100, ONE),))
    assert name in "".join(rows(receipt, 32)).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("バナナ", 6), ("🍌", 2), ("\u200d", 0), ("₽×", 2)],
)
def test_width_counts_columns_not_characters(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.integers(4, 48))
def test_wrapping_fits_and_loses_nothing(text: str, columns: int) -> None:
    found = wrapped(text, columns)
    assert all(width(line) <= columns for line in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_foreign_text_becomes_one_plain_line() -> None:
    assert plain("a\nb\tc\u2028d\x1b[0m\u202ee\ufeff") == "a b c d [0me"
    assert len(plain("x" * 5000)) == 1000


def test_a_row_that_does_not_fit_goes_below() -> None:
    slip = replace(slip_of(SALE, SHOP), elements=(Row("left", "r" * 40), Text("x")))
    assert lines(slip, 42) == ["left", "  " + "r" * 40, "x"]


# --- codes


def test_an_ean13_is_drawn_as_one_and_anything_else_as_code128() -> None:
    assert is_ean13(COUPON.code)
    assert len(modules(COUPON.code)) == 95
    assert not is_ean13("9900000000018")
    assert len(modules("9900000000018")) != 95
    assert modules("КУПОН") == ""
    assert modules("") == ""
    assert modules("x" * 81) == ""


def test_bars_are_drawn_two_to_a_column_with_quiet_sides() -> None:
    value = "990000000001" + check_digit("990000000001")
    found = barcode_rows(value, 80, height=3)
    assert len(found) == 3
    assert len(set(found)) == 1
    ink = "".join({" ": "00", "▌": "10", "▐": "01", "█": "11"}[cell] for cell in found[0])
    assert ink[10:105] == modules(value)
    assert not ink[:10].strip("0")
    assert barcode_rows(value, 48) == []


def test_a_qr_fits_into_the_narrowest_slip() -> None:
    found = qr_rows("R0101-000042", 32)
    assert found
    assert {len(line) for line in found} == {25}
    assert qr_rows("R0101-000042", 20) == []
    assert qr_rows("x" * 201, 500) == []


def test_a_qr_stands_for_a_barcode_that_is_too_wide_but_not_twice() -> None:
    assert sum("█▀▀▀▀▀█" in line for line in rows(SALE)) == 2
    receipt = replace(SALE, settled=Settled(to_print=(COUPON,)))
    assert sum("█▀▀▀▀▀█" in line for line in rows(receipt)) == 4


# --- where it goes


def test_a_slip_is_a_file_named_after_the_receipt(tmp_path: Path) -> None:
    printer = SlipFolder(tmp_path / "slips")
    as_port: Printer = printer
    as_port.print(slip_of(SALE, SHOP))
    as_port.print(slip_of(SALE, SHOP, copy=True))
    names = sorted(path.name for path in (tmp_path / "slips").iterdir())
    assert names == ["R0101-000042.copy.txt", "R0101-000042.txt"]
    text = (tmp_path / "slips" / "R0101-000042.txt").read_text(encoding="utf-8")
    assert text == render(slip_of(SALE, SHOP))


def test_a_hostile_number_stays_in_the_folder(tmp_path: Path) -> None:
    printer = SlipFolder(tmp_path)
    for number in ("../../etc/x", "/abs", "..", "", "\x00", "н" * 300):
        printer.print(slip_of(replace(SALE, number=number), SHOP))
        assert printer.path(slip_of(replace(SALE, number=number), SHOP)).parent == tmp_path
    assert all(path.suffix == ".txt" for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        SlipFolder(tmp_path / "file").print(slip_of(SALE, SHOP))


def test_a_failed_print_leaves_the_old_slip_and_no_scraps(tmp_path: Path) -> None:
    printer = SlipFolder(tmp_path)
    path = printer.path(slip_of(SALE, SHOP))
    path.mkdir()  # the rename fails
    with pytest.raises(OSError, match="R0101"):
        printer.print(slip_of(SALE, SHOP))
    assert list(tmp_path.iterdir()) == [path]


def test_slips_of_one_receipt_are_the_same_every_time() -> None:
    texts = [render(slip_of(SALE, SHOP)) for _time in range(3)]
    assert all(one == other for one, other in itertools.pairwise(texts))


def test_a_line_without_discount_has_no_second_total() -> None:
    bare = Receipt("id", AT, lines=(Line(1, "1", "Tea", 100, ONE, 100),))
    assert not any("To pay for it" in line for line in rows(bare))
