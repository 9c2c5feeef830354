"""The X and Z reports. (Being written: the simple form.)"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cashier.money import Amount
from cashier.receipt import Kind, Receipt, TenderKind
from cashier.shift import DrawerEntry, DrawerKind, Permission, Shift


@dataclass(frozen=True)
class ShiftReport:
    shift: Shift
    in_drawer: Amount = 0

    @property
    def final(self) -> bool:
        return self.shift.closed_at is not None


def report_of(
    shift: Shift,
    receipts: Iterable[Receipt],
    drawer: Sequence[DrawerEntry],
    permissions: Sequence[Permission] = (),
) -> ShiftReport:
    money = 0
    for entry in drawer:
        if entry.kind in (DrawerKind.FLOAT, DrawerKind.CASH_IN):
            money += entry.amount
        elif entry.kind is DrawerKind.CASH_OUT:
            money -= entry.amount
    for receipt in receipts:
        cash = sum(t.amount for t in receipt.tenders if t.kind is TenderKind.CASH)
        money += cash - receipt.change if receipt.kind is Kind.SALE else -cash
    return ShiftReport(shift, money)
