"""Answers as elements: money with two digits, quantities and per cents with three."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from backends.keeping import CardInfo, Person, Standing
from backends.manzana.server.cheque import No
from backends.manzana.translate.reasons import WHY_NOT
from backends.manzana.wire import codes
from backends.manzana.wire.parts import NAMESPACE, money, put, say
from backends.soap import Element, element
from cashier.exchange import Reason, Refused
from cashier.money import Amount, rounded, show, show_quantity
from cashier.receipt import Discount, Line, Message, MessageTo, PrintedCoupon
from cashier.words import reason_words

_CODES: Mapping[Reason, int] = {
    Reason.NOT_FOUND: 81100,
    Reason.EXPIRED: 84044,
    Reason.NOT_YET_VALID: 84043,
    Reason.BLOCKED: 84003,
    Reason.LIMIT_EXCEEDED: 81400,
    Reason.WRONG_CUSTOMER: 81382,
    Reason.ALREADY_PROCESSED: 84201,
    Reason.WRONG_CODE: 110043,
    Reason.TOO_MANY_ATTEMPTS: 110043,
}
"""Which code a refusal of the system behind is; others are 80420: forbidden."""
_STATUSES = {
    Standing.ACTIVE: "2",
    Standing.NO_SPEND: "2",
    Standing.BLOCKED: "3",
    Standing.INACTIVE: "1",
}
_TO = {MessageTo.CASHIER: "Cashier", MessageTo.SLIP: "Cheque", MessageTo.CUSTOMER: "Personal"}


def no_of(refused: Refused) -> No:
    words = refused.text or reason_words(refused.reason)
    return No(_CODES.get(refused.reason, 80420), words)


def answer(name: str, ident: str, transaction: int, at: datetime) -> Element:
    made = element(name, NAMESPACE, "loy")
    say(made, "TransactionID", str(transaction))
    say(made, "RequestID", ident)
    say(made, "Processed", at.isoformat(timespec="milliseconds"))
    return made


def code(made: Element, number: int = 0, text: str = "OK") -> Element:
    say(made, "ReturnCode", str(number))
    say(made, "Message", _printable(text))
    return made


def holder(
    made: Element,
    info: CardInfo,
    level: str,
    person: Person | None,
    *,
    balance: Amount | None = None,
) -> None:
    """``balance``: as it will be after the cheque."""
    say(made, "CardNumber", info.number)
    say(made, "CardBalance", money(info.balance if balance is None else balance))
    say(made, "CardActiveBalance", money(info.available))
    say(made, "CardSummDiscounted", money(info.turnover))
    say(made, "LevelName", level)
    if person is not None:
        names = (*person.name.split(maxsplit=2), "", "", "")
        first, last = (names[0], "") if not names[1] else (names[1], names[0])
        say(made, "FirstName", first)
        say(made, "LastName", last)
        say(made, "MiddleName", names[2])
        say(made, "FullName", person.name)
        say(made, "BirthDate", person.birthdate.isoformat() if person.birthdate else "")
        say(made, "Phone", person.phone)
        say(made, "Email", person.email)
    say(made, "ContactID", person.id if person else "")
    say(made, "CardStatus", _STATUSES[info.standing])


def cards(made: Element, person: Person, infos: Iterable[CardInfo]) -> None:
    say(made, "ContactID", person.id)
    say(made, "FullName", person.name)
    say(made, "Phone", person.phone)
    say(made, "Email", person.email)
    for info in infos:
        one = put(made, "Card")
        say(one, "CardNumber", info.number)
        say(one, "Status", _STATUSES[info.standing])


def messages(made: Element, told: Iterable[Message]) -> None:
    """Two of each have a place."""
    for to, word in _TO.items():
        texts = [one.text for one in told if one.to is to]
        for place, text in enumerate(texts[:2]):
            say(made, f"{word}Message{'2' if place else ''}", _printable(text))


def sums(made: Element, whole: Amount, off: Amount) -> None:
    say(made, "Summ", money(whole))
    say(made, "Discount", show(rounded(off * 100_000, whole), 3, group="") if whole else "0")
    say(made, "SummDiscounted", money(whole - off))


def item(made: Element, line: Line, off: Amount, available: Amount, written: Amount) -> None:
    one = put(made, "Item")
    say(one, "PositionNumber", str(line.number))
    say(one, "Article", line.sku)
    say(one, "ArticleName", _printable(line.name))
    say(one, "Price", money(line.price))
    say(one, "Quantity", show_quantity(line.quantity))
    sums(one, line.amount, off)
    say(one, "AvailablePayment", money(available))
    say(one, "WriteoffBonus", money(written))


def offers(made: Element, lines: Iterable[tuple[Line, tuple[Discount, ...]]]) -> None:
    """What gave discounts, and on which articles."""
    named: dict[tuple[str, str], dict[str, None]] = {}
    for line, given in lines:
        for one in given:
            named.setdefault((one.rule, one.name), {})[line.sku] = None
    for (rule, name), articles in named.items():
        offer = put(made, "Offer")
        say(offer, "OfferName", _printable(name))
        say(offer, "OfferID", rule)
        for article in articles:
            say(put(offer, "OfferElement"), "Article", article)


def coupons(
    made: Element, tried: Iterable[tuple[str, Refused | None]], fields: Mapping[str, str]
) -> None:
    """Number of each, and why it does not apply; None: it does. ``fields``: in which element
    each was told."""
    rows = list(tried)
    if not rows:
        return
    all_of_them = put(made, "Coupons")
    for number, no in rows:
        one = put(all_of_them, "Coupon")
        say(one, fields.get(number, "Number"), number)
        why = codes.APPLICABLE
        if no is not None:
            say(one, "ApplicabilityMessage", _printable(no.text or reason_words(no.reason)))
            why = WHY_NOT.get(no.reason, codes.NOT_APPLICABLE)
        say(one, "ApplicabilityCode", why)


def instant(made: Element, printed: Iterable[PrintedCoupon]) -> None:
    rows = list(printed)
    if not rows:
        return
    all_of_them = put(made, "InstantCoupons")
    for coupon in rows:
        one = put(all_of_them, "InstantCoupon")
        say(one, "Number", coupon.code)
        say(one, "Type", _printable(coupon.title))
        say(one, "Message", _printable(coupon.text))
        if coupon.valid_until is not None:
            say(one, "ExpiryDate", coupon.valid_until.isoformat(timespec="seconds"))


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
