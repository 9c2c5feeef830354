"""X and Z reports: their sums are those of the receipts, whatever the day was like."""

import asyncio
import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand import MORNING, Stand, demo_shop, make_stand
from textual.app import App

from cashier import commands as do
from cashier.errors import CashierError, StorageError
from cashier.events import HandedOut, Reported
from cashier.i18n import set_language
from cashier.money import ONE, Amount, show
from cashier.printing.text import render
from cashier.receipt import (
    Applied,
    Discount,
    Kind,
    Line,
    Receipt,
    Settled,
    Source,
    Tender,
    TenderKind,
    line_of,
)
from cashier.report_slip import report_csv, report_slip, save_csv
from cashier.reports import ShiftReport, report_of
from cashier.shift import DrawerEntry, DrawerKind, Permission, Shift
from cashier.shop import CashRules, Shop
from screens.dialogs.report import report_page

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
SHOP = Shop(name="Example Shop", training=False)
SHIFT = Shift(3, AT, "Anna")
CASH, CARD, CERTIFICATE = TenderKind.CASH, TenderKind.CARD, TenderKind.CERTIFICATE


# --- days made by hand


@st.composite
def goods(draw: st.DrawFn) -> Line:
    line = line_of(1, "1", "Bread", draw(st.integers(1, 100_000)), draw(st.integers(1, 5_000)))
    room, discounts = line.amount, []
    for source in draw(st.lists(st.sampled_from(list(Source)), max_size=3)):
        amount = draw(st.integers(0, room))
        room -= amount
        rule = draw(st.sampled_from(["", "a", "b"]))
        discounts.append(Discount(source, rule, rule.upper(), amount))
    kind = draw(st.sampled_from(["", "deposit", "certificate"]))
    number = "98000001" if kind == "certificate" else ""
    return replace(line, discounts=tuple(discounts), certificate=number, deposit=kind == "deposit")


@st.composite
def documents(draw: st.DrawFn) -> Receipt:
    """A sale with change, or a return; paid with anything, rounded, perhaps not delivered."""
    kind = draw(st.sampled_from(Kind))
    receipt = Receipt("id", AT, kind, number="R1").with_lines(draw(st.lists(goods(), max_size=4)))
    receipt = replace(receipt, rounding=draw(st.integers(-min(99, receipt.total), 99)))
    card = draw(st.integers(0, receipt.to_pay))
    certificate = draw(st.integers(0, receipt.to_pay - card))
    cash = receipt.to_pay - card - certificate
    if cash and kind is Kind.SALE:
        cash += draw(st.integers(0, 10_000))
    parts = ((CARD, card), (CERTIFICATE, certificate), (CASH, cash))
    points = st.integers(0, 10_000)
    settled = draw(
        st.one_of(
            st.none(),
            st.just(Settled(pending=True)),
            st.builds(Settled, earned=points, spent=points, given_back=points, taken_back=points),
        )
    )
    return replace(
        receipt,
        tenders=tuple(Tender(kind, amount) for kind, amount in parts if amount),
        applied=Applied(offline=draw(st.booleans())),
        settled=settled,
    )


entries = st.builds(
    DrawerEntry,
    kind=st.sampled_from(DrawerKind),
    at=st.just(AT),
    amount=st.integers(0, 100_000),
    expected=st.integers(0, 100_000),
)


def summed(receipts: list[Receipt], of: Callable[[Receipt], int]) -> int:
    """Sales minus returns."""
    return sum(-of(one) if one.kind is Kind.RETURN else of(one) for one in receipts)


def check(report: ShiftReport, receipts: list[Receipt], drawer: list[DrawerEntry]) -> None:
    """The laws of every report."""

    def tender(kind: TenderKind) -> Callable[[Receipt], Amount]:
        return lambda one: sum(tender.amount for tender in one.tenders if tender.kind is kind)

    def moved(kind: DrawerKind) -> Amount:
        return sum(entry.amount for entry in drawer if entry.kind is kind)

    assert report.sales.count + report.returns.count == len(receipts)
    assert report.net == summed(receipts, lambda one: one.to_pay)
    assert sum(flow.net for flow in report.tenders.values()) == report.net
    assert report.tenders[CARD].net == summed(receipts, tender(CARD))
    assert report.tenders[CERTIFICATE].net == summed(receipts, tender(CERTIFICATE))
    cash = summed(receipts, tender(CASH)) - summed(receipts, lambda one: one.change)
    assert report.tenders[CASH].net == cash
    before = moved(DrawerKind.FLOAT) + moved(DrawerKind.CASH_IN) - moved(DrawerKind.CASH_OUT)
    assert report.in_drawer == before + cash
    assert sum(one.flow.amount for one in report.given) == report.sales.discount
    assert sum(one.flow.back_amount for one in report.given) == report.returns.discount
    assert sum(flow.net for flow in report.discounts.values()) == summed(
        receipts, lambda one: one.discount
    )
    settled = [one.settled for one in receipts if one.settled]
    for name in ("earned", "spent", "given_back", "taken_back"):
        assert getattr(report.points, name) == sum(getattr(one, name) for one in settled)
    assert report.pending == sum(one.pending for one in settled)
    assert report.known + report.unknown == report.sales.count


