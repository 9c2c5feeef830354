"""Prices, and what points may pay: requests of a till and the answers to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from backends.rarus.translate.context import Context, context_of
from backends.rarus.translate.rows import SOURCES, certificate_payments, payments, rows
from backends.rarus.wire.base import major, milliseconds, minor
from backends.rarus.wire.receipt import (
    BalanceAsked,
    Calculated,
    Document,
    GivenDiscount,
    Limits,
    PaymentPart,
)
from cashier.exchange import Calculation, LinePrice, PointsOffer, SpendLimit
from cashier.i18n import _
from cashier.money import ONE, Amount, Points
from cashier.receipt import Discount, Gift, Line, LinePoints, Receipt, Source
from cashier.words import points_text

Skus: TypeAlias = Mapping[str, tuple[str, ...]]
"""Articles in each segment of gifts."""


# --- what is asked ----------------------------------------------------------------------------


def document(receipt: Receipt, spend: Points, shop: str, card_id: str, coupon: str) -> Document:
    """``calculate_document`` of a receipt that has only what the cashier took off.

    ``card_id`` and ``coupon`` empty: there is none.
    """
    held = context_of(receipt)
    asked: dict[str, object] = {
        "shop_id": shop,
        "cheque_items": rows(receipt),
        "payment_types": payments(receipt.tenders, receipt.change),
        "cert_payments": certificate_payments(receipt.tenders),
        "hold_id": held.hold,
        "coupon_hold_id": held.coupon_hold,
        "hold_used": bool(held.hold),
    }
    if card_id and receipt.buyer is not None and receipt.buyer.card is not None:
        number = receipt.buyer.card.number
        asked |= {"card_id": card_id, "card_code": "", "card_barcode": number}
    if coupon:
        asked["coupon"] = coupon
    if spend:
        asked["bonus_payment"] = major(spend)
    return Document.model_construct(**asked)  # type: ignore[arg-type]


def balance_asked(receipt: Receipt, shop: str, at: datetime, coupon: str) -> BalanceAsked:
    """Limits for a receipt with its discounts on the lines."""
    assert receipt.buyer is not None  # points are spent by somebody who is known
    assert receipt.buyer.card is not None
    return BalanceAsked.model_construct(
        shop_id=shop,
        card_barcode=receipt.buyer.card.number,
        cheque_items=rows(receipt),
        bonus_payment=None,
        coupon=coupon or None,
        date_calculate_local=milliseconds(at),
    )


# --- what came --------------------------------------------------------------------------------


def gift_lists(reply: Calculated) -> tuple[str, ...]:
    """The segments of gifts that an answer speaks of, each once."""
    return tuple(dict.fromkeys(one.gift_list_id for one in reply.cheque_discounts if _gift(one)))


def _gift(one: GivenDiscount) -> bool:
    return bool(one.gift_list_id)


def calculation(
    reply: Calculated, receipt: Receipt, spend: Points, at: datetime, system: str
) -> Calculation:
    """All but the gifts, whose segments are to be looked up first.

    Raises ValueError for discounts of rows that were not asked about, and below zero.
    """
    given = _given(reply, receipt, system)
    held = context_of(receipt)
    known = Context(milliseconds(at), held.hold, held.coupon_hold, held.held_as)
    return Calculation(
        lines=tuple(
            LinePrice(number=line.number, discounts=tuple(given[line.number]))
            for line in receipt.lines
            if given[line.number]
        ),
        earn=_earned(reply),
        distribution=_distribution(reply.payment_distribution, spend),
        context=known.text(),
    )


def _given(reply: Calculated, receipt: Receipt, system: str) -> dict[int, list[Discount]]:
    given: dict[int, list[Discount]] = {line.number: [] for line in receipt.lines}
    for one in reply.cheque_discounts:
        if _gift(one) or not one.discount_summ:
            continue
        if one.line_number not in given:
            raise ValueError(f"a discount of row {one.line_number}, which was not asked about")
        given[one.line_number].append(_discount(one, system))
    if not any(given.values()):
        for line in receipt.lines:
            given[line.number] += _untold(reply, line, system)
    return given


def _discount(one: GivenDiscount, system: str) -> Discount:
    amount = minor(one.discount_summ)
    if amount < 0:
        raise ValueError(f"a discount below zero: {one.discount_summ}")
    name = one.discount_name or one.discount_id or _("Discount")
    source = SOURCES.get(one.discount_type, Source.PROMOTION)
    return Discount(source, one.discount_id, name, amount, system=system)


def _untold(reply: Calculated, line: Line, system: str) -> list[Discount]:
    """Older servers say on the row how much was taken off, and not by what."""
    told = next((one for one in reply.cheque_items if one.line_number == line.number), None)
    amount = minor(told.discount_summ) - line.discount if told else 0
    if amount <= 0:
        return []
    return [Discount(Source.PROMOTION, "", _("Discount"), amount, system=system)]


def _earned(reply: Calculated) -> Points:
    by_row = sum((row.bonus_summ for row in reply.cheque_items), Decimal(0))
    earned = by_row or sum((one.discount_summ for one in reply.cheque_bonus), Decimal(0))
    if earned < 0:
        raise ValueError(f"points to earn below zero: {earned}")
    return minor(earned)


def gifts(reply: Calculated, skus: Skus) -> tuple[Gift, ...]:
    """Raises ValueError."""
    return tuple(
        Gift(
            one.discount_id,
            one.discount_name,
            skus.get(one.gift_list_id, ()),
            max(1, minor(one.discount_value, 3) // ONE) * ONE,
        )
        for one in reply.cheque_discounts
        if _gift(one)
    )


def _distribution(parts: Sequence[PaymentPart], spend: Points) -> tuple[LinePoints, ...]:
    """The server's own spreading where it adds up; else the till spreads."""
    if not spend:
        return ()
    spread = [LinePoints(part.line_number, minor(part.payment_sum)) for part in parts]
    spread = [part for part in spread if part.amount]
    adds_up = sum(part.amount for part in spread) == spend and all(p.amount > 0 for p in spread)
    return tuple(spread) if adds_up else ()


