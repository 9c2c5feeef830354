"""Faults set and taken away while the till works."""

from cashier.commands import ClearFaults, Deliver, SetFault
from cashier.errors import NotNow
from cashier.events import Tone
from cashier.faults import Connection, Plan, kind_words, often_words, step_words
from cashier.i18n import _
from cashier.live import check_harmless
from cashier.snapshot import Snapshot
from cashier.steps.outbox import deliver
from cashier.workplace import Workplace


async def set_fault(now: Snapshot, command: SetFault, desk: Workplace) -> Snapshot:
    check_harmless(desk)
    fault = command.fault
    plan_of(desk).add(fault)
    text = _("From now on: {what}; {step}; {often}.").format(
        what=kind_words(fault), step=step_words(fault.step), often=often_words(fault)
    )
    desk.say(text, Tone.WARNING)
    return now


async def clear_faults(now: Snapshot, command: ClearFaults, desk: Workplace) -> Snapshot:
    """What waited because of them is sent."""
    plan = plan_of(desk)
    plan.clear()
    desk.exchanges.answering = True  # what faults kept back says nothing of the system
    desk.say(_("Nothing goes wrong on purpose any more."), Tone.GOOD)
    if plan.connection is Connection.ONLINE and desk.waiting:
        return await deliver(now, Deliver(), desk)
    return now


def plan_of(desk: Workplace) -> Plan:
    """Raises NotNow in a shop without a loyalty system."""
    if desk.plug is None:
        raise NotNow(_("This shop is not connected to a loyalty system."))
    return desk.plug
