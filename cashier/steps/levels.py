"""The next level of a card: offered or taken at the total, where the shop card asks for it."""

from dataclasses import replace

from cashier.commands import UpgradeLevel
from cashier.errors import BadInput, CashierError, NotNow
from cashier.events import Tone
from cashier.exchange import Can, Upgrade, UpgradeRequest
from cashier.i18n import _
from cashier.receipt import Card, Receipt
from cashier.shop import Upgrade as How
from cashier.snapshot import AskLevel, Snapshot
from cashier.steps.buyer import with_buyer
from cashier.steps.pricing import open_receipt
from cashier.workplace import Workplace


async def offered_level(now: Snapshot, desk: Workplace) -> Snapshot:
    """At the total: take the next level, or ask the cashier; once for every receipt and card."""
    receipt, how = open_receipt(now), desk.shop.loyalty.upgrade
    card = receipt.buyer.card if receipt.buyer else None
    if how is How.AUTOMATIC or card is None or receipt.level_asked == card.number:
        return now
    if now.question is not None or not desk.can(Can.UPGRADE_LEVEL):
        return now
    asked = replace(now, receipt=replace(receipt, level_asked=card.number))
    try:
        answer = await _asked(receipt, card, desk, confirm=how is How.AT_ONCE)
    except CashierError:
        return now  # a level is no reason to hold up the sale
    if not answer.possible:
        return asked
    if answer.done:
        return await _risen(asked, answer, desk)
    return replace(asked, question=AskLevel(answer.level, answer.text))


async def upgrade_level(now: Snapshot, command: UpgradeLevel, desk: Workplace) -> Snapshot:
    """Asked for by the cashier, or confirmed after the till asked."""
    receipt = open_receipt(now)
    card = receipt.buyer.card if receipt.buyer else None
    if card is None:
        raise BadInput(_("No customer is on the receipt."))
    await desk.loyalty()
    if not desk.can(Can.UPGRADE_LEVEL):
        raise NotNow(_("This loyalty system has no level upgrade."))
    confirm = command.confirm or isinstance(now.question, AskLevel)
    answer = await _asked(receipt, card, desk, confirm=confirm)
    now = replace(now, question=None)
    if not answer.possible:
        desk.say(answer.text or _("The next level is not reached yet."))
        return now
    if not answer.done:
        return replace(now, question=AskLevel(answer.level, answer.text))
    return await _risen(now, answer, desk)


async def _asked(receipt: Receipt, card: Card, desk: Workplace, *, confirm: bool) -> Upgrade:
    request = UpgradeRequest(
        operation_id=f"{receipt.receipt_id}:level:{card.number}",
        card=card.number,
        confirm=confirm,
        at=desk.clock.now(),
    )
    loyalty = await desk.loyalty()
    return await desk.ask("upgrade_level", loyalty.upgrade_level(request), cancellable=False)


async def _risen(now: Snapshot, answer: Upgrade, desk: Workplace) -> Snapshot:
    """The new level brings new prices."""
    receipt = open_receipt(now)
    assert receipt.buyer is not None  # asked for by their card
    assert receipt.buyer.card is not None
    desk.say(_("New level: {level}").format(level=answer.level), Tone.GOOD)
    buyer = replace(receipt.buyer, card=replace(receipt.buyer.card, level=answer.level))
    now = replace(now, receipt=replace(receipt, new_level=answer.level))
    return await with_buyer(now, buyer, desk)
