"""What a till makes of an answer."""

from collections.abc import Iterator, Mapping

from backends.loymax.common.codes import FINE
from backends.loymax.common.names import SOURCES, STATUSES
from backends.loymax.common.numbers import money, read_number
from backends.loymax.common.parts import Cheque, ChequeLine, CouponTold, Told
from cashier.exchange import (
    Calculation,
    Certificate,
    Found,
    LinePrice,
    PointsOffer,
    Reason,
    Refused,
    SpendLimit,
)
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import (
    Card,
    CardStatus,
    Coupon,
    Customer,
    Discount,
    Identifier,
    Line,
    LinePoints,
    Message,
    MessageTo,
    PrintedCoupon,
    Receipt,
    Settled,
    Source,
)

SYSTEM = "Loymax"
_OFFER = "offer"
"""Id of a discount that the answer gives no offer for."""

# --- who is the buyer


def found(told: Told, asked: Identifier) -> Found:
    """``MaskedNumber`` hides the number: then the card is known by what was shown."""
    cards = tuple(_card(one, told, asked) for one in told.cards if _is_card(one))
    if not told.cards:
        cards = (_card({}, told, asked),)
    return Found(
        customer=_customer(told.cards[0], asked) if told.cards else None,
        cards=cards,
        messages=messages(told),
    )


def _is_card(data: Mapping[str, str]) -> bool:
    return "CardNumber" in data or "MaskedNumber" in data


def _card(data: Mapping[str, str], told: Told, asked: Identifier) -> Card:
    balance = _points(data, "Balance", told.bonus or 0)
    status = STATUSES.get(data.get("CardState", ""), CardStatus.ACTIVE)
    usable = status is CardStatus.ACTIVE
    return Card(
        data.get("CardNumber") or asked.value,
        level=data.get("CardType", ""),
        status=status,
        may_earn=_flag(data, "MayEarn", usual=status is not CardStatus.BLOCKED),
        may_spend=_flag(data, "MayPay", usual=usable),
        balance=balance,
        available=_points(data, "Available", max(0, balance) if usable else 0),
    )


def _points(data: Mapping[str, str], name: str, usual: Points) -> Points:
    return read_number(name, data[name]) if name in data else usual


def _flag(data: Mapping[str, str], name: str, *, usual: bool) -> bool:
    return data[name] == "1" if name in data else usual


def _customer(data: Mapping[str, str], asked: Identifier) -> Customer | None:
    name, ident = data.get("Holder", ""), data.get("HolderId", "")
    if not name and not ident:
        return None
    return Customer(ident or asked.value, name, data.get("Phone", ""), data.get("Email", ""))


def messages(told: Told) -> tuple[Message, ...]:
    return (
        *(Message(MessageTo.CASHIER, text) for text in told.to_cashier if text),
        *(Message(MessageTo.SLIP, text) for text in told.to_slip if text),
    )


# --- the receipt


def coupon(told: Told, code: str) -> Coupon:
    """Raises Refused. One that the answer does not speak of holds, as far as anybody knows."""
    for one in told.coupons:
        if one.number.casefold() == code.casefold():
            if one.code not in FINE:
                reasons = {str(reason): reason for reason in Reason}
                reason = reasons.get(one.reason, Reason.NOT_FOUND)
                raise Refused(reason, one.text, code=str(one.code))
            return Coupon(one.number, one.name)
    return Coupon(code)


def calculation(told: Told, receipt: Receipt) -> Calculation:
    answered = _cheque(told)
    by_number = {line.number: line for line in receipt.lines}
    prices, parts = [], []
    for row in answered.lines:
        line = by_number.get(row.position)
        if line is None or row.discount + row.pay > line.total:
            raise ValueError(f"PosID {row.position}: there is no such line, or it costs less")
        if row.discount:
            prices.append(LinePrice(number=line.number, discounts=_discounts(row, line)))
        if row.pay:
            parts.append(LinePoints(line.number, row.pay))
    return Calculation(
        lines=tuple(prices),
        earn=_earned(answered),
        messages=messages(told),
        to_print=_printed(told.issued),
        distribution=tuple(parts),
    )


def _cheque(told: Told) -> Cheque:
    if told.cheque is None:
        raise ValueError("Cheque is missing")
    return told.cheque


