"""The open receipt: prices, and what points may pay. Nothing changes by asking."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial

from backends.exact_json import read_json
from backends.fronting import looking
from backends.keeping import CardInfo, Keeper, Standing
from backends.rarus.server.facts import (
    buyer_with,
    card_of,
    goods_of,
    known_card,
    now_in,
    understood,
    zone_of,
)
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.holds import COUPON_HOLD, HOLD
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import lines, payable, priced
from backends.rarus.translate.payable import Percent
from backends.rarus.wire.base import Reply, minor
from backends.rarus.wire.receipt import BalanceAsked, Calculated, Document, Limits
from cashier.exchange import CalculateRequest, PointsOffer, PointsRequest, Refused
from cashier.money import Points
from cashier.receipt import Coupon, Gift, Receipt, Source

# --- prices -----------------------------------------------------------------------------------


async def calculate(service: Service, asked: Asked[Document]) -> str:
    """Raises Failure 404 with 114, with all that there is to tell, where no discount applies."""
    body = asked.body
    info = card_of(service, body.card_id, body.card_barcode, body.card_code)
    receipt, spend = _receipt(service, body, info)
    with _as_if_used(service.keeper, body) as name:
        at = receipt.opened_at
        receipt = replace(receipt, receipt_id=name)
        request = CalculateRequest(receipt=receipt, spend=spend, at=at)
        answer = await service.backend.calculate(request)
        with_prices = priced.with_prices(receipt, answer)
        offer = await _offer(service, with_prices) if info is not None else None
    most, parts = 0, "[]"
    if offer is not None:
        percent = _percent(service, info, body.shop_id)
        most = max(0, offer.spendable)
        parts = payable.parts_asked_for(with_prices, answer, offer, percent)
    told = priced.calculated(with_prices, answer, partial(_segment, service), most, parts)
    if priced.gave_something(answer):
        return told
    more = {name: value for name, value in read_json(told.encode()).items() if name not in _HEAD}
    raise nothing_found("Нет доступных скидок", **more)


_HEAD = frozenset(Reply.model_fields)
"""What every answer has."""


def _receipt(service: Service, asked: Document, info: CardInfo | None) -> tuple[Receipt, Points]:
    """The receipt and the points that are to be spent on it."""
    with understood():
        receipt = Receipt(
            receipt_id="",
            opened_at=now_in(service, zone_of(service, asked.shop_id)),
            shop=asked.shop_id,
            lines=lines.lines(asked.cheque_items, goods_of(service)),
            buyer=buyer_with(info),
            coupons=(Coupon(asked.coupon),) if asked.coupon else (),
            tenders=lines.tenders(asked.payment_types, asked.cert_payments),
        )
        return receipt, minor(asked.bonus_payment or Decimal(0))


@contextmanager
def _as_if_used(keeper: Keeper, asked: Document) -> Iterator[str]:
    """What is kept for this receipt counts as its own, for as long as it is looked at."""
    held = [HOLD + asked.hold_id] if asked.hold_id else []
    held += [COUPON_HOLD + asked.coupon_hold_id] if asked.coupon_hold_id else []
    if not held:
        yield ""
        return
    with looking(keeper):
        for name in held:
            keeper.holds.use(name, _LOOKED_AT)
        yield _LOOKED_AT


_LOOKED_AT = "calculation"
"""Stands for the id of a receipt, which a calculation does not tell."""


async def _offer(service: Service, receipt: Receipt) -> PointsOffer | None:
    """None: the card may pay nothing."""
    try:
        request = PointsRequest(receipt=receipt, at=receipt.opened_at)
        return await service.backend.points(request)
    except Refused:
        return None


def _segment(service: Service, gift: Gift) -> str:
    return service.store.segments.derived(f"gift:{gift.rule}", gift.name, gift.skus)


def _percent(service: Service, info: CardInfo | None, shop: str) -> Percent:
    """As the level of the card and the segments of goods have it."""
    levels = service.keeper.cards.levels()
    pay = next((one.pay for one in levels if info is not None and one.id == info.level), 0)
    payable = service.store.segments.payable
    return lambda sku: min(pay, payable(shop, sku))


# --- points -----------------------------------------------------------------------------------


async def balance(service: Service, asked: Asked[BalanceAsked]) -> str:
    info, body = known_card(service, asked.path["id"]), asked.body
    if not body.cheque_items:
        may = info.standing is Standing.ACTIVE
        return payable.limits_without_goods(info.available if may else 0, info.level)
    with understood():
        at = now_in(service, zone_of(service, body.shop_id))
        receipt = Receipt(
            receipt_id="",
            opened_at=at,
            shop=body.shop_id,
            lines=lines.lines(body.cheque_items, goods_of(service), Source.PROMOTION),
            buyer=buyer_with(info),
        )
        wanted = None if body.bonus_payment is None else minor(body.bonus_payment)
    offer = await service.backend.points(PointsRequest(receipt=receipt, at=at))
    percent = _percent(service, info, body.shop_id)
    return payable.limits(receipt, offer, wanted, info.level, percent)


ROUTES = (
    Route(
        "POST", "/organization/calculate_document", calculate, Document, Calculated,
        "Prices of a receipt",
    ),
    Route(
        "POST", "/organization/calculate", calculate, Document, Calculated,
        "The same, for shop-window prices",
    ),
    Route(
        "POST", "/organization/card/{id}/balance", balance, BalanceAsked, Limits,
        "What points may pay of a receipt",
    ),
)  # fmt: skip
