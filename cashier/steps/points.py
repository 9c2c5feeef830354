"""Points as payment: a discount over the lines, confirmed by the customer where the system asks."""

from dataclasses import replace

from cashier.commands import PayPoints, UndoPoints
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.exchange import PointsOffer, Reason, Refused, Reserved, ReserveRequest
from cashier.i18n import _
from cashier.money import Points
from cashier.snapshot import AskCode, Snapshot
from cashier.steps.pricing import open_receipt, payable, priced, released
from cashier.words import points_text
from cashier.workplace import Workplace


async def pay_points(now: Snapshot, command: PayPoints, desk: Workplace) -> Snapshot:
    if open_receipt(now).spend:
        now = await undo_points(now, UndoPoints(), desk)
    offer = _offer(now)
    points = offer.spendable if command.points is None else command.points
    _check(now, points, offer, desk)
    if not offer.must_confirm:
        return await _spent(now, points, desk)
    receipt, shift = open_receipt(now), desk.daybook.shift
    request = ReserveRequest(
        operation_id=f"{receipt.receipt_id}:hold:{desk.ids()}",
        receipt=replace(receipt, shift=shift.number if shift else 0),  # some wires name it there
        spend=points,
        at=desk.clock.now(),
    )
    return await reserving(now, request, desk)


async def reserving(now: Snapshot, request: ReserveRequest, desk: Workplace) -> Snapshot:
    """Have the points held; the system may want a code from the customer first."""
    loyalty = await desk.loyalty()
    answer = await desk.ask("reserve", loyalty.reserve(request), cancellable=False)
    if not isinstance(answer, Reserved):
        return replace(now, question=AskCode.after(request, answer, desk.clock.now()))
    receipt = open_receipt(now)
    held = replace(receipt, hold=request.operation_id, context=answer.context or receipt.context)
    return await _spent(replace(now, receipt=held), request.spend, desk)


async def _spent(now: Snapshot, points: Points, desk: Workplace) -> Snapshot:
    """Prices again, now with the points: what is earned may change with them."""
    now = await priced(now, desk, points)
    desk.say(_("{points} points are spent.").format(points=points_text(points)), Tone.GOOD)
    return now


async def undo_points(now: Snapshot, command: UndoPoints, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if not receipt.spend:
        raise BadInput(_("No points are spent on this receipt."))
    return await priced(replace(now, receipt=await released(receipt, desk)), desk)


def _offer(now: Snapshot) -> PointsOffer:
    receipt = open_receipt(now)
    if receipt.buyer is None:
        raise BadInput(_("No customer is on the receipt."))
    if now.offer is None:
        raise NotNow(_("Points cannot be spent: the loyalty system did not say how many."))
    return now.offer


def _check(now: Snapshot, points: Points, offer: PointsOffer, desk: Workplace) -> None:
    receipt = open_receipt(now)
    if points <= 0:
        raise BadInput(
            _("There are no points to spend on this receipt.")
            if offer.spendable <= 0
            else _("How many points? A number above zero.")
        )
    value = desk.system.point_value if desk.system else 100
    bearable = sum(payable(receipt, offer)) * 100 // value
    most = min(offer.spendable, bearable)
    if points > most:
        why = offer.limits[0].text if offer.limits else ""
        text = _("no more than {most} points").format(most=points_text(most))
        raise Refused(Reason.LIMIT_EXCEEDED, f"{text}. {why}" if why else text)
    if points * value % 100:
        raise BadInput(_("So many points are not a whole number of the smallest coin."))