def _earned(answered: Cheque) -> Points:
    if answered.cashback is not None and answered.cashback < 0:
        raise ValueError("TotalCashback: below zero")
    return answered.cashback or 0


def _discounts(row: ChequeLine, line: Line) -> tuple[Discount, ...]:
    offers = [one for one in row.offers if one.amount]
    if sum(one.amount for one in offers) != row.discount:
        return (Discount(Source.PROMOTION, _OFFER, line.name, row.discount, system=SYSTEM),)
    return tuple(
        Discount(
            SOURCES.get(one.kind, Source.PROMOTION),
            one.id or _OFFER,
            one.name,
            one.amount,
            system=SYSTEM,
        )
        for one in offers
    )


def _printed(coupons: tuple[CouponTold, ...]) -> tuple[PrintedCoupon, ...]:
    return tuple(PrintedCoupon(one.number, one.name, one.text, one.until) for one in coupons)


def offer(told: Told) -> PointsOffer:
    answered = _cheque(told)
    if told.bonus is None:
        raise ValueError("BonusAmount is missing")
    balance = told.balance if told.balance is not None else told.bonus
    available = told.active if told.active is not None else balance
    spendable = max(0, min(told.bonus, sum(row.pay for row in answered.lines)))
    return PointsOffer(
        balance=balance,
        available=available,
        spendable=spendable,
        limits=tuple(
            SpendLimit(name=SYSTEM, text=text, most=spendable) for text in told.to_cashier if text
        ),
        lines=tuple(LinePoints(row.position, row.pay) for row in answered.lines),
        excluded=tuple(row.position for row in answered.lines if row.amount and not row.pay),
    )


# --- what was settled


def check_payment(told: Told, asked: Amount) -> None:
    """Points are on the receipt already: fewer of them are a no. Raises Refused."""
    if told.amount is not None and told.amount != asked:
        raise Refused(Reason.LIMIT_EXCEEDED, _("not so many points were taken as were asked for"))


def sold(told: Told, receipt: Receipt) -> Settled:
    data = told.cards[0] if told.cards else {}
    before = receipt.buyer.card.level if receipt.buyer and receipt.buyer.card else ""
    level = data.get("CardType", "")
    return Settled(
        earned=_earned(told.cheque) if told.cheque else 0,
        spent=receipt.spend,
        balance=told.balance,
        available=told.active,
        level=level if before and level != before else "",
        next_level=data.get("NextCardType", ""),
        to_next_level=_points(data, "ToNextCardType", 0),
        messages=messages(told),
        to_print=_printed(told.issued),
    )


def as_it_was(receipt: Receipt) -> Settled:
    """Of a receipt that was confirmed before, as far as it knows."""
    return Settled(earned=receipt.applied.earn if receipt.applied else 0, spent=receipt.spend)


def returned(refund: Told, confirmed: Told, receipt: Receipt) -> Settled:
    """``Amount`` of a refund is in points that come back, ``BonusAmount`` in those taken away
    (*emulated*)."""
    given = max(0, refund.amount or 0)
    return Settled(
        given_back=given,
        taken_back=max(0, refund.bonus or 0),
        balance=confirmed.balance,
        available=confirmed.active,
        messages=(*messages(confirmed), *_other_points(given, receipt.paid_with_points)),
    )


def _other_points(given: Points, expected: Points) -> Iterator[Message]:
    """A project may give points back first: the till has reckoned by lines, so the cashier puts the
    money right."""
    if given == expected:
        return
    if given > expected:
        text = _("Points given back: {given}, on the slip {expected}. Give {money} less in money.")
    else:
        text = _("Points given back: {given}, on the slip {expected}. Give {money} more in money.")
    difference = money(abs(given - expected))
    text = text.format(given=money(given), expected=money(expected), money=difference)
    yield Message(MessageTo.CASHIER, text)


def certificate(told: Told, number: str) -> Certificate:
    """``description`` is its state (*emulated*): until it is sold it is prepared, or made."""
    left = max(0, told.bonus or 0)
    unsold = told.description.casefold() in ("prepared", "activating", "created")
    return Certificate(number=number, left=0 if unsold else left, sold=not unsold)
