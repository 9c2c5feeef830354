"""Money that was taken goes back: out of the drawer, and to the bank card."""

from dataclasses import replace

from cashier.events import Tone
from cashier.i18n import _
from cashier.money import Amount
from cashier.receipt import Receipt, TenderKind
from cashier.words import money_text
from cashier.workplace import Workplace


async def give_back(receipt: Receipt, desk: Workplace) -> Receipt:
    """The receipt without tenders. Cash the cashier hands over, cards the terminal puts right;
    a certificate was not touched yet."""
    if not receipt.tenders:
        return replace(receipt, rounding=0)
    cash = 0
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CARD:
            await desk.card_terminal.cancel(tender.reference)
            _say(_("Given back to the bank card: {money}"), tender.amount, desk)
        elif tender.kind is TenderKind.CASH:
            cash += tender.amount
    if cash:
        _say(_("Give back what was taken: {money}"), cash, desk)
    return replace(receipt, tenders=(), rounding=0)


async def never_taken(before: Receipt | None, after: Receipt | None, desk: Workplace) -> None:
    """The disk did not take the payment: the bank card is not charged either."""
    known = before.tenders if before else ()
    for tender in after.tenders if after else ():
        if tender.kind is TenderKind.CARD and tender not in known:
            await desk.card_terminal.cancel(tender.reference)


def _say(text: str, amount: Amount, desk: Workplace) -> None:
    desk.say(text.format(money=money_text(amount, desk.shop.money)), Tone.WARNING)
