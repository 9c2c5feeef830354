"""What a server of a foreign wire asks the embedded system about an open receipt: its prices, what
points pay of it, whether coupons hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backends.fronting import points_of, with_points
from cashier.exchange import (
    Backend,
    CalculateRequest,
    Calculation,
    CheckCouponRequest,
    PointsOffer,
    PointsRequest,
    Refused,
)
from cashier.money import Amount, spread
from cashier.receipt import Applied, Receipt, Source


@dataclass(frozen=True)
class Priced:
    """A receipt with its discounts, points not among them."""

    receipt: Receipt
    answer: Calculation
    offer: PointsOffer | None
    """None: points may pay nothing."""
    written: Amount
    """So much of what was asked for may be paid with points."""
    parts: tuple[Amount, ...]
    """Of every line."""

    def paid(self) -> Receipt:
        """With its points, as it is saved."""
        lines = with_points(self.receipt.lines, self.parts)
        return replace(self.receipt, lines=lines, spend=points_of(lines))


def bare(receipt: Receipt) -> Priced:
    """One that got nothing: it was made without a connection."""
    return Priced(receipt, Calculation(), None, 0, (0,) * len(receipt.lines))


def sold(receipt: Receipt) -> Priced:
    """One that was saved, as it was priced then."""
    lines = tuple(
        replace(one, discounts=tuple(d for d in one.discounts if d.source is not Source.POINTS))
        for one in receipt.lines
    )
    parts = tuple(one.points for one in receipt.lines)
    unpaid = replace(receipt, lines=lines)
    return Priced(unpaid, Calculation(), None, receipt.paid_with_points, parts)


async def price(backend: Backend, asked: Receipt, wanted: Amount, at: datetime) -> Priced:
    """``wanted``: what is to be paid with points, as far as it may. Raises Refused."""
    answer = await backend.calculate(CalculateRequest(receipt=asked, at=at))
    given = {one.number: one.discounts for one in answer.lines}
    lines = tuple(
        replace(one, discounts=(*one.discounts, *given.get(one.number, ()))) for one in asked.lines
    )
    receipt = replace(asked, lines=lines, applied=Applied(), context=answer.context)
    offer = await _offer(backend, receipt, at)
    written = min(wanted, max(0, offer.spendable)) if offer is not None else 0
    parts = _parts(receipt, offer, written)
    priced = Priced(receipt, answer, offer, written, parts)
    if written:
        earn = await _earned(backend, asked, written, at, fallback=answer.earn)
        priced = replace(priced, answer=answer.model_copy(update={"earn": earn}))
    return priced


async def _earned(
    backend: Backend, asked: Receipt, spend: Amount, at: datetime, fallback: Amount
) -> Amount:
    """What it earns where points pay so much of it."""
    try:
        request = CalculateRequest(receipt=asked, spend=spend, at=at)
        return (await backend.calculate(request)).earn
    except Refused:
        return fallback


async def _offer(backend: Backend, receipt: Receipt, at: datetime) -> PointsOffer | None:
    if receipt.buyer is None:
        return None
    try:
        return await backend.points(PointsRequest(receipt=receipt, at=at))
    except Refused:
        return None


def _parts(receipt: Receipt, offer: PointsOffer | None, written: Amount) -> tuple[Amount, ...]:
    if offer is None or not written:
        return (0,) * len(receipt.lines)
    most = {one.number: one.amount for one in offer.lines}
    ceilings = [most.get(one.number, 0) for one in receipt.lines]
    return tuple(spread(written, [one.total for one in receipt.lines], ceilings))


async def tried(
    backend: Backend, receipt: Receipt, at: datetime
) -> Sequence[tuple[str, Refused | None]]:
    """Every coupon, with why it does not apply; None: it does."""
    rows: list[tuple[str, Refused | None]] = []
    for one in receipt.coupons:
        others = tuple(other for other in receipt.coupons if other != one)
        request = CheckCouponRequest(receipt=replace(receipt, coupons=others), code=one.code, at=at)
        why: Refused | None = None
        try:
            await backend.check_coupon(request)
        except Refused as no:
            why = no
        rows.append((one.code, why))
    return rows
