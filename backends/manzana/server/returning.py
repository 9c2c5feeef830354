"""A sale that comes back, and whatever was posted and is to be as if it had not been (Rollback)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from backends.fronting import Back, left_of, return_of, returned
from backends.keeping import SaleInfo, SaleQuery
from backends.manzana.server import telling
from backends.manzana.server.book import Book, longer_id
from backends.manzana.server.cheque import Cheque, No
from backends.manzana.server.people import People
from backends.manzana.server.store import transaction_of
from backends.manzana.server.telling import no_of
from backends.manzana.wire.parts import money, say
from backends.soap import Element
from cashier.exchange import (
    Backend,
    CancelSaleRequest,
    Reason,
    Refused,
    SaveReturnRequest,
)
from cashier.receipt import Receipt, Settled


@dataclass(frozen=True)
class Returning:
    backend: Backend
    people: People
    book: Book
    now: Callable[[], datetime]

    async def returned(self, cheque: Cheque) -> Element:
        if cheque.points:
            raise No(89146, "points do not pay in a return")
        sale = self._sale_of(cheque)
        info = self.people.card_of(cheque.asked)
        if info is not None and sale.card and info.number != sale.card:
            raise No(84206, "the sale was made with another card")
        if not cheque.fiscal:
            made = telling.answer("ChequeResponse", cheque.asked.ident, 0, self.now())
            return telling.code(made)
        name = self.book.new(cheque)
        receipt_id = longer_id(cheque.asked.pos, cheque.day, cheque.number)
        settled = await self._save_return(cheque, sale, name, receipt_id)
        number = self.book.post(
            cheque, name, receipt_id, info, (settled.given_back, settled.taken_back)
        )
        made = telling.answer("ChequeResponse", cheque.asked.ident, number, self.now())
        telling.code(made)
        self.people.tell(made, self.people.again(info), settled.messages)
        say(made, "ChargedBonus", money(settled.given_back))
        say(made, "WriteoffBonus", money(settled.taken_back))
        return made

    async def _save_return(
        self, cheque: Cheque, sale: SaleInfo, name: str, receipt_id: str
    ) -> Settled:
        rows = [Back(one.sku, one.quantity, one.number) for one in cheque.lines]
        of, asked = sale.receipt, cheque.asked
        receipt = return_of(
            of,
            receipt_id,
            asked.at,
            number=cheque.number,
            shop=asked.shop,
            till=asked.pos,
        )
        try:
            lines = returned(rows, of, left_of(sale))
            return await self.backend.save_return(
                SaveReturnRequest(
                    operation_id=f"{name}:return", receipt=receipt, lines=lines, at=asked.at
                )
            )
        except Refused as no:
            codes = {Reason.ALREADY_PROCESSED: 84208, Reason.LIMIT_EXCEEDED: 84208}
            raise No(codes.get(no.reason, 81321), no.text) from no

    def _sale_of(self, cheque: Cheque) -> SaleInfo:
        if cheque.of is None or not cheque.of.number:
            raise No(84202, "ChequeReference is missing")
        found = self.book.posted_on(cheque)
        if found is None:
            raise No(84203, "the sale is not found")
        for sale in self.book.keeper.sales.sales(SaleQuery(receipt_id=found.receipt)):
            if sale.receipt.receipt_id == found.receipt:
                return sale
        raise No(84205, "what is told of is no sale")

    # --- Rollback

    async def rolled_back(self, cheque: Cheque) -> Element:
        posted = self.book.meant(cheque)
        if posted.pos != cheque.asked.pos:
            raise No(81381, "only the same till may roll it back")
        info = self.people.card_of(cheque.asked)
        if posted.card != (info.number if info else ""):
            raise No(81382, "only with the same card may it be rolled back")
        await self._cancel(self.book.receipt_of(posted), posted.id, cheque)
        self.book.store.posted.put(posted.model_copy(update={"undone": True}))
        made = telling.answer(
            "ChequeResponse", cheque.asked.ident, transaction_of(f"{posted.id}:back"), self.now()
        )
        telling.code(made)
        self.people.tell(made, self.people.again(info), ())
        return made

    async def _cancel(self, receipt: Receipt, name: str, cheque: Cheque) -> None:
        request = CancelSaleRequest(
            operation_id=f"{name}:cancel",
            receipt=replace(receipt, settled=None),
            at=cheque.asked.at,
        )
        try:
            await self.backend.cancel_sale(request)
        except Refused as no:
            if no.reason is Reason.ALREADY_PROCESSED:  # 84201 would say that it is undone
                raise No(80420, no.text) from no
            raise no_of(no) from no
