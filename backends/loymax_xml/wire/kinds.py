"""How operations are named, and every name that no source has.

Names by analogy follow the JSON API: a field ``availableAmount`` is an attribute
``AvailableAmount``, a list ``appliedOffers`` is an element ``AppliedOffers`` with elements
``AppliedOffer`` in it.
"""

from backends.loymax.common.kinds import Kind

VERSION = "3.2"


GROUPS = {
    Kind.BALANCE: "Balances",
    Kind.CALCULATE: "Calculates",
    Kind.AVAILABLE: "Availables",
    Kind.PAYMENT: "Payments",
    Kind.ACCRUAL: "Accruals",
    Kind.REFUND: "Refunds",
    Kind.CONFIRM: "Confirms",
    Kind.CANCEL: "Cancels",
}
"""Groups of a document, each with elements for requests and answers."""
BY_GROUP = {group: kind for kind, group in GROUPS.items()}
KNOWN = (Kind.BALANCE, Kind.CALCULATE)
"""Some source has the request; of the others all is *emulated*."""


def request_of(kind: Kind) -> str:
    return f"{kind.value}Request"


def response_of(kind: Kind) -> str:
    return f"{kind.value}Response"


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
