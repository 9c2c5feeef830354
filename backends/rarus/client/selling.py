"""The sale: saved once, told of with its balance, its certificates sold and paid with."""

from dataclasses import replace

from backends.http import Answer
from backends.rarus.client import certificates
from backends.rarus.client.link import place, reads, sense
from backends.rarus.client.session import Session
from backends.rarus.translate import extras, history, selling
from backends.rarus.wire.base import milliseconds, minor
from backends.rarus.wire.receipt import HistoryAsked, Processed, Sale, Sales
from cashier.errors import CashierError
from cashier.exchange import Refused, SaveSaleRequest, Unavailable
from cashier.i18n import _
from cashier.money import Amount
from cashier.outcomes import after_a_change
from cashier.receipt import Card, Message, MessageTo, Receipt, Settled

_DAY = 86_400_000


async def save(session: Session, request: SaveSaleRequest) -> Settled:
    """One sale, however often it is said: the document is the receipt."""
    receipt = request.receipt
    card_id, card = await session.payer(receipt.buyer)
    known = await done_before(session, receipt) if request.again else None
    if known is not None:
        with sense():
            settled = selling.settled_before(known)
        settled = await _with_levels(session, settled, None, card, card_id)
        return await _finished(session, receipt, settled, card_id)
    coupon = extras.told_coupon(receipt, verified=True)
    asked = selling.sale(receipt, request.at, session.desk, card_id, coupon)
    await certificates.pay(session, receipt)
    try:
        settled, accum = await session.link.post(place("process_bonus"), _sold, asked, changes=True)
    except (Refused, Unavailable) as error:
        await certificates.unpay(session, receipt, error)
        raise
    settled = await _with_levels(session, settled, accum, card, card_id)
    return await _finished(session, receipt, settled, card_id)


_processed = reads(Processed)


def _sold(came: Answer) -> tuple[Settled, Amount]:
    """What came of it, and the turnover of the card."""
    told = _processed(came)
    return selling.settled_sale(told), minor(told.card_accum)


async def done_before(session: Session, receipt: Receipt) -> Sale | None:
    """What the history says of a receipt, or a return, that may have been saved already."""
    since = receipt.of.sold_at if receipt.of else receipt.closed_at or receipt.opened_at
    until = milliseconds(session.clock.now()) + _DAY
    for doc_id in filter(None, (receipt.receipt_id, receipt.of and receipt.of.receipt_id)):
        asked = HistoryAsked(doc_id=doc_id, date_from=milliseconds(since) - _DAY, date_to=until)
        reply = await session.link.get(place("sale_info"), reads(Sales, empty=True), asked)
        row = history.done(reply.sales, receipt)
        if row is not None:
            return row
    return None


async def _finished(session: Session, receipt: Receipt, settled: Settled, card_id: str) -> Settled:
    """The sale stands: what comes after it takes nothing back."""
    with after_a_change():
        trouble = await certificates.activate(session, receipt)
    if receipt.buyer is not None and not card_id:
        text = _("The card is not known to the system: nothing was earned.")
        trouble = (*trouble, Message(MessageTo.CASHIER, text))
    if trouble:
        settled = replace(settled, messages=trouble)
    return await with_balance(session, settled, card_id)


async def with_balance(session: Session, settled: Settled, card_id: str) -> Settled:
    """For the slip; a balance that does not come leaves the sale as it is."""
    if not card_id:
        return settled
    try:
        statement = await session.statement(card_id)
        return selling.with_balance(settled, statement)
    except (CashierError, ValueError, ArithmeticError):
        return settled


async def _with_levels(
    session: Session, settled: Settled, accum: Amount | None, card: Card | None, card_id: str
) -> Settled:
    """The level that was reached, and how far the next one is.

    The card is read again only where its turnover (``accum``; None: nobody told it) has reached a
    higher level. Silence is no trouble: the sale stands.
    """
    if card is None or not card.may_earn:
        return settled
    level = card.level
    try:
        if accum is None or selling.may_have_risen(accum, level, session.levels):
            told = await session.card_by_id(card_id)
            level = (await session.as_card(told)).level
            accum = minor(told.accum_sale_amount)
        risen = replace(settled, level=level if level != card.level else "")
        return selling.with_next_level(risen, accum, level, session.levels)
    except (CashierError, ValueError, ArithmeticError):
        return settled
