"""A sale that was found, as a receipt. Raises ValueError."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from backends.loymax.common.hearing import SYSTEM
from backends.loymax.common.names import PAYS, SOURCES
from backends.loymax.common.numbers import whole
from backends.loymax.wire.searching import DiscountKind, Found, PayType, Position, PositionDiscount
from cashier.exchange import FoundSale, LineReturned
from cashier.i18n import _
from cashier.money import Amount
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Settled,
    Source,
    Tender,
    TenderKind,
)

_TENDERS = {name: kind for kind, name in PAYS.items()}
_SOURCES = {DiscountKind.TILL: Source.HAND, DiscountKind.POINTS: Source.POINTS}
_ROUNDING = 100
"""Whatever was taken more, or less, than the goods cost and is below this was rounding, minor
units; more is of lines that the service knows nothing of, deposits for one."""


def sale(
    row: Found, positions: Sequence[Position], pays: Iterable[PayType], zone: tzinfo | None
) -> tuple[FoundSale, bool]:
    """And whether it is all that was sold then: certificates without numbers are the till's own."""
    lines = tuple(map(_line, positions))
    if len({one.number for one in lines}) < len(lines):
        raise ValueError("position: each once")
    tenders = tuple(map(_tender, pays))
    at = row.chequeTime.astimezone(zone)
    points = sum(one.points for one in lines)
    receipt = Receipt(
        receipt_id=row.externalId,
        opened_at=at,
        closed_at=at,
        shop=row.merchantId,
        till=row.deviceId,
        number=row.chequeNumber,
        lines=lines,
        buyer=_buyer(row.cardNumber),
        tenders=tenders,
        settled=Settled(earned=whole(row.cashback), spent=points),
        spend=points,
    )
    more = sum(one.amount for one in tenders) - receipt.total
    own = any(one.kind is TenderKind.CERTIFICATE and not one.reference for one in tenders)
    complete = not own and (not tenders or abs(more) < _ROUNDING)
    if complete:
        receipt = replace(receipt, rounding=more if tenders else 0)
    elif more > 0:
        receipt = replace(receipt, tenders=_without(tenders, more))
    return FoundSale(receipt=receipt, returned=tuple(_returned(positions))), complete


def _line(one: Position) -> Line:
    quantity, amount = whole(one.quantity, 3), whole(one.amount)
    given = tuple(_discount(off) for off in one.discounts if off.amount)
    if quantity <= 0 or not 0 <= sum(off.amount for off in given) <= amount:
        raise ValueError(f"position {one.position}: {one.quantity} for {one.amount}")
    return Line(
        one.position,
        one.goodsId,
        one.name,
        whole(one.price),
        quantity,
        amount,
        one.barcode,
        "kg" if quantity % 1000 else "pc",
        discounts=given,
        certificate=one.giftCertificate,
    )


def _discount(one: PositionDiscount) -> Discount:
    amount = whole(one.amount)
    if amount < 0:
        raise ValueError("discounts: below zero")
    source = SOURCES.get(one.externalId, Source.PROMOTION)
    for kind, known in _SOURCES.items():
        source = known if one.type == kind else source
    return Discount(source, one.offerId, one.name or _("Discount"), amount, system=SYSTEM)


def _tender(one: PayType) -> Tender:
    amount = whole(one.amount)
    if amount < 0:
        raise ValueError("amount: below zero")
    return Tender(_TENDERS.get(one.type, TenderKind.CASH), amount, one.details)


def _without(tenders: Sequence[Tender], more: Amount) -> tuple[Tender, ...]:
    """What the goods were paid with: the rest is taken off cash first."""
    left = []
    for one in sorted(tenders, key=lambda one: one.kind is not TenderKind.CASH):
        part = min(more, one.amount)
        more -= part
        if one.amount > part:
            left.append(replace(one, amount=one.amount - part))
    return tuple(left)


def _buyer(card: str) -> Buyer | None:
    return Buyer(Identifier(IdentifierKind.CARD, card), card=Card(card)) if card else None


def _returned(positions: Iterable[Position]) -> Iterable[LineReturned]:
    for one in positions:
        back = sum(whole(part.quantity, 3) for part in one.refunds)
        if back:
            yield LineReturned(number=one.position, quantity=back)
