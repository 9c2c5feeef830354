"""Points and coupons kept for a receipt: two holds, made and given up together."""

from contextlib import nullcontext

from backends.rarus.client.link import place, reads
from backends.rarus.client.session import Session
from backends.rarus.translate import extras
from backends.rarus.translate.context import Context, context_of
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.people import Made
from cashier.exchange import Reason, Refused, ReleaseRequest, Reserved, ReserveRequest
from cashier.i18n import _
from cashier.outcomes import after_a_change


async def reserve(session: Session, request: ReserveRequest) -> Reserved:
    """What this receipt wants to spend, and its coupon. The ids come back in the context."""
    receipt, operation = request.receipt, request.operation_id
    card = receipt.buyer.card if receipt.buyer else None
    card_id = await session.id_of(card.number) if card else ""
    if request.spend and not card_id:
        raise Refused(Reason.OTHER, _("points are spent only with a card that was verified"))
    seconds, mark = session.options.hold_minutes * 60, session.desk.mark
    code, hold, coupon_hold = extras.told_coupon(receipt, verified=True), "", ""
    if request.spend:
        points = extras.hold(operation, card_id, request.spend, seconds, mark)
        path = place("hold", "add")
        hold = (await session.link.post(path, reads(Made), points, changes=True)).id or points.id
    if code:
        coupon = extras.coupon_hold(operation, card_id, code, seconds, mark)
        path = place("coupon_hold", "add")
        try:
            with after_a_change() if hold else nullcontext():
                made = await session.link.post(path, reads(Made), coupon, changes=True)
        except Refused:
            await _drop_points(session, hold)
            raise
        coupon_hold = made.id or coupon.id
    kept = Context(context_of(receipt).priced_at, hold, coupon_hold, operation)
    return Reserved(context=kept.text())


async def release(session: Session, request: ReleaseRequest) -> None:
    """Holds that are gone already are as good as given up.

    Their ids are made of the operation: they are known even if the answer to it was lost.
    """
    held = context_of(request.receipt)
    await _drop_points(session, held.hold or extras.id_of(request.operation_id))
    coupon_hold = held.coupon_hold or extras.coupon_hold_id(request.operation_id)
    if held.coupon_hold or request.receipt.coupons:
        with after_a_change():
            path = place("coupon_hold", coupon_hold, "delete")
            await session.link.get(path, reads(Reply, empty=True))


async def _drop_points(session: Session, hold: str) -> None:
    if hold:
        path = place("hold", hold, "delete")
        await session.link.post(path, reads(Reply, empty=True), Nothing(), changes=True)
