"""Receipts put aside: the next customer is served, and the first one is not forgotten."""

from dataclasses import replace

from cashier.commands import RecallReceipt, SuspendReceipt
from cashier.errors import BadInput, CashierError, NotNow, StorageError
from cashier.events import Tone
from cashier.exchange import (
    Can,
    CheckCouponRequest,
    OutcomeUnknown,
    Refused,
    Reserved,
    ReserveRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.receipt import Coupon, Receipt
from cashier.snapshot import AskHeld, Snapshot, State
from cashier.steps.pricing import open_receipt, released
from cashier.steps.shift import at_rest
from cashier.words import explain
from cashier.workplace import Workplace


async def suspend_receipt(now: Snapshot, command: SuspendReceipt, desk: Workplace) -> Snapshot:
    """Prices are forgotten, and points with them: both are asked for again later. Where the system
    can, it keeps the coupons and so many points for this receipt meanwhile."""
    receipt = open_receipt(now)
    if not (receipt.lines or receipt.buyer or receipt.coupons):
        raise BadInput(_("There is nothing to put aside."))
    if desk.can(Can.HOLD):
        kept = await _kept(receipt, desk)
    else:
        kept = await released(receipt, desk)
    try:
        desk.journal.hold(kept.uncalculated(), State.SELLING)
    except StorageError:
        if kept.hold != receipt.hold:
            await released(kept, desk)
        raise
    if kept.hold:
        text = _("The receipt is put aside; its coupons and points are kept for it.")
    else:
        text = _("The receipt is put aside.")
    desk.say(text, Tone.GOOD)
    return at_rest(desk)


async def _kept(receipt: Receipt, desk: Workplace) -> Receipt:
    """With the operation that keeps its coupons and points. It runs out by itself: whatever the
    system says, and however long it is silent afterwards, the receipt is put aside."""
    if receipt.hold and not _reserved(receipt):  # only its prices are, and they are forgotten now
        bare = await released(replace(receipt, spend=0), desk)
        receipt = replace(receipt, hold=bare.hold)
    if receipt.hold or not (receipt.spend or any(one.verified for one in receipt.coupons)):
        return receipt
    request = ReserveRequest(
        operation_id=f"{receipt.receipt_id}:aside:{desk.ids()}",
        receipt=receipt,
        spend=receipt.spend,
        at=desk.clock.now(),
    )
    try:
        loyalty = await desk.loyalty()
        answer = await desk.ask("reserve", loyalty.reserve(request), cancellable=False)
    except OutcomeUnknown:
        return replace(receipt, hold=request.operation_id)
    except CashierError as error:
        text = _("Its coupons and points are not kept for it meanwhile. {why}")
        desk.say(text.format(why=explain(error)), Tone.WARNING)
        return receipt
    if not isinstance(answer, Reserved):  # nobody is asked for a code to put a receipt aside
        return receipt
    context = answer.context or receipt.context
    return replace(receipt, hold=request.operation_id, context=context)


def _reserved(receipt: Receipt) -> bool:
    """Whether the till itself had points or coupons held, not the system its prices."""
    return receipt.hold.startswith((f"{receipt.receipt_id}:hold:", f"{receipt.receipt_id}:aside:"))


async def recall_receipt(now: Snapshot, command: RecallReceipt, desk: Workplace) -> Snapshot:
    held = desk.journal.held()
    if not held:
        raise NotNow(_("No receipt is put aside."))
    if not command.receipt_id and len(held) > 1:
        return replace(at_rest(desk), question=AskHeld(tuple(held)))
    wanted = command.receipt_id or held[0].receipt_id
    receipt = next((one for one in held if one.receipt_id == wanted), None)
    if receipt is None:
        raise BadInput(_("This receipt is not put aside."))
    receipt = await released(receipt, desk)
    return Snapshot(State.SELLING, replace(receipt, coupons=await _still_good(receipt, desk)))


async def _still_good(receipt: Receipt, desk: Workplace) -> tuple[Coupon, ...]:
    """Coupons may have been used on another receipt meanwhile: the system is asked again."""
    if not receipt.coupons or desk.backend is None:
        return receipt.coupons
    kept: list[Coupon] = []
    for coupon in receipt.coupons:
        bare = replace(receipt, coupons=tuple(kept))
        try:
            loyalty = await desk.loyalty()
            if not desk.can(Can.COUPONS):
                break
            request = CheckCouponRequest(receipt=bare, code=coupon.code, at=desk.clock.now())
            kept.append(await desk.ask("check_coupon", loyalty.check_coupon(request)))
        except Unavailable:
            kept.append(replace(coupon, verified=False))
        except Refused as error:
            text = _("Coupon {name} is off the receipt. {why}")
            name = coupon.name or coupon.code
            desk.say(text.format(name=name, why=explain(error)), Tone.WARNING)
    return tuple(kept)
