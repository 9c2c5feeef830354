"""Points written off at once, and rolled back when they are not wanted any more."""

from dataclasses import replace

from backends.set10.setapi import contract as api
from backends.set10.setapi.book import State, WriteOff
from backends.set10.setapi.feedback import of_plugin
from backends.set10.setapi.host import Host, card_of, prices_hold
from backends.set10.setapi.saying import said, sense
from cashier import exchange as ex
from cashier.i18n import _
from cashier.outcomes import after_a_change
from cashier.receipt import Feedback


async def reserve(host: Host, request: ex.ReserveRequest) -> ex.Reserved:
    receipt = request.receipt
    if not request.spend:
        return ex.Reserved(context=receipt.context)
    card = card_of(receipt)
    if not card:
        raise ex.Refused(ex.Reason.OTHER, _("points are spent only with a card that was verified"))
    left: list[Feedback] = []
    for one in host.book.of_receipt(receipt.receipt_id):
        if one.is_open and one.operation != request.operation_id:
            left.extend(await host.undo(one))  # one write-off a receipt
    one = host.book.promise(request.operation_id, receipt.receipt_id, card, request.spend)
    try:
        if one.state is not State.WRITTEN:
            await write_off(host, one, host.seen(receipt, request.at))
    except ex.OutcomeUnknown as error:
        left.extend(await host.undo(one))
        raise _taken_back(error, tuple(left)) from error
    except (ex.Refused, ex.Unavailable) as error:
        error.feedback = (*error.feedback, *left)
        raise
    return ex.Reserved(context=receipt.context)


def _taken_back(
    error: ex.OutcomeUnknown, left: tuple[Feedback, ...]
) -> ex.Unavailable | ex.OutcomeUnknown:
    """After silence a write-off is taken back: the cashier begins anew."""
    if left:
        text = _(
            "No answer to the points written off; they will be given back as soon as it comes."
        )
        return ex.OutcomeUnknown(text, cause=error.cause, raw=error.raw, ours=True, feedback=left)
    text = _("No answer to the points written off; they are given back. Try again.")
    return ex.Unavailable(text, cause=error.cause, raw=error.raw, ours=True)


async def write_off(host: Host, one: WriteOff, seen: api.PluginReceipt) -> WriteOff:
    """Raises Refused and Unavailable when nothing was written off, else OutcomeUnknown."""
    request = api.WriteOffRequest(one.id, one.card, one.points, seen)
    try:
        answer = await said(host.plugins.cards.write_off(request), changes=True)
        with sense(changes=True):
            if answer.status is api.WriteOffStatus.ERROR:
                raise ex.Refused(ex.Reason.OTHER, answer.message)
            if answer.status is api.WriteOffStatus.TRY_AGAIN:
                text = answer.message or _("the plugin asks to try again")
                raise ex.Unavailable(text, ours=True)
    except (ex.Refused, ex.Unavailable):
        host.book.keep(replace(one, state=State.OVER))
        raise
    done = replace(one, state=State.WRITTEN, answered=answer.transaction_id)
    with after_a_change():
        host.book.keep(done)
    return done


async def release(host: Host, request: ex.ReleaseRequest) -> None:
    """Rollback, then ``cancel_discount``. What could not be said is on what is raised."""
    receipt = request.receipt
    all_of_it = request.operation_id == prices_hold(receipt)
    left: list[Feedback] = []
    for one in host.book.of_receipt(receipt.receipt_id):
        wanted = one.is_open and (all_of_it or one.operation == request.operation_id)
        if wanted or one.state is State.UNDO:
            left.extend(await host.undo(one))
    host.lives.drop(receipt.receipt_id)
    seen = host.seen(receipt, request.at)
    try:
        told = await said(host.plugins.loyalty.cancel_discount(seen), changes=True)
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
        error.feedback = (*error.feedback, *left)
        raise
    left.extend(of_plugin(told.feedbacks, receipt.receipt_id, host.name))
    if left:
        text = _("What the plugin has not heard yet is kept for it.")
        raise ex.OutcomeUnknown(text, ours=True, feedback=tuple(left))
