"""Prices at the plugin's place in the chain, and how many points may pay."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from backends.set10.setapi import contract as api
from backends.set10.setapi import translate
from backends.set10.setapi.host import Host, card_of, prices_hold
from backends.set10.setapi.life import Life, totals
from backends.set10.setapi.saying import said, sense
from backends.set10.setapi.translate import Kept
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Receipt
from cashier.words import points_text


async def started(host: Host, receipt: Receipt, at: datetime) -> None:
    """Before any provider runs."""
    attributes = await said(
        host.plugins.loyalty.on_discount_calculation_started(translate.receipt(receipt, at))
    )
    host.lives.put(receipt.receipt_id, Life(attributes=attributes, watched=True))


async def finished(host: Host, receipt: Receipt, at: datetime) -> None:
    """After the whole chain, with the final prices."""
    life = host.lives.get(receipt.receipt_id) or Life()
    life = replace(life, watched=False, totals=totals(receipt), ceilings=None)
    host.lives.put(receipt.receipt_id, life)
    kept = Kept(life.result, life.attributes)
    ceilings = await _corrected(host, replace(receipt, context=kept.words()), at)
    host.lives.put(receipt.receipt_id, replace(life, ceilings=ceilings))


async def calculate(host: Host, request: ex.CalculateRequest) -> ex.Calculation:
    """``do_discount`` at this place. Without a chain that watches over it, all of its life."""
    receipt, at, left = request.receipt, request.at, tuple[Feedback, ...]()
    if not request.spend and not receipt.hold:
        left = await host.undo_open(receipt.receipt_id)  # what a crash has left behind
    life = host.lives.get(receipt.receipt_id)
    if life is None or not life.watched:
        await started(host, receipt, at)
        life = replace(host.lives.get(receipt.receipt_id) or Life(), watched=False)
    try:
        answer, result = await _discounts(host, request, life.attributes)
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
        if request.spend:
            error.feedback = (*error.feedback, *await host.undo_open(receipt.receipt_id))
        raise
    finally:
        if not life.watched:
            host.lives.put(receipt.receipt_id, life)
    host.lives.put(receipt.receipt_id, replace(life, result=result))
    if not life.watched:
        with suppress(ex.Refused, ex.Unavailable, ex.OutcomeUnknown):  # ``points`` asks again
            await finished(host, _priced(receipt, answer), at)
    hears = result is not None and host.plugins.loyalty.hears_cancel and not request.spend
    return answer.model_copy(
        update={"hold": prices_hold(receipt) if hears else "", "feedback": left}
    )


async def _discounts(
    host: Host, request: ex.CalculateRequest, attributes: api.Attributes
) -> tuple[ex.Calculation, api.LoyaltyResult | None]:
    receipt = request.receipt
    written = _written_off(host, request)
    seen = translate.receipt(receipt, request.at, attributes=attributes, written_off=written)
    result = await said(host.plugins.loyalty.do_discount(seen))
    with sense():
        became = translate.turned(result)
    if sum(one.points for one in written) != became:
        raise await _inconsistent(host, seen, became)
    kept = Kept(result, result.attributes if result else attributes)
    if result is None:
        return ex.Calculation(context=kept.words()), None
    with sense():
        return translate.calculation(result, seen, host.name, kept), result


def _written_off(host: Host, request: ex.CalculateRequest) -> tuple[api.WrittenOff, ...]:
    """What is written off for this receipt; or what would be, where it is only asked."""
    if not request.spend:
        return ()
    one = host.written(request.receipt.receipt_id)
    if one is None:
        return (api.WrittenOff(card_of(request.receipt), request.spend),)
    return (api.WrittenOff(one.card, one.points, one.transaction),)


async def _inconsistent(host: Host, seen: api.PluginReceipt, became: int) -> ex.Refused:
    """Points that are gone and points that became discount differ: the write-off is void, and
    discounts are reckoned anew with no points."""
    left = await host.undo_open(seen.receipt_id)
    with suppress(ex.Refused, ex.Unavailable, ex.OutcomeUnknown):
        await said(host.plugins.loyalty.do_discount(replace(seen, written_off=())))
    written = sum(one.points for one in seen.written_off)
    return inconsistent(written, became, left)


def inconsistent(written: int, became: int, left: tuple[Feedback, ...]) -> ex.Refused:
    text = _(
        "{written} points were written off and {became} became a discount: the points go back to"
        " the card, the receipt is without points"
    )
    words = text.format(written=points_text(written), became=points_text(became))
    return ex.Refused(ex.Reason.OTHER, words, feedback=left)


def _priced(receipt: Receipt, answer: ex.Calculation) -> Receipt:
    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(
        line.with_more(given[line.number]) if line.number in given else line
        for line in receipt.lines
    )
    return replace(receipt, lines=lines)


# --- points


async def points(host: Host, request: ex.PointsRequest) -> ex.PointsOffer:
    receipt = request.receipt
    try:
        return await _offer(host, request)
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
        # The till gives the whole spending up now, and knows of nothing that was written off.
        error.feedback = (*error.feedback, *await host.undo_open(receipt.receipt_id))
        raise


async def _offer(host: Host, request: ex.PointsRequest) -> ex.PointsOffer:
    receipt, at = request.receipt, request.at
    number = card_of(receipt)
    told = await said(host.plugins.cards.search_card(api.CardQuery(number=number)))
    with sense():
        answer = translate.found(told)
    if isinstance(answer, ex.NotFound):
        raise ex.Refused(ex.Reason.NOT_FOUND, _("the plugin does not know this card"))
    life = host.lives.get(receipt.receipt_id)
    known = life is not None and life.totals == totals(receipt) and life.ceilings is not None
    ceilings = life.ceilings if known and life else await _corrected(host, receipt, at)
    one = host.written(receipt.receipt_id)
    with sense():
        card = next((one for one in answer.cards if one.number == number), answer.cards[0])
        lines = translate.receipt(receipt, at).lines
        return translate.offer(ceilings or (), card, one.points if one else 0, lines)


async def _corrected(host: Host, receipt: Receipt, at: datetime) -> tuple[api.WriteOffCeiling, ...]:
    seen, result = host.seen(receipt, at), Kept.of(receipt.context).result
    return await said(host.plugins.loyalty.on_discount_calculation_finished(seen, result))
