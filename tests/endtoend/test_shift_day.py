"""A day of a cashier, typed into the real program: from the closed till to the Z report.

The goods here cost the same at any hour of any day; the sums are reckoned by hand, not by the till.
Prices in the demo shop lose their kopecks: 89.90 is sold for 89.00.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from terminal import Terminal

from cashier import i18n
from cashier.checks import check_day, check_receipt
from cashier.clock import SystemClock
from cashier.daybook import Daybook
from cashier.i18n import _
from cashier.journal import Journal
from cashier.money import show
from cashier.receipt import Kind, Receipt, TenderKind
from cashier.shift import DrawerKind

COOKIES = "4600000000947<enter>"
CHEESE = "4600000000282<enter>"
SOAP = "4600000001333<enter>"
CIGARETTES = "11301<enter>"
ANNA = "2900000000018<enter>"
GIFT = "9800000000017"
PIN = "4321<enter>"


@contextmanager
def books(data: Path) -> Iterator[tuple[Journal, Daybook]]:
    """What is on disk, also while the program works on it."""
    journal = Journal.read(data / "journal.db")
    try:
        yield journal, Daybook(journal)
    finally:
        journal.close()


def by_number(daybook: Daybook) -> list[Receipt]:
    return sorted(daybook.receipts(1), key=lambda sold: sold.number)


def money(amount: int) -> str:
    return show(amount, comma=i18n.comma())


class Cashier:
    """Types, and waits until the screen shows what a cashier waits for."""

    def __init__(self, till: Terminal) -> None:
        self.till = till
        self.sold = 0

    def see(self, *texts: str) -> None:
        self.till.see(*texts)

    def type(self, *keys: str) -> "Cashier":
        self.till.type(*keys)
        return self

    def finished(self, *keys: str, prefix: str = "R") -> None:
        """These keys finish a receipt: the next number is told."""
        self.sold += 1
        self.type(*keys).see(f"{prefix}0101-{self.sold:06d}")

    def allowed_by_supervisor(self, reason: str = "", *, at_first_wrong: bool = False) -> None:
        asks = _("A supervisor must allow it")
        self.see(asks)
        if at_first_wrong:
            self.type("1111<enter>").see(_("Wrong PIN."), asks)
        self.type(f"4321<tab>{reason}<enter>" if reason else PIN)
        self.till.lose(asks)

    def closed_till_sells_nothing(self) -> None:
        self.see(_("The shift is closed"))
        self.type(COOKIES).see(_("The shift is closed: open it first."))
        self.till.lose("89.90", "89,90")

    def opens(self, typed: str, amount: int) -> None:
        self.type("<enter>").see(_("Money in the drawer"))
        self.type(typed, "<enter>").see(_("Ready for the next customer"), money(amount))

    def serves_customers(self) -> None:
        self.type(COOKIES, ANNA).see("470")
        self.type("<enter>").see(money(8900))
        self.type("<f5>", "10<enter>").see(money(-1000))
        self.finished("<f9>", "100<enter>")
        # One forgot the purse; the next one is served, and pays in two ways.
        self.type(CHEESE).see(money(14990))
        self.type("<f4>").see(_("The receipt is put aside."))
        self.type(SOAP, "<enter>").see(money(12900))
        self.type("50<f9>").see(money(7900))
        self.finished("<f10>")
        self.type("<f7>").see(money(14990))
        self.type("<f9>").see(_("Cash received"))
        self.finished("<enter>")

    def sells_a_certificate_and_takes_it(self) -> None:
        self.type("GIFT-500<enter>").see(_("Scan the gift certificate that is sold"))
        self.type(GIFT, "<enter>").see(money(50000))
        self.finished("<f10>")
        asks = _("Is the buyer {age} or older?").format(age=18)
        self.type(CIGARETTES).see(asks)
        self.type("2<enter>").see(_("Ready for the next customer"))
        self.type(CIGARETTES).see(asks)
        self.type("1<enter>").see(money(20500))
        self.finished("<enter>", GIFT, "<enter>")
        self.type("<alt-c>").see(_("What is left on certificate"))
        self.type(GIFT, "<enter>").see(money(29500))

    def is_asked_for_prices_and_a_discount(self) -> None:
        self.type("<enter>").see(_("Ready for the next customer"))
        self.type("<f8>").see(_("Price of"))
        self.type(COOKIES).see(money(8990))
        self.type(SOAP).see(money(12990))
        self.type("<enter>").see(f"1 × {money(12990)}")
        self.type("<alt-d>").see(_("Discount on the whole receipt"))
        self.type("20%<enter>")
        self.allowed_by_supervisor("friend", at_first_wrong=True)
        self.see(money(-2598))
        self.type("<enter>").see(money(10300))
        self.finished("<f9>", "200<enter>")

    def takes_goods_back(self) -> None:
        self.type("R0101-000003<enter>").see(_("Return of {number}").format(number="R0101-000003"))
        self.type("<f8>").see(money(14900))
        self.type("<f9>").see(_("Give back in cash"))
        self.finished("<enter>")
        self.type("<alt-r>")
        self.allowed_by_supervisor()
        self.see(_("Scan what comes back"))
        self.type(COOKIES).see(money(7900))  # Anna paid no more for them, and had points
        self.type("<f9>").see(_("Give back in cash"))
        self.finished("<enter>")

    def minds_the_drawer(self) -> None:
        self.type("<alt-i>").see(_("Put into the drawer"))
        self.type("200,50 change<enter>").see(money(20050))
        self.type("<alt-o>").see(_("Take out of the drawer"))
        self.type("300 bank<enter>")
        self.allowed_by_supervisor()
        self.type("<f9>").see(_("Count the money in the drawer"))
        self.type("4<enter>").see(_("Counted in the drawer"))
        right = _("Counted: {money}. It is right.").partition("{money}")[2]
        self.type("1053.50<enter>").see(money(105350), right)

    def looks_at_the_x_report(self) -> None:
        self.type("<f9>").see(_("Count the money in the drawer"))
        self.type("1<enter>").see(_("X REPORT"))
        self.saves_the_report("X0101-000001.csv")

    def saves_the_report(self, name: str) -> None:
        self.type("c").see(name)
        title = _("Z REPORT") if name[0] == "Z" else _("X REPORT")
        self.type("<esc>").till.lose(title)

    def practises(self) -> None:
        real, self.sold = self.sold, 0
        self.type("<alt-y>")
        self.allowed_by_supervisor()
        banner = _("TRAINING")
        self.see(banner, _("The shift is closed"))
        self.type("<enter>", "<enter>").see(_("Ready for the next customer"), banner)
        self.type(COOKIES).see(money(8990))
        self.finished("<f10>", prefix="TR")
        self.type("<alt-y>")
        self.allowed_by_supervisor()
        self.till.lose(banner)
        self.see(_("Ready for the next customer"))
        self.sold = real

    def sells_one_more(self) -> None:
        self.type(COOKIES).see(money(8990))
        self.finished("<f10>")

    def closes(self) -> None:
        self.type("<alt-z>").see(_("Close the shift?"))
        self.type("2<enter>").see(_("Z REPORT"))


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_whole_day(tmp_path: Path, lang: str, size: tuple[int, int]) -> None:
    i18n.set_language(lang)
    columns, rows = size
    with Terminal(tmp_path, columns=columns, rows=rows, lang=lang, shift=False) as till:
        day = Cashier(till)
        day.closed_till_sells_nothing()
        day.opens("1000", 100000)
        day.serves_customers()
        day.sells_a_certificate_and_takes_it()
        day.is_asked_for_prices_and_a_discount()
        day.takes_goods_back()
        day.minds_the_drawer()
        day.looks_at_the_x_report()
        day.practises()
        day.sells_one_more()
        day.closes()
        day.saves_the_report("Z0101-000001.csv")
        day.closed_till_sells_nothing()
        day.type("<ctrl-q>")
        assert till.ends() == 0
    the_books_are_right(tmp_path)
    with Terminal(tmp_path, columns=columns, rows=rows, lang=lang) as till:
        morning = Cashier(till)
        morning.sold = day.sold
        morning.closed_till_sells_nothing()
        morning.opens("1 053,50", 105350)
        morning.sells_one_more()
    with books(tmp_path) as (_journal, daybook):
        assert daybook.shift is not None
        assert daybook.shift.number == 2
        assert [sold.number for sold in daybook.receipts(2)] == ["R0101-000010"]


def the_books_are_right(data: Path) -> None:
    """What was typed above, sum by sum: the drawer held 1 053.50, and took nothing since."""
    cash, card, gift = TenderKind.CASH, TenderKind.CARD, TenderKind.CERTIFICATE
    with books(data) as (journal, daybook):
        assert journal.held() == []
        receipts = by_number(daybook)
        assert [(sold.kind, sold.total, *_paid(sold)) for sold in receipts] == [
            (Kind.SALE, 7900, (cash, 10000)),
            (Kind.SALE, 12900, (cash, 5000), (card, 7900)),
            (Kind.SALE, 14900, (cash, 14900)),
            (Kind.SALE, 50000, (card, 50000)),
            (Kind.SALE, 20500, (gift, 20500)),
            (Kind.SALE, 10300, (cash, 20000)),
            (Kind.RETURN, 14900, (cash, 14900)),
            (Kind.RETURN, 7900, (cash, 7900)),
            (Kind.SALE, 8900, (card, 8900)),
        ]
        assert [sold.number for sold in receipts] == [f"R0101-{n:06d}" for n in range(1, 10)]
        assert check_day(receipts) == []
        assert [broken for sold in receipts for broken in check_receipt(sold)] == []
        assert daybook.certificate(GIFT) == 29500
        assert [(it.kind, it.amount, it.why, bool(it.allowed_by)) for it in daybook.drawer(1)] == [
            (DrawerKind.FLOAT, 100000, "", False),
            (DrawerKind.CASH_IN, 20050, "change", False),
            (DrawerKind.CASH_OUT, 30000, "bank", True),
            (DrawerKind.COUNT, 105350, "", False),
        ]
        asked = [(it.right, it.granted, it.why) for it in reversed(daybook.permissions(1))]
        assert asked == [
            ("discount", False, ""),
            ("discount", True, "friend"),
            ("free_return", True, ""),
            ("cash_out", True, ""),
            ("training", True, ""),
        ]
        shift = daybook.shifts()[0]
        assert daybook.shift is None
        assert shift.closed_at is not None
    for name in ("X0101-000001", "Z0101-000001"):
        report = _saved(data / "reports" / f"{name}.csv")
        assert report["drawer.now", "in_drawer"] == "1053.50"
        assert report["drawer", "sales"] == "381.00"
        assert report["drawer", "returns"] == "-228.00"
        assert report["drawer.counted", "over"] == "0.00"
    with books(data / "training") as (_journal, daybook):
        assert [sold.number for sold in daybook.receipts(1)] == ["TR0101-000001"]


def _paid(sold: Receipt) -> list[tuple[TenderKind, int]]:
    return [(tender.kind, tender.amount) for tender in sold.tenders]


def _saved(path: Path) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["section"], row["name"]): row["amount"] for row in csv.DictReader(file)}


def test_a_day_typed_in_one_breath(tmp_path: Path) -> None:
    """Keys wait for their turn, and go into the dialogs that are not open yet."""
    with Terminal(tmp_path, columns=80, rows=24, shift=False) as till:
        till.type(
            "<enter>1000<enter>",
            COOKIES, "<f4>", CHEESE, "<f9>200<enter>",  # one is put aside, the next one pays
            "<f7><f9><enter>",
            CIGARETTES, "1<enter><f10>",
            "GIFT-500<enter>", GIFT, "<enter><f10>",
            SOAP, "<enter>", GIFT, "<enter>",
            "R0101-000001<enter><f8><f9><enter>",
            "<f9>3<enter>100<enter>", PIN,  # money out, after the supervisor
            "<f9>4<enter>989<enter>",  # counted
            "<f9>6<enter>2<enter>",  # closed
        )  # fmt: skip
        till.see("Z REPORT").type("c").see("Z0101-000001.csv")
    with books(tmp_path) as (_journal, daybook):
        assert [(sold.total, *_paid(sold)) for sold in by_number(daybook)] == [
            (14900, (TenderKind.CASH, 20000)),
            (8900, (TenderKind.CASH, 8900)),
            (20500, (TenderKind.CARD, 20500)),
            (50000, (TenderKind.CARD, 50000)),
            (12900, (TenderKind.CERTIFICATE, 12900)),
            (14900, (TenderKind.CASH, 14900)),
        ]
        assert daybook.certificate(GIFT) == 37100
    report = _saved(tmp_path / "reports" / "Z0101-000001.csv")
    assert report["drawer.now", "in_drawer"] == "989.00"


def left_open(data: Path, opened_at: datetime) -> None:
    journal = Journal.open(data / "journal.db")
    Daybook(journal).open_shift(opened_at, "", 50000)
    journal.close()


def test_a_shift_of_yesterday_is_asked_about_and_closed(tmp_path: Path) -> None:
    now = SystemClock().now()
    yesterday = datetime.combine(now.date() - timedelta(days=1), time(23, 59, 59), now.tzinfo)
    left_open(tmp_path, yesterday)
    asks = "The shift of an earlier day is open"
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see(asks, "Shift 1 was opened on").type("<esc>").lose(asks)
        till.see("Ready for the next customer").type(COOKIES).see("89.90")
        till.type("<f10>").see("R0101-000001").type("<ctrl-q>")
        assert till.ends() == 0
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see(asks).type("<enter>").see("Z REPORT", "R0101-000001")
        till.type("<esc>").see("The shift is closed")
    with books(tmp_path) as (_journal, daybook):
        assert daybook.shift is None


def test_a_shift_of_more_than_a_day_begins_no_receipt(tmp_path: Path) -> None:
    left_open(tmp_path, SystemClock().now() - timedelta(hours=25))
    asks, refuses = "The shift of an earlier day is open", "open for more than 24 hours"
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see(asks).type("<esc>").lose(asks)
        till.type(COOKIES).see(refuses).lose("89.90")
        till.type("<alt-x>").see("X REPORT").type("<esc>").lose("X REPORT")
        till.type("<alt-z>").see("Close the shift?").type("2<enter>").see("Z REPORT")
        till.type("<esc>").see("The shift is closed").type("<enter>", "<enter>")
        till.see("Ready for the next customer").type(COOKIES).see("89.90")


def test_a_price_asked_after_a_finished_receipt_is_sold_or_dismissed(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see("online").type(COOKIES).see("89.90").type("<f10>").see("R0101-000001")
        till.type("<f8>").see("Price of").type(CHEESE).see("PRICE", "149.90")
        till.type("<esc>").lose("PRICE")
        till.type("<f8>").see("Price of").type(SOAP).see("PRICE", "129.90")
        till.type("<enter>").see("1 × 129.90").type("<f10>").see("R0101-000002")


def test_a_receipt_that_was_put_aside_is_the_last_one_when_it_is_paid(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=80, rows=24) as till:
        till.see("online").type(COOKIES, "<f4>", CHEESE, "<f10>").see("R0101-000001")
        till.type("<f7><f10>").see("R0101-000002")
        till.type("<f5>").see("COPY", "R0101-000002")
    with books(tmp_path) as (journal, daybook):
        assert [sold.number[-1] for sold in journal.recent(2)] == ["2", "1"]
        assert [sold.number[-1] for sold in daybook.receipts(1)] == ["1", "2"]
