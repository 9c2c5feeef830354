# ruff: noqa: N815 - the names are the vendor's
"""The operations of a purchase: ``POST /publicapi/v1.2/Processing/...``."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from backends.loymax.wire.base import Listed, Message, Number, Operation, Reply, Request, Sum, Text


class Coupon(Message):
    number: Text


Coupons: TypeAlias = Annotated[tuple[Coupon, ...], Listed]


class GiftCertificateIdentifier(Message):
    """Which certificate is meant; the keys within are *emulated*."""

    type: Text = "Number"
    value: Text


class GiftCertificate(Message):
    """A certificate in an answer; the keys are *emulated*."""

    number: Text
    amount: Sum = Decimal(0)
    """What it still pays."""


GiftCertificates: TypeAlias = Annotated[tuple[GiftCertificate, ...], Listed]


class BalanceAsked(Operation):
    """``/Balance``."""

    giftCertificateIdentifierModel: GiftCertificateIdentifier | None = None


class Balance(Reply):
    amount: Sum = Decimal(0)
    currency: Text = ""
    description: Text = ""


class CalculateAsked(Request):
    """``/Purchases/{purchaseId}/Calculate``."""

    coupons: Coupons = ()
    paymentAmount: Sum = Decimal(0)


class Calculated(Reply):
    availableAmount: Sum = Decimal(0)
    """The most that points may pay, in money."""
    availableBonusAmount: Sum = Decimal(0)
    balance: Sum = Decimal(0)
    giftCertificates: GiftCertificates = ()


class AvailableAsked(Request):
    """``/Purchases/{purchaseId}/Bonus/Available``."""

    giftCertificateIdentifierModel: GiftCertificateIdentifier | None = None


class Available(Reply):
    amount: Sum = Decimal(0)
    bonusAmount: Sum = Decimal(0)
    giftCertificates: GiftCertificates = ()


class PaymentAsked(Request):
    """``/Purchases/{purchaseId}/Bonus/Payment``."""

    coupons: Coupons = ()
    amount: Sum
    pinCode: Text = ""
    giftCertificateIdentifierModel: GiftCertificateIdentifier | None = None


class Paid(Reply):
    amount: Sum = Decimal(0)
    """The discount to give, in money."""
    bonusAmount: Sum = Decimal(0)
    """The points that are taken."""


class Pay(Message):
    """A tender."""

    type: Text
    amount: Sum
    details: Text = ""


class BonusAsked(Request):
    """``/Purchases/{purchaseId}/Bonus``: what the purchase earns."""

    coupons: Coupons = ()
    pays: Annotated[tuple[Pay, ...], Listed] = ()


class Bonus(Reply):
    giftCertificates: GiftCertificates = ()


class RefundAsked(Request):
    """``/Purchases/{purchaseId}/Refund``: the purchase in the path is the refund itself."""

    refundPurchaseId: Text = ""
    refundTransactionId: Number = 0


class Refunded(Reply):
    amount: Sum = Decimal(0)
    bonusAmount: Sum = Decimal(0)
    giftCertificates: GiftCertificates = ()
    refundOperationType: Text = ""
