"""Ids and words that both sides agree on."""

from enum import StrEnum
from hashlib import sha256

from backends.loymax.common.kinds import Kind
from cashier.receipt import Card, CardStatus, Source, TenderKind


def operation(operation_id: str, kind: Kind) -> str:
    """32 hexadecimal digits; the same for the same operation of the till."""
    return sha256(f"{operation_id}:{kind.name}".encode()).hexdigest()[:32]


def purchase(receipt_id: str) -> str:
    """20 digits; the same for the same receipt."""
    return f"{int(sha256(receipt_id.encode()).hexdigest(), 16) % 10**20:020d}"


KINDS = {Source.PROMOTION: "Promotion", Source.COUPON: "Coupon", Source.LEVEL: "Level"}
"""*Emulated:* what gave an offer."""
SOURCES = {name: source for source, name in KINDS.items()}
STATES = {
    CardStatus.ACTIVE: "Activated",
    CardStatus.BLOCKED: "Blocked",
    CardStatus.INACTIVE: "NotActivated",
}
STATUSES = {name: status for status, name in STATES.items()}
PAYS = {
    TenderKind.CASH: "Cash",
    TenderKind.CARD: "BankCard",
    TenderKind.CERTIFICATE: "GiftCertificate",
}
"""*Emulated:* types of tenders."""
BY_CERTIFICATE = PAYS[TenderKind.CERTIFICATE]


class PaymentConfirmation(StrEnum):
    """What a till asks of a customer who pays with points."""

    NONE = "None"
    LAST_FOUR_NUMBERS = "LastFourNumbers"
    PIN_CODE = "PINCode"


CONFIRMATION = "PaymentConfirmation"
"""*Emulated:* the name in ``identificationData`` under which an answer about points tells it."""


def masked(card: Card) -> str:
    """All but the last four letters of the number hidden."""
    return "*" * max(0, len(card.number) - 4) + card.number[-4:]
