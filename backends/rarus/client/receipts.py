"""The open receipt: coupons, prices, what points may pay. Nothing changes by asking."""

from backends.http import Answer
from backends.rarus.client.link import place, reads, sense
from backends.rarus.client.session import ALL, Session
from backends.rarus.translate import extras, pricing
from backends.rarus.wire.base import minor
from backends.rarus.wire.extras import Coupon as WireCoupon
from backends.rarus.wire.extras import CouponAsked, OneCoupon, OneCouponGroup
from backends.rarus.wire.receipt import Calculated, Limits
from backends.rarus.wire.segments import InSegments, SegmentGoods
from cashier.errors import CashierError
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    CheckCouponRequest,
    PointsOffer,
    PointsRequest,
    Reason,
    Refused,
    Unavailable,
)
from cashier.i18n import _
from cashier.money import Points
from cashier.receipt import Coupon, Message, MessageTo, Receipt


async def check_coupon(session: Session, request: CheckCouponRequest) -> Coupon:
    """By the coupon itself, its owner and the shop; whether the goods fit, prices will show."""
    extras.check_alone(request.receipt, request.code)
    card_id = await _verified_card(session, request.receipt)
    asked = CouponAsked(full_info=True, check=True, card_id=card_id, shop_id=session.shop)
    told = await session.link.get(place("coupon", request.code), reads(OneCoupon), asked)
    if told.coupon.card_id and told.coupon.card_id != card_id:
        raise Refused(Reason.WRONG_CUSTOMER, _("the coupon was given to another customer"))
    return extras.coupon(await _with_group(session, told.coupon), request.code)


async def _with_group(session: Session, told: WireCoupon) -> WireCoupon:
    """The name of a coupon is that of its group."""
    if told.coupon_group is not None or not told.coupon_group_id:
        return told
    path = place("coupon_group", told.coupon_group_id)
    group = await session.link.get(path, reads(OneCouponGroup))
    return told.model_copy(update={"coupon_group": group.coupon_group})


async def _verified_card(session: Session, receipt: Receipt) -> str:
    """A number that anyone may type opens nothing: prices are asked for without a card."""
    card = receipt.buyer.card if receipt.buyer else None
    return await session.id_of(card.number) if card else ""


async def calculate(session: Session, request: CalculateRequest) -> Calculation:
    receipt, spend = request.receipt, request.spend
    _check_step(session, spend)
    card_id = await _verified_card(session, receipt)
    asked = pricing.document(receipt, spend, session.shop, card_id, extras.told_coupon(receipt))
    read = reads(Calculated, empty=True)

    def priced(came: Answer) -> tuple[Calculated, Calculation]:
        told = read(came)
        return told, pricing.calculation(told, receipt, spend, request.at, session.name)

    reply, answer = await session.link.post(place("calculate_document"), priced, asked)
    with sense():
        gifts = pricing.gifts(reply, await _segments(session, pricing.gift_lists(reply)))
    return answer.model_copy(update={"gifts": gifts, "messages": _too_many(receipt)})


def _too_many(receipt: Receipt) -> tuple[Message, ...]:
    """Coupons that were kept while nobody could be asked, and do not fit on this wire."""
    text = _("Coupon {code}: this loyalty system takes one coupon on a receipt")
    return tuple(
        Message(MessageTo.CASHIER, text.format(code=one.code)) for one in receipt.coupons[1:]
    )


async def _segments(session: Session, wanted: tuple[str, ...]) -> pricing.Skus:
    """Which goods may be chosen as a gift. What nobody says now is asked with the next prices: a
    gift is no reason to stop."""
    for segment in wanted:
        if segment in session.segments:
            continue
        asked = InSegments(included_in_segment_items=(segment,), page=1, per_page=ALL)
        try:
            reply = await session.link.post(
                place("assortment_segment", "get_assortment"),
                reads(SegmentGoods, empty=True),
                asked,
            )
        except Refused:
            continue
        except Unavailable:
            break
        session.segments[segment] = tuple(
            one.id for one in reply.assortment_for_segment_items if one.id
        )
    return session.segments


async def points(session: Session, request: PointsRequest) -> PointsOffer:
    receipt = request.receipt
    card = receipt.buyer.card if receipt.buyer else None
    card_id = await session.id_of(card.number) if card else ""
    if card is None or not card_id:
        raise Refused(Reason.NOT_FOUND, _("the system does not know this card"))
    read, step = reads(Limits), session.options.step
    offer = await session.link.post(
        place("card", card_id, "balance"),
        lambda came: pricing.offer(read(came), receipt, card.balance, step),
        pricing.balance_asked(receipt, session.shop, request.at, extras.told_coupon(receipt)),
    )
    if offer.available == card.available:
        return offer
    try:  # it has moved since the card was read
        statement = await session.statement(card_id)
        return offer.model_copy(update={"balance": minor(statement.balance)})
    except (CashierError, ValueError, ArithmeticError):
        return offer


def _check_step(session: Session, spend: Points) -> None:
    if spend % session.options.step:
        raise Refused(Reason.LIMIT_EXCEEDED, _("only whole points can be spent"))
