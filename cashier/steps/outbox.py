"""What the loyalty system has not got yet: sent, sent again, or given up with a reason."""

from collections.abc import Sequence

from cashier.commands import CloseEntry, Deliver, SendAgain
from cashier.errors import BadInput, CashierError
from cashier.events import Tone
from cashier.exchange import (
    Backend,
    Can,
    FeedbackRequest,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from cashier.feedback import Kept
from cashier.i18n import _, ngettext
from cashier.outbox import Entry
from cashier.receipt import Feedback
from cashier.saving import tell_waiting
from cashier.snapshot import Snapshot
from cashier.words import explain
from cashier.workplace import Workplace


async def deliver(now: Snapshot, command: Deliver, desk: Workplace) -> Snapshot:
    await send_waiting(desk)
    await send_feedback(desk)
    return now


async def send_waiting(desk: Workplace, *, aside: bool = False) -> None:
    """One batch from the outbox, and what came of it; ``aside``: nobody waits for it."""
    if desk.backend is None or not desk.outbox.waiting:
        return
    if desk.shop.live and not desk.agreed:
        return

    def trouble(entry: Entry, error: CashierError) -> None:
        if isinstance(error, Refused):
            number = entry.request.receipt.number
            text = _("Receipt {number} is refused by the loyalty system. {why}")
            desk.say(text.format(number=number, why=explain(error)), Tone.ERROR)
        elif not aside:
            desk.say(_("The queue waits. {why}").format(why=explain(error)), Tone.WARNING)

    try:
        backend = await desk.loyalty(aside=aside)
    except Unavailable as error:
        if not aside:
            desk.say(_("The queue waits. {why}").format(why=explain(error)), Tone.WARNING)
        return
    try:
        system = desk.shop.loyalty.system
        delivered = await desk.outbox.deliver(backend, system, trouble, desk.keep_feedback)
    finally:
        tell_waiting(desk)
    if delivered:
        text = ngettext(
            "{n} receipt from the queue is delivered.",
            "{n} receipts from the queue are delivered.",
            len(delivered),
        )
        desk.say(text.format(n=len(delivered)), Tone.GOOD)


async def send_feedback(desk: Workplace, *, aside: bool = False) -> None:
    """One batch of feedback handed back, and what came of it; ``aside``: nobody waits for it."""
    if desk.backend is None or not desk.feedback.waiting or (desk.shop.live and not desk.agreed):
        return
    try:
        backend = await desk.loyalty(aside=aside)
    except Unavailable as error:
        if not aside:
            desk.say(_("The queue waits. {why}").format(why=explain(error)), Tone.WARNING)
        return
    if not desk.can(Can.FEEDBACK):
        return
    own = desk.system.feedback_batch if desk.system else 0
    handed = desk.feedback.batch(desk.shop.loyalty.system, own or desk.shop.sending.batch)
    whole = tuple(one.feedback for one in handed if one.feedback is not None)
    if whole:
        try:
            await _hand_back(backend, handed, whole, desk, aside=aside)
        finally:
            tell_waiting(desk)


async def _hand_back(
    backend: Backend,
    handed: Sequence[Kept],
    whole: tuple[Feedback, ...],
    desk: Workplace,
    *,
    aside: bool,
) -> None:
    """What is damaged stays for a person to look at."""
    readable = [one for one in handed if one.feedback is not None]
    request = FeedbackRequest(
        operation_id=f"feedback:{desk.ids()}", feedback=whole, at=desk.clock.now()
    )
    try:
        answer = await backend.send_feedback(request)
    except (Refused, Unavailable, OutcomeUnknown) as error:
        desk.feedback.unanswered(readable, explain(error))
        if not aside:
            desk.say(_("The queue waits. {why}").format(why=explain(error)), Tone.WARNING)
        return
    done = desk.feedback.answered(readable, answer.feedback)
    for message in answer.messages:
        desk.say(message.text, Tone.WARNING)
    if done:
        text = ngettext(
            "{n} message about finished receipts is delivered.",
            "{n} messages about finished receipts are delivered.",
            done,
        )
        desk.say(text.format(n=done), Tone.GOOD)


async def send_again(now: Snapshot, command: SendAgain, desk: Workplace) -> Snapshot:
    """A refused entry waits again, in its old place; what waits is sent."""
    if desk.feedback.knows(command.operation_id):
        await send_feedback(desk)
        return now
    if not desk.outbox.knows(command.operation_id):
        raise BadInput(_("There is no such entry in the queue."))
    desk.outbox.release(command.operation_id)
    await send_waiting(desk)
    return now


async def close_entry(now: Snapshot, command: CloseEntry, desk: Workplace) -> Snapshot:
    why = command.why.strip()
    if not why:
        raise BadInput(_("Say why: the reason is kept with the receipt."))
    box, name = desk.feedback, command.operation_id
    dropped = box.drop(name, why[:MOST]) if box.knows(name) else desk.outbox.drop(name, why[:MOST])
    if not dropped:
        raise BadInput(_("There is no such entry in the queue."))
    tell_waiting(desk)
    desk.say(_("The entry is closed; it and the reason are kept."), Tone.GOOD)
    return now


MOST = 300
"""Letters of a reason."""
