"""The two phases of a sale and of a return: worked out and held, then confirmed or cancelled."""

from dataclasses import dataclass
from datetime import datetime

from backends.fronting import looking
from backends.house import HouseBackend
from backends.keeping import Keeper, SaleQuery
from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.desk import telling
from backends.loymax.desk.certificates import Certificates
from backends.loymax.desk.receipts import Reader, cheque_of, offers_of
from backends.loymax.desk.refunds import Refunds
from backends.loymax.desk.rounding import divisible
from backends.loymax.desk.store import Certificate, No, Purchase, Purchases, State, words
from cashier.exchange import CancelSaleRequest, SaveSaleRequest
from cashier.money import Amount
from cashier.receipt import Receipt, Settled


@dataclass(frozen=True)
class Completing:
    house: HouseBackend
    keeper: Keeper
    reader: Reader
    purchases: Purchases
    certificates: Certificates
    refunds: Refunds
    step: Amount
    """The smallest one of the currency."""

    # --- the first phase

    async def accrual(self, asked: Asked, till: str) -> Told:
        """Nothing is earned yet; what would be is told."""
        purchase = self.purchases.get(asked.purchase) or Purchase(id=asked.purchase)
        before = purchase.again(asked)
        if before is not None:
            return before
        check_open(purchase)
        lines = cheque_of(asked).lines
        if not all(divisible(one.discount, self.step) for one in lines):
            raise No(Code.DIVISIBILITY_ERROR)
        if sum(one.pay for one in lines) != purchase.held:
            raise No(Code.PURCHASE_OPERATION_CONFLICT)
        promised = self.certificates.to_be_sold(purchase, asked)
        with looking(self.keeper):
            settled = await self._sell(asked, purchase, till)
        return self._held(purchase, asked, telling.earned(asked, settled, promised), *promised)

    async def refund(self, asked: Asked, till: str) -> Told:
        """A purchase of its own. Nothing comes back yet; what would is told."""
        purchase = self.purchases.get(asked.purchase) or Purchase(id=asked.purchase)
        before = purchase.again(asked)
        if before is not None:
            return before
        check_open(purchase)
        with looking(self.keeper):
            back = await self.refunds.taken_back(asked, till)
        return self._held(purchase, asked, self.refunds.told(asked, back))

    def _held(self, purchase: Purchase, asked: Asked, told: Told, *changed: Certificate) -> Told:
        purchase.document = words(asked)
        return self.purchases.carried_out(purchase, asked, told, *changed)

    # --- the second phase

    async def confirm(self, asked: Asked, till: str) -> Told:
        purchase = self._known(asked)
        before = purchase.again(asked)
        if before is not None:
            return before
        if purchase.state is State.CONFIRMED:
            raise No(Code.OPERATION_IS_CONFIRMED)
        check_open(purchase)
        waiting = purchase.waiting
        if waiting is None:
            raise No(Code.INCORRECT_OPERATION_ORDER)
        if waiting.kind is Kind.REFUND:
            return await self._refunded(purchase, waiting, asked, till)
        changed = self.certificates.confirmed(purchase, waiting)
        settled = await self._sell(waiting, purchase, till)
        told = telling.confirmed(asked, settled, self._level(waiting))
        purchase.state = State.CONFIRMED
        return self.purchases.carried_out(purchase, asked, told, *changed)

    async def _refunded(self, purchase: Purchase, waiting: Asked, asked: Asked, till: str) -> Told:
        with self.keeper.together():
            back = await self.refunds.taken_back(waiting, till)
        told = telling.confirmed(asked, back.settled, "")
        purchase.state = State.CONFIRMED
        return self.purchases.carried_out(purchase, asked, told, *back.certificates, of=back.sale)

    async def cancel(self, asked: Asked, till: str) -> Told:
        """Of one operation that is held, or of a whole purchase; a confirmed sale is undone
        (*emulated*)."""
        purchase = self._known(asked)
        before = purchase.again(asked)
        if before is not None:
            return before
        told = Told(asked.kind, asked.id, purchase=asked.purchase)
        if asked.cancels:
            check_open(purchase)
            self._cancel_one(purchase, asked.cancels)
        elif purchase.state is State.CREATED:
            await self._cut_off(purchase, asked, till)
            self.keeper.holds.drop(purchase.id)
            self.purchases.let_go(purchase, *self.certificates.let_go(purchase))
        else:
            changed = await self._undo(purchase, asked, till)
            told = self.purchases.carried_out(purchase, asked, told, *changed)
        return told

    def _cancel_one(self, purchase: Purchase, ident: str) -> None:
        """It may be said anew afterwards. Raises No."""
        waiting, changed = purchase.waiting, []
        if ident in purchase.vouchers:
            changed = self.certificates.no_more(purchase, ident)
        elif ident in purchase.payments:
            del purchase.payments[ident]
            if purchase.payments:
                self.keeper.holds.shrink(purchase.id, purchase.held)
            else:
                self.keeper.holds.drop(purchase.id)
        elif waiting is not None and waiting.id == ident:
            changed = self.certificates.promised_no_more(purchase)
            purchase.document = ""
        else:
            raise No(Code.OPERATION_NOT_FOUND)
        purchase.said.pop(ident, None)
        self.purchases.put(purchase, *changed)

    async def _cut_off(self, purchase: Purchase, asked: Asked, till: str) -> None:
        """A confirmation that a crash cut off may have come to the embedded system already. Raises
        No, Refused."""
        waiting = purchase.waiting
        if waiting is None or not self.keeper.sales.sales(SaleQuery(purchase.id)):
            return
        if waiting.kind is Kind.REFUND:
            raise No(Code.OPERATION_IS_CONFIRMED)
        await self._unsell(purchase, waiting, asked, till)

    async def _undo(self, purchase: Purchase, asked: Asked, till: str) -> list[Certificate]:
        """Raises No, Refused."""
        waiting = purchase.waiting
        if purchase.state is State.CANCELED or waiting is None:
            raise No(Code.OPERATION_IS_CANCELED)
        if waiting.kind is Kind.REFUND:
            raise No(Code.OPERATION_IS_CONFIRMED)
        changed = self.certificates.undone(purchase, waiting)
        await self._unsell(purchase, waiting, asked, till)
        purchase.state = State.CANCELED
        return changed

    async def _unsell(self, purchase: Purchase, waiting: Asked, asked: Asked, till: str) -> None:
        receipt = self._receipt(waiting, purchase, till)
        await self.house.cancel_sale(
            CancelSaleRequest(operation_id=asked.id, receipt=receipt, at=asked.at)
        )

    # --- what they share

    def _known(self, asked: Asked) -> Purchase:
        purchase = self.purchases.get(asked.purchase)
        if purchase is None:
            raise No(Code.PURCHASE_NOT_FOUND)
        return purchase

    async def _sell(self, asked: Asked, purchase: Purchase, till: str) -> Settled:
        receipt = self._receipt(asked, purchase, till)
        operation = f"{asked.purchase}:sale"
        return await self.house.save_sale(
            SaveSaleRequest(operation_id=operation, receipt=receipt, at=asked.at)
        )

    def _receipt(self, asked: Asked, purchase: Purchase, till: str) -> Receipt:
        """A till that was told other prices, or none, sold without ours."""
        priced = purchase.priced.get(offers_of(cheque_of(asked)))
        at = datetime.fromisoformat(priced) if priced else None
        return self.reader.receipt(asked, till, at)

    def _level(self, asked: Asked) -> str:
        """Name of the level that the card has now."""
        info = self.keeper.cards.card(asked.identifier) if asked.identifier else None
        names = {one.id: one.name for one in self.keeper.cards.levels()}
        return names.get(info.level, "") if info else ""


def check_open(purchase: Purchase) -> None:
    """Raises No."""
    if purchase.state is State.CONFIRMED:
        raise No(Code.CONFIRMED_PURCHASE_OPERATION)
    if purchase.state is State.CANCELED:
        raise No(Code.OPERATION_IS_CANCELED)
