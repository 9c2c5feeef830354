"""Codes whose meaning no source documents. The numbers are a choice (*emulated*)."""

from enum import IntEnum, StrEnum


class DiscountType(IntEnum):
    """``discount_type`` of a discount or an accrual."""

    PROMOTION = 1
    COUPON = 2
    LEVEL = 3
    """A discount of the level of the card."""
    GIFT = 4
    """Nothing is taken off: ``gift_list_id`` says what may be chosen."""
    BONUS = 5
    """Points that are earned."""


class CertificateStatus(IntEnum):
    """``status`` of a certificate; 1, 2 and 3 are what the vendor's tests expect."""

    NEW = 0
    ACTIVE = 1
    PAID = 2
    """Something was paid with it; what is left stands in ``balance``."""
    DELETED = 3


class BlockedStatus(IntEnum):
    """``blocked_status`` of a card, as third-party programs read it."""

    ACTIVE = 0
    BLOCKED = 1
    FOR_A_WHILE = 2
    NO_SPENDING = 3
    ONLY_EARNING = 4


class OperationType(StrEnum):
    SALE = "sale"
    REFUND = "refund"


class PaymentType(StrEnum):
    CASH = "cash"
    CARD = "card"
    CERTIFICATE = "certificate"


class GoodProperty(StrEnum):
    """Ids of the properties of a good that mean something to the server."""

    UNIT = "unit"
    """``pc`` or ``kg``; left out: pieces."""
    PRICE = "price"
    """Roubles for one piece or kilogram: what ``assortment_prices`` tells."""
    LOWEST = "lowest"
    """Roubles below which no discount brings the price of one."""
    CODES = "codes"
    """What may be scanned, separated by spaces."""
