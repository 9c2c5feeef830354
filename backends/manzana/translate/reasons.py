"""Codes of the service in words common to all systems. What is not here is ``OTHER``."""

from collections.abc import Mapping

from backends.manzana.wire.codes import (
    AGAIN,
    CARD_UNUSABLE,
    NO_CARD,
    NO_CHEQUE,
    NO_CONTACT,
    WRONG_CODE,
)
from cashier.exchange import Reason, Refused

_BY_REASON: Mapping[Reason, tuple[int, ...]] = {
    Reason.NOT_FOUND: (
        *NO_CARD, *NO_CONTACT, *NO_CHEQUE, 80363, 81342, 82001, 81340, 81341, 81343, 81344,
        84121, 84203, 84204,
    ),
    Reason.EXPIRED: (80106, 84044),
    Reason.NOT_YET_VALID: (84043,),
    Reason.BLOCKED: (80320, 80420, 82040, 82729, 84003, 84004, 84005, 84045, CARD_UNUSABLE),
    Reason.LIMIT_EXCEEDED: (81111, 81261, 81302, 81400, 84207),
    Reason.WRONG_CUSTOMER: (81382, 84206),
    Reason.WRONG_SHOP: (81381,),
    Reason.WRONG_GOODS: (81321, 81330),
    Reason.NOT_COMBINABLE: (89146,),
    Reason.WRONG_CODE: (WRONG_CODE,),
    Reason.ALREADY_PROCESSED: (*AGAIN, 84208),
}  # fmt: skip
_REASONS = {code: reason for reason, codes in _BY_REASON.items() for code in codes}

WHY_NOT: Mapping[Reason, str] = {
    Reason.NOT_FOUND: "2",
    Reason.EXPIRED: "3",
    Reason.NOT_YET_VALID: "4",
    Reason.USED_UP: "5",
    Reason.WRONG_CUSTOMER: "6",
    Reason.WRONG_SHOP: "7",
    Reason.WRONG_GOODS: "8",
    Reason.MINIMUM_NOT_REACHED: "9",
    Reason.NOT_COMBINABLE: "10",
    Reason.BLOCKED: "11",
}
"""``ApplicabilityCode`` that says why (*emulated*: sources have 1 and 0 only)."""
_WHY = {code: reason for reason, code in WHY_NOT.items()}


def why_not(applicability: str) -> Reason:
    return _WHY.get(applicability, Reason.OTHER)


def reason_of(code: int) -> Reason:
    return _REASONS.get(code, Reason.OTHER)


def is_among(no: Refused, codes: tuple[int, ...]) -> bool:
    """Whether the service said no with one of these: a fault's word is none of them."""
    return no.code in map(str, codes)
