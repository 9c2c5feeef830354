"""The X and Z reports: what a shift came to, summed from what the journal keeps.

One pass over the receipts, and nothing is stored: the same shift always gives the same report,
and an X report changes nothing. All sums are taken apart into sales and returns; neither is ever
below zero, ``net`` is what is left of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

from cashier.money import Amount, Points, rounded
from cashier.receipt import Kind, Receipt, Settled, Source, TenderKind
from cashier.shift import DrawerEntry, DrawerKind, Permission, Shift


@dataclass(frozen=True)
class Flow:
    """One thing at sales and, the other way, at returns: how often, and how much."""

    count: int = 0
    amount: Amount = 0
    back_count: int = 0
    back_amount: Amount = 0

    @property
    def net(self) -> Amount:
        return self.amount - self.back_amount

    def __bool__(self) -> bool:
        return bool(self.count or self.back_count)

    def plus(self, amount: Amount, *, back: bool) -> "Flow":
        """Once more."""
        if back:
            return Flow(self.count, self.amount, self.back_count + 1, self.back_amount + amount)
        return Flow(self.count + 1, self.amount + amount, self.back_count, self.back_amount)

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.count + other.count,
            self.amount + other.amount,
            self.back_count + other.back_count,
            self.back_amount + other.back_amount,
        )


@dataclass(frozen=True)
class Documents:
    """All sales of the shift, or all returns."""

    count: int = 0
    amount: Amount = 0
    """Before discounts."""
    discount: Amount = 0
    """All of them, points spent among them."""
    rounding: Amount = 0
    """What rounding of cash added; below zero: took off."""

    def plus(self, receipt: Receipt) -> "Documents":
        return Documents(
            self.count + 1,
            self.amount + receipt.amount,
            self.discount + receipt.discount,
            self.rounding + receipt.rounding,
        )

    @property
    def total(self) -> Amount:
        return self.amount - self.discount

    @property
    def to_pay(self) -> Amount:
        """What was paid; at returns, given back."""
        return self.total + self.rounding


@dataclass(frozen=True)
class Given:
    """What one rule gave; its count is the lines that got cheaper."""

    source: Source
    rule: str
    name: str
    flow: Flow


@dataclass(frozen=True)
class PointsMoved:
    """What the loyalty system confirmed, in points."""

    earned: Points = 0
    spent: Points = 0
    given_back: Points = 0
    taken_back: Points = 0


@dataclass(frozen=True)
class Cash:
    """The money in the drawer: how it came there, and how much must be there."""

    at_opening: Amount = 0
    put_in: Amount = 0
    times_in: int = 0
    taken_out: Amount = 0
    times_out: int = 0
    flow: Flow = Flow()
    """From sales (without the change) and, back, given out at returns."""
    opened: int = 0
    """How often without a sale."""
    counted: DrawerEntry | None = None
    """The last time that the money was counted."""

    @property
    def in_drawer(self) -> Amount:
        return self.at_opening + self.put_in - self.taken_out + self.flow.net

    @property
    def over(self) -> Amount:
        """How much too much was counted; below zero: how much was missing."""
        return self.counted.amount - self.counted.expected if self.counted else 0


@dataclass(frozen=True)
class ShiftReport:
    shift: Shift
    sales: Documents
    returns: Documents
    tenders: Mapping[TenderKind, Flow]
    """Every kind. What was taken and given back; the change is taken off the cash."""
    given: tuple[Given, ...]
    """By rule, what gave most first; all discounts are in it."""
    deposits: Flow
    certificates: Flow
    """Gift certificates sold, and brought back: what they are worth."""
    points: PointsMoved
    cash: Cash
    pending: int
    """Receipts that are not delivered yet: their points are not in the sums."""
    offline: int
    """Receipts sold without discounts, because the system was not reachable."""
    known: int
    """Sales to customers whom the system knows."""
    first: str
    """Number of the first receipt; empty: there was none."""
    last: str
    permissions: tuple[Permission, ...] = ()
    """In order."""

    @property
    def final(self) -> bool:
        """A Z report: the shift is closed."""
        return self.shift.closed_at is not None

    @property
    def in_drawer(self) -> Amount:
        return self.cash.in_drawer

    @property
    def unknown(self) -> int:
        """Sales to anybody else."""
        return self.sales.count - self.known

    @property
    def net(self) -> Amount:
        """Sales without returns."""
        return self.sales.to_pay - self.returns.to_pay

    @property
    def average(self) -> Amount:
        """Of a sale."""
        return rounded(self.sales.to_pay, self.sales.count) if self.sales.count else 0

    @property
    def discounts(self) -> dict[Source, Flow]:
        """What gave discounts, in the order of ``Source``."""
        found = {
            source: sum((one.flow for one in self.given if one.source is source), Flow())
            for source in Source
        }
        return {source: flow for source, flow in found.items() if flow}


def report_of(
    shift: Shift,
    receipts: Iterable[Receipt],
    drawer: Sequence[DrawerEntry],
    permissions: Sequence[Permission] = (),
) -> ShiftReport:
    """The report of a shift.

    ``receipts`` are those of the shift, in order, and are read once; ``permissions`` the newest
    first, those of other shifts are passed over.
    """
    sums = _Sums()
    for receipt in receipts:
        sums.add(receipt)
    return ShiftReport(
        shift,
        sums.documents[Kind.SALE],
        sums.documents[Kind.RETURN],
        sums.tenders,
        sums.by_rule(),
        sums.deposits,
        sums.certificates,
        PointsMoved(**sums.points),
        _cash(drawer, sums.tenders[TenderKind.CASH]),
        sums.pending,
        sums.offline,
        sums.known,
        sums.first,
        sums.last,
        tuple(one for one in reversed(permissions) if one.shift == shift.number),
    )


def _cash(drawer: Sequence[DrawerEntry], flow: Flow) -> Cash:
    def entries(kind: DrawerKind) -> list[DrawerEntry]:
        return [entry for entry in drawer if entry.kind is kind]

    def amount(kind: DrawerKind) -> Amount:
        return sum(entry.amount for entry in entries(kind))

    return Cash(
        at_opening=amount(DrawerKind.FLOAT),
        put_in=amount(DrawerKind.CASH_IN),
        times_in=len(entries(DrawerKind.CASH_IN)),
        taken_out=amount(DrawerKind.CASH_OUT),
        times_out=len(entries(DrawerKind.CASH_OUT)),
        flow=flow,
        opened=len(entries(DrawerKind.OPEN)),
        counted=next(reversed(entries(DrawerKind.COUNT)), None),
    )


# --- one pass over the receipts


_Rule: TypeAlias = tuple[Source, str, str]
"""A rule that changed its name during the day is two: each was on somebody's receipt."""


