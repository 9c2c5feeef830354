"""Purchases, looked for with the rights of an administrator."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.keeping import CardQuery, SaleInfo, SaleQuery
from backends.loymax.common.names import KINDS
from backends.loymax.common.numbers import major
from backends.loymax.common.parts import Asked
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.store import CertificateState
from backends.loymax.server import telling
from backends.loymax.server.bodies import answered
from backends.loymax.server.entrance import Entrance
from backends.loymax.wire import searching as wire
from backends.loymax.wire.base import PurchaseState
from cashier.errors import CashierError
from cashier.exchange import FindSaleRequest
from cashier.receipt import Discount, Line, Source

_MOST = 50
"""Purchases in one answer."""


@dataclass(frozen=True)
class Searching:
    desk: Desk
    entrance: Entrance

    def routes(self, api: str) -> list[Route]:
        return [
            Route(f"{api}/purchases", self.find, methods=["POST"]),
            Route(f"{api}/purchases/{{id}}/chequePositions", self.positions, methods=["GET"]),
            Route(f"{api}/operationPay", self.pays, methods=["GET"]),
        ]

    async def find(self, request: Request) -> Response:
        if not self.entrance.is_admin(request):
            return PlainTextResponse("", 401)
        return await answered(request, wire.Filter, self._found)

    async def positions(self, request: Request) -> Response:
        if not self.entrance.is_admin(request):
            return PlainTextResponse("", 401)
        return self._of(request.path_params["id"], self._positions)

    async def pays(self, request: Request) -> Response:
        if not self.entrance.is_admin(request):
            return PlainTextResponse("", 401)
        return self._of(request.query_params.get("purchaseId", ""), self._pays)

    # --- looking

    async def _found(self, told: wire.Filter) -> dict[str, Any]:
        """The newest first."""
        known = [one for one in await self._sales(told) if _fits(one, told)]
        known.sort(key=lambda one: (one.at, one.receipt.number), reverse=True)
        most = min(told.count or _MOST, _MOST)
        part = known[max(0, told.skipped) :][: max(0, most)]
        return telling.success(*map(_row, part))

    async def _sales(self, told: wire.Filter) -> list[SaleInfo]:
        sales = self.desk.keeper.sales
        if told.chequeNumber:
            asked = FindSaleRequest(number=told.chequeNumber, at=self.desk.clock.now())
            found = await self.desk.house.find_sale(asked)
            ids = [one.receipt.receipt_id for one in found]
            return [one for ident in ids for one in sales.sales(SaleQuery(ident))]
        since, until = told.startChequeTime, told.lastChequeTime
        return [
            one
            for card in self._cards(told)
            for one in sales.sales(SaleQuery(card=card, since=since, until=until))
        ]

    def _cards(self, told: wire.Filter) -> Iterable[str]:
        """Those that the filter speaks of; an empty one stands for all."""
        phone = told.personIdentifier
        if not (told.personId or phone):
            return (told.cardNumber,)
        query = CardQuery(customer=told.personId, phone=f"+{phone.lstrip('+')}" if phone else "")
        numbers = [one.number for one in self.desk.keeper.cards.cards(query).rows]
        return [one for one in numbers if told.cardNumber in ("", one)]

    # --- one of them

    def _of(self, ident: str, make: Any) -> Response:
        try:
            for one in self.desk.keeper.sales.sales(SaleQuery(ident)) if ident else ():
                if one.receipt.receipt_id == ident:
                    return telling.response(telling.success(*make(one)))
        except CashierError as error:
            return telling.response(telling.failed(error))
        return PlainTextResponse("", 404)

    def _positions(self, one: SaleInfo) -> Iterator[wire.Position]:
        back: dict[int, list[wire.PositionRefund]] = {}
        for refund in one.returns:
            for part in refund.lines:
                told = wire.PositionRefund(quantity=major(part.quantity, 3))
                back.setdefault(part.number, []).append(told)
        for line in one.receipt.lines:
            yield _position(line, back.get(line.number, ()))
        asked = self._asked(one)
        for sold, number in asked.sold if asked else ():
            gone = self.desk.purchases.certificate(number)
            returned = gone is not None and gone.state is CertificateState.CANCELED
            yield wire.Position(
                position=sold.position,
                goodsId=sold.goods,
                barcode=sold.barcode,
                name=sold.name,
                price=major(sold.price),
                quantity=major(sold.quantity, 3),
                amount=major(sold.amount),
                giftCertificate=number,
                refunds=(wire.PositionRefund(quantity=major(sold.quantity, 3)),)
                if returned
                else (),
            )

    def _pays(self, one: SaleInfo) -> Iterator[wire.PayType]:
        asked = self._asked(one)
        for pay in asked.pays if asked else ():
            yield wire.PayType(type=pay.type, amount=major(pay.amount), details=pay.details)

    def _asked(self, one: SaleInfo) -> Asked | None:
        """As the till told it; None: it was sold on another wire."""
        purchase = self.desk.purchases.get(one.receipt.receipt_id)
        return purchase.waiting if purchase else None


def _fits(one: SaleInfo, told: wire.Filter) -> bool:
    at = one.receipt.closed_at or one.at
    return (
        told.state in ("", _state(one))
        and told.cardNumber in ("", one.card)
        and (not told.merchantIds or one.receipt.shop in told.merchantIds)
        and (not told.deviceIds or one.receipt.till in told.deviceIds)
        and (told.startChequeTime is None or told.startChequeTime <= at)
        and (told.lastChequeTime is None or at < told.lastChequeTime)
    )


def _state(one: SaleInfo) -> str:
    return str(PurchaseState.CANCELED if one.cancelled else PurchaseState.CONFIRMED)


def _row(one: SaleInfo) -> wire.Found:
    receipt = one.receipt
    return wire.Found(
        id=receipt.receipt_id,
        externalId=receipt.receipt_id,
        chequeNumber=receipt.number,
        chequeTime=receipt.closed_at or one.at,
        merchantId=receipt.shop,
        deviceId=receipt.till,
        cardNumber=one.card or "",
        state=_state(one),
        cashback=major(receipt.settled.earned if receipt.settled else 0),
    )


def _position(line: Line, refunds: Iterable[wire.PositionRefund]) -> wire.Position:
    return wire.Position(
        position=line.number,
        goodsId=line.sku,
        name=line.name,
        price=major(line.price),
        quantity=major(line.quantity, 3),
        amount=major(line.amount),
        discounts=tuple(map(_discount, line.discounts)),
        refunds=tuple(refunds),
    )


def _discount(one: Discount) -> wire.PositionDiscount:
    kinds = {Source.HAND: wire.DiscountKind.TILL, Source.POINTS: wire.DiscountKind.POINTS}
    return wire.PositionDiscount(
        type=str(kinds.get(one.source, wire.DiscountKind.OFFER)),
        amount=major(one.amount),
        name=one.name,
        offerId=one.rule,
        externalId=KINDS.get(one.source, ""),
    )
