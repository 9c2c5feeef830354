"""Kinds of operations, and every name that no source has.

Names by analogy follow the JSON API: a field ``availableAmount`` is an attribute
``AvailableAmount``, a list ``appliedOffers`` is an element ``AppliedOffers`` with elements
``AppliedOffer`` in it.
"""

from enum import Enum

VERSION = "3.2"


class Kind(Enum):
    """Groups of a document, each with elements for requests and answers."""

    BALANCE = ("Balances", "Balance")
    CALCULATE = ("Calculates", "Calculate")
    AVAILABLE = ("Availables", "Available")
    PAYMENT = ("Payments", "Payment")
    ACCRUAL = ("Accruals", "Accrual")
    REFUND = ("Refunds", "Refund")
    CONFIRM = ("Confirms", "Confirm")
    CANCEL = ("Cancels", "Cancel")

    def __init__(self, group: str, stem: str) -> None:
        self.group = group
        self.request = f"{stem}Request"
        self.response = f"{stem}Response"

    @property
    def known(self) -> bool:
        """Some source has the request; else all of it is *emulated*."""
        return self in (Kind.BALANCE, Kind.CALCULATE)

    @property
    def of_purchase(self) -> bool:
        """It has a ``PurchaseID``."""
        return self is not Kind.BALANCE

    @property
    def changes(self) -> bool:
        return self not in (Kind.BALANCE, Kind.CALCULATE, Kind.AVAILABLE)


BY_GROUP = {kind.group: kind for kind in Kind}
BY_RESPONSE = {kind.response: kind for kind in Kind}

EMULATED = (
    # groups, requests and answers
    "Availables", "Payments", "Accruals", "Refunds", "Confirms", "Cancels", "CalculateResponse",
    # attributes of requests
    "Number", "Barcode", "Discount", "PayAmount", "PaymentAmount", "RefundPurchaseID",
    "CancelOperationID",
    # elements of requests
    "Coupons", "Coupon", "AppliedOffers", "AppliedOffer", "Pays", "Pay",
    # attributes of answers
    "AvailableAmount", "AvailableBonusAmount", "ActiveBonusAmount", "Balance", "TotalAmount",
    "TotalDiscount", "TotalCashback", "ErrorMessage", "Id", "PreferenceValue", "Kind", "Reason",
    "Text", "ValidTo",
    # elements of answers
    "CashierMessage", "ChequeMessage", "IssuedCoupons",
    # names of items about a card
    "CardNumber", "CardState", "MayPay", "MayEarn", "Available", "HolderId", "Phone", "Email",
    "NextCardType", "ToNextCardType",
)  # fmt: skip
"""Elements, attributes and names of items that are ours. ``Amount``, ``Name`` and others that some
source has for something else are *emulated* wherever they stand in one of these."""