def rows_of(report: ShiftReport, shop: Shop = SHOP) -> list[tuple[str, str, str, str]]:
    return [
        (section, name, count, amount)
        for section, name, count, amount in csv.reader(io.StringIO(report_csv(report, shop)))
    ]


@given(st.lists(documents(), max_size=12), st.lists(entries, max_size=6))
def test_the_sums_are_those_of_the_receipts(
    receipts: list[Receipt], drawer: list[DrawerEntry]
) -> None:
    report = report_of(SHIFT, iter(receipts), drawer)
    check(report, receipts, drawer)
    counts = [entry for entry in drawer if entry.kind is DrawerKind.COUNT]
    assert report.cash.counted == (counts[-1] if counts else None)
    assert report.cash.opened == sum(entry.kind is DrawerKind.OPEN for entry in drawer)
    certificates = summed(
        receipts, lambda one: sum(line.amount for line in one.lines if line.certificate)
    )
    assert report.certificates.net == certificates
    deposits = summed(receipts, lambda one: sum(line.total for line in one.lines if line.deposit))
    assert report.deposits.net == deposits
    _check_csv(report)


def _check_csv(report: ShiftReport) -> None:
    """The amounts of a section, with those of the returns, add up."""

    def total(section: str, name: str = "") -> Decimal:
        return sum(
            (
                Decimal(amount)
                for where, what, _count, amount in rows_of(report)
                if where in (section, f"{section}.returned") and name in ("", what) and amount
            ),
            Decimal(0),
        )

    def money(amount: Amount) -> Decimal:
        return Decimal(amount) / 100

    assert total("tenders") == money(report.net) == total("takings", "net")
    assert total("sales", "total") + total("returns", "total") == money(report.net)
    discounts = report.sales.discount - report.returns.discount
    assert total("discounts") == -money(discounts)
    apart = total("discounts", "points") + total("discounts", "hand")
    assert total("promotions") + apart == -money(discounts)
    assert total("drawer") == money(report.in_drawer) == total("drawer.now", "in_drawer")


def test_an_empty_shift_has_a_report() -> None:
    report = report_of(SHIFT, (), ())
    assert (report.net, report.in_drawer, report.average, report.first) == (0, 0, 0, "")
    text = render(report_slip(report, SHOP, AT))
    assert "X REPORT" in text and "X0101-000003" in text and "TRAINING" not in text


# --- days at the till


@st.composite
def deeds(draw: st.DrawFn) -> tuple[str, int, TenderKind]:
    what = draw(
        st.sampled_from(
            ["sell", "sell", "sell", "part", "all", "gift", "in", "out", "count", "plug"]
        )
    )
    return what, draw(st.integers(1, 9)), draw(st.sampled_from(TenderKind))


CERTIFICATES = [f"98000000{number:02}" for number in range(1, 40)]


