"""Requests as the operations that both wires of Loymax have. Raises ValueError for nonsense."""

from decimal import Decimal

from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import CERTIFICATE, PAYS, whole
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, Offer, Pay, Voucher
from backends.loymax.desk.store import No
from backends.loymax.wire import processing
from backends.loymax.wire.base import Line, Operation, Request


def operation(kind: Kind, purchase: str, buyer: str, told: Operation) -> Asked:
    """``buyer``: whose the token is; empty: nobody's. Raises No for what is missing."""
    if not told.operationId:
        raise No(Code.REQUERE_FIELD_EXCEPTION, "operationId")
    cheque, sold = _cheque(told) if isinstance(told, Request) else (None, ())
    of, transaction = _refunded(told)
    return Asked(
        kind,
        told.operationId,
        told.operationDate,
        purchase,
        buyer,
        cheque,
        coupons=tuple(one.number for one in getattr(told, "coupons", ())),
        amount=_amount(told),
        pays=tuple(
            Pay(one.type, whole(one.amount), one.details) for one in getattr(told, "pays", ())
        ),
        of=of,
        certificate=_certificate(told),
        pin=told.pinCode if isinstance(told, processing.PaymentAsked) else "",
        sold=sold,
        back=_back(told),
        of_transaction=transaction,
    )


def _certificate(told: Operation) -> str:
    named = (processing.BalanceAsked, processing.AvailableAsked, processing.PaymentAsked)
    model = told.giftCertificateIdentifierModel if isinstance(told, named) else None
    if model is None:
        return ""
    if not model.value:
        raise No(Code.REQUERE_FIELD_EXCEPTION, "giftCertificateIdentifierModel")
    return model.value


def _amount(told: Operation) -> int:
    if isinstance(told, processing.CalculateAsked):
        return whole(told.paymentAmount)
    return whole(told.amount) if isinstance(told, processing.PaymentAsked) else 0


def _refunded(told: Operation) -> tuple[str, int]:
    if not isinstance(told, processing.RefundAsked):
        return "", 0
    if not told.refundPurchaseId and not told.refundTransactionId:
        raise No(Code.REQUERE_FIELD_EXCEPTION, "refundPurchaseId")
    return told.refundPurchaseId, told.refundTransactionId


def _back(told: Operation) -> tuple[Voucher, ...]:
    """What certificates get back."""
    if not isinstance(told, processing.RefundAsked) or told.params is None:
        return ()
    parts = {}
    for one in told.params.paramsList:
        name, _colon, number = one.name.partition(":")
        if name == CERTIFICATE and number:
            if number in parts:
                raise ValueError(f"{one.name}: once")
            parts[number] = whole(Decimal(one.value))
    return tuple(Voucher(number, amount) for number, amount in parts.items())


def _cheque(told: Request) -> tuple[Cheque, tuple[tuple[ChequeLine, str], ...]]:
    """The goods, and the gift certificates among them."""
    if len({one.position for one in told.cheque.lines}) != len(told.cheque.lines):
        raise ValueError("position: each once")
    goods, sold = [], []
    for one in told.cheque.lines:
        number = _param(one, CERTIFICATE)
        if number:
            sold.append((_line(one), number))
        else:
            goods.append(_line(one))
    return Cheque(tuple(goods), told.cheque.date, told.cheque.number), tuple(sold)


def _param(told: Line, name: str) -> str:
    params = told.params.paramsList if told.params else ()
    return next((one.value for one in params if one.name == name), "")


def _line(told: Line) -> ChequeLine:
    return ChequeLine(
        told.position,
        whole(told.amount),
        whole(told.quantity, 3),
        told.name,
        told.goodsId,
        whole(told.price),
        told.barcode,
        whole(told.discount),
        whole(Decimal(_param(told, PAYS) or 0)),
        tuple(
            Offer(one.id, one.name, whole(one.prerefenceValue), one.externalId)
            for one in told.appliedOffers
        ),
    )
