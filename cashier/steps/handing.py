"""What leaves the till on paper, and the drawer. A printer in trouble does not touch the sale."""

from typing import TYPE_CHECKING

from cashier.events import HandedOut, Tone
from cashier.i18n import _
from cashier.receipt import Receipt, TenderKind
from cashier.workplace import Workplace

if TYPE_CHECKING:  # laid out when the first receipt is finished
    from cashier.slip import Slip


def hand_out(receipt: Receipt, desk: Workplace, *, copy: bool = False) -> None:
    """Print the slip of a receipt; cash opens the drawer."""
    from cashier.slip import slip_of  # not needed before the first scan

    hand_slip(slip_of(receipt, desk.shop, copy=copy), desk)
    if not copy and any(tender.kind is TenderKind.CASH for tender in receipt.tenders):
        open_the_drawer(desk)
    desk.events.tell(HandedOut(receipt, copy))


def hand_slip(slip: "Slip", desk: Workplace) -> None:
    if desk.printer is None:
        return
    try:
        desk.printer.print(slip)
    except OSError as error:
        why = error.strerror or str(error)
        desk.say(_("The slip was not printed: {why}").format(why=why), Tone.WARNING)


def open_the_drawer(desk: Workplace) -> None:
    if desk.printer is None:
        return
    try:
        desk.printer.open_drawer()
    except OSError as error:
        why = error.strerror or str(error)
        desk.say(_("The drawer did not open: {why}").format(why=why), Tone.WARNING)