class Day:
    """What a cashier may do on a day; a refusal ends the deed, not the day."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.unsold, self.sold = list(CERTIFICATES), [""]

    async def does(self, what: str, size: int, kind: TenderKind) -> None:
        stand = self.stand
        match what:
            case "sell":
                await self._sells(size, kind)
            case "gift":
                number = self.unsold.pop()
                await stand.do(do.AddGoods("11801"), do.SellCertificate(number), do.Calculate())
                await stand.do(do.TakeTender(CASH, 100_000))
                self.sold.append(number)
            case "part" | "all":
                sold = [r.number for r in finished(stand) if r.kind is Kind.SALE]
                if sold:
                    await stand.do(do.FindSale(number=sold[size % len(sold)]))
                    part = do.ReturnLine(1, ONE) if what == "part" else do.ReturnAll()
                    await stand.do(part, do.Refund(CASH if size % 3 == 0 else None))
            case "in":
                await stand.do(do.CashIn(size * 1000, "change"))
            case "out":
                await stand.do(do.CashOut(size * 100, "bank"))
            case "count":
                await stand.do(do.CountDrawer(size * 1000))
            case "plug":
                await stand.do(
                    do.SetConnection(do.Connection.OFFLINE if size > 5 else do.Connection.ONLINE)
                )

    async def _sells(self, size: int, kind: TenderKind) -> None:
        stand = self.stand
        if size % 2:
            await stand.do(do.Scan("2900000000018"))
        await stand.do(do.Scan("4600000000015", size * ONE), do.Scan("4600000000022", 2 * ONE))
        if size % 3 == 0:
            await stand.do(do.GiveDiscount(percent=500))
        await stand.do(do.Calculate())
        if size % 4 == 1:
            await stand.do(do.PayPoints(1000))
        if kind is CERTIFICATE:
            await stand.do(do.TakeTender(kind, 3000, self.sold[-1]))
        if size % 5 == 0:
            await stand.do(do.TakeTender(CARD, 1000))
        await stand.do(do.TakeTender(CASH if kind is CERTIFICATE else kind))


def finished(stand: Stand) -> list[Receipt]:
    return [event.receipt for event in stand.all(HandedOut)]


async def _day(plan: list[tuple[str, int, TenderKind]]) -> ShiftReport:
    free = demo_shop().permissions.model_copy(update={"needs": ()})
    rounding = CashRules.model_validate({"round_to": "1"})  # whole roubles
    stand = make_stand(
        shop=demo_shop().model_copy(update={"cash": rounding, "permissions": free}), shift=False
    )
    day = Day(stand)
    await stand.till.start()
    try:
        await stand.do(do.OpenShift(50_000))
        for what, size, kind in plan:
            try:
                await day.does(what, size, kind)
            except CashierError:
                if stand.till.now.receipt and not stand.till.now.receipt.closed_at:
                    await stand.do(do.CancelReceipt())
        await stand.do(do.Report(), do.Report(), do.CloseShift())
        first, again, final = (event.report for event in stand.all(Reported))
        book = stand.till.workplace.daybook
        journal = stand.till.workplace.journal
        # As they are now: what waited in the queue may have been delivered meanwhile.
        kept = [journal.sale_by_id(receipt.receipt_id) for receipt in finished(stand)]
        receipts = [receipt for receipt in kept if receipt]
        assert again == first, "an X report changes nothing"
        assert replace(final, shift=first.shift) == first
        assert final.final and not first.final
        check(final, receipts, book.drawer(1))
        stored = report_of(final.shift, book.receipts(1), book.drawer(1), book.permissions(1))
        assert stored == final
        assert (final.first, final.last) == (
            (receipts[0].number, receipts[-1].number) if receipts else ("", "")
        )
        return final
    finally:
        await stand.till.close()


@settings(max_examples=15, deadline=None)
@given(st.lists(deeds(), max_size=14))
def test_a_day_at_the_till(plan: list[tuple[str, int, TenderKind]]) -> None:
    set_language("en")
    asyncio.run(_day(plan))


def test_a_day_with_everything() -> None:
    plan = [
        ("sell", 9, CASH), ("in", 5, CASH), ("gift", 1, CASH), ("sell", 5, CERTIFICATE),
        ("sell", 7, CARD), ("part", 8, CASH), ("part", 2, CASH), ("all", 6, CASH),
        ("out", 3, CASH), ("plug", 9, CASH), ("sell", 3, CASH), ("count", 7, CASH),
    ]  # fmt: skip
    report = asyncio.run(_day(plan))
    assert (report.sales.count, report.returns.count, report.pending) == (5, 3, 1)
    assert all(flow.count and flow.back_count for flow in report.tenders.values())
    assert report.sales.rounding and report.points.earned and report.points.spent
    assert report.points.given_back and report.points.taken_back
    assert set(report.discounts) == {Source.PROMOTION, Source.POINTS, Source.HAND}
    assert report.certificates.net == 50_000
    assert report.cash.counted and report.cash.over == 7000 - report.in_drawer


# --- how it is told


HOSTILE = "=HYPERLINK(\"http://x\");\r\n+cmd|' /C calc'!A0\x1b[31m\u202e"


def busy() -> ShiftReport:
    """A closed shift with something of everything in it."""
    line = replace(
        line_of(1, "1", "Bread", 10_000, 2 * ONE),
        discounts=(
            Discount(Source.PROMOTION, "p", HOSTILE, 2_000),
            Discount(Source.POINTS, "points", "", 500),
        ),
    )
    sale = Receipt(
        "a",
        AT,
        number="R0101-000001",
        lines=(line,),
        tenders=(Tender(CASH, 20_000),),
        rounding=-50,
        settled=Settled(earned=1250),
    )
    back = replace(
        sale, kind=Kind.RETURN, number="R0101-000002", tenders=(Tender(CASH, 17_450),),
        settled=Settled(pending=True),
    )  # fmt: skip
    drawer = [
        DrawerEntry(DrawerKind.FLOAT, AT, 50_000),
        DrawerEntry(DrawerKind.COUNT, AT, 49_000, expected=50_000),
        DrawerEntry(DrawerKind.OPEN, AT),
    ]
    yes = Permission(AT, "discount", "Discount of 10 %", "Anna", "Vera", True, "=regular", shift=3)
    no = replace(yes, granted=False, supervisor="", at=AT + timedelta(minutes=1))
    other = replace(yes, shift=2)
    shift = replace(SHIFT, closed_at=AT + timedelta(hours=8))
    return report_of(shift, (sale, back, sale), drawer, (no, yes, other))


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_slip_says_it_all(columns: int) -> None:
    slip = report_slip(busy(), SHOP.model_copy(update={"training": True}), AT)
    text = render(slip, columns)
    assert slip.number == "Z0101-000003"
    assert all(len(row) <= columns for row in text.splitlines())
    assert "Z REPORT" in text and text.count("TRAINING") == 2
    assert "\x1b" not in text and "\u202e" not in text
    said = {" ".join(row.split()) for row in text.splitlines()}
    assert said >= {
        "Total 349.00",
        "Total -174.50",
        "Sales without returns 174.50",
        "Cash (2) 349.00",
        "Cash, at returns (1) -174.50",
        "Promotions (2) -40.00",
        "Promotions, at returns (1) 20.00",
        "Must be there 674.50",
        "Counted at 12:30 490.00",
        "Was missing then -10.00",
        "Points earned 25",
        "Receipts not delivered yet 1",
        "Anna · Vera · =regular",
    }
    rest = text[text.index("Supervisors") :]
    assert rest.index("12:30 Discount") < rest.index("allowed") < rest.index("12:31")
    assert rest.count("allowed") == rest.count("wrong PIN") == 1


def test_csv_is_for_machines_and_harmless_for_spreadsheets() -> None:
    set_language("ru")
    text = report_csv(busy(), SHOP)
    rows = rows_of(busy())
    assert text.endswith("\r\n") and rows[0] == ("section", "name", "count", "amount")
    assert ("sales", "total", "", "349.00") in rows
    assert ("points", "earned", "", "25.00") in rows
    assert ("shift.closed", "2026-05-01T20:30:00+00:00", "", "") in rows
    for _section, name, count, amount in rows[1:]:
        assert not name.startswith(("=", "+", "-", "@")) and ";" not in name
        assert name.isprintable()
        assert not count or count.isdecimal()
        assert not amount or Decimal(amount).is_finite()
    asked = [row for row in rows if row[0].startswith("permissions.")]
    assert [row[0] for row in asked] == ["permissions.granted", "permissions.refused"]
    assert asked[0][1] == "2026-05-01T12:30:00+00:00 | discount | Anna | Vera | =regular"


def test_csv_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    path = save_csv(busy(), SHOP, tmp_path / "reports")
    assert path.name == "Z0101-000003.csv"
    assert path.read_bytes().decode() == report_csv(busy(), SHOP)
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(StorageError, match="cannot be written"):
        save_csv(busy(), SHOP, path)


async def test_the_page_is_read_and_saved(tmp_path: Path) -> None:
    app: App[None] = App()
    async with app.run_test(size=(100, 40)) as pilot:
        page = report_page(busy(), SHOP, tmp_path)
        await app.push_screen(page)
        await pilot.pause()
        said = [f"{left.strip()} {right}" for left, right, _style in page._rows]
        assert f"Total {show(34_900)}" in said and "Supervisors " in said
        await pilot.press("с")  # the same key as "c" on a Russian keyboard
        assert (tmp_path / "reports" / "Z0101-000003.csv").exists()
        assert "Z0101-000003.csv" in page._keys.content.plain
        await pilot.press("escape")
        assert app.screen is not page
        (tmp_path / "file").touch()
        page = report_page(busy(), SHOP, tmp_path / "file")
        await app.push_screen(page)
        await pilot.press("c")
        assert "cannot be written" in page._keys.content.plain


async def test_supervisors_are_on_the_z_report() -> None:
    """What the till itself hands out at the end of the day."""
    stand = make_stand()
    await stand.till.start()
    await stand.do(do.OpenDrawer(), do.Allow("4321", "for a banknote"), do.CloseShift())
    (report,) = (event.report for event in stand.all(Reported))
    assert [(one.right, one.granted, one.why) for one in report.permissions] == [
        ("drawer", True, "for a banknote")
    ]
    assert report.cash.opened == 1
    assert report.shift.closed_at == MORNING
    await stand.till.close()
