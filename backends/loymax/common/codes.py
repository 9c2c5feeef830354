"""``ErrorCode``: the names are those of the JSON API, the numbers other than 0 *emulated*."""

from enum import IntEnum

from cashier.exchange import Cause, Reason


class Code(IntEnum):
    """In the order in which sources list the names."""

    OK = 0
    CREATED = 1
    SYSTEM_ERROR = 2
    VERSION_ERROR = 3
    PARSE_ERROR = 4
    FORMAT_EXCEPTION = 5
    REQUERE_FIELD_EXCEPTION = 6
    SIGNATURE_ERROR = 7
    SIGNATURE_NOT_FOUND = 8
    CERTIFICATE_ERROR = 9
    APPLICATION_DEVICE_GRANT = 10
    DEVICE_NOT_FOUND = 11
    DEVICE_BLOCKED = 12
    CASHIER_NOT_FOUND = 13
    DIFFERENT_LEGALS = 14
    CARD_NOT_FOUND = 15
    CARD_BLOCKED = 16
    CARD_NOT_ACTIVATED = 17
    CARD_EXPIRED = 18
    CARD_HOLDER_NOT_FOUND = 19
    CARD_EXTRA_PAYMENT = 20
    WRONG_PIN = 21
    UNSPECIFIED_LOYALTY_PROGRAM = 22
    LARGE_PAYMENT_AMOUNT = 23
    NOT_ENOUGH_MONEY = 24
    PAYMENT_EXCEPTION = 25
    PURCHASE_EXTRA_PAYMENT = 26
    LIMIT_GAINED = 27
    DIVISIBILITY_ERROR = 28
    DISCOUNT_EXCEPTION = 29
    PAY_TYPE_IS_NOT_EXIST = 30
    PAY_TYPE_IS_ARCHIVED = 31
    GIFT_CERTIFICATE_ERROR = 32
    COUPONS_EXCEPTION = 33
    BUSINESS_ERROR = 34
    NOT_UNIQUE_OPERATION_ID = 35
    NOT_UNIQUE_PURCHASE_ID = 36
    OPERATION_NOT_FOUND = 37
    OPERATION_IS_CONFIRMED = 38
    OPERATION_IS_CANCELED = 39
    PURCHASE_NOT_FOUND = 40
    DIFFERENT_CHEQUE = 41
    DIFFERENT_PURCHASE = 42
    INCORRECT_OPERATION_ORDER = 43
    CONFIRMED_PURCHASE_OPERATION = 44
    PURCHASE_OPERATION_CONFLICT = 45


NAMES: dict[int, str] = {
    code.value: "".join(part.capitalize() for part in code.name.split("_")) for code in Code
} | {
    Code.NOT_UNIQUE_OPERATION_ID.value: "NotUniqueOperationID",
    Code.NOT_UNIQUE_PURCHASE_ID.value: "NotUniquePurchaseID",
}
FINE = (Code.OK, Code.CREATED)
_REASONS: dict[int, Reason] = {
    Code.CARD_NOT_FOUND: Reason.NOT_FOUND,
    Code.CARD_HOLDER_NOT_FOUND: Reason.NOT_FOUND,
    Code.CASHIER_NOT_FOUND: Reason.NOT_FOUND,
    Code.OPERATION_NOT_FOUND: Reason.NOT_FOUND,
    Code.PURCHASE_NOT_FOUND: Reason.NOT_FOUND,
    Code.CARD_BLOCKED: Reason.BLOCKED,
    Code.CARD_NOT_ACTIVATED: Reason.BLOCKED,
    Code.CARD_EXPIRED: Reason.EXPIRED,
    Code.WRONG_PIN: Reason.WRONG_CODE,
    Code.CARD_EXTRA_PAYMENT: Reason.LIMIT_EXCEEDED,
    Code.PURCHASE_EXTRA_PAYMENT: Reason.LIMIT_EXCEEDED,
    Code.LARGE_PAYMENT_AMOUNT: Reason.LIMIT_EXCEEDED,
    Code.NOT_ENOUGH_MONEY: Reason.LIMIT_EXCEEDED,
    Code.LIMIT_GAINED: Reason.LIMIT_EXCEEDED,
    Code.NOT_UNIQUE_OPERATION_ID: Reason.ALREADY_PROCESSED,
    Code.NOT_UNIQUE_PURCHASE_ID: Reason.ALREADY_PROCESSED,
    Code.OPERATION_IS_CONFIRMED: Reason.ALREADY_PROCESSED,
    Code.OPERATION_IS_CANCELED: Reason.ALREADY_PROCESSED,
    Code.CONFIRMED_PURCHASE_OPERATION: Reason.ALREADY_PROCESSED,
}
_CODES = {
    Reason.NOT_FOUND: Code.CARD_NOT_FOUND,
    Reason.EXPIRED: Code.CARD_EXPIRED,
    Reason.BLOCKED: Code.CARD_BLOCKED,
    Reason.LIMIT_EXCEEDED: Code.LIMIT_GAINED,
    Reason.WRONG_CODE: Code.WRONG_PIN,
    Reason.ALREADY_PROCESSED: Code.CONFIRMED_PURCHASE_OPERATION,
}
_CAUSES: dict[int, Cause] = {
    Code.VERSION_ERROR: Cause.PROTOCOL,
    Code.PARSE_ERROR: Cause.PROTOCOL,
    Code.FORMAT_EXCEPTION: Cause.PROTOCOL,
    Code.REQUERE_FIELD_EXCEPTION: Cause.PROTOCOL,
    Code.SIGNATURE_ERROR: Cause.CREDENTIALS,
    Code.SIGNATURE_NOT_FOUND: Cause.CREDENTIALS,
    Code.CERTIFICATE_ERROR: Cause.CREDENTIALS,
    Code.APPLICATION_DEVICE_GRANT: Cause.CREDENTIALS,
    Code.DEVICE_NOT_FOUND: Cause.CREDENTIALS,
    Code.DEVICE_BLOCKED: Cause.CREDENTIALS,
}


def name_of(number: int) -> str:
    """As people know it; a number of theirs that is not in the table stays a number."""
    return NAMES.get(number, str(number))


def reason_of(number: int) -> Reason:
    return _REASONS.get(number, Reason.OTHER)


def cause_of(number: int) -> Cause | None:
    """Of a code that says that the till was not listened to at all; None: it is a no."""
    return _CAUSES.get(number)


def code_of(reason: Reason) -> Code:
    return _CODES.get(reason, Code.BUSINESS_ERROR)


# --- by their names, as the JSON wire has them

OK = NAMES[Code.OK]
_NUMBERS = {name: number for number, name in NAMES.items()}
_FINE = frozenset(NAMES[code] for code in FINE)


def fine(name: str) -> bool:
    """It was done."""
    return name in _FINE


def reason_named(name: str) -> Reason:
    """The common reason behind a name; ``OTHER`` for those that nobody documented."""
    return reason_of(_NUMBERS.get(name, Code.BUSINESS_ERROR))


def cause_named(name: str) -> Cause | None:
    """Of a name that says that the till was not listened to at all; None: it is a no."""
    return cause_of(_NUMBERS.get(name, Code.BUSINESS_ERROR))


def name_for(reason: Reason) -> str:
    """The error that says this reason."""
    return NAMES[code_of(reason)]
