"""Coupons and promo codes: checked at once, several on one receipt."""

from dataclasses import replace

from cashier.commands import ApplyCoupon, RemoveCoupon
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.exchange import Can, CheckCouponRequest, Unavailable
from cashier.i18n import _
from cashier.receipt import Coupon
from cashier.snapshot import Snapshot, State
from cashier.steps.goods import with_receipt
from cashier.steps.pricing import open_receipt, priced, released
from cashier.words import explain
from cashier.workplace import Workplace


async def apply_coupon(now: Snapshot, command: ApplyCoupon, desk: Workplace) -> Snapshot:
    code = command.code.strip()
    if not code:
        raise BadInput(_("Type or scan a coupon."))
    now = with_receipt(now, desk)
    if any(held.code.casefold() == code.casefold() for held in open_receipt(now).coupons):
        raise BadInput(_("This coupon is on the receipt already."))
    coupon = await _checked(now, code, desk)
    receipt = open_receipt(now)
    return await _with_coupons(now, (*receipt.coupons, coupon), desk)


async def _checked(now: Snapshot, code: str, desk: Workplace) -> Coupon:
    """The coupon as the system knows it; kept unverified while the system is silent."""
    try:
        loyalty = await desk.loyalty()
        if not desk.can(Can.COUPONS):
            raise NotNow(_("This loyalty system has no coupons."))
        request = CheckCouponRequest(
            receipt=open_receipt(now).uncalculated(), code=code, at=desk.clock.now()
        )
        coupon = await desk.ask("check_coupon", loyalty.check_coupon(request))
    except Unavailable as error:
        desk.say(
            _("{why} The coupon is kept on the receipt, not verified.").format(why=explain(error)),
            Tone.WARNING,
        )
        return Coupon(code, verified=False)
    desk.say(_("Coupon accepted: {name}").format(name=coupon.name or coupon.code), Tone.GOOD)
    return coupon


async def remove_coupon(now: Snapshot, command: RemoveCoupon, desk: Workplace) -> Snapshot:
    held = open_receipt(now).coupons
    rest = tuple(coupon for coupon in held if coupon.code != command.code)
    if len(rest) == len(held):
        raise BadInput(_("There is no such coupon on the receipt."))
    return await _with_coupons(now, rest, desk)


async def _with_coupons(now: Snapshot, coupons: tuple[Coupon, ...], desk: Workplace) -> Snapshot:
    receipt = await released(open_receipt(now), desk)
    now = replace(now, receipt=replace(receipt, coupons=coupons))
    return await priced(now, desk) if now.state is State.CALCULATED else now
