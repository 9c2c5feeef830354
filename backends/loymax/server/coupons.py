"""What is known of a coupon."""

from backends.loymax.desk.desk import Desk
from backends.loymax.wire.coupons import CouponKnown, CouponState
from cashier.exchange import CheckCouponRequest, Reason, Refused
from cashier.receipt import Receipt

_STATES = {
    Reason.NOT_YET_VALID: CouponState.CREATED,
    Reason.USED_UP: CouponState.USED,
    Reason.BLOCKED: CouponState.REJECTED,
    Reason.EXPIRED: CouponState.EXPIRED,
}


async def known(desk: Desk, number: str, buyer: str) -> CouponKnown | None:
    """For a customer without goods: a coupon that only does not fit him, or the shop, is issued.
    None: nobody knows it. Raises Unavailable."""
    at = desk.clock.now()
    receipt = Receipt(f"coupon {number}", at, shop=desk.reader.shop, buyer=desk.reader.buyer(buyer))
    state = CouponState.ISSUED
    try:
        await desk.house.check_coupon(CheckCouponRequest(receipt=receipt, code=number, at=at))
    except Refused as no:
        if no.reason is Reason.NOT_FOUND:
            return None
        state = _STATES.get(no.reason, state)
    return CouponKnown(number=number, state=state)
