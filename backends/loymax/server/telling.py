"""What came of an operation, in the words of the wire."""

from collections.abc import Iterable
from typing import Any

from backends.loymax.common.codes import NAMES, OK
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import major
from backends.loymax.common.parts import ChequeLine, CouponTold, Offer, Told
from backends.loymax.wire import base


def answer(told: Told, currency: str) -> dict[str, Any]:
    """The envelope, to be written as JSON."""
    name = NAMES[told.code]
    reply = {
        "transactionId": told.transaction,
        "operationId": told.id,
        "code": name,
        "errorMessage": told.error,
        "cashierMessage": "\n".join((*told.to_cashier, *_unknown(told.coupons))),
        "chequeMessage": "\n".join(told.to_slip),
        "cheque": _cheque(told),
        "identificationData": [
            {"name": key, "value": value} for card in told.cards for key, value in card.items()
        ],
        **_own(told, currency),
    }
    state = base.State.SUCCESS if name == OK else base.State.ERROR
    return {"result": result(state, told.error, "" if name == OK else name), "data": [reply]}


def result(state: base.State, message: str = "", code: str = "") -> dict[str, Any]:
    return base.Result(state=state, message=message, messageCode=code).model_dump()


def _unknown(coupons: Iterable[CouponTold]) -> Iterable[str]:
    return (f"{one.number}: {one.text}" for one in coupons if one.code)


def _own(told: Told, currency: str) -> dict[str, Any]:
    """What this operation alone tells."""
    if told.code:
        return {}
    sums = {"amount": major(told.amount), "bonusAmount": major(told.bonus)}
    vouchers = {
        "giftCertificates": [
            {"number": one.number, "amount": major(one.amount)} for one in told.certificates
        ]
    }
    match told.kind:
        case Kind.BALANCE:
            return {
                "amount": major(told.bonus),
                "currency": currency,
                "description": told.description,
            }
        case Kind.CALCULATE:
            return {
                "availableAmount": major(told.available),
                "availableBonusAmount": major(told.available_bonus),
                "balance": major(told.balance),
                **vouchers,
            }
        case Kind.AVAILABLE:
            return {**sums, **vouchers}
        case Kind.PAYMENT:
            return sums
        case Kind.ACCRUAL:
            return vouchers
        case Kind.REFUND:
            return {**sums, **vouchers, "refundOperationType": told.description}
        case _:
            return {}


def _cheque(told: Told) -> dict[str, Any] | None:
    if told.cheque is None:
        return None
    return base.PricedCheque(
        totalAmount=major(told.cheque.total),
        totalDiscount=major(told.cheque.discount),
        totalCashback=major(told.cheque.cashback),
        lines=tuple(map(_line, told.cheque.lines)),
    ).model_dump()


def _line(one: ChequeLine) -> base.PricedLine:
    return base.PricedLine(
        position=one.position,
        amount=major(one.amount),
        goodsId=one.goods,
        quantity=major(one.quantity, 3),
        discount=major(one.discount),
        payAmount=major(one.pay),
        appliedOffers=tuple(map(_offer, one.offers)),
    )


def _offer(one: Offer) -> base.AppliedOffer:
    value = major(one.amount)
    return base.AppliedOffer(id=one.id, name=one.name, externalId=one.kind, prerefenceValue=value)
