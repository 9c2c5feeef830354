"""Receipts put together from the transactions of a report."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from pydantic import BaseModel, ConfigDict

from backends.files.formats.model import ALONE, ENDS, Kind, SalesReport, Transaction
from backends.fronting import Goods, line
from cashier.i18n import _
from cashier.money import Amount, cost, spread
from cashier.receipt import Line


class Told(BaseModel):
    """A receipt as a report tells of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    """The till's database, the till, the number of the closing: the same however often it comes."""
    till: str
    number: int
    cashier: str = ""
    at: datetime
    card: str = ""
    is_return: bool = False
    lines: tuple[Line, ...] = ()
    """With what the till took off; points are not among it."""
    points: Amount = 0
    """Paid with the card, minor units."""
    paid: Amount = 0
    """In all, those points among it."""

    @property
    def total(self) -> Amount:
        return sum(one.total for one in self.lines)

    def shares(self) -> list[Amount]:
        """The points over the lines. Raises ValueError for more than the goods cost."""
        return spread(self.points, [one.total for one in self.lines])


@dataclass
class _Open:
    """A receipt whose end has not come yet."""

    rows: list[Transaction] = field(default_factory=list)
    """Its lines; ``after`` is what each costs in the end."""
    off: Amount = 0
    """Taken off the receipt as a whole."""
    points: Amount = 0
    paid: Amount = 0

    def hear(self, one: Transaction) -> None:
        """Raises ValueError for what belongs to no line."""
        if one.kind in (Kind.SALE_LINE, Kind.RETURN_LINE):
            self.rows.append(one if one.after is not None else replace(one, after=one.amount))
        elif one.kind is Kind.STORNO:
            self._take_off(one)
        elif one.kind is Kind.LINE_DETAIL:
            if not self.rows:
                raise ValueError(_("a discount stands before every line"))
            last = self.rows[-1]
            self.rows[-1] = replace(last, after=(last.after or 0) - one.amount)
        elif one.kind is Kind.RECEIPT_DETAIL:
            self.off += one.amount
        elif one.kind is Kind.PAYMENT:
            self.paid += one.amount
            self.points += one.amount if one.card else 0

    def _take_off(self, one: Transaction) -> None:
        """The last line of these goods becomes less, or goes."""
        for place in reversed(range(len(self.rows))):
            row = self.rows[place]
            if row.goods == one.goods and row.quantity >= one.quantity:
                left = row.quantity - one.quantity
                after = (row.after or 0) - (one.amount if one.after is None else one.after)
                amount = row.amount - one.amount
                self.rows[place] = replace(row, quantity=left, amount=amount, after=after)
                if not left:
                    del self.rows[place]
                return
        raise ValueError(_("storno of {goods}, which was not sold").format(goods=one.goods))

    def lines(self, goods: Goods) -> tuple[Line, ...]:
        """Raises ValueError."""
        totals = [row.after or 0 for row in self.rows]
        parts = spread(self.off, totals) if self.off else [0] * len(totals)
        return tuple(
            line(
                number,
                goods.good(row.goods),
                row.price,
                row.quantity,
                taken=row.amount - total + part,
                amount=row.amount,
            )
            for number, (row, total, part) in enumerate(
                zip(self.rows, totals, parts, strict=True), 1
            )
        )


def receipts(
    report: SalesReport, goods: Goods, zone: tzinfo | None, rounding: Amount
) -> tuple[list[Told], dict[str, str]]:
    """Those that have an end; of what cannot be put together, sentences by its id. ``rounding``: so
    much the payments may differ from the lines, as cash is rounded."""
    found, wrong = [], {}
    for receipt in _apart(report.transactions):
        try:
            told = _told(report, receipt, goods, zone)
            _check(told, rounding)
        except ValueError as error:
            end = receipt[-1]
            text = _("till {till}, receipt {receipt}: {why}")
            said = text.format(till=end.till, receipt=end.receipt, why=error)
            wrong[id_of(report, end)] = said
        else:
            found.append(told)
    return found, wrong


def _apart(rows: Iterable[Transaction]) -> Iterable[list[Transaction]]:
    """Closed receipts, each with its end last."""
    going: dict[tuple[str, int], list[Transaction]] = {}
    for one in rows:
        if one.kind in ALONE:
            continue
        receipt = going.setdefault((one.till, one.receipt), [])
        receipt.append(one)
        if one.kind in ENDS:
            del going[one.till, one.receipt]
            if one.kind is Kind.CLOSED:
                yield receipt


def _told(report: SalesReport, rows: list[Transaction], goods: Goods, zone: tzinfo | None) -> Told:
    opened, end = _Open(), rows[-1]
    for one in rows:
        opened.hear(one)
    return Told(
        id=id_of(report, end),
        till=end.till,
        number=end.receipt,
        cashier=end.cashier,
        at=end.at.replace(tzinfo=zone),
        card=end.card,
        is_return=end.is_return,
        lines=opened.lines(goods),
        points=opened.points,
        paid=opened.paid,
    )


def id_of(report: SalesReport, one: Transaction) -> str:
    """The same however often it comes."""
    return f"{report.database}:{one.till}:{one.number}"


def _check(told: Told, rounding: Amount) -> None:
    """Raises ValueError: whatever is missing of it, nothing of it is counted."""
    if not told.lines:
        raise ValueError(_("it has no lines"))
    if any(cost(one.price, one.quantity) <= 0 < one.amount for one in told.lines):
        raise ValueError(_("a line costs more than its price says"))
    if told.paid and abs(told.paid - told.total) > rounding:
        raise ValueError(_("its payments do not add up to its lines"))
    told.shares()
