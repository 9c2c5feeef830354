"""Calculate the receipt, and go back from there to the goods."""

from dataclasses import replace

from cashier.commands import BackToGoods, Calculate
from cashier.errors import BadInput
from cashier.i18n import _
from cashier.snapshot import Snapshot
from cashier.steps.buyer import verified
from cashier.steps.levels import offered_level
from cashier.steps.money_back import give_back
from cashier.steps.pricing import open_receipt, priced, released, selling
from cashier.workplace import Workplace


async def calculate(now: Snapshot, command: Calculate, desk: Workplace) -> Snapshot:
    if not open_receipt(now).lines:
        raise BadInput(_("There are no goods on the receipt."))
    now = await verified(now, desk)
    if now.question is not None:
        return now
    now = await priced(replace(now, receipt=await released(open_receipt(now), desk)), desk)
    return await offered_level(now, desk)


async def back_to_goods(now: Snapshot, command: BackToGoods, desk: Workplace) -> Snapshot:
    now = await selling(now, desk)
    return replace(now, receipt=await give_back(open_receipt(now), desk))