class _Sums:
    """What grows with every receipt."""

    def __init__(self) -> None:
        self.documents = dict.fromkeys(Kind, Documents())
        self.tenders = dict.fromkeys(TenderKind, Flow())
        self.rules: dict[_Rule, Flow] = {}
        self.deposits, self.certificates = Flow(), Flow()
        self.points = {one.name: 0 for one in fields(PointsMoved)}
        self.pending = self.offline = self.known = 0
        self.first = self.last = ""

    def add(self, receipt: Receipt) -> None:
        back = receipt.kind is Kind.RETURN
        self.documents[receipt.kind] = self.documents[receipt.kind].plus(receipt)
        self._add_tenders(receipt, back=back)
        self._add_lines(receipt, back=back)
        self._add_points(receipt.settled)
        self.offline += receipt.applied is not None and receipt.applied.offline
        self.known += not back and receipt.buyer is not None and receipt.buyer.verified
        self.first = self.first or receipt.number
        self.last = receipt.number

    def _add_tenders(self, receipt: Receipt, *, back: bool) -> None:
        change = receipt.change
        for tender in receipt.tenders:
            amount = tender.amount
            if tender.kind is TenderKind.CASH:
                amount, change = amount - change, 0
            self.tenders[tender.kind] = self.tenders[tender.kind].plus(amount, back=back)

    def _add_lines(self, receipt: Receipt, *, back: bool) -> None:
        for line in receipt.lines:
            if line.certificate:
                self.certificates = self.certificates.plus(line.amount, back=back)
            elif line.deposit:
                self.deposits = self.deposits.plus(line.total, back=back)
            for one in line.discounts:
                if one.amount:
                    rule = one.source, one.rule, one.name
                    given = self.rules.get(rule, Flow())
                    self.rules[rule] = given.plus(one.amount, back=back)

    def _add_points(self, settled: Settled | None) -> None:
        if settled is None:
            return
        self.pending += settled.pending
        for name in self.points:
            self.points[name] += getattr(settled, name)

    def by_rule(self) -> tuple[Given, ...]:
        found = (Given(*rule, flow) for rule, flow in self.rules.items())
        return tuple(sorted(found, key=lambda one: -one.flow.net))
