"""What a till makes of an answer. What both wires have in common is in ``common``."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from backends.loymax.common import hearing as shared
from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import whole
from backends.loymax.common.parts import Asked, Cheque, ChequeLine, CouponTold, Offer, Told
from backends.loymax.wire import base, processing
from backends.loymax.wire.coupons import REASONS
from cashier.exchange import Found, PointsOffer, Reason, Refused, SpendLimit
from cashier.receipt import Identifier, IdentifierKind, LinePoints, Settled

SYSTEM = shared.SYSTEM
_NOBODY = Identifier(IdentifierKind.CARD, "")
"""Where only the balance is looked at."""
REPLIES: Mapping[Kind, type[base.Reply]] = {
    Kind.BALANCE: processing.Balance,
    Kind.CALCULATE: processing.Calculated,
    Kind.AVAILABLE: processing.Available,
    Kind.PAYMENT: processing.Paid,
    Kind.ACCRUAL: processing.Bonus,
    Kind.REFUND: processing.Refunded,
    Kind.CONFIRM: base.Reply,
    Kind.CANCEL: base.Reply,
}


def told(asked: Asked, reply: base.Reply) -> Told:
    """The answer to an operation. Raises ValueError."""
    if reply.operationId and reply.operationId != asked.id:
        raise ValueError("operationId: of another operation")
    to_cashier = _texts(reply.cashierMessage)
    made = Told(
        asked.kind,
        asked.id,
        purchase=asked.purchase,
        cheque=_cheque(reply.cheque) if reply.cheque is not None else None,
        cards=_cards(reply.identificationData),
        coupons=tuple(_unknown(asked.coupons, to_cashier)),
        to_cashier=to_cashier,
        to_slip=_texts(reply.chequeMessage),
    )
    match reply:
        case processing.Balance():
            return replace(
                made,
                bonus=whole(reply.amount),
                currency=reply.currency,
                description=reply.description,
            )
        case processing.Calculated():
            return replace(made, balance=whole(reply.balance))
        case processing.Available() | processing.Paid() | processing.Refunded():
            return replace(made, amount=whole(reply.amount), bonus=whole(reply.bonusAmount))
        case _:
            return made


def cards_told(reply: base.Reply) -> Told:
    """Of an answer that tells of a customer and his cards only."""
    return Told(Kind.BALANCE, reply.operationId, cards=_cards(reply.identificationData))


def _texts(words: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in words.splitlines() if one.strip())


def _unknown(coupons: Iterable[str], said: Iterable[str]) -> Iterable[CouponTold]:
    """A coupon that does not hold is no error: a message that begins with its number says so
    (*emulated*), and why in words only."""
    for one in said:
        for number in coupons:
            if one.casefold().startswith(f"{number}: ".casefold()):
                text = one[len(number) + 2 :]
                yield CouponTold(
                    number, "", int(Code.COUPONS_EXCEPTION), str(Reason.NOT_FOUND), text
                )


def _cards(data: Iterable[base.Identification]) -> tuple[Mapping[str, str], ...]:
    """One list tells of all cards: a name that comes again begins the next one (*emulated*)."""
    cards: list[dict[str, str]] = []
    for one in data:
        if not cards or one.name in cards[-1]:
            cards.append({})
        cards[-1][one.name] = one.value
    return tuple(cards)


def _cheque(answered: base.PricedCheque) -> Cheque:
    lines = tuple(map(_line, answered.lines))
    if len({one.position for one in lines}) != len(lines):
        raise ValueError("position: each once")
    return Cheque(lines, cashback=whole(answered.totalCashback))


def _line(one: base.PricedLine) -> ChequeLine:
    discount, pay = whole(one.discount), whole(one.payAmount)
    offers = tuple(
        Offer(off.id, off.name, whole(off.prerefenceValue), off.externalId)
        for off in one.appliedOffers
    )
    if discount < 0 or pay < 0 or any(off.amount < 0 for off in offers):
        raise ValueError(f"position {one.position}: below zero")
    return ChequeLine(
        one.position,
        whole(one.amount),
        whole(one.quantity, 3),
        goods=one.goodsId,
        discount=discount,
        pay=pay,
        offers=offers,
    )


def shown(identifier: Identifier) -> str:
    """``X-Identifier``: a phone is '7XXXXXXXXXX' there."""
    return identifier.value.removeprefix("+")


def of_coupon(no: Refused) -> bool:
    """It is the coupon that was refused, not the question."""
    return no.code == str(int(Code.COUPONS_EXCEPTION))


def why_not(no: Refused, state: str) -> Refused:
    """Why a coupon does not hold, by its state; empty: nobody knows it, or its state."""
    reasons = {"": no.reason} | {str(known): reason for known, reason in REASONS.items()}
    code = state or NAMES[Code.COUPONS_EXCEPTION]
    return Refused(reasons.get(state, Reason.OTHER), no.text, code=code)


def found(answer: Told, asked: Identifier) -> Found:
    """A customer of whom no card is told is known by what was shown, as the token is."""
    data = answer.cards
    told_of = ("CardNumber", "MaskedNumber", "HolderId")
    if data and not any(name in one for one in data for name in told_of):
        answer = replace(answer, cards=({**data[0], "CardNumber": asked.value},))
    return shared.found(answer, asked)


def offer(available: Told, balance: Told) -> PointsOffer:
    """``payAmount`` of the lines is the most that points pay of each (*emulated*); where no line
    has one, the till spreads."""
    rows = available.cheque.lines if available.cheque is not None else ()
    told_of = any(row.pay for row in rows)
    spendable = max(0, available.bonus or 0)
    if told_of:
        spendable = min(spendable, sum(row.pay for row in rows))
    card = found(balance, _NOBODY).cards
    return PointsOffer(
        balance=card[0].balance if card else balance.bonus or 0,
        available=card[0].available if card else max(0, balance.bonus or 0),
        spendable=spendable,
        limits=tuple(
            SpendLimit(name=SYSTEM, text=text, most=spendable) for text in available.to_cashier
        ),
        lines=tuple(LinePoints(row.position, row.pay) for row in rows) if told_of else (),
        excluded=tuple(row.position for row in rows if told_of and row.amount and not row.pay),
    )


def with_balance(settled: Settled, balance: Told) -> Settled:
    """With what the customer has now."""
    (card,) = found(balance, _NOBODY).cards[:1] or (None,)
    if card is None:
        return settled
    return replace(settled, balance=card.balance, available=card.available)
