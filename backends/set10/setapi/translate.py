"""Pure functions between the exchange and the plugin contract, both ways.

What cannot be right raises ValueError.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from backends.set10.setapi import contract as api
from cashier import exchange as ex
from cashier.i18n import _
from cashier.money import Amount, Points, show_quantity, spread
from cashier.receipt import (
    Card,
    CardStatus,
    Customer,
    Discount,
    Gift,
    Identifier,
    IdentifierKind,
    Line,
    LinePoints,
    Message,
    MessageTo,
    Receipt,
    Source,
)


@dataclass(frozen=True)
class Kept:
    """What is kept of a calculation: in the context of the receipt, which the till hands back."""

    result: api.LoyaltyResult | None = None
    attributes: api.Attributes = api.Attributes()

    @classmethod
    def of(cls, context: str) -> "Kept":
        """Words of another time are forgotten."""
        try:
            return _KEPT.validate_json(context) if context else cls()
        except ValidationError:
            return cls()

    def words(self) -> str:
        return _KEPT.dump_json(self).decode()


_KEPT = TypeAdapter(Kept)


# --- the buyer


def query(identifier: Identifier) -> api.CardQuery | None:
    """None: nobody is found by it."""
    match identifier.kind:
        case IdentifierKind.CARD | IdentifierKind.APP:
            return api.CardQuery(number=identifier.value)
        case IdentifierKind.PHONE:
            return api.CardQuery(phone=identifier.value)
        case IdentifierKind.EMAIL:
            return api.CardQuery(email=identifier.value)
        case _:
            return None


def found(result: api.SearchResult) -> ex.Found | ex.NotFound:
    """Raises Refused, Unavailable and ValueError."""
    match result.status:
        case api.SearchStatus.UNKNOWN_CARD | api.SearchStatus.CARD_NOT_FOUND:
            return ex.NotFound()
        case api.SearchStatus.OFFLINE:
            raise ex.Unavailable(result.message or _("the plugin is offline"), ours=True)
        case api.SearchStatus.ERROR:
            raise ex.Refused(ex.Reason.OTHER, result.message)
        case api.SearchStatus.SEARCH_WITH_FUNCTION_PLUGIN:
            text = _("the plugin wants its own window to find the card, this till has none")
            raise ex.Refused(ex.Reason.OTHER, text)
    if not result.cards:
        raise ValueError("a card is found, and there is none")
    first = result.cards[0]
    person = Customer(first.number, first.holder) if first.holder else None
    messages = (Message(MessageTo.CASHIER, result.message),) if result.message else ()
    return ex.Found(
        customer=person, cards=tuple(card(one) for one in result.cards), messages=messages
    )


_STATUS = {
    api.CardStatus.ACTIVE: CardStatus.ACTIVE,
    api.CardStatus.BLOCKED: CardStatus.BLOCKED,
    api.CardStatus.INVALID: CardStatus.INACTIVE,
    api.CardStatus.USED: CardStatus.INACTIVE,
}


def card(told: api.PluginCard) -> Card:
    usable = told.status is api.CardStatus.ACTIVE
    return Card(
        number=told.number,
        level=told.level,
        status=_STATUS[told.status],
        may_earn=usable,
        may_spend=usable,
        balance=told.balance,
        available=max(0, told.balance) if usable else 0,
    )


# --- the receipt


def receipt(
    ours: Receipt,
    at: datetime,
    *,
    attributes: api.Attributes = api.Attributes(),
    written_off: tuple[api.WrittenOff, ...] = (),
    refund: api.Refund | None = None,
) -> api.PluginReceipt:
    shown = ours.buyer.card.number if ours.buyer and ours.buyer.card else ""
    return api.PluginReceipt(
        receipt_id=ours.receipt_id,
        shop=ours.shop,
        till=ours.till,
        at=at,
        lines=tuple(_line(one) for one in ours.lines),
        number=ours.number,
        cards=(shown,) if shown else (),
        written_off=written_off,
        attributes=attributes,
        refund=refund,
    )


def _line(line: Line) -> api.PluginLine:
    discount = line.discount - line.points
    sealed = line.certificate or line.deposit  # money in another shape: nothing is taken off it
    return api.PluginLine(
        number=line.number,
        item=line.sku,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        sum=line.amount,
        discount=discount,
        floor=line.amount - discount if sealed else line.floor,
        group=line.group,
    )


# --- prices


def calculation(
    result: api.LoyaltyResult, seen: api.PluginReceipt, system: str, kept: Kept
) -> ex.Calculation:
    """Discounts on the lines; what points became is how the system spreads them."""
    sums = [one for one in result.discounts if one.type is api.DiscountType.SUM]
    given: dict[int, list[Discount]] = {}
    for one in sums:
        for number, amount in _parts(one, seen):
            told = Discount(
                Source.PROMOTION, one.id, one.name, amount, _why(one, seen, number), system
            )
            given.setdefault(number, []).append(told)
    return ex.Calculation(
        lines=tuple(
            ex.LinePrice(number=number, discounts=tuple(some)) for number, some in given.items()
        ),
        earn=sum(one.points for one in result.accruals),
        gifts=tuple(Gift(one.id, one.name, one.items, one.quantity) for one in result.gifts),
        messages=result.messages,
        distribution=distribution(result, seen),
        context=kept.words(),
    )


def _why(one: api.Discount, seen: api.PluginReceipt, number: int) -> str:
    """In words; a discount on a part of the line says on how much of it."""
    line = next(line for line in seen.lines if line.number == number)
    if not one.quantity or one.quantity == line.quantity:
        return one.why
    part = _("for {quantity} of it").format(quantity=show_quantity(one.quantity))
    return f"{one.why}, {part}" if one.why else part


def _parts(one: api.Discount, seen: api.PluginReceipt) -> list[tuple[int, Amount]]:
    """What a discount takes off each line. Raises ValueError."""
    if one.value < 0:
        raise ValueError(f"discount {one.id} is below zero")
    if one.line_number:
        if one.line_number not in {line.number for line in seen.lines}:
            raise ValueError(f"discount {one.id} is for a line that is not there")
        return [(one.line_number, one.value)] if one.value else []
    amounts = spread(one.value, [line.bears for line in seen.lines])
    return [(line.number, part) for line, part in zip(seen.lines, amounts, strict=True) if part]


def turned(result: api.LoyaltyResult | None) -> Points:
    """Points that the plugin says it turned into discount."""
    given = result.discounts if result else ()
    return sum(one.value for one in given if one.type is api.DiscountType.BONUSES)


def distribution(result: api.LoyaltyResult, seen: api.PluginReceipt) -> tuple[LinePoints, ...]:
    """Empty where the till may spread what points became by itself."""
    bonuses = [one for one in result.discounts if one.type is api.DiscountType.BONUSES]
    if not any(one.do_not_redistribute for one in bonuses):
        return ()
    paid: dict[int, Amount] = {}
    for one in bonuses:
        for number, amount in _parts(one, seen):
            paid[number] = paid.get(number, 0) + amount
    return tuple(LinePoints(number, amount) for number, amount in paid.items())


# --- points


def offer(
    ceilings: Sequence[api.WriteOffCeiling],
    told: Card,
    back: Points,
    lines: Sequence[api.PluginLine],
) -> ex.PointsOffer:
    """``back``: what is written off for this receipt already, and counts as there."""
    available = told.available + back
    mine = next((one for one in ceilings if one.card_number == told.number), None)
    most = max(0, mine.points) if mine else 0
    limits = [
        ex.SpendLimit(name="balance", text=_("no more on the card"), most=available),
        ex.SpendLimit(name="ceiling", text=_ceiling_words(mine), most=most),
    ]
    limits.sort(key=lambda one: one.most)
    caps: Mapping[int, Amount] = mine.lines if mine else {}
    ours = tuple(
        LinePoints(line.number, max(0, min(caps.get(line.number, 0), line.cost))) for line in lines
    )
    return ex.PointsOffer(
        balance=told.balance + back,
        available=available,
        spendable=max(0, limits[0].most),
        limits=tuple(limits),
        lines=ours if caps else (),
        must_confirm=True,
    )


def _ceiling_words(ceiling: api.WriteOffCeiling | None) -> str:
    return (ceiling.text if ceiling else "") or _("the plugin allows no more on this receipt")
