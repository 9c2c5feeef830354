"""What a return brings back: goods, points, and what gift certificates paid."""

from dataclasses import dataclass, replace

from backends.fronting import Back, left_of, return_of, returned
from backends.house import HouseBackend
from backends.keeping import Keeper, SaleInfo, SaleQuery
from backends.loymax.common.codes import Code
from backends.loymax.common.parts import Asked, Told, Voucher
from backends.loymax.desk.certificates import Certificates
from backends.loymax.desk.receipts import Reader, cheque_of
from backends.loymax.desk.settings import RefundType
from backends.loymax.desk.store import Certificate, No, Purchase, Purchases
from cashier.exchange import LineReturned, SaveReturnRequest
from cashier.i18n import _
from cashier.money import Points, share
from cashier.receipt import Settled


@dataclass(frozen=True)
class CameBack:
    settled: Settled
    certificates: tuple[Certificate, ...]
    sale: Purchase | None
    """As it is then; None: it was sold elsewhere."""


@dataclass(frozen=True)
class Refunds:
    house: HouseBackend
    keeper: Keeper
    reader: Reader
    purchases: Purchases
    certificates: Certificates
    type: RefundType
    deep: bool
    """The balance may go below zero."""

    async def taken_back(self, asked: Asked, till: str) -> CameBack:
        """In the embedded system, where the caller holds its transaction. Raises No, Refused."""
        sale = self._sale(asked)
        bought = self.purchases.get(sale.receipt.receipt_id)
        certificates = tuple(self.certificates.come_back(bought, asked))
        settled = Settled()
        if cheque_of(asked).lines or not asked.sold:
            settled = await self._goods(asked, till, sale, bought)
        if bought is not None:
            bought.points_back += settled.given_back
            for number, amount in asked.back:
                bought.given_back[number] = bought.given_back.get(number, 0) + amount
        return CameBack(settled, certificates, bought)

    def told(self, asked: Asked, back: CameBack) -> Told:
        return Told(
            asked.kind,
            asked.id,
            purchase=asked.purchase,
            bonus=back.settled.taken_back,
            amount=back.settled.given_back,
            description=str(self.type),
            certificates=tuple(Voucher(one.id, one.left) for one in back.certificates),
        )

    def _sale(self, asked: Asked) -> SaleInfo:
        ident = asked.of
        if asked.of_transaction:
            found = self.purchases.by_transaction(asked.of_transaction)
            if found is None or ident not in ("", found.id):
                raise No(Code.PURCHASE_NOT_FOUND)
            ident = found.id
        for one in self.keeper.sales.sales(SaleQuery(ident)) if ident else ():
            if one.receipt.receipt_id == ident and not one.cancelled:
                return one
        raise No(Code.PURCHASE_NOT_FOUND)

    async def _goods(
        self, asked: Asked, till: str, sale: SaleInfo, bought: Purchase | None
    ) -> Settled:
        cheque = cheque_of(asked)
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
        settled = await self.house.save_return(
            SaveReturnRequest(operation_id=operation, receipt=receipt, lines=lines, at=asked.at)
        )
        if self.type is RefundType.BONUS_FIRST and sale.card is not None and bought is not None:
            wanted = self._first(lines, sale, bought.points_back)
            settled = self._moved(asked, sale.card, settled, wanted)
        return settled

    def _first(self, back: tuple[LineReturned, ...], sale: SaleInfo, before: Points) -> Points:
        """As many points as the goods that come back cost, until all that paid are back."""
        lines = {one.number: one for one in sale.receipt.lines}
        worth = 0
        for part in back:
            line = lines[part.number]
            worth += share(line.total + line.points, part.quantity, line.quantity)
        return max(0, min(worth, sale.receipt.paid_with_points - before))

    def _moved(self, asked: Asked, card: str, settled: Settled, wanted: Points) -> Settled:
        """The embedded system gives them back by lines: the difference goes by itself."""
        more, name = wanted - settled.given_back, f"{asked.purchase}:first"
        why = _("Points come back first")
        if more > 0:
            self.keeper.points.give(name, card, more, why)
        elif more < 0:
            there = -more if self.deep else min(-more, max(0, self._available(card)))
            wanted = settled.given_back - there
            if there:
                self.keeper.points.take(name, card, there, why, deep=self.deep)
        now = self.keeper.cards.card(card)
        if now is None:
            return settled
        return replace(settled, given_back=wanted, balance=now.balance, available=now.available)

    def _available(self, card: str) -> Points:
        known = self.keeper.cards.card(card)
        return known.available if known else 0
