"""What a till makes of an answer. Every element may be missing; what makes no sense raises
ValueError. ``Message`` is shown and never read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from backends.manzana.translate.reasons import why_not
from backends.manzana.wire import codes
from backends.manzana.wire.parts import sum_of, text, whole_of
from backends.soap import Element, child, children
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import (
    Card,
    CardStatus,
    Coupon,
    Customer,
    Message,
    MessageTo,
    PrintedCoupon,
)

_STATUSES = {
    "1": CardStatus.ACTIVE,
    "2": CardStatus.ACTIVE,
    "3": CardStatus.BLOCKED,
    "5": CardStatus.INACTIVE,
    "6": CardStatus.INACTIVE,
}
"""Both "new" and "active" are usable."""


# --- who is the buyer


def customer(told: Element) -> Customer | None:
    """None: it names nobody."""
    names = (text(told, name) for name in ("FirstName", "MiddleName", "LastName"))
    name = text(told, "FullName") or " ".join(one for one in names if one)
    phone, email = _phone(text(told, "Phone")), text(told, "Email")
    ident = text(told, "ContactID")
    if not (name or phone or email or ident):
        return None
    return Customer(ident or phone or email or card_number(told), name, phone, email)


def _phone(told: str) -> str:
    return f"+{told}" if re.fullmatch(r"\d{11,15}", told) else told


def card_number(told: Element) -> str:
    """Newer answers have it inside ``Card``."""
    inside = child(told, "Card")
    return text(told, "CardNumber") or (text(inside, "CardNumber") if inside is not None else "")


def card(told: Element, shown: str) -> Card:
    """``shown``: the number, where the answer has none."""
    balance = sum_of(told, "CardBalance") or 0
    active = sum_of(told, "CardActiveBalance")
    status = _STATUSES.get(text(told, "CardStatus"), CardStatus.ACTIVE)
    usable = status is CardStatus.ACTIVE
    return Card(
        card_number(told) or shown,
        level=text(told, "LevelName"),
        status=status,
        may_earn=usable,
        may_spend=usable,
        balance=balance,
        available=max(0, balance if active is None else active) if usable else 0,
    )


class Person(NamedTuple):
    """A ``CardResponse``."""

    customer: Customer | None
    cards: tuple[str, ...]
    """Numbers of those that may be used."""
    messages: tuple[Message, ...]


def person(told: Element) -> Person:
    found = []
    for one in children(told, "Card"):
        number = text(one, "CardNumber")
        known = _STATUSES.get(text(one, "Status"), CardStatus.ACTIVE)
        if number and known is CardStatus.ACTIVE:
            found.append(number)
    return Person(customer(told), tuple(found), messages(told))


_TO = {"Cashier": MessageTo.CASHIER, "Cheque": MessageTo.SLIP, "Personal": MessageTo.CUSTOMER}


def messages(told: Element) -> tuple[Message, ...]:
    """``CashierMessage``, ``CashierMessage2`` and so on, to whom they are meant."""
    found = (
        Message(to, words)
        for word, to in _TO.items()
        for number in ("", "2")
        if (words := text(told, f"{word}Message{number}"))
    )
    return tuple(dict.fromkeys(found))


# --- the receipt


@dataclass(frozen=True)
class Item:
    """A line of an answer. None: it does not say."""

    number: int
    discounted: Amount | None
    available: Amount | None
    written_off: Amount | None


def items(told: Element) -> tuple[Item, ...]:
    found = []
    for place, one in enumerate(children(told, "Item"), 1):
        number = whole_of(one, "PositionNumber")
        found.append(
            Item(
                place if number is None else number,
                sum_of(one, "SummDiscounted"),
                sum_of(one, "AvailablePayment"),
                sum_of(one, "WriteoffBonus"),
            )
        )
    if len({one.number for one in found}) != len(found):
        raise ValueError("PositionNumber: twice the same")
    return tuple(found)


def offers(told: Element) -> Mapping[str, tuple[str, str]]:
    """Id of the first and names of all that gave discounts, by article; under an empty one, what
    names no article. How much each of them gave is not told."""
    found: dict[str, tuple[str, str]] = {}
    for one in children(told, "Offer"):
        name, ident = text(one, "OfferName"), text(one, "OfferID")
        if not (name or ident):
            continue
        parts = (text(part, "Article") for part in children(one, "OfferElement"))
        for article in dict.fromkeys(parts) or {"": None}:
            first = found.get(article)
            new = (ident or name, name or ident)
            found[article] = (first[0], f"{first[1]}, {new[1]}") if first else new
    return found


def to_print(told: Element) -> tuple[PrintedCoupon, ...]:
    instant = child(told, "InstantCoupons")
    rows: Iterable[Element] = () if instant is None else children(instant, "InstantCoupon")
    return tuple(
        PrintedCoupon(
            text(one, "Number"),
            text(one, "Type") or _("Coupon"),
            text(one, "Message"),
            _moment(text(one, "ExpiryDate")),
        )
        for one in rows
        if text(one, "Number")
    )


def _moment(told: str) -> datetime | None:
    if not told:
        return None
    at = datetime.fromisoformat(told)
    if not 1970 < at.year < 9000:
        raise ValueError("ExpiryDate: expected a moment of our time")
    return at if at.tzinfo else at.astimezone()


def coupon(told: Element, code: str) -> Coupon:
    """The coupon that was tried. Raises Refused where it does not apply, or is not answered."""
    all_of_them = child(told, "Coupons")
    for one in children(all_of_them, "Coupon") if all_of_them is not None else ():
        if code.casefold() in {text(one, name).casefold() for name in codes.COUPON_FIELDS}:
            words, applies = text(one, "ApplicabilityMessage"), text(one, "ApplicabilityCode")
            if applies == codes.APPLICABLE:
                return Coupon(text(one, "Number") or code, text(one, "TypeID"))
            raise Refused(why_not(applies), words, code=applies)
    raise Refused(Reason.NOT_FOUND, _("the service does not know this coupon"))


# --- what was settled


def points(told: Element, name: str) -> Points:
    """Hundredths: a point is worth one unit of money. 0: it is not there."""
    return max(0, sum_of(told, name) or 0)


def balances(told: Element) -> tuple[Points | None, Points | None]:
    """All, and what may be spent of them; None: it does not say."""
    active = sum_of(told, "CardActiveBalance")
    return sum_of(told, "CardBalance"), None if active is None else max(0, active)
