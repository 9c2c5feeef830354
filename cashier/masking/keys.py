"""What a value is, by the name that it has: keys of JSON, tags of XML, fields of forms.

The names are those that loyalty systems and tills were seen to use; a name that nobody listed makes
its value plain text, in which what is known and what looks personal is found all the same.
"""

import re
from collections.abc import Collection
from enum import Enum, auto
from functools import lru_cache


class Kind(Enum):
    """What a value is."""

    SECRET = auto()
    PHONE = auto()
    EMAIL = auto()
    NAME = auto()
    BIRTH = auto()
    LOGIN = auto()
    CARD = auto()
    PLAIN = auto()
    """An id, an amount, a time: what only looks like a phone in it is none."""
    BODY = auto()
    """A system's own words in a value of ours: JSON, XML or whatever it is."""
    TEXT = auto()
    KEY = auto()
    """A name of a value itself: no word of a person's name is looked for."""


_SECRETS = re.compile(
    "passw|passwd|pwd|token|secret|apikey|accesskey|authorization|cookie|pincode|credential|jwt"
    "|^(?:pin|pass|auth|session|sessionid|sid|otp|confirmationcode|confirmcode|smscode)$"
)
_ABOUT_SECRETS = re.compile("type|expire|ttl|lifetime|length|count|valid|attempts|required")
_PHONES = re.compile("phone|msisdn|^(?:tel|telnumber|mobile|mobilenumber|cell|телефон)$")
_EMAILS = re.compile("mail|почта")
_NAMES = re.compile(
    "first_?name|last_?name|middle_?name|surname|patronymic|fullname|holder"
    "|^(?:fio|фио|owner|ownername|person|personname|customername|clientname|buyername|username"
    "|givenname|familyname|secondname)$"
)
_BIRTHS = re.compile("birth|^(?:dob|bday)$|рожден")
_LOGINS = re.compile("login|^(?:user|userid)$")
_CARDS = re.compile(
    "^(?:card|cards|cardnumber|cardno|cardnum|cardcode|cardbarcode|barcodecard|discountcard"
    "|discountcards|externalcard|internalcard|freecards|pan|mastercard)$"
)
_PLAIN = re.compile(
    "id$|ids$|uuid|guid|sku|article|code$|number$|num$|^no$|^doc|doc$|document|cheque|receipt|check$"
    "|time$|^time|date$|^date|stamp$|amount|sum$|price|total|quantity|(?<!dis)count$|version|hash"
    "|barcode|uid|offset|limit|balance|points|bonus|value$|expire"
)
_PEOPLE = re.compile("customer|consumer|client|person|buyer|holder|owner|member|profile|contact")
_BESIDE = (_PHONES, _EMAILS, _BIRTHS)


def kind_of(key: str, beside: Collection[str] = (), inside: str = "") -> Kind:
    """``beside``: the keys of the same object; ``inside``: the key that the object itself has.

    A ``name`` is a person's beside a phone, an e-mail or a day of birth.
    """
    bare = _bare(key)
    kind = _by_name(bare)
    if bare in ("name", "names") and _is_person(beside, inside):
        return Kind.NAME
    if bare == "barcode" and (_CARDS.search(_bare(inside)) or _is_person(beside, inside)):
        return Kind.CARD
    return kind


def _is_person(beside: Collection[str], inside: str) -> bool:
    if _PEOPLE.search(_bare(inside)):
        return True
    return any(pattern.search(_bare(key)) for key in beside for pattern in _BESIDE)


@lru_cache(maxsize=4096)
def _by_name(bare: str) -> Kind:
    if _SECRETS.search(bare) and not _ABOUT_SECRETS.search(bare):
        return Kind.SECRET
    for pattern, kind in _IN_ORDER:
        if pattern.search(bare):
            return kind
    return Kind.TEXT


_IN_ORDER = (
    (_PHONES, Kind.PHONE),
    (_EMAILS, Kind.EMAIL),
    (_BIRTHS, Kind.BIRTH),
    (_NAMES, Kind.NAME),
    (_LOGINS, Kind.LOGIN),
    (_CARDS, Kind.CARD),
    (_PLAIN, Kind.PLAIN),
)


@lru_cache(maxsize=4096)
def _bare(key: str) -> str:
    """'First-Name' and 'ns:first_name' are 'firstname'."""
    return re.sub(r"[\W_]", "", key.rpartition(":")[2]).lower()
