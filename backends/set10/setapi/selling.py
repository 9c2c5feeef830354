"""The sale and the return: before fiscal printing, and after it.

Our till keeps a receipt before it prints one, so both calls come one after the other, each again
under the same ids until the plugin has answered.
"""

from collections.abc import Sequence
from dataclasses import replace

from backends.set10.setapi import contract as api
from backends.set10.setapi.book import Sold, SoldLine, State, WriteOff
from backends.set10.setapi.feedback import of_plugin
from backends.set10.setapi.host import Host, card_of, paid
from backends.set10.setapi.pricing import inconsistent
from backends.set10.setapi.saying import said, sense
from backends.set10.setapi.spending import write_off
from backends.set10.setapi.translate import Kept
from cashier import exchange as ex
from cashier.i18n import _
from cashier.money import share, spread
from cashier.outcomes import after_a_change
from cashier.receipt import Feedback, Message, MessageTo, Receipt, Settled
from cashier.words import points_text


async def save_sale(host: Host, request: ex.SaveSaleRequest) -> Settled:
    before = host.book.done(request.operation_id)
    if before is not None:
        return before
    receipt, left = request.receipt, tuple[Feedback, ...]()
    one = await _spent(host, request) if receipt.spend else None
    if one is None:
        left = await host.undo_open(receipt.receipt_id)  # written off, and not wanted any more
    seen, result = host.seen(receipt, request.at), Kept.of(receipt.context).result
    try:
        told = await _fiscal(host, seen, result)
    except ex.Refused as error:
        error.feedback = (*error.feedback, *left, *await host.undo_open(receipt.receipt_id))
        raise
    except ex.Unavailable as error:
        if one is None:
            raise
        raise ex.OutcomeUnknown(str(error), cause=error.cause, raw=error.raw) from error
    with sense(changes=True):
        settled = _settled(told, host, receipt, left)
        settled = replace(settled, earned=_done(told), spent=receipt.spend)
        sold = _sold(receipt, told)
    sealed = replace(one, state=State.SOLD) if one else None
    with after_a_change():
        host.book.settle(request.operation_id, settled, sold, sealed)
    host.lives.drop(receipt.receipt_id)
    return settled


async def _spent(host: Host, request: ex.SaveSaleRequest) -> WriteOff:
    """Written off by now, and as many as became discount. Raises Refused."""
    receipt = request.receipt
    one = host.written(receipt.receipt_id)
    if one is None:
        card, operation = card_of(receipt), request.operation_id
        one = host.book.promise(operation, receipt.receipt_id, card, receipt.spend)
        one = await write_off(host, one, host.seen(receipt, request.at))
    if not one.points == receipt.spend == paid(receipt):
        left = await host.undo_open(receipt.receipt_id)
        raise inconsistent(one.points, paid(receipt), left)
    return one


async def _fiscal(
    host: Host, seen: api.PluginReceipt, result: api.LoyaltyResult | None
) -> list[api.Told]:
    """Before printing, and after it. A no can come only before it."""
    loyalty = host.plugins.loyalty
    before = await said(loyalty.event_before_receipt_fiscalized(seen, result), changes=True)
    try:
        with after_a_change():
            after = await said(loyalty.on_receipt_fiscalized(seen, result), changes=True)
    except ex.Refused as error:
        raise ex.OutcomeUnknown(str(error), cause=ex.Cause.PROTOCOL) from error
    return [before, after]


def _settled(
    told: Sequence[api.Told], host: Host, receipt: Receipt, left: tuple[Feedback, ...]
) -> Settled:
    accruals = [accrual for one in told for accrual in one.accruals]
    balances = [one.balance for one in accruals if one.balance is not None]
    messages = [message for one in told for message in one.messages]
    later = sum(one.points for one in accruals if one.balance is None and one.points > 0)
    if later:
        words = _("{points} points will come onto the card later").format(points=points_text(later))
        messages += [Message(MessageTo.CASHIER, words), Message(MessageTo.SLIP, words)]
    own = [feedback for one in told for feedback in one.feedbacks]
    return Settled(
        balance=balances[-1] if balances else None,
        available=max(0, balances[-1]) if balances else None,
        messages=tuple(messages),
        feedback=(*left, *of_plugin(own, receipt.receipt_id, host.name)),
    )


def _done(told: Sequence[api.Told]) -> int:
    """Points that came onto the card."""
    accruals = [accrual for one in told for accrual in one.accruals]
    return sum(max(0, one.points) for one in accruals if one.balance is not None)


def _sold(receipt: Receipt, told: Sequence[api.Told]) -> Sold:
    """What of it a return undoes: points that come later come as surely."""
    accrued = sum(max(0, accrual.points) for one in told for accrual in one.accruals)
    prices = [max(0, line.total) for line in receipt.lines]
    if not any(prices):
        prices = [line.amount for line in receipt.lines]
    parts = spread(accrued, prices, [accrued] * len(prices)) if any(prices) else [0] * len(prices)
    lines = tuple(
        SoldLine(line.number, line.quantity, line.points, part)
        for line, part in zip(receipt.lines, parts, strict=True)
    )
    return Sold(receipt.receipt_id, card_of(receipt), lines)


# --- the return


async def save_return(host: Host, request: ex.SaveReturnRequest) -> Settled:
    before = host.book.done(request.operation_id)
    if before is not None:
        return before
    receipt = request.receipt
    sale = host.book.sale(receipt.of.receipt_id) if receipt.of else None
    if sale is None:
        text = _("What the plugin gave at that sale is not known at this till: no points move.")
        return Settled(messages=(Message(MessageTo.CASHIER, text),))
    refund, rest = _refund(sale, request)
    seen = host.seen(receipt, request.at, refund)
    if sale.card and not seen.cards:
        seen = replace(seen, cards=(sale.card,))
    told = await _fiscal(host, seen, None)
    with sense(changes=True):
        settled = _settled(told, host, receipt, ())
        settled = replace(settled, given_back=refund.spent, taken_back=refund.accrued)
    with after_a_change():
        host.book.settle(request.operation_id, settled, rest)
    return settled


def _refund(sale: Sold, request: ex.SaveReturnRequest) -> tuple[api.Refund, Sold]:
    """What is undone, and what may still come back. Raises Refused."""
    back: dict[int, int] = {}
    for line in request.lines:
        back[line.number] = back.get(line.number, 0) + line.quantity
    spent = accrued = 0
    lines: list[SoldLine] = []
    for one in sale.lines:
        after = one.returned + back.pop(one.number, 0)
        if after > one.quantity:
            text = _("line {number} came back already").format(number=one.number)
            raise ex.Refused(ex.Reason.ALREADY_PROCESSED, text)
        spent += share(one.spent, after, one.quantity)
        spent -= share(one.spent, one.returned, one.quantity)
        accrued += share(one.accrued, after, one.quantity)
        accrued -= share(one.accrued, one.returned, one.quantity)
        lines.append(replace(one, returned=after))
    if back:
        text = _("line {number} is not in this sale").format(number=min(back))
        raise ex.Refused(ex.Reason.NOT_FOUND, text)
    return api.Refund(sale.receipt, sale.card, spent, accrued), replace(sale, lines=tuple(lines))
