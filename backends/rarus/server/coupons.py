"""Coupons: looked at, and whether they may be used."""

from backends.keeping import CardQuery, CouponInfo
from backends.rarus.server.facts import buyer_with, card_of
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import vouchers
from backends.rarus.wire.extras import CouponAsked, OneCoupon
from cashier.exchange import CheckCouponRequest, Reason, Refused
from cashier.receipt import Receipt


async def coupon(service: Service, asked: Asked[CouponAsked]) -> OneCoupon:
    """A check without goods: what depends on them shows in the prices."""
    code, body = asked.path["code"], asked.body
    info = service.keeper.rules.coupon(code)
    if info is None:
        raise nothing_found("Промокод не найден")
    if body.check:
        await _check(service, code, body)
    return OneCoupon(coupon=vouchers.coupon(info, _owner(service, info), full=body.full_info))


async def _check(service: Service, code: str, asked: CouponAsked) -> None:
    """What nobody told is not looked at. Raises Refused.

    Who tells the shop tells of a receipt: without a card it is nobody's.
    """
    info = card_of(service, asked.card_id)
    now = service.clock.now()
    receipt = Receipt("", now, shop=asked.shop_id, buyer=buyer_with(info))
    try:
        await service.backend.check_coupon(CheckCouponRequest(receipt=receipt, code=code, at=now))
    except Refused as no:
        known = {
            Reason.WRONG_CUSTOMER: bool(asked.card_id or asked.shop_id),
            Reason.WRONG_SHOP: bool(asked.shop_id),
        }
        if known.get(no.reason, True):
            raise


def _owner(service: Service, info: CouponInfo) -> str:
    """The id of a card of whom it was given to."""
    if info.customer is None:
        return ""
    cards = service.keeper.cards.cards(CardQuery(customer=info.customer)).rows
    return service.store.cards.id(cards[0].number) if cards else ""


ROUTES = (Route("GET", "/organization/coupon/{code}", coupon, CouponAsked, OneCoupon, "A coupon"),)
