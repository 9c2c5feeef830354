"""Sales, looked for with the rights of an administrator."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from backends.loymax.client.link import Link
from backends.loymax.client.reading import messages
from backends.loymax.translate import asking, finding
from backends.loymax.wire.base import PurchaseState
from backends.loymax.wire.searching import Filter, Found, PayType, Position
from cashier.exchange import FindSaleRequest, FoundSale

_MOST = 20
"""Sales found at once: each is looked at by two more questions."""


async def find_sale(link: Link, request: FindSaleRequest, own: str) -> tuple[FoundSale, ...]:
    """The newest first. ``own``: how this till signs in. Of its own sales those that the service
    knows a part of only are left to its journal. Raises Refused, Unavailable."""
    rows = await link.look_for(_filter(request), lambda came: messages(came, Found))
    sales = []
    for row in rows[:_MOST]:
        if request.number and row.chequeNumber != request.number:
            continue
        sale, complete = await _looked_at(link, row, request.at.tzinfo)
        if complete or row.deviceId != own:
            sales.append(sale)
    return tuple(sales)


async def _looked_at(link: Link, row: Found, zone: tzinfo | None) -> tuple[FoundSale, bool]:
    pays = await link.look_at(asking.pays_path(row.id), lambda came: messages(came, PayType))
    return await link.look_at(
        asking.positions_path(row.id),
        lambda came: finding.sale(row, messages(came, Position), pays, zone),
    )


def _filter(request: FindSaleRequest) -> dict[str, Any]:
    told = Filter(state=PurchaseState.CONFIRMED, count=_MOST)
    keys = {"state", "count"}
    values: dict[str, Any] = {}
    if request.number:
        values["chequeNumber"] = request.number
    if request.card:
        values["cardNumber"] = request.card
    if request.day is not None:
        begins = datetime.combine(request.day, time(), request.at.tzinfo)
        values |= {"startChequeTime": begins, "lastChequeTime": begins + timedelta(days=1)}
    told = told.model_copy(update=values)
    return told.model_dump(include=keys | values.keys(), by_alias=True)
