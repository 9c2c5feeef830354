"""What a till asks, as elements. Sums are told with a dot and two digits, per cents with three.

``DateTime`` of a sale that waited is the one it was made at: the service takes the past.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backends.manzana.wire.codes import COUPON_FIELDS
from backends.manzana.wire.parts import NAMESPACE, money, put, say
from backends.soap import Element, child, element
from cashier.exchange import RegisterRequest, SaveReturnRequest
from cashier.money import Amount, rounded, show, show_quantity
from cashier.receipt import CardStatus, IdentifierKind, Line, Receipt, TenderKind


@dataclass(frozen=True)
class Till:
    """Who asks, as every request says it, and what an installation wants beside the usual."""

    organization: str
    business_unit: str
    pos: str
    technical_card: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    payments: Mapping[str, str] = field(default_factory=dict)
    coupons: Mapping[str, str] = field(default_factory=dict)
    """Patterns of codes by the element that they are told in."""

    def coupon_field(self, code: str) -> str:
        """Which kind of number it is."""
        fields = (name for name, told in self.coupons.items() if re.fullmatch(told, code))
        return next(fields, COUPON_FIELDS[0])

    def request(self, name: str, ident: str, at: datetime, who: str | None = None) -> Element:
        """``who``: the number of a card; None: this request has none. In the order of the schema,
        as everything here."""
        made = element(name, NAMESPACE, "loy")
        say(made, "RequestID", ident)
        if who:
            say(put(made, "Card"), "CardNumber", who)
        say(made, "DateTime", at.isoformat(timespec="seconds"))
        self._place(made)
        return made

    def _place(self, parent: Element) -> None:
        say(parent, "Organization", self.organization)
        say(parent, "BusinessUnit", self.business_unit)
        say(parent, "POS", self.pos)

    def reference(self, parent: Element, number: str, at: datetime) -> None:
        """The cheque that a return is of."""
        made = put(parent, "ChequeReference")
        self._place(made)
        say(made, "Number", number)
        say(made, "DateTime", at.isoformat(timespec="seconds"))


# --- who is the buyer


def balance(till: Till, ident: str, at: datetime, card: str) -> Element:
    return till.request("BalanceRequest", ident, at, card)


def balance_by_phone(till: Till, ident: str, at: datetime, phone: str) -> Element:
    made = till.request("BalanceRequest", ident, at)
    card = put(made, "Card")
    say(card, "MobilePhone", phone)
    made.insert(1, card)
    return made


def code(till: Till, ident: str, at: datetime, phone: str, told: str = "") -> Element:
    """Have a code sent, or (``told``) say it."""
    made = till.request("BalanceRequest", ident, at)
    asked = put(made, "MobilePhone")
    say(asked, "Number", phone)
    say(asked, "SendCode", "0" if told else "1")
    say(asked, "ValidationCode", told)
    return made


def cards(till: Till, ident: str, at: datetime, kind: IdentifierKind, value: str) -> Element:
    made = till.request("CardRequest", ident, at)
    say(made, "Email" if kind is IdentifierKind.EMAIL else "Phone", value)
    return made


def contact(till: Till, request: RegisterRequest, ident: str, task: str | None = None) -> Element:
    """Who somebody is. ``task``: a newcomer gets a virtual card, from this task if it is told;
    None: he has come in already."""
    made = till.request("ContactInfoUpdateRequest", ident, request.at)
    say(made, "AwardType", "ContactUpdate")
    who = put(made, "ContactID")
    say(who, "MobilePhone", request.phone)
    say(who, "Email", request.email)
    if task is not None:
        card = put(made, "CreateCard")
        say(card, "CreateCard", "1")
        say(card, "IDTaskCard", task)
    last, first, middle = (*request.name.split(maxsplit=2), "", "", "")[:3]
    if not first:  # one name is a first name
        last, first = "", last
    known = {"firstname": first, "lastname": last, "middlename": middle}
    for key, value in {**known, "birthdate": _day(request.birthdate)}.items():
        if value:
            attribute = put(made, "Attribute")
            say(attribute, "Key", key)
            say(attribute, "Value", value)
    return made


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


# --- cheques


def takes_part(line: Line) -> bool:
    """Gift certificates and deposits are the till's own business."""
    return not (line.certificate or line.deposit)


def card_of(receipt: Receipt) -> str:
    """Also of a card that could not be verified; empty: none is on the receipt, or the service
    would refuse the cheque because of it."""
    buyer = receipt.buyer
    if buyer is None or buyer.declined:
        return ""
    if buyer.card is not None:
        return buyer.card.number if buyer.card.status is not CardStatus.BLOCKED else ""
    return buyer.identifier.value if buyer.identifier.kind is IdentifierKind.CARD else ""


def _phone_of(receipt: Receipt) -> str:
    """Of somebody who could not be looked up."""
    buyer = receipt.buyer
    if buyer is None or buyer.declined or buyer.card is not None:
        return ""
    return buyer.identifier.value if buyer.identifier.kind is IdentifierKind.PHONE else ""


def soft(
    till: Till, ident: str, at: datetime, receipt: Receipt, spend: Amount, extra: str = ""
) -> Element:
    """A question about the goods as they are before the system took anything off. A number that
    nobody has verified is not told. ``extra``: a coupon to be tried beside those of
    the receipt."""
    made = _head(till, ident, at, _verified(receipt), "Soft")
    codes = [one.code for one in receipt.coupons]
    if extra:
        codes = [one for one in codes if one.casefold() != extra.casefold()] + [extra]
    _sale(till, made, receipt, spend, codes)
    return made


