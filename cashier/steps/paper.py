"""The printer: what waits for it, and the trouble that a trainer gives it."""

from cashier.commands import PrintWaiting, SetPrinter
from cashier.errors import NotNow
from cashier.i18n import _
from cashier.snapshot import Snapshot
from cashier.workplace import Workplace


async def set_printer(now: Snapshot, command: SetPrinter, desk: Workplace) -> Snapshot:
    raise NotNow(_("This printer is a real one."))


async def print_waiting(now: Snapshot, command: PrintWaiting, desk: Workplace) -> Snapshot:
    return now
