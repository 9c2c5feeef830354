"""What came of an operation, in the words of the wire."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from backends.exact_json import json_bytes
from backends.loymax.common.codes import NAMES, OK
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import major
from backends.loymax.common.parts import ChequeLine, CouponTold, Offer, Told
from backends.loymax.wire import base


def response(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json_bytes(value), status, media_type="application/json")


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
        "identificationData": [one.model_dump() for one in identification(told.cards)],
        **_own(told, currency),
    }
    state = base.State.SUCCESS if name == OK else base.State.ERROR
    return {"result": result(state, told.error, "" if name == OK else name), "data": [reply]}


def identification(cards: Iterable[Mapping[str, str]]) -> tuple[base.Identification, ...]:
    """One list for all cards."""
    return tuple(
        base.Identification(name=key, value=value) for card in cards for key, value in card.items()
    )


def success(*data: base.Message) -> dict[str, Any]:
    told = [one.model_dump(by_alias=True) for one in data]
    return {"result": result(base.State.SUCCESS), "data": told}


def invalid(error: ValidationError) -> dict[str, Any]:
    wrong = [
        {"field": ".".join(map(str, one["loc"])), "errorMessages": [one["msg"]]}
        for one in error.errors()[:20]
    ]
    told = {**result(base.State.VALIDATION_ERROR), "validationErrors": wrong}
    return {"result": told, "data": []}


def failed(error: Exception) -> dict[str, Any]:
    """Nobody was listened to."""
    return {"result": result(base.State.FAIL, str(error)[:300]), "data": []}


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
