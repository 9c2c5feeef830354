"""A cheque as a receipt of the system behind: its prices, and what points pay of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backends.fronting import holder_of, points_of, with_points
from backends.keeping import CardInfo
from backends.manzana.server.cheque import Cheque
from backends.manzana.server.telling import no_of
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
from cashier.receipt import Applied, Coupon, Receipt
from cashier.words import reason_words


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
        lines = with_points(self.receipt.lines, self.parts)
        return replace(self.receipt, lines=lines, spend=points_of(lines))


def receipt_of(cheque: Cheque, name: str, info: CardInfo | None, at: datetime) -> Receipt:
    asked = cheque.asked
    return Receipt(
        receipt_id=name,
        opened_at=min(at, asked.at),
        closed_at=asked.at,
        shop=asked.shop,
        till=asked.pos,
        number=cheque.number,
        lines=cheque.lines,
        buyer=holder_of(info),
        coupons=tuple(Coupon(one) for one in cheque.coupons if one),
    )


async def price(backend: Backend, bare: Receipt, wanted: Amount, at: datetime) -> Priced:
    """``wanted``: what is to be paid with points, as far as it may. Raises No."""
    try:
        answer = await backend.calculate(CalculateRequest(receipt=bare, at=at))
    except Refused as no:
        raise no_of(no) from no
    given = {one.number: one.discounts for one in answer.lines}
    lines = tuple(
        replace(one, discounts=(*one.discounts, *given.get(one.number, ()))) for one in bare.lines
    )
    receipt = replace(bare, lines=lines, applied=Applied(), context=answer.context)
    offer = await _offer(backend, receipt, at)
    written = min(wanted, max(0, offer.spendable)) if offer is not None else 0
    parts = _parts(receipt, offer, written)
    priced = Priced(receipt, answer, offer, written, parts)
    if written:
        earn = await _earned(backend, bare, written, at, fallback=answer.earn)
        priced = replace(priced, answer=answer.model_copy(update={"earn": earn}))
    return priced


async def _earned(
    backend: Backend, bare: Receipt, spend: Amount, at: datetime, fallback: Amount
) -> Amount:
    """What it earns where points pay so much of it."""
    try:
        request = CalculateRequest(receipt=bare, spend=spend, at=at)
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


async def tried(backend: Backend, receipt: Receipt, at: datetime) -> Sequence[tuple[str, str]]:
    """Every coupon, with why it does not apply; empty: it does."""
    rows = []
    for one in receipt.coupons:
        others = tuple(other for other in receipt.coupons if other != one)
        request = CheckCouponRequest(receipt=replace(receipt, coupons=others), code=one.code, at=at)
        why = ""
        try:
            await backend.check_coupon(request)
        except Refused as no:
            why = no.text or reason_words(no.reason)
        rows.append((one.code, why))
    return rows
