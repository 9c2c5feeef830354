"""What leaves the till on paper, and the drawer. A printer in trouble does not touch the sale."""

from cashier.events import HandedOut
from cashier.receipt import Receipt, TenderKind
from cashier.workplace import Workplace


async def hand_out(receipt: Receipt, desk: Workplace, *, copy: bool = False) -> None:
    """Print the slip of a receipt; cash opens the drawer."""
    from cashier.slip import slip_of  # not needed before the first scan

    if desk.slips is not None:
        if not copy and any(tender.kind is TenderKind.CASH for tender in receipt.tenders):
            await desk.slips.open_drawer()
        await desk.slips.out(slip_of(receipt, desk.shop, copy=copy))
    desk.events.tell(HandedOut(receipt, copy))


async def open_the_drawer(desk: Workplace) -> None:
    if desk.slips is not None:
        await desk.slips.open_drawer()
