"""What the loyalty system has not got yet: sent, sent again, or given up with a reason."""

from cashier.commands import CloseEntry, Deliver, SendAgain
from cashier.errors import BadInput, CashierError
from cashier.events import Tone
from cashier.exchange import Refused, Unavailable
from cashier.i18n import _, ngettext
from cashier.outbox import Entry
from cashier.saving import tell_waiting
from cashier.snapshot import Snapshot
from cashier.words import explain
from cashier.workplace import Workplace


async def deliver(now: Snapshot, command: Deliver, desk: Workplace) -> Snapshot:
    await send_waiting(desk)
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
        delivered = await desk.outbox.deliver(backend, desk.shop.loyalty.system, trouble)
    finally:
        tell_waiting(desk)
    if delivered:
        text = ngettext(
            "{n} receipt from the queue is delivered.",
            "{n} receipts from the queue are delivered.",
            len(delivered),
        )
        desk.say(text.format(n=len(delivered)), Tone.GOOD)


async def send_again(now: Snapshot, command: SendAgain, desk: Workplace) -> Snapshot:
    """A refused entry waits again, in its old place; what waits is sent."""
    if not desk.outbox.knows(command.operation_id):
        raise BadInput(_("There is no such entry in the queue."))
    desk.outbox.release(command.operation_id)
    await send_waiting(desk)
    return now


async def close_entry(now: Snapshot, command: CloseEntry, desk: Workplace) -> Snapshot:
    why = command.why.strip()
    if not why:
        raise BadInput(_("Say why: the reason is kept with the receipt."))
    if not desk.outbox.drop(command.operation_id, why[:MOST]):
        raise BadInput(_("There is no such entry in the queue."))
    tell_waiting(desk)
    desk.say(_("The entry is closed; it and the reason are kept."), Tone.GOOD)
    return now


MOST = 300
"""Letters of a reason."""
