"""Documents, written. Raises ValueError for text that XML cannot hold."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from lxml import etree

from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import money
from backends.loymax.common.parts import (
    Answer,
    Asked,
    Cheque,
    ChequeLine,
    CouponTold,
    Offer,
    Told,
)
from backends.loymax_xml.wire.kinds import GROUPS, VERSION, request_of, response_of
from backends.loymax_xml.wire.values import moment, quantity
from backends.soap import Element, add


def request(operations: Iterable[Asked]) -> Element:
    """Operations of one kind that follow each other stand in one group."""
    root = etree.Element("XMLRequest")
    add(root, "Version", VERSION)
    for kind, ones in groupby(operations, lambda one: one.kind):
        group = add(root, GROUPS[kind])
        for number, one in enumerate(ones, 1):
            _ask(add(group, request_of(kind)), one, number)
    return root


def answer(document: Answer) -> Element:
    root = etree.Element("XMLResponse")
    add(root, "ErrorCode", str(int(document.code)))
    if document.error:
        add(root, "ErrorMessage", document.error)
    for kind, ones in groupby(document.told, lambda one: one.kind):
        group = add(root, GROUPS[kind])
        for one in ones:
            _tell(add(group, response_of(kind)), one)
    return root


def _set(one: Element, **values: str) -> None:
    """Attributes in this order; empty ones are left out."""
    one.attrib.update([pair for pair in values.items() if pair[1]])


def _money(value: int | None) -> str:
    return "" if value is None else money(value)


def _ask(one: Element, asked: Asked, number: int) -> None:
    _set(
        one,
        PurchaseID=asked.purchase,
        OperationID=asked.id,
        OperationDate=moment(asked.at),
        ElementID=str(number),
        PaymentAmount=_money(asked.amount or None),
        RefundPurchaseID=asked.of,
        CancelOperationID=asked.cancels,
    )
    if asked.identifier and asked.kind not in (Kind.CONFIRM, Kind.CANCEL):
        _set(add(one, "Identifier"), Type="Auto", Value=asked.identifier)
    if asked.cheque is not None:
        _cheque(add(one, "Cheque"), asked.cheque)
    if asked.coupons:
        coupons = add(one, "Coupons")
        for code in asked.coupons:
            _set(add(coupons, "Coupon"), Number=code)
    if asked.pays:
        pays = add(one, "Pays")
        for pay in asked.pays:
            _set(add(pays, "Pay"), Type=pay.type, Amount=money(pay.amount))


def _cheque(one: Element, cheque: Cheque) -> None:
    _set(
        one,
        ChequeDate=_moment(cheque.at),
        Number=cheque.number,
        TotalAmount=_money(cheque.total),
        TotalDiscount=_money(cheque.discount),
        TotalCashback=_money(cheque.cashback),
    )
    for line in cheque.lines:
        _line(one, line)


def _line(cheque: Element, line: ChequeLine) -> None:
    """By far the most elements of a document: made without detours."""
    has = {"PosID": str(line.position), "Amount": money(line.amount)}
    if line.name:
        has["Name"] = line.name
    if line.goods:
        has["GoodsId"] = line.goods
    has["Price"], has["Quantity"] = money(line.price), quantity(line.quantity)
    if line.barcode:
        has["Barcode"] = line.barcode
    if line.discount:
        has["Discount"] = money(line.discount)
    if line.pay:
        has["PayAmount"] = money(line.pay)
    one = etree.SubElement(cheque, "ChequeLine", has)
    if line.offers:
        offers = etree.SubElement(one, "AppliedOffers")
        for offer in line.offers:
            _offer(offers, offer)


def _offer(offers: Element, offer: Offer) -> None:
    has = {"Id": offer.id, "Name": offer.name, "PreferenceValue": money(offer.amount)}
    if offer.kind:
        has["Kind"] = offer.kind
    etree.SubElement(offers, "AppliedOffer", has)


def _moment(at: datetime | None) -> str:
    return "" if at is None else moment(at)


def _tell(one: Element, told: Told) -> None:
    _set(
        one,
        BonusAmount=_money(told.bonus),
        Amount=_money(told.amount),
        AvailableAmount=_money(told.available),
        AvailableBonusAmount=_money(told.available_bonus),
        Balance=_money(told.balance),
        ActiveBonusAmount=_money(told.active),
        Currency=told.currency,
        PurchaseID=told.purchase,
        OperationID=told.id,
        ErrorCode=str(int(told.code)),
        ErrorMessage=told.error,
    )
    for card in told.cards:
        data = add(one, "IdentifierData")
        for name, value in card.items():
            _set(add(data, "Item", value), Name=name)
    if told.cheque is not None:
        _cheque(add(one, "Cheque"), told.cheque)
    _coupons(one, "Coupons", told.coupons)
    _coupons(one, "IssuedCoupons", told.issued)
    for text in told.to_cashier:
        add(one, "CashierMessage", text)
    for text in told.to_slip:
        add(one, "ChequeMessage", text)


def _coupons(parent: Element, name: str, coupons: tuple[CouponTold, ...]) -> None:
    if not coupons:
        return
    group = add(parent, name)
    for one in coupons:
        _set(
            add(group, "Coupon"),
            Number=one.number,
            Name=one.name,
            ErrorCode=str(int(one.code)),
            Reason=one.reason,
            Text=one.text,
            ValidTo=_moment(one.until),
        )
