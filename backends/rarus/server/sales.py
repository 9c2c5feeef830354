"""``process_bonus``: the sale and the return, each saved once."""

from collections.abc import Callable
from decimal import Decimal

from backends.fronting import looking
from backends.keeping import SaleInfo, SaleQuery
from backends.rarus.server import certificates, holds
from backends.rarus.server.facts import (
    buyer_with,
    card_of,
    goods_of,
    moment,
    now_in,
    system_of,
    understood,
    zone_of,
)
from backends.rarus.server.failures import BAD_REQUEST, Failure, nothing_found
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import sold
from backends.rarus.translate.selling import OwnAmounts
from backends.rarus.wire.base import Message, minor
from backends.rarus.wire.kinds import OperationType
from backends.rarus.wire.receipt import Operation, Processed
from backends.shelf import Shelf
from cashier.exchange import SaveReturnRequest, SaveSaleRequest
from cashier.money import Points, Quantity
from cashier.receipt import Receipt, Settled


async def process(service: Service, asked: Asked[Operation]) -> Processed:
    """``test``: all is worked out and told, and nothing of it stays."""
    body = asked.body
    if not body.doc_id:
        raise Failure(400, BAD_REQUEST, "doc_id: it is needed")
    match body.operation_type:
        case OperationType.SALE:
            work = _sell
        case OperationType.REFUND:
            work = _take_back
        case _:
            raise Failure(400, BAD_REQUEST, "operation_type: sale or refund is expected")
    if body.test:
        with looking(service.keeper):
            return await work(service, body)
    with service.keeper.together():
        done = await work(service, body)
    holds.forget(service, body)
    return done


async def _sell(service: Service, asked: Operation) -> Processed:
    """The document is the receipt: said twice it is one sale, whatever the second one says."""
    info = card_of(service, asked.card_id)
    system = (await system_of(service)).name
    with understood():
        zone = zone_of(service, asked.shop_id)
        at = moment(asked.date_calculate_local, zone) or now_in(service, zone)
        priced_at = moment(asked.date_calculate, zone)
        receipt = sold.sale(asked, goods_of(service), buyer_with(info), at, priced_at, system)
    pay = _paying(service, asked)
    holds.use(service, asked)
    operation_id = f"{asked.doc_id}:sale"
    settled = await service.backend.save_sale(
        SaveSaleRequest(operation_id=operation_id, receipt=receipt, at=at)
    )
    if pay is not None and not asked.test:
        pay()
    return _processed(service, settled, asked.doc_id, info.number if info else "")


def _paying(service: Service, asked: Operation) -> Callable[[], None] | None:
    """What the sale takes from gift certificates; None: nothing, or it was taken already.

    A till may tell it by a call of its own before, here, or both: the document counts once.
    """
    paid = service.store.certificates.paid_by(asked.doc_id)
    said_before = paid and service.keeper.sales.sales(SaleQuery(asked.doc_id))
    if said_before or not asked.cert_payments:
        return None
    return certificates.paying(service, asked.doc_id, asked.cert_payments)


def _processed(service: Service, settled: Settled, doc_id: str, number: str) -> Processed:
    after = service.keeper.cards.card(number) if number else None
    return sold.processed(settled, doc_id, after.turnover if after else 0)


# --- returns ----------------------------------------------------------------------------------


async def _take_back(service: Service, asked: Operation) -> Processed:
    info = _sale_of(service, asked)
    sale, name = info.receipt, sold.return_id(asked, info.receipt.receipt_id)
    with understood():
        zone = zone_of(service, asked.shop_id)
        at = moment(asked.date_calculate_local, zone) or now_in(service, zone)
        lines = sold.returned(asked, sale, _left(info, name))
        own = _own(asked)
    receipt = sold.return_receipt(asked, name, sale, at)
    settled = await service.backend.save_return(
        SaveReturnRequest(operation_id=f"{name}:return", receipt=receipt, lines=lines, at=at)
    )
    if own != (None, None) and info.card:
        settled = _put_right(service, info.card, receipt, settled, own)
    return _processed(service, settled, asked.doc_id, info.card or "")


def _sale_of(service: Service, asked: Operation) -> SaleInfo:
    """Whichever id the sale's is: sources disagree. Raises Failure: it is neither."""
    ids = [one for one in (asked.doc_id, asked.doc_id_refund) if one]
    found = [info for one in ids for info in service.keeper.sales.sales(SaleQuery(one))]
    for info in found:
        if info.receipt.receipt_id in ids:
            return info
    if found:  # a return that is said again under its own id alone
        return found[0]
    raise nothing_found("Продажа не найдена")


def _left(info: SaleInfo, name: str) -> dict[int, Quantity]:
    """What has not come back by other returns than this one."""
    left = {line.number: line.quantity for line in info.receipt.lines}
    for back in info.returns:
        if back.receipt.receipt_id != name:
            for part in back.lines:
                left[part.number] = left.get(part.number, 0) - part.quantity
    return left


# --- a till that reckons the points of a return by itself -----------------------------------------

_Own = tuple[Points | None, Points | None]
"""What it takes back, and what it gives back; None: the server reckons."""


class OwnRefund(Message):
    """What a return moved by the reckoning of the till; hundredths of points."""

    id: str
    taken_back: int
    given_back: int


def own_refunds(service: Service) -> Shelf[OwnRefund]:
    return service.store.shelf("own_refund", OwnRefund)


def _own(asked: Operation) -> _Own:
    """Raises ValueError for points below zero."""
    taken = None if asked.auto_bonus_refund else asked.refund_bonus
    given = None if asked.auto_bonus_payment else asked.bonus_payment
    if (taken or Decimal(0)) < 0 or (given or Decimal(0)) < 0:
        raise ValueError("refund_bonus, bonus_payment: below zero")
    return _points(taken), _points(given)


def _points(told: Decimal | None) -> Points | None:
    return None if told is None else minor(told)


def _put_right(
    service: Service, number: str, receipt: Receipt, settled: Settled, own: _Own
) -> Settled:
    """Move what is missing between the system's reckoning and the till's."""
    taken = settled.taken_back if own[0] is None else own[0]
    given = settled.given_back if own[1] is None else own[1]
    name = receipt.receipt_id
    _move(service, f"{name}:taken", number, settled.taken_back - taken)
    _move(service, f"{name}:given", number, given - settled.given_back)
    own_refunds(service).put(OwnRefund(id=name, taken_back=taken, given_back=given))
    return sold.moved(settled, OwnAmounts(taken, given))


def _move(service: Service, operation_id: str, number: str, points: Points) -> None:
    note = "refund"
    if points > 0:
        service.keeper.points.give(operation_id, number, points, note)
    elif points < 0:
        service.keeper.points.take(operation_id, number, -points, note, deep=True)


ROUTES = (
    Route(
        "POST", "/organization/process_bonus", process, Operation, Processed, "A sale or a return",
    ),
)  # fmt: skip
