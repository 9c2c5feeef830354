"""Purchases, with the embedded system behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from backends import front_prices
from backends.dinect.server import coupons
from backends.dinect.server.asking import Asked, Missing, Wrong, read
from backends.dinect.server.coupons import Coupons
from backends.dinect.server.people import People, Told, url_of
from backends.dinect.server.store import Kept, Store, Trial, id_of
from backends.dinect.translate import money
from backends.front_prices import Priced
from backends.fronting import Goods, holder_of
from backends.keeping import CardInfo, Keeper, SaleQuery
from cashier.clock import Clock
from cashier.exchange import Backend, CancelSaleRequest, Refused, SaveSaleRequest
from cashier.money import Amount, Points, show_quantity
from cashier.receipt import Line, Receipt
from cashier.words import reason_words


@dataclass
class Desk:
    backend: Backend
    keeper: Keeper
    store: Store
    goods: Goods
    clock: Clock
    shop: str = ""
    """Whose tills ask: of it a coupon or a promotion may be."""
    people: People = field(init=False)
    coupons: Coupons = field(init=False)

    def __post_init__(self) -> None:
        self.people = People(self.keeper)
        self.coupons = Coupons(self.backend, self.keeper)

    # --- users and their coupons

    async def coupons_of(self, info: CardInfo, asked: Mapping[str, str], base: str) -> Told:
        url = f"{url_of(info, base)}/coupons/"
        return await self.coupons.listed(info, self._bare(info), asked, url)

    async def coupon(self, info: CardInfo, coupon_id: str, base: str) -> Told:
        url = f"{url_of(info, base)}/coupons/"
        told = await self.coupons.one(info, self._bare(info), coupon_id, url)
        if told is None:
            raise Missing("there is no such coupon")
        return told

    def _bare(self, info: CardInfo) -> Receipt:
        return self._receipt("coupons", (), info, self.clock.now())

    # --- purchases

    async def purchase(
        self, info: CardInfo, form: Mapping[str, str], base: str
    ) -> tuple[Told, bool]:
        """What is told, and whether it was committed. A document that is known already is told
        again (*emulated*: no source says whether it would be refused)."""
        asked = read(form, self.goods, self.clock.now().tzinfo)
        if asked.commit:
            known = self._by_doc(info, asked.doc_id, base)
            kept = known or await self._committed(asked, info, base)
            return kept.told, True
        at = self.clock.now()
        priced = await self._priced(asked, info, at, f"{asked.doc_id}:trial")
        if asked.doc_id:
            goods = _digest(priced.receipt)
            self.store.trials.put(Trial(id=asked.doc_id, goods=goods, at=at.isoformat()))
        return self._told(priced, priced.answer.earn, info, asked.doc_id), False

    async def _priced(self, asked: Asked, info: CardInfo, at: datetime, receipt_id: str) -> Priced:
        receipt = await self._asked(asked, info, at, receipt_id)
        return await self._price(receipt, asked.spend, at)

    async def _price(self, receipt: Receipt, spend: Amount, at: datetime) -> Priced:
        try:
            priced = await front_prices.price(self.backend, receipt, spend, at)
        except Refused as no:
            raise Wrong(no.text or reason_words(no.reason)) from no
        if priced.written < spend:
            raise Wrong(f"bonus_payment: at most {money(priced.written)} can be spent here")
        return priced

    async def _asked(self, asked: Asked, info: CardInfo, at: datetime, receipt_id: str) -> Receipt:
        codes = [coupons.code_of(one) for one in asked.coupons]
        receipt = self._receipt(receipt_id, asked.lines, info, at)
        auto = asked.redeem_auto
        return await self.coupons.taken(info, receipt, codes, redeem_auto=auto)

    async def _committed(self, asked: Asked, info: CardInfo, base: str) -> Kept:
        now, doc_id = self.clock.now(), asked.doc_id
        if asked.date is not None:  # sold without a connection: nothing was taken off
            if asked.spend:
                raise Wrong("bonus_payment: points are not spent in the past")
            closed = min(asked.date, now)
            priced = front_prices.bare(await self._asked(asked, info, closed, doc_id))
        else:
            closed, receipt = now, await self._as_tried(asked, info, now)
            priced = await self._price(receipt, asked.spend, receipt.opened_at)
        sold = replace(priced.paid(), closed_at=closed)
        operation = f"{info.number}:{doc_id}:sale"
        try:
            settled = await self.backend.save_sale(
                SaveSaleRequest(operation_id=operation, receipt=sold, at=now)
            )
        except Refused as no:
            raise Wrong(no.text or reason_words(no.reason)) from no
        return self._keep(priced, settled.earned, info, base)

    async def _as_tried(self, asked: Asked, info: CardInfo, now: datetime) -> Receipt:
        """Opened when the document was tried last, if that was with the same goods and coupons:
        what was told then holds."""
        trial = self.store.trials.get(asked.doc_id)
        if trial is not None:
            at = datetime.fromisoformat(trial.at)
            receipt = await self._asked(asked, info, at, asked.doc_id)
            if _digest(receipt) == trial.goods:
                return receipt
        return await self._asked(asked, info, now, asked.doc_id)

    def _keep(self, priced: Priced, earned: Points, info: CardInfo, base: str) -> Kept:
        doc_id = priced.receipt.receipt_id
        number = id_of(doc_id)
        url = f"{url_of(info, base)}/purchases/{number}"
        told = self._told(priced, earned, self.people.info(info.number), doc_id, number, url)
        kept = Kept(id=number, doc_id=doc_id, card=info.number, told=told)
        self.store.purchases.put(kept)
        return kept

    def _receipt(
        self, receipt_id: str, lines: tuple[Line, ...], info: CardInfo, at: datetime
    ) -> Receipt:
        return Receipt(
            receipt_id=receipt_id,
            opened_at=at,
            closed_at=at,
            shop=self.shop,
            number=receipt_id,
            lines=lines,
            buyer=holder_of(info),
        )

    def _told(
        self,
        priced: Priced,
        earned: Points,
        info: CardInfo,
        doc_id: str,
        number: str = "",
        url: str = "",
    ) -> Told:
        """Without a number it is a trial."""
        receipt = priced.receipt
        return {
            "id": number,
            "doc_id": doc_id,
            "date": receipt.opened_at.strftime("%Y-%m-%d %H:%M:%S"),
            "discount": 0,
            "sum_total": money(receipt.amount),
            "sum_discount": money(receipt.discount),
            "sum_bonus": money(earned - priced.written),
            "coupons": ",".join(coupons.id_of(one.code) for one in receipt.coupons),
            "items": [
                {
                    "item_gtin": "",
                    "item_code": one.sku,
                    "group_code": one.group,
                    "quantity": show_quantity(one.quantity),
                    "sum_total": money(one.amount),
                    "sum_with_discount": money(one.total),
                }
                for one in receipt.lines
            ],
            "bonus": {
                "accrued": money(earned),
                "written_off": money(priced.written),
                "balance": money(info.balance),
                "balance_inactive": money(info.balance - info.available),
            },
            "items_url": f"{url}/items/" if url else "",
            "curr_iso_code": 643,
            "curr_iso_name": "RUB",
            "url": url,
        }

    # --- purchases that were made

    def _by_doc(self, info: CardInfo, doc_id: str, base: str) -> Kept | None:
        """Of this customer. A document of another one is no news here: to save it again is
        refused by the system behind."""
        kept = self.store.purchases.get(id_of(doc_id)) or self._found_again(info, doc_id, base)
        mine = kept is not None and kept.doc_id == doc_id and kept.card == info.number
        return kept if kept is not None and mine and not kept.deleted else None

    def _found_again(self, info: CardInfo, doc_id: str, base: str) -> Kept | None:
        """A sale that was saved by a server that died before it noted the purchase."""
        for sale in self.keeper.sales.sales(SaleQuery(receipt_id=doc_id)):
            receipt = sale.receipt
            if receipt.receipt_id == doc_id and sale.card == info.number and not sale.cancelled:
                earned = receipt.settled.earned if receipt.settled else 0
                return self._keep(front_prices.sold(receipt), earned, info, base)
        return None

    def find(self, info: CardInfo, doc_id: str, base: str) -> Told:
        if doc_id:
            kept = self._by_doc(info, doc_id, base)
            return {"results": [kept.told] if kept else []}
        mine = [one for one in self.store.purchases.all() if one.card == info.number]
        return {"results": [one.told for one in mine if not one.deleted]}

    def kept(self, info: CardInfo, number: str) -> Kept:
        found = self.store.purchases.get(number)
        if found is None or found.deleted or found.card != info.number:
            raise Missing("there is no such purchase")
        return found

    async def delete(self, info: CardInfo, number: str) -> None:
        kept = self.kept(info, number)
        now = self.clock.now()
        receipt = Receipt(receipt_id=kept.doc_id, opened_at=now)
        request = CancelSaleRequest(operation_id=f"{kept.doc_id}:cancel", receipt=receipt, at=now)
        try:
            await self.backend.cancel_sale(request)
        except Refused as no:
            raise Wrong(no.text or reason_words(no.reason)) from no
        self.store.purchases.put(kept.model_copy(update={"deleted": True}))


def _digest(receipt: Receipt) -> str:
    """Of what prices depend on; when it was asked for aside."""
    rows = [(one.sku, one.quantity, one.amount) for one in receipt.lines]
    codes = sorted(one.code for one in receipt.coupons)
    return sha256(repr((receipt.buyer, codes, rows)).encode()).hexdigest()
