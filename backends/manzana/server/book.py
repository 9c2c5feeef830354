"""Which cheques were posted: a number counts once a day at a till."""

from dataclasses import dataclass

from backends.keeping import CardInfo, Keeper, SaleInfo, SaleQuery
from backends.manzana.server.cheque import Cheque, No
from backends.manzana.server.store import Posted, Store, Transaction, name_of, transaction_of
from cashier.money import Points
from cashier.receipt import Receipt, Settled


@dataclass(frozen=True)
class Book:
    keeper: Keeper
    store: Store

    def new(self, cheque: Cheque) -> str:
        """Raises No: it is known of this till today."""
        name = name_of(cheque.asked.pos, cheque.day, cheque.number)
        known = self.known(cheque.asked.pos, cheque.day, cheque.number)
        if known is not None and known.undone:
            raise No(80420, "this cheque was rolled back")
        if known is not None:
            told = (known.transaction, known.charged, known.written_off)
            raise No(81301, "this cheque number was posted today at this till already", told)
        return name

    def known(self, pos: str, day: str, number: str) -> Posted | None:
        """Also a sale that was saved by a service that died before it noted the cheque."""
        noted = self.store.posted.get(name_of(pos, day, number))
        if noted is not None:
            return noted
        for receipt_id in (number, longer_id(pos, day, number)):
            for sale in self.keeper.sales.sales(SaleQuery(receipt_id=receipt_id)):
                receipt = sale.receipt
                at = receipt.closed_at or receipt.opened_at
                same = (receipt.receipt_id, receipt.till) == (receipt_id, pos)
                if same and at.date().isoformat() == day:
                    return self._note(sale, pos, day, number)
        return None

    def _note(self, sale: SaleInfo, pos: str, day: str, number: str) -> Posted:
        receipt, settled = sale.receipt, sale.receipt.settled or Settled()
        name = name_of(pos, day, number)
        posted = Posted(
            id=name,
            transaction=transaction_of(name),
            receipt=receipt.receipt_id,
            card=sale.card or "",
            pos=pos,
            charged=settled.earned,
            written_off=settled.spent,
            undone=sale.cancelled,
        )
        self._put(posted)
        return posted

    def free_id(self, cheque: Cheque) -> str:
        """The number itself; the same number on another day is another cheque."""
        taken = self.keeper.sales.sales(SaleQuery(receipt_id=cheque.number))
        return longer_id(cheque.asked.pos, cheque.day, cheque.number) if taken else cheque.number

    def post(
        self,
        cheque: Cheque,
        name: str,
        receipt: str,
        info: CardInfo | None,
        moved: tuple[Points, Points],
    ) -> int:
        """``moved``: points that came, and that went."""
        number = transaction_of(name)
        self._put(
            Posted(
                id=name,
                transaction=number,
                receipt=receipt,
                card=info.number if info else "",
                pos=cheque.asked.pos,
                charged=moved[0],
                written_off=moved[1],
            )
        )
        return number

    def _put(self, posted: Posted) -> None:
        self.store.transactions.put(Transaction(id=str(posted.transaction), posted=posted.id))
        self.store.posted.put(posted)

    def posted_on(self, cheque: Cheque) -> Posted | None:
        """By till, number and day; where no till is told, one's own first, then whichever."""
        of = cheque.of
        assert of is not None
        day = of.at.date().isoformat()
        found = self.known(of.pos or cheque.asked.pos, day, of.number)
        if found is not None or of.pos:
            return found
        wanted = f"|{day}|{of.number}"
        return next((one for one in self.store.posted.all() if one.id.endswith(wanted)), None)

    def receipt_of(self, posted: Posted) -> Receipt:
        """Of the sale, or of the return that was posted. Raises No; a return that is undone is
        nowhere, as if it had never been."""
        for sale in self.keeper.sales.sales(SaleQuery(receipt_id=posted.receipt)):
            for receipt in (sale.receipt, *(one.receipt for one in sale.returns)):
                if receipt.receipt_id == posted.receipt:
                    return receipt
        raise No(81380, "there is no such cheque to roll back")

    def meant(self, cheque: Cheque) -> Posted:
        """Which one is to be rolled back. Raises No."""
        found = None
        if cheque.transaction is not None:
            known = self.store.transactions.get(str(cheque.transaction))
            found = self.store.posted.get(known.posted) if known else None
        elif cheque.of is not None:
            found = self.posted_on(cheque)
        if found is None:
            raise No(81380, "there is no such cheque")
        return found


def longer_id(pos: str, day: str, number: str) -> str:
    return f"{number}:{pos}:{day}"
