"""What a report says, and in which order: the same on screen, on the slip and as CSV.

Amounts have the sign with which they enter the takings: what went back is below zero, and so is a
discount. So the amounts of one CSV section, that of its ``.returned`` with them, add up to its net.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.folder import unusable
from cashier.i18n import _, comma, language
from cashier.money import Amount, Points, show
from cashier.receipt import Source, TenderKind
from cashier.reports import Cash, Documents, Flow, PointsMoved, ShiftReport
from cashier.shift import Permission
from cashier.slip import Cut, Element, Feed, Row, Rule, Slip, Text, plain, training_mark
from cashier.words import points_text

if TYPE_CHECKING:
    from cashier.shop import Shop


@dataclass(frozen=True)
class Entry:
    """One thing that a report says: a count, an amount, or both; or a text."""

    section: str
    """In English, for machines, as the name is."""
    name: str
    words: str
    """For people."""
    count: int | None = None
    amount: Amount | None = None
    points: Points | None = None
    text: str = ""
    """What people read at the right edge, where it is no number."""
    note: str = ""
    """Goes on in the next line."""
    strong: bool = False
    """A sum that is always shown; others only where they are not zero."""

    @property
    def shown(self) -> bool:
        return bool(self.strong or self.text or self.count or self.amount or self.points)

    @property
    def left(self) -> str:
        alone = self.amount is None and self.points is None
        return f"{self.words} ({self.count})" if self.count and not alone else self.words

    def right(self, digits: int) -> str:
        if self.amount is not None:
            return show(self.amount, digits, comma=comma())
        if self.points is not None:
            return points_text(self.points)
        return str(self.count) if self.count is not None else self.text


@dataclass(frozen=True)
class Section:
    caption: str
    entries: tuple[Entry, ...]

    @property
    def shown(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.shown)


def report_title(report: ShiftReport) -> str:
    return _("Z REPORT") if report.final else _("X REPORT")


def report_number(report: ShiftReport, shop: "Shop") -> str:
    """'Z0101-000003': shop, till and shift."""
    kind = "Z" if report.final else "X"
    return f"{kind}{shop.shop}{shop.till}-{report.shift.number:06d}"


# --- what it says


def sections(report: ShiftReport) -> list[Section]:
    """All of it, in order; foreign texts are plain already."""
    parts: tuple[tuple[str, Iterable[Entry]], ...] = (
        (_("Shift"), _shift(report)),
        (_("Sold"), _documents("sales", report.sales, 1)),
        (_("Returns"), _documents("returns", report.returns, -1)),
        (_("Takings"), _takings(report)),
        (_("Payments"), _tenders(report)),
        (_("Money in the drawer"), _cash(report.cash)),
        (_("Discounts"), _discounts(report)),
        (_("By promotion"), _promotions(report)),
        (_("Deposits and gift certificates"), _apart(report)),
        (_("Points"), _points(report.points, report.pending)),
        (_("Customers"), _customers(report)),
        (_("Supervisors"), map(_permission, report.permissions)),
    )
    return [Section(caption, tuple(entries)) for caption, entries in parts]


def _shift(report: ShiftReport) -> Iterator[Entry]:
    shift = report.shift
    yield Entry("shift", "number", _("Number"), shift.number)
    yield _told("cashier", _("Cashier"), shift.cashier)
    yield _when("opened", _("Opened at"), shift.opened_at)
    if shift.closed_at:
        yield _when("closed", _("Closed at"), shift.closed_at)
    yield _told("first_receipt", _("First receipt"), report.first)
    yield _told("last_receipt", _("Last receipt"), report.last)


def _told(name: str, words: str, text: str) -> Entry:
    """A text is the name of its CSV row: the other columns are numbers."""
    return Entry(f"shift.{name}", plain(text), words, text=plain(text))


def _when(name: str, words: str, at: datetime) -> Entry:
    return Entry(f"shift.{name}", at.isoformat(timespec="seconds"), words, text=_moment(at))


def _documents(section: str, found: Documents, sign: int) -> Iterator[Entry]:
    yield Entry(section, "receipts", _("Receipts"), found.count)
    yield Entry(section, "before_discounts", _("Without discounts"), amount=sign * found.amount)
    yield Entry(section, "discounts", _("Discounts"), amount=-sign * found.discount)
    yield Entry(section, "rounding", _("Rounding of cash"), amount=sign * found.rounding)
    yield Entry(section, "total", _("Total"), amount=sign * found.to_pay, strong=True)


def _takings(report: ShiftReport) -> Iterator[Entry]:
    yield Entry("takings", "net", _("Sales without returns"), amount=report.net, strong=True)
    yield Entry("takings", "average_sale", _("Average receipt"), amount=report.average)


def _both(section: str, name: str, words: str, flow: Flow, sign: int = 1) -> Iterator[Entry]:
    """At sales and at returns."""
    back = _("{what}, at returns").format(what=words)
    yield Entry(section, name, words, flow.count, sign * flow.amount)
    if flow.back_count:
        yield Entry(f"{section}.returned", name, back, flow.back_count, -sign * flow.back_amount)


def _tenders(report: ShiftReport) -> Iterator[Entry]:
    words = {
        TenderKind.CASH: _("Cash"),
        TenderKind.CARD: _("Bank card"),
        TenderKind.CERTIFICATE: _("Gift certificate"),
    }
    for kind, flow in report.tenders.items():
        yield from _both("tenders", kind.value, words[kind], flow)


def _cash(cash: Cash) -> Iterator[Entry]:
    name = "drawer"
    yield Entry(name, "at_opening", _("At the opening"), amount=cash.at_opening)
    yield Entry(name, "put_in", _("Put in"), cash.times_in, cash.put_in)
    yield Entry(name, "taken_out", _("Taken out"), cash.times_out, -cash.taken_out)
    yield Entry(name, "sales", _("From sales"), cash.flow.count, cash.flow.amount)
    yield Entry(
        name, "returns", _("Given out at returns"), cash.flow.back_count, -cash.flow.back_amount
    )
    yield Entry(f"{name}.now", "in_drawer", _("Must be there"), amount=cash.in_drawer, strong=True)
    if cash.counted:
        at, counted = cash.counted.at, cash.counted.amount
        yield _counted("counted", _("Counted at {time}").format(time=f"{at:%H:%M}"), counted)
        words = _("Was missing then") if cash.over < 0 else _("Was too much then")
        yield Entry(f"{name}.counted", "over", words, amount=cash.over)
    yield Entry(f"{name}.opened", "without_sale", _("Opened without a sale"), cash.opened)


def _counted(name: str, words: str, amount: Amount) -> Entry:
    return Entry("drawer.counted", name, words, amount=amount, strong=True)


def _discounts(report: ShiftReport) -> Iterator[Entry]:
    words = {
        Source.PROMOTION: _("Promotions"),
        Source.COUPON: _("Coupons"),
        Source.LEVEL: _("Levels of cards"),
        Source.POINTS: _("Paid with points"),
        Source.HAND: _("By hand"),
    }
    for source, flow in report.discounts.items():
        yield from _both("discounts", source.value, words[source], flow, -1)


def _promotions(report: ShiftReport) -> Iterator[Entry]:
    """Points and discounts by hand are in the discounts above, each in one row."""
    for given in report.given:
        if given.source in (Source.POINTS, Source.HAND):
            continue
        words = plain(given.name) or plain(given.rule) or _("Discount")
        yield from _both("promotions", words, words, given.flow, -1)


def _apart(report: ShiftReport) -> Iterator[Entry]:
    yield from _both("apart", "deposits", _("Deposits"), report.deposits)
    yield from _both("apart", "certificates", _("Gift certificates sold"), report.certificates)


def _points(points: PointsMoved, pending: int) -> Iterator[Entry]:
    name = "points"
    yield Entry(name, "earned", _("Points earned"), points=points.earned)
    yield Entry(name, "spent", _("Points spent"), points=points.spent)
    yield Entry(name, "given_back", _("Points given back"), points=points.given_back)
    yield Entry(name, "taken_back", _("Points taken back"), points=points.taken_back)
    yield Entry(f"{name}.pending", "receipts", _("Receipts not delivered yet"), pending)


def _customers(report: ShiftReport) -> Iterator[Entry]:
    name = "customers"
    yield Entry(name, "known", _("Sales to customers with a card"), report.known)
    yield Entry(name, "unknown", _("Sales to others"), report.unknown)
    yield Entry(name, "offline", _("Sold without connection"), report.offline)


def _permission(found: Permission) -> Entry:
    """Who asked for what, and who said what about it."""
    asked, supervisor, why = (plain(text) for text in (found.asked_by, found.supervisor, found.why))
    answer = _("allowed") if found.granted else _("wrong PIN")
    kind = "granted" if found.granted else "refused"
    parts = (found.at.isoformat(timespec="seconds"), found.right, asked, supervisor, why)
    note = " · ".join(part for part in (asked, supervisor, why) if part)
    words = f"{found.at:%H:%M} {plain(found.text)}"
    return Entry(f"permissions.{kind}", plain(" | ".join(parts)), words, text=answer, note=note)


def _moment(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M}" if language() == "ru" else f"{at:%Y-%m-%d %H:%M}"


# --- as a slip


def report_slip(report: ShiftReport, shop: "Shop", at: datetime) -> Slip:
    """``at``: when it is printed. Never raises, whatever the texts are."""
    elements = tuple(_elements(report, shop, at))
    return Slip(report_number(report, shop), elements, shop.slip.columns)


def _elements(report: ShiftReport, shop: "Shop", at: datetime) -> Iterator[Element]:
    yield Text(plain(shop.name), centered=True, bold=True)
    if shop.address:
        yield Text(plain(shop.address), centered=True)
    if shop.training:
        yield from training_mark()
    yield Text(report_title(report), centered=True, big=True, bold=True)
    yield Row(_("Till {till}").format(till=shop.till), report_number(report, shop))
    yield Row(_("Printed"), _moment(at))
    for section in sections(report):
        if section.shown:
            yield Rule()
            yield Text(section.caption, bold=True)
            for entry in section.shown:
                yield Row(entry.left, entry.right(shop.money.digits), bold=entry.strong)
                if entry.note:
                    yield Text(f"  {entry.note}")
    yield Rule()
    if shop.training:
        yield from training_mark()
    yield Feed(2)
    yield Cut()


# --- as CSV


def report_csv(report: ShiftReport, shop: "Shop") -> str:
    """RFC 4180, one row for each thing, zeros too; no text in it is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("section", "name", "count", "amount"))
    writer.writerow(("report", tame(report_number(report, shop)), "", ""))
    if shop.training:
        writer.writerow(("report.training", "yes", "", ""))
    for section in sections(report):
        for entry in section.entries:
            writer.writerow(
                (entry.section, tame(entry.name), entry.count, _number(entry, shop.money.digits))
            )
    return file.getvalue()


def _number(entry: Entry, digits: int) -> str:
    if entry.points is not None:
        return show(entry.points, group="")
    return "" if entry.amount is None else show(entry.amount, digits, group="")


_FORMULA = tuple("=+-@＝＋－＠")


def tame(text: str) -> str:
    """A text that no spreadsheet takes for a formula, not even one that parts cells at ';'."""
    text = text.replace(";", ",")
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def save_csv(report: ShiftReport, shop: "Shop", folder: Path) -> Path:
    """Where it is now; the file is there whole or not at all. Raises StorageError."""
    path = folder / f"{report_number(report, shop)}.csv"
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(report_csv(report, shop), encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise unusable(folder, error) from error
    return path