def _verified(receipt: Receipt) -> Receipt:
    known = receipt.buyer is not None and receipt.buyer.verified
    return receipt if known else replace(receipt, buyer=None)


def fiscal(till: Till, ident: str, at: datetime, receipt: Receipt) -> Element:
    """The sale, in the words of the last question about it; where there was none, with the number
    of a buyer whom nobody could verify, and without a coupon of this kind: it brought nothing."""
    priced = receipt.applied is not None and not receipt.applied.offline
    made = _head(till, ident, at, _verified(receipt) if priced else receipt, "Fiscal")
    codes = [one.code for one in receipt.coupons if priced or one.verified]
    _sale(till, made, receipt, receipt.paid_with_points, codes)
    return made


def _sale(till: Till, made: Element, receipt: Receipt, paid: Amount, codes: Sequence[str]) -> None:
    lines = [one for one in receipt.lines if takes_part(one)]
    say(made, "Number", receipt.receipt_id)
    say(made, "OperationType", "Sale")
    for kind, taken in _taken(receipt):
        if kind in till.payments:
            payment = put(made, "Payment")
            say(payment, "ID", till.payments[kind])
            say(payment, "Value", money(taken))
    _sums(made, sum(one.amount for one in lines), sum(map(_off_by_hand, lines)))
    say(made, "PaidByBonus", money(paid) if paid else "0")
    if codes:
        coupons = put(made, "Coupons")
        for number in codes:
            say(put(coupons, "Coupon"), till.coupon_field(number), number)
    _attributes(till, made)
    for one in lines:
        _item(made, one.number, one, _off_by_hand(one))


def back(till: Till, ident: str, request: SaveReturnRequest, sold: str, at: datetime) -> Element:
    """A return: the sums that the goods were sold for, points among them. ``sold``: the number of
    the sale, made ``at``."""
    receipt = request.receipt
    made = _head(till, ident, request.at, receipt, "Fiscal")
    till.reference(made, sold, at)
    lines = [one for one in receipt.lines if takes_part(one)]
    say(made, "Number", receipt.receipt_id)
    say(made, "OperationType", "Return")
    _sums(made, sum(one.amount for one in lines), sum(one.discount - one.points for one in lines))
    say(made, "PaidByBonus", "0")
    _attributes(till, made)
    for one in lines:
        _item(made, one.sale_line or one.number, one, one.discount - one.points)
    return made


def rollback(till: Till, ident: str, at: datetime, receipt: Receipt, transaction: str) -> Element:
    """``transaction``: empty where its answer was lost: then by the cheque (*emulated*)."""
    made = _head(till, ident, at, receipt, "Fiscal")
    if transaction:
        say(put(made, "TransactionReference"), "TransactionID", transaction)
    else:
        till.reference(made, receipt.receipt_id, receipt.closed_at or at)
    say(made, "OperationType", "Rollback")
    return made


def _head(till: Till, ident: str, at: datetime, receipt: Receipt, kind: str) -> Element:
    phone = _phone_of(receipt)
    made = till.request(
        "ChequeRequest", ident, at, "" if phone else card_of(receipt) or till.technical_card
    )
    if phone:
        card = put(made, "Card")
        say(card, "MobilePhone", phone)
        made.insert(1, card)
    made.set("ChequeType", kind)
    return made


def somebody(cheque: Element) -> bool:
    """Whether it names a card or a phone."""
    return child(cheque, "Card") is not None


def _off_by_hand(line: Line) -> Amount:
    return sum(given.amount for given in line.by_hand)


def _sums(made: Element, whole: Amount, off: Amount) -> None:
    say(made, "Summ", money(whole))
    say(made, "Discount", _per_cent(off, whole))
    say(made, "SummDiscounted", money(whole - off))


def _item(made: Element, number: int, line: Line, off: Amount) -> None:
    item = put(made, "Item")
    say(item, "PositionNumber", str(number))
    say(item, "Article", line.sku)
    say(item, "ArticleName", line.name)
    say(item, "Price", money(line.price))
    say(item, "Quantity", show_quantity(line.quantity))
    _sums(item, line.amount, off)


def _per_cent(off: Amount, whole: Amount) -> str:
    return show(rounded(off * 100_000, whole), 3, group="") if off and whole else "0"


def _attributes(till: Till, made: Element) -> None:
    for key, value in till.attributes.items():
        one = put(made, "ExtendedAttribute")
        say(one, "Key", key)
        say(one, "Value", value)


def _taken(receipt: Receipt) -> list[tuple[TenderKind, Amount]]:
    """The service wants them to add up to what its cheque costs: without change, nor what was paid
    for certificates and deposits; what rounding took off goes to the last one."""
    left, taken = payable(receipt) - receipt.paid_with_points, []
    for one in receipt.tenders:
        part = min(one.amount, left)
        left -= part
        if part:
            taken.append((one.kind, part))
    if left and taken:
        kind, part = taken[-1]
        taken[-1] = (kind, part + left)
    return taken


def payable(receipt: Receipt) -> Amount:
    """What the goods cost that the service hears of, before points."""
    return sum(one.total + one.points for one in receipt.lines if takes_part(one))
