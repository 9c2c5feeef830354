"""A sale: asked about (Soft), which changes nothing, and posted (Fiscal)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backends import front_prices
from backends.front_prices import Priced
from backends.fronting import holder_of
from backends.keeping import CardInfo, Keeper
from backends.manzana.server import telling
from backends.manzana.server.book import Book
from backends.manzana.server.cheque import Cheque, No
from backends.manzana.server.people import People
from backends.manzana.server.store import Priced as PricedBefore
from backends.manzana.server.store import Store, goods_digest, transaction_of
from backends.manzana.server.telling import no_of
from backends.manzana.wire.parts import money, say
from backends.soap import Element
from cashier.exchange import Backend, Refused, SaveSaleRequest
from cashier.money import Amount
from cashier.receipt import Coupon, Receipt, Source


@dataclass(frozen=True)
class Selling:
    backend: Backend
    keeper: Keeper
    store: Store
    people: People
    book: Book
    now: Callable[[], datetime]

    # --- Soft

    async def looked(self, cheque: Cheque) -> Element:
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
        self.people.tell(made, info, priced.answer.messages, balance=after)
        self._tell_prices(made, priced, priced.answer.earn)
        tried = await front_prices.tried(self.backend, bare, at)
        telling.coupons(made, tried, cheque.coupons)
        telling.instant(made, priced.answer.to_print)
        return self._tell_lines(made, priced)

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

    # --- Fiscal

    async def sold(self, cheque: Cheque) -> Element:
        name = self.book.new(cheque)
        info = self.people.card_of(cheque.asked)
        receipt_id = self.book.free_id(cheque)
        priced = await self._as_it_was_asked(cheque, receipt_id, info)
        request = SaveSaleRequest(
            operation_id=f"{name}:sale", receipt=priced.paid(), at=cheque.asked.at
        )
        with self.keeper.together():
            try:
                settled = await self.backend.save_sale(request)
            except Refused as no:
                raise no_of(no) from no
        posted = self.book.post(cheque, name, receipt_id, info, (settled.earned, settled.spent))
        made = telling.answer("ChequeResponse", cheque.asked.ident, posted, self.now())
        telling.code(made)
        self.people.tell(made, self.people.again(info), settled.messages)
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
