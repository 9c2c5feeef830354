"""``ChequeRequest``: asked about (Soft), posted (Fiscal), taken back, undone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from backends import front_prices
from backends.front_prices import Priced
from backends.fronting import Back, Goods, holder_of, left_of, return_of, returned
from backends.keeping import CardInfo, Keeper, SaleInfo, SaleQuery
from backends.manzana.server import telling
from backends.manzana.server.cheque import Asked, Cheque, No, read_cheque
from backends.manzana.server.people import People
from backends.manzana.server.store import (
    Posted,
    Store,
    Transaction,
    goods_digest,
    name_of,
    transaction_of,
)
from backends.manzana.server.store import Priced as PricedBefore
from backends.manzana.server.telling import no_of
from backends.manzana.wire.parts import money, say
from backends.soap import Element
from cashier.exchange import (
    Backend,
    CancelSaleRequest,
    Reason,
    Refused,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.money import Amount, Points
from cashier.receipt import Coupon, Message, Receipt, Settled, Source


@dataclass
class Cheques:
    backend: Backend
    keeper: Keeper
    store: Store
    people: People
    goods: Goods
    now: Callable[[], datetime]

    async def answer(self, told: Element, asked: Asked) -> Element:
        """Raises No."""
        cheque = read_cheque(told, asked, self.goods)
        if cheque.operation == "Rollback":
            return await self._rolled_back(cheque)
        if cheque.operation == "Return":
            return await self._returned(cheque)
        return await (self._sold(cheque) if cheque.fiscal else self._looked(cheque))

    # --- Soft: nothing changes

    async def _looked(self, cheque: Cheque) -> Element:
        info, at = self.people.card_of(cheque.asked), cheque.asked.at
        bare = _receipt(cheque, f"{cheque.number}:soft", info, at)
        priced = await self._price(bare, cheque.points, at)
        self.store.priced.put(
            PricedBefore(id=_asked_about(cheque), goods=goods_digest(cheque), at=at.isoformat())
        )
        after = None
        if info is not None:
            after = info.balance - priced.written + priced.answer.earn
        made = telling.answer(
            "ChequeResponse",
            cheque.asked.ident,
            transaction_of(f"soft:{cheque.number}"),
            self.now(),
        )
        telling.code(made)
        self._tell(made, info, priced.answer.messages, balance=after)
        self._tell_prices(made, priced, priced.answer.earn)
        tried = await front_prices.tried(self.backend, bare, at)
        telling.coupons(made, tried, cheque.coupons)
        telling.instant(made, priced.answer.to_print)
        return self._tell_lines(made, priced)

    def _tell(
        self,
        made: Element,
        info: CardInfo | None,
        messages: Iterable[Message] = (),
        balance: Amount | None = None,
    ) -> None:
        if info is not None:
            level, person = self.people.about(info)
            telling.holder(made, info, level, person, balance=balance)
        telling.messages(made, messages)

    def _tell_prices(self, made: Element, priced: Priced, earned: int) -> None:
        receipt = priced.receipt
        telling.sums(made, receipt.amount, receipt.discount)
        say(made, "ChargedBonus", money(earned))
        say(made, "ActiveChargedBonus", money(0))
        most = max(0, priced.offer.spendable) if priced.offer else 0
        say(made, "AvailablePayment", money(most))
        say(made, "WriteoffBonus", money(priced.written))

    def _tell_lines(self, made: Element, priced: Priced) -> Element:
        receipt = priced.receipt
        most = {one.number: one.amount for one in priced.offer.lines} if priced.offer else {}
        for line, part in zip(receipt.lines, priced.parts, strict=True):
            telling.item(made, line, line.discount, most.get(line.number, 0), part)
        given = (
            (line, tuple(one for one in line.discounts if one.source is not Source.HAND))
            for line in receipt.lines
        )
        telling.offers(made, given)
        return made

    async def _price(self, receipt: Receipt, wanted: Amount, at: datetime) -> Priced:
        try:
            return await front_prices.price(self.backend, receipt, wanted, at)
        except Refused as no:
            raise no_of(no) from no

    # --- Fiscal: the sale

    async def _sold(self, cheque: Cheque) -> Element:
        name = self._new(cheque)
        info = self.people.card_of(cheque.asked)
        receipt_id = self._free_id(cheque)
        priced = await self._as_it_was_asked(cheque, receipt_id, info)
        request = SaveSaleRequest(
            operation_id=f"{name}:sale", receipt=priced.paid(), at=cheque.asked.at
        )
        with self.keeper.together():
            try:
                settled = await self.backend.save_sale(request)
            except Refused as no:
                raise no_of(no) from no
        posted = self._post(cheque, name, receipt_id, info, (settled.earned, settled.spent))
        made = telling.answer("ChequeResponse", cheque.asked.ident, posted, self.now())
        telling.code(made)
        self._tell(made, self.people.again(info), settled.messages)
        self._tell_prices(made, priced, settled.earned)
        telling.coupons(made, ((one, None) for one in cheque.coupons), cheque.coupons)
        telling.instant(made, settled.to_print)
        return self._tell_lines(made, priced)

    async def _as_it_was_asked(
        self, cheque: Cheque, receipt_id: str, info: CardInfo | None
    ) -> Priced:
        """A sale in the words of the last question has its prices; one that nobody asked about
        was made without a connection, and got nothing off (*emulated*)."""
        before = self.store.priced.get(_asked_about(cheque))
        asked = before is not None and before.goods == goods_digest(cheque)
        at = datetime.fromisoformat(before.at) if before and asked else cheque.asked.at
        bare = _receipt(cheque, receipt_id, info, at)
        if asked:
            priced = await self._price(bare, cheque.points, at)
            money = priced.receipt.total - priced.written
            if cheque.points and priced.written < cheque.points:
                raise No(81400, "not enough points")
            if cheque.paid is None or cheque.paid == money:
                return priced
        if cheque.points:
            raise No(81111, "points pay only what was asked about")
        if cheque.paid is not None and cheque.paid != bare.total:
            raise No(81363, "payments are not the sum of the cheque: its prices are others now")
        return front_prices.bare(bare)

    def _new(self, cheque: Cheque) -> str:
        """Raises No: it is known of this till today."""
        name = name_of(cheque.asked.pos, cheque.day, cheque.number)
        known = self._known(cheque.asked.pos, cheque.day, cheque.number)
        if known is not None and known.undone:
            raise No(80420, "this cheque was rolled back")
        if known is not None:
            told = (known.transaction, known.charged, known.written_off)
            raise No(81301, "this cheque number was posted today at this till already", told)
        return name

    def _known(self, pos: str, day: str, number: str) -> Posted | None:
        """Also a sale that was saved by a service that died before it noted the cheque."""
        noted = self.store.posted.get(name_of(pos, day, number))
        if noted is not None:
            return noted
        for receipt_id in (number, _longer_id(pos, day, number)):
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

    def _free_id(self, cheque: Cheque) -> str:
        """The number itself; the same number on another day is another cheque."""
        taken = self.keeper.sales.sales(SaleQuery(receipt_id=cheque.number))
        return _longer_id(cheque.asked.pos, cheque.day, cheque.number) if taken else cheque.number

    def _post(
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

    # --- Fiscal: the return

    async def _returned(self, cheque: Cheque) -> Element:
        if cheque.points:
            raise No(89146, "points do not pay in a return")
        sale = self._sale_of(cheque)
        info = self.people.card_of(cheque.asked)
        if info is not None and sale.card and info.number != sale.card:
            raise No(84206, "the sale was made with another card")
        if not cheque.fiscal:
            made = telling.answer("ChequeResponse", cheque.asked.ident, 0, self.now())
            return telling.code(made)
        name = self._new(cheque)
        receipt_id = _longer_id(cheque.asked.pos, cheque.day, cheque.number)
        settled = await self._save_return(cheque, sale, name, receipt_id)
        number = self._post(
            cheque, name, receipt_id, info, (settled.given_back, settled.taken_back)
        )
        made = telling.answer("ChequeResponse", cheque.asked.ident, number, self.now())
        telling.code(made)
        self._tell(made, self.people.again(info), settled.messages)
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
        found = self._posted_on(cheque)
        sales = self.keeper.sales.sales(SaleQuery(receipt_id=found.receipt)) if found else ()
        for sale in sales:
            if found and sale.receipt.receipt_id == found.receipt:
                return sale
        raise No(84203, "the sale is not found")

    def _posted_on(self, cheque: Cheque) -> Posted | None:
        """By till, number and day; where no till is told, one's own first, then whichever."""
        of = cheque.of
        assert of is not None
        day = of.at.date().isoformat()
        found = self._known(of.pos or cheque.asked.pos, day, of.number)
        if found is not None or of.pos:
            return found
        wanted = f"|{day}|{of.number}"
        return next((one for one in self.store.posted.all() if one.id.endswith(wanted)), None)

    # --- Fiscal: undone

    async def _rolled_back(self, cheque: Cheque) -> Element:
        posted = self._undone(cheque)
        if posted.pos != cheque.asked.pos:
            raise No(81381, "only the same till may roll it back")
        info = self.people.card_of(cheque.asked)
        if posted.card != (info.number if info else ""):
            raise No(81382, "only with the same card may it be rolled back")
        await self._cancel(self._receipt_of(posted), posted.id, cheque)
        self.store.posted.put(posted.model_copy(update={"undone": True}))
        made = telling.answer(
            "ChequeResponse", cheque.asked.ident, transaction_of(f"{posted.id}:back"), self.now()
        )
        telling.code(made)
        self._tell(made, self.people.again(info), ())
        return made

    def _receipt_of(self, posted: Posted) -> Receipt:
        """Of the sale, or of the return that was posted. Raises No; a return that is undone is
        nowhere, as if it had never been."""
        for sale in self.keeper.sales.sales(SaleQuery(receipt_id=posted.receipt)):
            for receipt in (sale.receipt, *(one.receipt for one in sale.returns)):
                if receipt.receipt_id == posted.receipt:
                    return receipt
        raise No(81380, "there is no such cheque to roll back")

    async def _cancel(self, receipt: Receipt, name: str, cheque: Cheque) -> None:
        request = CancelSaleRequest(
            operation_id=f"{name}:cancel",
            receipt=replace(receipt, settled=None),
            at=cheque.asked.at,
        )
        try:
            await self.backend.cancel_sale(request)
        except Refused as no:
            raise no_of(no) from no

    def _undone(self, cheque: Cheque) -> Posted:
        found = None
        if cheque.transaction is not None:
            known = self.store.transactions.get(str(cheque.transaction))
            found = self.store.posted.get(known.posted) if known else None
        elif cheque.of is not None:
            found = self._posted_on(cheque)
        if found is None:
            raise No(81380, "there is no such cheque")
        return found


def _longer_id(pos: str, day: str, number: str) -> str:
    return f"{number}:{pos}:{day}"


def _asked_about(cheque: Cheque) -> str:
    """Tills number their cheques by themselves."""
    return f"{cheque.asked.pos}|{cheque.number}"


def _receipt(cheque: Cheque, name: str, info: CardInfo | None, at: datetime) -> Receipt:
    asked = cheque.asked
    return Receipt(
        receipt_id=name,
        opened_at=min(at, asked.at),
        closed_at=asked.at,
        shop=asked.shop,
        till=asked.pos,
        number=cheque.number,
        lines=cheque.lines,
        buyer=holder_of(info),
        coupons=tuple(Coupon(one) for one in cheque.coupons if one),
    )
