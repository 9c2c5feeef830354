"""Answers of the embedded system in the words of the wire."""

from collections.abc import Iterable

from backends.loymax.common.codes import code_of
from backends.loymax.common.names import KINDS, STATES, masked
from backends.loymax.common.numbers import money
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, CouponTold, Offer, Told, Voucher
from backends.loymax.desk.prices import Given
from backends.loymax.desk.receipts import cheque_of
from backends.loymax.desk.store import Certificate
from cashier.exchange import Calculation, Found, PointsOffer, Refused
from cashier.money import Amount, Points
from cashier.receipt import (
    Card,
    Customer,
    Discount,
    Message,
    MessageTo,
    PrintedCoupon,
    Settled,
)
from cashier.words import reason_words


def balance(asked: Asked, found: Found, currency: str) -> Told:
    return Told(
        asked.kind,
        asked.id,
        bonus=found.cards[0].balance if found.cards else 0,
        currency=currency,
        cards=cards(found),
        to_cashier=_said(found.messages, MessageTo.CASHIER),
        to_slip=_said(found.messages, MessageTo.SLIP),
    )


def cards(found: Found) -> tuple[dict[str, str], ...]:
    """Each with whose it is; without cards only who he is."""
    holder = _holder(found.customer)
    return tuple({**holder, **_card(one)} for one in found.cards) or (holder,)


def _holder(customer: Customer | None) -> dict[str, str]:
    if customer is None:
        return {}
    known = {
        "Holder": customer.name,
        "HolderId": customer.customer_id,
        "Phone": customer.phone,
        "Email": customer.email,
    }
    return {name: value for name, value in known.items() if value}


def _card(card: Card) -> dict[str, str]:
    return {
        "CardType": card.level,
        "MaskedNumber": masked(card),
        "CardNumber": card.number,
        "CardState": STATES[card.status],
        "MayEarn": str(int(card.may_earn)),
        "MayPay": str(int(card.may_spend)),
        "Balance": money(card.balance),
        "Available": money(card.available),
    }


def _said(messages: Iterable[Message], to: MessageTo) -> tuple[str, ...]:
    """What is for the customer's display has no place on this wire."""
    return tuple(one.text for one in messages if one.to is to)


# --- the receipt


def priced(
    asked: Asked, answer: Calculation, given: Given, coupons: tuple[CouponTold, ...]
) -> Told:
    pays = {one.number: one.amount for one in answer.distribution}
    lines = tuple(
        _line(one, given.get(one.position, ()), pays.get(one.position, 0))
        for one in cheque_of(asked).lines
    )
    return Told(
        asked.kind,
        asked.id,
        purchase=asked.purchase,
        cheque=Cheque(
            lines,
            total=sum(one.amount for one in lines),
            discount=sum(one.discount for one in lines),
            cashback=answer.earn,
        ),
        coupons=coupons,
        issued=_issued(answer.to_print),
        to_cashier=_said(answer.messages, MessageTo.CASHIER),
        to_slip=_said(answer.messages, MessageTo.SLIP),
    )


def with_offers(one: ChequeLine, given: Iterable[Discount]) -> tuple[Offer, ...]:
    return (
        *one.offers,
        *(Offer(off.rule, off.name, off.amount, KINDS.get(off.source, "")) for off in given),
    )


def _line(one: ChequeLine, given: Iterable[Discount], pay: Amount) -> ChequeLine:
    """``Amount`` of an answer is what the line costs after all discounts."""
    offers = with_offers(one, given)
    off = sum(offer.amount for offer in offers)
    return ChequeLine(
        one.position,
        one.amount - off,
        one.quantity,
        goods=one.goods,
        price=one.price,
        discount=off,
        pay=pay,
        offers=offers,
    )


def coupon(number: str, name: str = "", no: Refused | None = None) -> CouponTold:
    if no is None:
        return CouponTold(number, name)
    text = no.text or reason_words(no.reason)
    return CouponTold(number, "", int(code_of(no.reason)), str(no.reason), text)


def _issued(coupons: Iterable[PrintedCoupon]) -> tuple[CouponTold, ...]:
    """A coupon without a code yet is one to come: it is told when it is there."""
    return tuple(
        CouponTold(one.code, one.title, text=one.text, until=one.valid_until)
        for one in coupons
        if one.code
    )


def available(asked: Asked, offer: PointsOffer, spendable: Points) -> Told:
    most = {one.number: one.amount for one in offer.lines}
    lines = tuple(_line(one, (), most.get(one.position, 0)) for one in cheque_of(asked).lines)
    return Told(
        asked.kind,
        asked.id,
        purchase=asked.purchase,
        bonus=spendable,
        amount=spendable,
        active=offer.available,
        balance=offer.balance,
        cheque=Cheque(lines),
        to_cashier=tuple(one.text for one in offer.limits[:1]),
    )


def confirmed(asked: Asked, settled: Settled, level: str) -> Told:
    items: dict[str, str] = {"CardType": level} if level else {}
    if settled.next_level:
        items["NextCardType"] = settled.next_level
        items["ToNextCardType"] = money(settled.to_next_level)
    return Told(
        asked.kind,
        asked.id,
        purchase=asked.purchase,
        active=settled.available,
        balance=settled.balance,
        cheque=Cheque((), cashback=settled.earned),
        cards=(items,) if items else (),
        issued=_issued(settled.to_print),
        to_cashier=_said(settled.messages, MessageTo.CASHIER),
        to_slip=_said(settled.messages, MessageTo.SLIP),
    )


def earned(asked: Asked, settled: Settled, certificates: Iterable[Certificate]) -> Told:
    cheque = Cheque((), cashback=settled.earned)
    told = tuple(Voucher(one.id, one.left) for one in certificates)
    return Told(asked.kind, asked.id, purchase=asked.purchase, cheque=cheque, certificates=told)
