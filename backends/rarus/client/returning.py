"""The return: sales found by their card, and what comes back of them."""

from datetime import datetime, time, timedelta

from backends.http import Answer
from backends.rarus.client import certificates
from backends.rarus.client.link import place, reads, sense
from backends.rarus.client.selling import done_before, with_balance
from backends.rarus.client.session import Session
from backends.rarus.translate import history, selling
from backends.rarus.translate.selling import OwnAmounts
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.kinds import OperationType
from backends.rarus.wire.receipt import HistoryAsked, Processed, Sale, Sales
from cashier.exchange import FindSaleRequest, FoundSale, SaveReturnRequest
from cashier.outcomes import after_a_change
from cashier.receipt import Receipt, SaleRef, Settled

_DAY = 86_400_000
_processed = reads(Processed)


async def find_sale(session: Session, request: FindSaleRequest) -> tuple[FoundSale, ...]:
    """Of a card on a day, the newest first.

    By number nothing is found: the wire knows documents by their id, and the till's own journal
    knows its numbers.
    """
    if request.number or not request.card or request.day is None:
        return ()
    told = await session.card_by_number(request.card)
    if told is None:
        return ()
    card, zone = await session.as_card(told), request.at.tzinfo
    begins = milliseconds(datetime.combine(request.day, time(), zone))
    rows = await _sales(
        session,
        HistoryAsked(
            card_id=told.id,
            date_from=begins,
            date_to=milliseconds(session.clock.now()) + _DAY,
            cheque_items_info=True,
            payment_info=True,
        ),
    )
    with sense():
        sold = sorted(
            (row for row in rows if row.operation == OperationType.SALE),
            key=lambda row: (history.sold_at(row, zone), row.check_number),
            reverse=True,
        )
        found = (
            history.found_sale(row, rows, card, zone, session.opening.shop, session.name)
            for row in sold
            if history.sold_at(row, zone).date() == request.day
        )
        return tuple(found)


async def _sales(session: Session, asked: HistoryAsked) -> tuple[Sale, ...]:
    return (await session.link.get(place("sale_info"), reads(Sales, empty=True), asked)).sales


async def save(session: Session, request: SaveReturnRequest) -> Settled:
    receipt, options = request.receipt, session.options
    card_id, _card = await session.payer(receipt.buyer)
    known = await done_before(session, receipt) if request.again else None
    if known is not None:
        with sense():
            settled = selling.settled_before(known)
    else:
        own = await _own(session, receipt) if options.refund == "till" else None
        asked = selling.refund(
            receipt,
            request.at,
            session.desk,
            card_id,
            sale_in_doc_id=options.refund_ids == "sale_in_doc_id",
            own=own,
        )
        settled = await session.link.post(place("process_bonus"), _returned, asked, changes=True)
    with after_a_change():
        await certificates.give_back(session, receipt)
    return await with_balance(session, settled, card_id)


def _returned(came: Answer) -> Settled:
    return selling.settled_return(_processed(came))


async def _own(session: Session, receipt: Receipt) -> OwnAmounts:
    """What goes back by the till's own reckoning: the share that its money has in the sale."""
    of = receipt.of
    assert of is not None  # the till returns sales
    rows = await _sales(session, _around(of, session))
    with sense():
        return history.own_amounts(receipt, of.receipt_id, rows, session.options.step)


def _around(of: SaleRef, session: Session) -> HistoryAsked:
    return HistoryAsked(
        doc_id=of.receipt_id,
        date_from=milliseconds(of.sold_at - timedelta(days=1)),
        date_to=milliseconds(session.clock.now()) + _DAY,
        cheque_items_info=True,
    )
