"""What the calls do, with the embedded system behind them. A card is a user."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from backends import front_prices
from backends.dinect.server.asking import Asked, Wrong, read
from backends.dinect.server.store import Kept, Store, Trial, id_of
from backends.dinect.translate import money
from backends.front_prices import Priced
from backends.fronting import Goods, holder_of
from backends.keeping import CardInfo, CardQuery, CouponInfo, Keeper, SaleQuery, Standing
from cashier.clock import Clock
from cashier.exchange import Backend, CancelSaleRequest, Refused, SaveSaleRequest
from cashier.money import Amount, Points, show_quantity
from cashier.receipt import Coupon, Receipt, Settled
from cashier.words import reason_words

Told = dict[str, object]
_USABLE = (Standing.ACTIVE, Standing.NO_SPEND)


class Missing(Exception):
    """404."""


@dataclass
class Desk:
    backend: Backend
    keeper: Keeper
    store: Store
    goods: Goods
    clock: Clock

    # --- users

    def users(self, asked: Mapping[str, str], base: str) -> list[Told]:
        """By the first that is given: ``card``, ``phone``, ``email``, ``coupon``, ``auto``."""
        for name in ("card", "phone", "email", "coupon", "auto"):
            if word := asked.get(name, "").strip():
                found = self._found(name, word)
                return [self.user(one, base) for one in found if one.standing in _USABLE]
        raise Wrong("auto, card, phone, email, coupon: one of them is needed")

    def _found(self, name: str, word: str) -> list[CardInfo]:
        cards = self.keeper.cards
        if name == "card":
            one = cards.card(word)
            return [one] if one else []
        if name == "phone":
            return list(cards.cards(CardQuery(phone="+" + word.removeprefix("+"))).rows)
        if name == "email":
            return list(cards.cards(CardQuery(email=word)).rows)
        if name == "coupon":
            coupon = self.keeper.rules.coupon(word)
            owner = coupon.customer if coupon else None
            return list(cards.cards(CardQuery(customer=owner)).rows) if owner else []
        kinds = ("phone", "card", "coupon") if word.isdigit() else ("email", "card", "coupon")
        return next((found for kind in kinds if (found := self._found(kind, word))), [])

    def info(self, user_id: str) -> CardInfo:
        found = self.keeper.cards.card(user_id)
        if found is None:
            raise Missing("there is no such user")
        return found

    def user(self, info: CardInfo, base: str) -> Told:
        person = self.keeper.people.person(info.customer) if info.customer else None
        names = (*(person.name.split(maxsplit=1) if person else ()), "", "")[:2]
        url = f"{base}/users/{info.number}"
        return {
            "id": info.number,
            "card": info.number,
            "first_name": names[0],
            "middle_name": "",
            "last_name": names[1],
            "discount": 0,
            "bonus": money(info.available),
            "amount": money(info.turnover),
            "purchases": 0,
            "url": url,
            "purchases_url": f"{url}/purchases/",
            "coupons_url": f"{url}/coupons/",
            "loyalty_url": f"{url}/loyalty/",
        }

    def programme(self, info: CardInfo) -> Told:
        level = next((one for one in self.keeper.cards.levels() if one.id == info.level), None)
        pays = level.pay if level is not None and info.standing is Standing.ACTIVE else 0
        return {
            "type": "bonus",
            "max_purchase_percentage": f"{pays / 100:g}",
            "min_purchase_amount": None,
            "bonus_to_amount": [1, "1.0000"],
            "currency_code": 643,
            "currency_name": "RUB",
        }

    def coupons(self, info: CardInfo, base: str) -> Told:
        found = self._active(info)
        return {
            "total": len(found),
            "page": 1,
            "pages": 1,
            "next": None,
            "results": [
                {
                    "id": id_of(one.code),
                    "number": one.code,
                    "status": "ACTIVE",
                    "offer_name": one.kind.name,
                    "coupon_condition": one.kind.text,
                    "date_expiration": one.ends.isoformat() if one.ends else None,
                    "url": f"{base}/users/{info.number}/coupons/{id_of(one.code)}",
                }
                for one in found
            ],
        }

    def _active(self, info: CardInfo) -> list[CouponInfo]:
        """The customer's own; promo codes are nobody's, and on no list."""
        now = self.clock.now()
        return [
            one
            for one in (self.keeper.rules.coupons_of(info.customer) if info.customer else ())
            if one.active
            and not (one.used or one.held or one.kind.blocked)
            and (one.starts is None or one.starts <= now)
            and (one.ends is None or now < one.ends)
        ]

    # --- purchases

    async def purchase(
        self, info: CardInfo, form: Mapping[str, str], base: str
    ) -> tuple[Told, bool]:
        """What is told, and whether it was committed. A document that is known already is told
        again (*emulated*: no source says whether it would be refused)."""
        asked = read(form, self.goods, self.clock.now().tzinfo)
        known = self._by_doc(info, asked.doc_id, base)
        if asked.commit and known is not None:
            return known.told, True
        coupons = self._codes(info, asked)
        if not asked.commit:
            at = self.clock.now()
            priced = await self._priced(asked, info, coupons, at, "")
            if asked.doc_id:
                goods = _digest(asked, info)
                self.store.trials.put(Trial(id=asked.doc_id, goods=goods, at=at.isoformat()))
            return self._told(priced, priced.answer.earn, info, "", ""), False
        priced, settled = await self._committed(asked, info, coupons)
        return self._keep(priced, settled.earned, info, asked.doc_id, base).told, True

    def _keep(self, priced: Priced, earned: Points, info: CardInfo, doc_id: str, base: str) -> Kept:
        number = id_of(doc_id)
        url = f"{base}/users/{info.number}/purchases/{number}"
        told = self._told(priced, earned, self.info(info.number), number, url)
        kept = Kept(id=number, doc_id=doc_id, card=info.number, told=told)
        self.store.purchases.put(kept)
        return kept

    def _codes(self, info: CardInfo, asked: Asked) -> tuple[str, ...]:
        active = {id_of(one.code): one.code for one in self._active(info)}
        strange = [one for one in asked.coupons if one not in active]
        if strange:
            raise Wrong(f"coupon {strange[0]}: it cannot be used here")
        codes = [active[one] for one in asked.coupons]
        if asked.redeem_auto:
            own = self.keeper.rules.coupons_of(info.customer) if info.customer else ()
            usable = set(active.values())
            codes += [one.code for one in own if one.code in usable and one.code not in codes]
        return tuple(codes)

    async def _priced(
        self, asked: Asked, info: CardInfo, coupons: tuple[str, ...], at: datetime, receipt_id: str
    ) -> Priced:
        receipt = _receipt(asked, info, coupons, at, receipt_id or f"{asked.doc_id}:trial")
        try:
            priced = await front_prices.price(self.backend, receipt, asked.spend, at)
        except Refused as no:
            raise Wrong(no.text or reason_words(no.reason)) from no
        if priced.written < asked.spend:
            raise Wrong("bonus_payment: so many points cannot be spent")
        return priced

    async def _committed(
        self, asked: Asked, info: CardInfo, coupons: tuple[str, ...]
    ) -> tuple[Priced, Settled]:
        trial = self.store.trials.get(asked.doc_id)
        tried = trial is not None and trial.goods == _digest(asked, info)
        now = self.clock.now()
        if asked.date is not None:  # sold without a connection: nothing was taken off
            at = min(asked.date, now)
            priced = front_prices.bare(_receipt(asked, info, coupons, at, asked.doc_id))
            if asked.spend:
                raise Wrong("bonus_payment: points are not spent in the past")
        else:
            at = datetime.fromisoformat(trial.at) if trial and tried else now
            priced = await self._priced(asked, info, coupons, at, asked.doc_id)
        receipt = replace(priced.paid(), closed_at=at if asked.date else now)
        request = SaveSaleRequest(operation_id=f"{asked.doc_id}:sale", receipt=receipt, at=now)
        try:
            return priced, await self.backend.save_sale(request)
        except Refused as no:
            raise Wrong(no.text or reason_words(no.reason)) from no

    def _told(self, priced: Priced, earned: Amount, info: CardInfo, number: str, url: str) -> Told:
        receipt = priced.receipt
        return {
            "id": number,
            "doc_id": receipt.receipt_id.removesuffix(":trial"),
            "date": receipt.opened_at.strftime("%Y-%m-%d %H:%M:%S"),
            "discount": 0,
            "sum_total": money(receipt.amount),
            "sum_discount": money(receipt.discount),
            "sum_bonus": money(earned - priced.written),
            "coupons": ",".join(id_of(one.code) for one in receipt.coupons),
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
            "curr_iso_code": 643,
            "curr_iso_name": "RUB",
            "url": url,
        }

    # --- purchases that were made

    def _by_doc(self, info: CardInfo, doc_id: str, base: str) -> Kept | None:
        if not doc_id:
            return None
        kept = self.store.purchases.get(id_of(doc_id)) or self._found_again(info, doc_id, base)
        mine = kept is not None and kept.doc_id == doc_id and kept.card == info.number
        return kept if kept is not None and mine and not kept.deleted else None

    def _found_again(self, info: CardInfo, doc_id: str, base: str) -> Kept | None:
        """A sale that was saved by a server that died before it noted the purchase."""
        for sale in self.keeper.sales.sales(SaleQuery(receipt_id=doc_id)):
            receipt = sale.receipt
            if receipt.receipt_id == doc_id and sale.card == info.number and not sale.cancelled:
                earned = receipt.settled.earned if receipt.settled else 0
                return self._keep(front_prices.sold(receipt), earned, info, doc_id, base)
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


def _receipt(
    asked: Asked, info: CardInfo, coupons: tuple[str, ...], at: datetime, receipt_id: str
) -> Receipt:
    return Receipt(
        receipt_id=receipt_id,
        opened_at=at,
        closed_at=at,
        number=asked.doc_id,
        lines=asked.lines,
        buyer=holder_of(info),
        coupons=tuple(Coupon(one) for one in coupons),
    )


def _digest(asked: Asked, info: CardInfo) -> str:
    rows = [(one.sku, one.quantity, one.amount) for one in asked.lines]
    return sha256(repr((info.number, asked.coupons, rows)).encode()).hexdigest()
