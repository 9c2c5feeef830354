"""What tills do besides selling, as their reports tell of it. None of it moves a point."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from pydantic import BaseModel, ConfigDict

from backends.files.backoffice.told import id_of
from backends.files.formats.model import ALONE, Kind, SalesReport
from backends.files.formats.text import decimal
from cashier.i18n import _
from cashier.money import Amount

_BESIDES = (Kind.STORNO, Kind.CANCELLED, *ALONE)


class Noted(BaseModel):
    """A line taken off, a receipt dropped, a Z report, cash put in or taken out."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    till: str
    at: datetime
    shift: int = 0
    amount: Amount = 0


def notes(report: SalesReport, zone: tzinfo | None) -> list[Noted]:
    return [
        Noted(
            id=id_of(report, one),
            kind=one.kind,
            till=one.till,
            at=one.at.replace(tzinfo=zone),
            shift=one.shift,
            amount=one.amount,
        )
        for one in report.transactions
        if one.kind in _BESIDES
    ]


def closing(one: Noted) -> str:
    text = _("till {till}: shift {shift} is closed, {amount}")
    return text.format(till=one.till, shift=one.shift, amount=decimal(one.amount))


def sums(noted: Iterable[Noted]) -> list[str]:
    """A sentence for each till."""
    tills: dict[str, list[Noted]] = {}
    for one in noted:
        tills.setdefault(one.till, []).append(one)
    return [_sum(till, tills[till]) for till in sorted(tills)]


def _sum(till: str, noted: Sequence[Noted]) -> str:
    count = Counter(one.kind for one in noted)
    parts = [
        _("cancelled receipts {n}").format(n=count[Kind.CANCELLED]),
        _("lines taken off {n}").format(n=count[Kind.STORNO]),
        _("put into the drawer {amount}").format(amount=_amount(Kind.CASH_IN, noted)),
        _("taken out {amount}").format(amount=_amount(Kind.CASH_OUT, noted)),
    ]
    closings = sorted((one for one in noted if one.kind is Kind.Z_REPORT), key=lambda one: one.at)
    for last in closings[-1:]:
        text = _("shifts closed {n}, the last is {shift} ({time}): {amount}")
        moment, amount = last.at.strftime("%d.%m. %H:%M"), decimal(last.amount)
        parts.append(text.format(n=len(closings), shift=last.shift, time=moment, amount=amount))
    return _("till {till}: {what}").format(till=till, what=", ".join(parts))


def _amount(kind: Kind, noted: Iterable[Noted]) -> str:
    return decimal(sum(one.amount for one in noted if one.kind is kind))
