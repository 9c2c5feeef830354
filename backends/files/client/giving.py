"""What the till itself gives on a receipt: the discount of the card's scheme, and points."""

from collections.abc import Iterator
from datetime import date

from backends.files.client.store import Known
from backends.files.formats.model import Scheme
from cashier import exchange as ex
from cashier.i18n import _
from cashier.money import percent
from cashier.receipt import Discount, Line, LinePoints, Receipt, Source


def points_offer(receipt: Receipt, known: Known, today: date) -> ex.PointsOffer:
    """Up to the balance of a card that may pay, on all that points may pay for."""
    lines = tuple(LinePoints(line.number, _bears(line)) for line in receipt.lines)
    total, most = sum(one.amount for one in lines), known.payable(today)
    has = _("so many points are on the card")
    if not known.may_pay(today):
        has = _("this card may not pay with points")
    limits = (
        ex.SpendLimit(name="balance", text=has, most=most),
        ex.SpendLimit(name="lines", text=_("so much of the receipt may be paid"), most=total),
    )
    return ex.PointsOffer(
        balance=known.balance,
        available=most,
        spendable=min(most, total),
        limits=tuple(sorted(limits, key=lambda one: one.most)),
        lines=lines,
        excluded=tuple(line.number for line in receipt.lines if not _takes_part(line)),
    )


def by_scheme(receipt: Receipt, scheme: Scheme | None) -> Iterator[ex.LinePrice]:
    if scheme is None or not scheme.by_card:
        return
    size = scheme.percent_of(receipt.total)
    why = _("{percent} by the card's scheme").format(percent=f"{size / 100:g} %")
    for line in receipt.lines:
        off = max(0, min(percent(line.total, size), line.total - line.floor))
        if off and _takes_part(line):
            given = Discount(Source.LEVEL, scheme.code, scheme.name, off, why)
            yield ex.LinePrice(number=line.number, discounts=(given,))


def _takes_part(line: Line) -> bool:
    return not (line.certificate or line.deposit)


def _bears(line: Line) -> int:
    """The most that points may pay of it, those of an earlier answer among it."""
    return max(0, line.total + line.points - line.floor) if _takes_part(line) else 0
