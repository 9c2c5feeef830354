"""What the loyalty system has not got yet: sent, sent again, or given up with a reason."""

from cashier.commands import CloseEntry, Deliver, SendAgain
from cashier.errors import BadInput, CashierError, StorageError
from cashier.events import Tone
from cashier.exchange import Backend, Can, OutcomeUnknown, Refused, Unavailable
from cashier.feedback import Sent
from cashier.i18n import _, ngettext
from cashier.outbox import Entry
from cashier.receipt import Feedback, MessageTo
from cashier.snapshot import Snapshot
from cashier.words import explain
from cashier.workplace import Workplace


async def deliver(now: Snapshot, command: Deliver, desk: Workplace) -> Snapshot:
    await send_receipts(desk)
    await send_feedback(desk)
    return now


async def send_receipts(desk: Workplace, *, aside: bool = False) -> None:
    """One batch from the outbox, and what came of it; ``aside``: nobody waits for it."""
    backend = await _reached(desk, aside=aside) if desk.outbox.waiting else None
    if backend is None:
        return

    def trouble(entry: Entry, error: CashierError) -> None:
        if isinstance(error, Refused):
            number = entry.request.receipt.number
            text = _("Receipt {number} is refused by the loyalty system. {why}")
            desk.say(text.format(number=number, why=explain(error)), Tone.ERROR)
        elif not aside:
            _say_it_waits(error, desk)

    def left(came: tuple[Feedback, ...]) -> None:
        if not desk.keep_feedback(came):
            raise StorageError(_("The disk does not take it"))  # the receipt is sent once more

    try:
        system = desk.shop.loyalty.system
        delivered = await desk.outbox.deliver(backend, system, trouble, left)
    finally:
        desk.tell_waiting()
    if delivered:
        text = ngettext(
            "{n} receipt from the queue is delivered.",
            "{n} receipts from the queue are delivered.",
            len(delivered),
        )
        desk.say(text.format(n=len(delivered)), Tone.GOOD)


async def send_feedback(desk: Workplace, *, aside: bool = False) -> None:
    """One batch of feedback handed back, and what came of it; ``aside``: nobody waits for it."""
    backend = await _reached(desk, aside=aside) if desk.feedback.waiting else None
    if backend is None:
        return
    if not desk.can(Can.FEEDBACK):
        if not aside:
            text = _("Messages about finished receipts wait: this loyalty system takes none back.")
            desk.say(text, Tone.WARNING)
        return
    try:
        sent = await desk.feedback.send(
            backend, desk.shop.loyalty.system, desk.feedback_batch, desk.clock.now
        )
    except (Refused, Unavailable, OutcomeUnknown) as error:
        if not aside:
            _say_it_waits(error, desk)
        return
    finally:
        desk.tell_waiting()
    if sent is not None:
        _tell_sent(sent, desk)


def _tell_sent(sent: Sent, desk: Workplace) -> None:
    told = [message.text for message in sent.messages if message.to is MessageTo.CASHIER]
    for text in told:
        desk.say(text, Tone.WARNING)
    delivered = sent.done - len(told)  # what is given up is told, and is not delivered
    if delivered > 0:
        text = ngettext(
            "{n} message about finished receipts is delivered.",
            "{n} messages about finished receipts are delivered.",
            delivered,
        )
        desk.say(text.format(n=delivered), Tone.GOOD)


async def _reached(desk: Workplace, *, aside: bool) -> Backend | None:
    """The system, where something may be sent to it now."""
    if desk.backend is None or (desk.shop.live and not desk.agreed):
        return None
    try:
        return await desk.loyalty(aside=aside)
    except Unavailable as error:
        if not aside:
            _say_it_waits(error, desk)
        return None


def _say_it_waits(error: CashierError, desk: Workplace) -> None:
    desk.say(_("The queue waits. {why}").format(why=explain(error)), Tone.WARNING)


async def send_again(now: Snapshot, command: SendAgain, desk: Workplace) -> Snapshot:
    """A refused entry waits again, in its old place; what waits is sent. Feedback goes first."""
    if desk.outbox.knows(command.operation_id):
        desk.outbox.release(command.operation_id)
        await send_receipts(desk)
    elif desk.feedback.first(command.operation_id):
        await send_feedback(desk)
    else:
        raise BadInput(_("There is no such entry in the queue."))
    return now


async def close_entry(now: Snapshot, command: CloseEntry, desk: Workplace) -> Snapshot:
    name, why = command.operation_id, command.why.strip()[:MOST]
    if not why:
        raise BadInput(_("Say why: the reason is kept with the receipt."))
    if not (desk.outbox.drop(name, why) or desk.feedback.drop(name, why)):
        raise BadInput(_("There is no such entry in the queue."))
    desk.tell_waiting()
    desk.say(_("The entry is closed; it and the reason are kept."), Tone.GOOD)
    return now


MOST = 300
"""Letters of a reason."""
