"""The two phases of a sale and of a return: worked out and held, then confirmed or cancelled."""

from dataclasses import dataclass
from datetime import datetime

from backends.fronting import Back, left_of, looking, return_of, returned
from backends.house import HouseBackend
from backends.keeping import Keeper, SaleInfo, SaleQuery
from backends.loymax.common.codes import Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.desk import telling
from backends.loymax.desk.receipts import Reader, cheque_of, offers_of
from backends.loymax.desk.rounding import divisible
from backends.loymax.desk.store import No, Purchase, Purchases, State, words
from cashier.exchange import CancelSaleRequest, SaveReturnRequest, SaveSaleRequest
from cashier.money import Amount
from cashier.receipt import Receipt, Settled


@dataclass(frozen=True)
class Completing:
    house: HouseBackend
    keeper: Keeper
    reader: Reader
    purchases: Purchases
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
        with looking(self.keeper):
            settled = await self._sell(asked, purchase, till)
        return self._held(purchase, asked, telling.earned(asked, settled))

    async def refund(self, asked: Asked, till: str) -> Told:
        """A purchase of its own. Nothing comes back yet; what would is told."""
        purchase = self.purchases.get(asked.purchase) or Purchase(id=asked.purchase)
        before = purchase.again(asked)
        if before is not None:
            return before
        check_open(purchase)
        with looking(self.keeper):
            settled = await self._take_back(asked, till)
        return self._held(purchase, asked, telling.refunded(asked, settled))

    def _held(self, purchase: Purchase, asked: Asked, told: Told) -> Told:
        purchase.document = words(asked)
        purchase.remember(asked, told)
        self.purchases.put(purchase)
        return told

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
            told = telling.confirmed(asked, await self._take_back(waiting, till), "")
        else:
            settled = await self._sell(waiting, purchase, till)
            told = telling.confirmed(asked, settled, self._level(waiting))
        purchase.state = State.CONFIRMED
        purchase.remember(asked, told)
        self.purchases.put(purchase)
        return told

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
            self.keeper.holds.drop(purchase.id)
            self.purchases.remove(purchase.id)
        else:
            await self._undo(purchase, asked, till)
            purchase.remember(asked, told)
            self.purchases.put(purchase)
        return told

    def _cancel_one(self, purchase: Purchase, ident: str) -> None:
        """It may be said anew afterwards. Raises No."""
        waiting = purchase.waiting
        if ident in purchase.payments:
            del purchase.payments[ident]
            if purchase.payments:
                self.keeper.holds.shrink(purchase.id, purchase.held)
            else:
                self.keeper.holds.drop(purchase.id)
        elif waiting is not None and waiting.id == ident:
            purchase.document = ""
        else:
            raise No(Code.OPERATION_NOT_FOUND)
        purchase.said.pop(ident, None)
        self.purchases.put(purchase)

    async def _undo(self, purchase: Purchase, asked: Asked, till: str) -> None:
        """Raises No, Refused."""
        waiting = purchase.waiting
        if purchase.state is State.CANCELED or waiting is None:
            raise No(Code.OPERATION_IS_CANCELED)
        if waiting.kind is Kind.REFUND:
            raise No(Code.OPERATION_IS_CONFIRMED)
        receipt = self._receipt(waiting, purchase, till)
        await self.house.cancel_sale(
            CancelSaleRequest(operation_id=asked.id, receipt=receipt, at=asked.at)
        )
        purchase.state = State.CANCELED

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

    async def _take_back(self, asked: Asked, till: str) -> Settled:
        sale, cheque = self._sale(asked.of), cheque_of(asked)
        assert cheque.at is not None
        rows = [Back(one.goods, one.quantity, one.position) for one in cheque.lines]
        receipt = return_of(
            sale.receipt,
            asked.purchase,
            cheque.at,
            number=cheque.number,
            shop=self.reader.shop,
            till=till,
        )
        lines = returned(rows, sale.receipt, left_of(sale, asked.purchase))
        operation = f"{asked.purchase}:return"
        return await self.house.save_return(
            SaveReturnRequest(operation_id=operation, receipt=receipt, lines=lines, at=asked.at)
        )

    def _sale(self, ident: str) -> SaleInfo:
        for one in self.keeper.sales.sales(SaleQuery(ident)) if ident else ():
            if one.receipt.receipt_id == ident and not one.cancelled:
                return one
        raise No(Code.PURCHASE_NOT_FOUND)

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
