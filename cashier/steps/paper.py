"""The printer: what waits for it, and the trouble that a trainer gives it."""

from cashier.commands import PrinterTrouble, PrintWaiting, SetPrinter
from cashier.errors import NotNow
from cashier.events import Tone
from cashier.i18n import _, ngettext
from cashier.printing.making import played_of
from cashier.snapshot import Snapshot
from cashier.workplace import Workplace


async def set_printer(now: Snapshot, command: SetPrinter, desk: Workplace) -> Snapshot:
    printer = played_of(desk.printer)
    if printer is None:
        raise NotNow(_("This printer is a real one."))
    printer.trouble = command.trouble
    desk.say(_("The printer {what}.").format(what=trouble_words(command.trouble)))
    if command.trouble is PrinterTrouble.NONE:
        return await print_waiting(now, PrintWaiting(), desk)
    return now


def trouble_words(trouble: PrinterTrouble) -> str:
    return {
        PrinterTrouble.NONE: _("works"),
        PrinterTrouble.PAPER_OUT: _("is out of paper"),
        PrinterTrouble.COVER_OPEN: _("stands open"),
        PrinterTrouble.SWITCHED_OFF: _("is switched off"),
    }[trouble]


async def print_waiting(now: Snapshot, command: PrintWaiting, desk: Workplace) -> Snapshot:
    if desk.slips is None or not desk.slips.waiting:
        return now
    printed = await desk.ask("printer", desk.slips.retry())
    if printed:
        text = ngettext("{n} slip is printed.", "{n} slips are printed.", printed)
        desk.say(text.format(n=printed), Tone.GOOD)
    return now
