"""What does it cost? Asked without selling; then sold, or not."""

from contextlib import suppress
from dataclasses import replace

from cashier.commands import CheckPrice, SellChecked
from cashier.errors import BadInput, CashierError, NotNow, StorageError
from cashier.exchange import CalculateRequest
from cashier.goods import Good
from cashier.i18n import _
from cashier.meaning import GoodsCode, Unknown, WeightCode, meaning
from cashier.money import ONE
from cashier.promotions import with_own_promotions
from cashier.receipt import Line, Receipt
from cashier.snapshot import PriceChecked, Snapshot, State
from cashier.steps.goods import add, line_for
from cashier.steps.pricing import released, with_prices
from cashier.workplace import Workplace


async def check_price(now: Snapshot, command: CheckPrice, desk: Workplace) -> Snapshot:
    found = meaning(command.code, desk.shop.codes, desk.catalog)
    if isinstance(found, Unknown):
        raise BadInput(found.why)
    if not isinstance(found, GoodsCode | WeightCode):
        raise BadInput(_("This is not goods: scan what the price is asked of."))
    line = await _priced(now, found.good, desk)
    why = ", ".join(given.name for given in line.discounts if given.amount)
    good = found.good
    question = PriceChecked(good.sku, good.name, good.unit, good.price, line.total, why)
    return replace(now, question=question)


async def _priced(now: Snapshot, good: Good, desk: Workplace) -> Line:
    """One of it for this customer, on a receipt of its own that nobody will ever see."""
    line = replace(line_for(good, ONE, ""), number=1)
    at, served = desk.clock.now(), None if now.state is State.FINISHED else now.receipt
    receipt = Receipt(desk.ids(), at, buyer=served.buyer if served else None, lines=(line,))
    receipt = replace(receipt, shop=desk.shop.shop, till=desk.shop.till)
    if desk.backend is None:
        return with_own_promotions(receipt, desk.shop.promotion, at).lines[0]
    try:
        loyalty = await desk.loyalty()
        request = CalculateRequest(receipt=receipt, at=at)
        answer = await desk.ask("calculate", loyalty.calculate(request))
        priced = with_prices(receipt, answer)
        await _not_wanted(priced, desk)
        return priced.lines[0]
    except CashierError:
        return line  # the price on the shelf is an answer, too


async def _not_wanted(priced: Receipt, desk: Workplace) -> None:
    """Nobody will buy at these prices: what they keep, and what they left behind, goes."""
    await released(priced, desk)
    with suppress(StorageError):
        desk.feedback.cancelled(priced.receipt_id)


async def sell_checked(now: Snapshot, command: SellChecked, desk: Workplace) -> Snapshot:
    question = now.question
    good = desk.catalog.by_sku(question.sku) if isinstance(question, PriceChecked) else None
    if good is None:
        raise NotNow(_("Ask for a price first."))
    if now.state not in (State.IDLE, State.SELLING, State.CALCULATED, State.FINISHED):
        raise NotNow(_("Nothing can be sold now."))
    return await add(replace(now, question=None), good, ONE, desk)
