"""What a till asks for, as messages."""

from typing import Any
from urllib.parse import quote

from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import CERTIFICATE, PAYS, major
from backends.loymax.common.parts import Asked, ChequeLine, Offer, Pay
from backends.loymax.wire import base, processing
from backends.loymax.wire.base import Operation

_API = "publicapi/v1.2"
_BASE = f"{_API}/Processing"
PURCHASES = f"{_API}/purchases"
BEGIN = f"{_API}/Registration/BeginRegistration"
FINISH = f"{_API}/Registration/TryFinishRegistration"
EMIT_VIRTUAL = f"{_API}/Cards/EmitVirtual"
ATTACH = f"{_API}/Cards/Attach"
_ENDS = {
    Kind.CALCULATE: "Calculate",
    Kind.AVAILABLE: "Bonus/Available",
    Kind.PAYMENT: "Bonus/Payment",
    Kind.ACCRUAL: "Bonus",
    Kind.CONFIRM: "Confirm",
    Kind.CANCEL: "Cancel",
    Kind.REFUND: "Refund",
}


def path(asked: Asked) -> str:
    if asked.kind is Kind.BALANCE:
        return f"{_BASE}/Balance"
    one = f"/Operations/{quote(asked.cancels, safe='')}" if asked.cancels else ""
    return f"{_BASE}/Purchases/{quote(asked.purchase, safe='')}{one}/{_ENDS[asked.kind]}"


def coupon_path(number: str) -> str:
    return f"{_API}/Coupons/{quote(number, safe='')}"


def positions_path(ident: str) -> str:
    return f"{PURCHASES}/{quote(ident, safe='')}/chequePositions"


def pays_path(ident: str) -> str:
    return f"{_API}/operationPay?purchaseId={quote(ident, safe='')}"


def body(asked: Asked) -> dict[str, Any]:
    """To be written as JSON, with nothing that is not said."""
    return _message(asked).model_dump(exclude_unset=True)


def _message(asked: Asked) -> Operation:
    bare: dict[str, Any] = {"operationId": asked.id, "operationDate": asked.at}
    meant = processing.GiftCertificateIdentifier(type="Number", value=asked.certificate)
    which = {"giftCertificateIdentifierModel": meant} if asked.certificate else {}
    if asked.kind is Kind.BALANCE:
        return processing.BalanceAsked(**bare, **which)
    if asked.cheque is None:
        return Operation(**bare)
    full = {**bare, "cashier": asked.cashier, "cheque": _cheque(asked)}
    coupons = tuple(processing.Coupon(number=one) for one in asked.coupons)
    more: dict[str, Any] = {"coupons": coupons} if coupons else {}
    match asked.kind:
        case Kind.CALCULATE:
            pays = {"paymentAmount": major(asked.amount)} if asked.amount else {}
            return processing.CalculateAsked(**full, **more, **pays)
        case Kind.AVAILABLE:
            return processing.AvailableAsked(**full, **which)
        case Kind.PAYMENT:
            pin = {"pinCode": asked.pin} if asked.pin else {}
            return processing.PaymentAsked(
                **pin, **full, **more, amount=major(asked.amount), **which
            )
        case Kind.ACCRUAL:
            return processing.BonusAsked(**full, **more, pays=tuple(map(_pay, asked.pays)))
        case _:
            return processing.RefundAsked(**full, **_back(asked), refundPurchaseId=asked.of)


def _pay(one: Pay) -> processing.Pay:
    more: dict[str, Any] = {"details": one.details} if one.details else {}
    return processing.Pay(type=one.type, amount=major(one.amount), **more)


def _back(asked: Asked) -> dict[str, Any]:
    """What certificates get back."""
    if not asked.back:
        return {}
    told = tuple(
        base.Param(name=f"{CERTIFICATE}:{one.number}", value=str(major(one.amount)), type="Decimal")
        for one in asked.back
    )
    return {"params": base.Params(paramsList=told)}


def _cheque(asked: Asked) -> base.Cheque:
    assert asked.cheque is not None
    return base.Cheque(
        number=asked.cheque.number,
        date=asked.cheque.at or asked.at,
        lines=(*map(_line, asked.cheque.lines), *(_line(*one) for one in asked.sold)),
    )


def _line(one: ChequeLine, certificate: str = "") -> base.Line:
    more: dict[str, Any] = {"barcode": one.barcode} if one.barcode else {}
    if one.offers:
        more["appliedOffers"] = tuple(map(_offer, one.offers))
    params = []
    if one.pay:
        params.append(base.Param(name=PAYS, value=str(major(one.pay)), type="Decimal"))
    if certificate:
        params.append(base.Param(name=CERTIFICATE, value=certificate, type="String"))
    if params:
        more["params"] = base.Params(paramsList=tuple(params))
    return base.Line(
        position=one.position,
        goodsId=one.goods,
        name=one.name,
        price=major(one.price),
        quantity=major(one.quantity, 3),
        amount=major(one.amount),
        discount=major(one.discount),
        cashback=major(0),
        **more,
    )


def _offer(one: Offer) -> base.AppliedOffer:
    return base.AppliedOffer(
        id=one.id, name=one.name, externalId=one.kind, prerefenceValue=major(one.amount)
    )
