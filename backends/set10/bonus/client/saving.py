"""Sales and returns: points move in two steps, each of which may be repeated."""

from backends.set10.bonus import translate
from backends.set10.bonus.client.accounts import Accounts
from backends.set10.bonus.client.ledger import Ledger, Undone
from backends.set10.bonus.client.link import Link
from backends.set10.bonus.client.writing_off import WritingOff
from backends.set10.bonus.options import BonusOptions
from backends.set10.bonus.translate import Row, card_of
from backends.set10.bonus.wire import ACCOUNT, CANCEL_CHARGE, CARD, CHARGE, GIVE_BACK, Method
from cashier.errors import CashierError
from cashier.exchange import Refused, SaveReturnRequest, SaveSaleRequest
from cashier.i18n import _
from cashier.money import Points
from cashier.outcomes import after_a_change
from cashier.receipt import Message, MessageTo, Settled
from cashier.words import explain, points_text


class Saving:
    def __init__(
        self, link: Link, accounts: Accounts, options: BonusOptions, ledger: Ledger
    ) -> None:
        self._link, self._accounts, self._options = link, accounts, options
        self._ledger = ledger
        self._writing_off = WritingOff(link, accounts, numbered=options.write_off_numbers)

    async def sale(self, request: SaveSaleRequest, numbers: Row) -> Settled:
        """Spent points first: where they are not there, nothing was done."""
        receipt = request.receipt
        card, spent = card_of(receipt), receipt.spend
        earned = translate.earned(receipt, self._options.earn)
        if not card or not (spent or earned):
            return Settled()
        if spent:
            await self._writing_off.done(request, card, numbers, earned)
        options = self._options
        dates = translate.life(request.at, options.active_after_days, options.live_days)
        told = {CARD.name: card, "chargeSum": earned, **numbers, **dates}
        trouble = await self._told(CHARGE, told, earned, after=spent > 0)
        brought = 0 if trouble else earned
        self._ledger.sold(receipt, translate.earning(receipt), brought)
        text = _("The points of this sale were not charged. {why}")
        balance = await self._balance(card)
        return Settled(
            earned=brought,
            spent=spent,
            balance=balance,
            available=balance,
            messages=_said(text, trouble),
        )

    async def back(self, request: SaveReturnRequest, numbers: Row) -> Settled:
        """The numbers are those of the return, so each of several has its own (*emulated*)."""
        receipt = request.receipt
        card = card_of(receipt)
        if not card:
            return Settled()
        usual = Undone(receipt.paid_with_points, translate.earned(receipt, self._options.earn))
        spent, earned = self._ledger.undone(receipt, translate.earning(receipt), usual)
        messages: tuple[Message, ...] = ()
        if spent and not self._link.has(GIVE_BACK):
            text = _("The service cannot give {points} spent points back.")
            messages = (Message(MessageTo.CASHIER, text.format(points=points_text(spent))),)
            spent = 0
        if spent:
            account = await self._accounts.known(card)
            told: Row = {ACCOUNT.name: account.kind, CARD.name: card, "cancelSum": spent, **numbers}
            await self._link.ask(GIVE_BACK, told, changes=True)
        told = {CARD.name: card, "cancelSum": earned, **numbers}
        try:
            trouble = await self._told(CANCEL_CHARGE, told, earned, after=spent > 0)
        except Refused:
            self._ledger.forget(receipt.receipt_id)
            raise
        text = _("The points of the sale were not taken back. {why}")
        balance = await self._balance(card)
        return Settled(
            given_back=spent,
            taken_back=0 if trouble else earned,
            balance=balance,
            available=balance,
            messages=(*messages, *_said(text, trouble)),
        )

    async def _told(
        self, method: Method, told: Row, points: Points, *, after: bool
    ) -> Refused | None:
        """``after``: points have moved already, so a no is only told of."""
        if not points:
            return None
        if not after:
            await self._link.ask(method, told, changes=True)
            return None
        try:
            with after_a_change():
                await self._link.ask(method, told, changes=True)
        except Refused as no:
            return no
        return None

    async def _balance(self, card: str) -> Points | None:
        """None: whoever has just moved points does not fail because of it."""
        try:
            account = await self._accounts.of(card)
        except CashierError:
            return None
        return account.balance if account else None


def _said(text: str, trouble: Refused | None) -> tuple[Message, ...]:
    if trouble is None:
        return ()
    return (Message(MessageTo.CASHIER, text.format(why=explain(trouble))),)
