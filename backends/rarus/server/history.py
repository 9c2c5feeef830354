"""What was sold and what came back."""

from datetime import datetime

from backends.keeping import SaleInfo, SaleQuery
from backends.rarus.server.facts import known_card, understood
from backends.rarus.server.failures import BAD_REQUEST, Failure, nothing_found
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.sales import own_refunds
from backends.rarus.server.service import Service
from backends.rarus.translate import past
from backends.rarus.translate.selling import OwnAmounts
from backends.rarus.wire.base import instant
from backends.rarus.wire.receipt import HistoryAsked, Sale, Sales


async def sale_info(service: Service, asked: Asked[HistoryAsked]) -> Sales:
    """By card or by document; that of a return brings its sale along, and the other way round."""
    body = asked.body
    if not (body.card_id or body.doc_id):
        raise Failure(400, BAD_REQUEST, "card_id or doc_id: one of them is needed")
    number = known_card(service, body.card_id).number if body.card_id else ""
    with understood():
        since, until = instant(body.date_from), instant(body.date_to)
    query = SaleQuery(receipt_id=body.doc_id, card=number, since=since, until=until)
    told = rows_of(service, query, body)
    if not told:
        raise nothing_found("Продажи не найдены")
    return Sales(sales=past.numbered(told))


def rows_of(service: Service, query: SaleQuery, asked: HistoryAsked) -> list[tuple[datetime, Sale]]:
    """Sales and returns with their moments; those that were cancelled are not history."""
    since, until = query.since, query.until
    return [
        row
        for info in service.keeper.sales.sales(query)
        if not info.cancelled
        for row in past.rows(info, _card_id(service, info), asked, _own(service, info))
        if (since is None or row[0] >= since) and (until is None or row[0] < until)
    ]


def _card_id(service: Service, info: SaleInfo) -> str:
    return service.store.cards.id(info.card) if info.card else ""


def _own(service: Service, info: SaleInfo) -> dict[str, OwnAmounts]:
    found = (own_refunds(service).get(back.receipt.receipt_id) for back in info.returns)
    return {one.id: OwnAmounts(one.taken_back, one.given_back) for one in found if one is not None}


ROUTES = (
    Route(
        "GET", "/organization/sale_info", sale_info, HistoryAsked, Sales, "Sales and returns",
    ),
)  # fmt: skip
