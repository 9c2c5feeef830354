# ruff: noqa: N815 - the names are the vendor's
"""Purchases, looked for with the rights of an administrator: paths, the keys of the filter and the
kinds of discounts are known, all else is *emulated*."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field

from backends.loymax.wire.base import Listed, Message, Moment, Number, Sum, Text

Texts: TypeAlias = Annotated[tuple[Text, ...], Listed]


class Filter(Message):
    """``POST /publicapi/v1.2/purchases``; all that is given must hold."""

    startChequeTime: Moment | None = None
    lastChequeTime: Moment | None = None
    merchantIds: Texts = ()
    deviceIds: Texts = ()
    loyaltyPrograms: Texts = ()
    chequeNumber: Text = ""
    cardNumber: Text = ""
    personId: Text = ""
    personIdentifier: Text = ""
    """A phone."""
    state: Text = ""
    """See ``PurchaseState``."""
    skipped: Number = Field(0, alias="from")
    count: Number = 0
    """The most that is told; 0: as many as the service likes."""


class Found(Message):
    id: Text
    """Names the purchase in what follows."""
    externalId: Text
    """``purchaseId``, as the till gave it."""
    chequeNumber: Text = ""
    chequeTime: Moment
    merchantId: Text = ""
    deviceId: Text = ""
    cardNumber: Text = ""
    state: Text = ""
    cashback: Sum = Decimal(0)


class DiscountKind(StrEnum):
    OFFER = "CalculatedDiscount"
    TILL = "PartnerDiscount"
    POINTS = "CalculatedPayment"


class PositionDiscount(Message):
    type: Text
    amount: Sum
    name: Text = ""
    offerId: Text = ""
    externalId: Text = ""
    """As of an offer that was applied."""


class PositionRefund(Message):
    quantity: Sum


class Position(Message):
    """``GET /publicapi/v1.2/purchases/{id}/chequePositions``."""

    position: int
    goodsId: Text = ""
    barcode: Text = ""
    name: Text = ""
    price: Sum
    quantity: Sum
    amount: Sum
    """Before all discounts."""
    discounts: Annotated[tuple[PositionDiscount, ...], Listed] = ()
    refunds: Annotated[tuple[PositionRefund, ...], Listed] = ()
    giftCertificate: Text = ""
    """The number of the one that is sold."""


class PayType(Message):
    """``GET /publicapi/v1.2/operationPay?purchaseId=``."""

    type: Text
    amount: Sum
    details: Text = ""
