"""Requests as the operations that both wires of Loymax have. Raises ValueError for nonsense."""

from decimal import Decimal

from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import PAYS, whole
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, Offer, Pay
from backends.loymax.desk.store import No
from backends.loymax.wire import processing
from backends.loymax.wire.base import Line, Operation, Request


def operation(kind: Kind, purchase: str, buyer: str, told: Operation) -> Asked:
    """``buyer``: whose the token is; empty: nobody's. Raises No for what is not carried here."""
    if getattr(told, "giftCertificateIdentifierModel", None) is not None:
        raise No(Code.GIFT_CERTIFICATE_ERROR)
    if not told.operationId:
        raise No(Code.REQUERE_FIELD_EXCEPTION, "operationId")
    return Asked(
        kind,
        told.operationId,
        told.operationDate,
        purchase,
        buyer,
        _cheque(told) if isinstance(told, Request) else None,
        coupons=tuple(one.number for one in getattr(told, "coupons", ())),
        amount=_amount(told),
        pays=tuple(Pay(one.type, whole(one.amount)) for one in getattr(told, "pays", ())),
        of=_refunded(told),
    )


def _amount(told: Operation) -> int:
    if isinstance(told, processing.CalculateAsked):
        return whole(told.paymentAmount)
    return whole(told.amount) if isinstance(told, processing.PaymentAsked) else 0


def _refunded(told: Operation) -> str:
    if not isinstance(told, processing.RefundAsked):
        return ""
    if not told.refundPurchaseId:
        raise No(Code.REQUERE_FIELD_EXCEPTION, "refundPurchaseId")
    return told.refundPurchaseId


def _cheque(told: Request) -> Cheque:
    lines = tuple(map(_line, told.cheque.lines))
    if len({one.position for one in lines}) != len(lines):
        raise ValueError("position: each once")
    return Cheque(lines, told.cheque.date, told.cheque.number)


def _line(told: Line) -> ChequeLine:
    params = told.params.paramsList if told.params else ()
    pays = next((Decimal(one.value) for one in params if one.name == PAYS), Decimal(0))
    return ChequeLine(
        told.position,
        whole(told.amount),
        whole(told.quantity, 3),
        told.name,
        told.goodsId,
        whole(told.price),
        told.barcode,
        whole(told.discount),
        whole(pays),
        tuple(
            Offer(one.id, one.name, whole(one.prerefenceValue), one.externalId)
            for one in told.appliedOffers
        ),
    )