def offer(reply: Limits, receipt: Receipt, balance: Points, step: Points) -> PointsOffer:
    """``step``: points are spent in multiples of it, hundredths of a point."""
    available = max(0, minor(reply.balance_available))
    most = max(0, minor(reply.max_payment))
    spendable = min(available, most) // step * step
    excluded = frozenset(reply.excluded_articles)
    numbers = {line.number for line in receipt.lines}
    return PointsOffer(
        balance=balance,
        available=available,
        spendable=spendable,
        limits=_limits(reply, available, most, spendable),
        lines=tuple(
            LinePoints(part.line_number, max(0, minor(part.max_payment_sum)))
            for part in reply.payment_distribution
            if part.line_number in numbers
        ),
        excluded=tuple(line.number for line in receipt.lines if line.sku in excluded),
    )


def _limits(
    reply: Limits, available: Amount, most: Amount, spendable: Points
) -> tuple[SpendLimit, ...]:
    limits = [
        SpendLimit(
            name="available",
            text=_("available now: {points} points").format(points=points_text(available)),
            most=available,
        ),
        SpendLimit(name="receipt", text=_most_text(reply, most), most=most),
    ]
    if spendable < min(available, most):
        limits.append(SpendLimit(name="step", text=_("only whole points"), most=spendable))
    return tuple(sorted(limits, key=lambda limit: limit.most))


def _most_text(reply: Limits, most: Amount) -> str:
    percents = {minor(part.max_payment_percent) for part in reply.payment_distribution}
    percents.discard(0)
    if len(percents) == 1 and percents != {10_000}:
        percent = f"{points_text(percents.pop())} %"
        return _("no more than {percent} of the receipt").format(percent=percent)
    text = _("this receipt may be paid with no more than {points} points")
    return text.format(points=points_text(most))
