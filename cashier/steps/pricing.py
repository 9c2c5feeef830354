"""Prices: asking the system, putting its answer on the lines, and taking it off again."""

from collections.abc import Iterable
from dataclasses import replace

from cashier.errors import BadInput, CashierError
from cashier.events import Tone
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    Can,
    Cause,
    PointsOffer,
    PointsRequest,
    Refused,
    ReleaseRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.money import Amount, Points, spread
from cashier.promotions import with_own_promotions
from cashier.receipt import (
    Applied,
    Discount,
    Line,
    LinePoints,
    MessageTo,
    Receipt,
    Source,
)
from cashier.snapshot import Snapshot, State
from cashier.words import explain
from cashier.workplace import Workplace


async def selling(now: Snapshot, desk: Workplace) -> Snapshot:
    """The receipt as before the calculation; points held for it go back."""
    receipt = await released(open_receipt(now), desk)
    return replace(now, state=State.SELLING, receipt=receipt.uncalculated(), offer=None)


async def priced(now: Snapshot, desk: Workplace, spend: Points = 0) -> Snapshot:
    """Ask for new prices (spending ``spend`` points) and put them on the receipt.

    Without the system there are no discounts, said plainly; the till sells on. Points are another
    matter: asked to spend them, silence is raised and nothing changes.
    """
    bare = open_receipt(now).uncalculated()
    if desk.backend is None:
        own = with_own_promotions(bare, desk.shop.promotion, desk.clock.now())
        return _calculated(now, replace(own, applied=Applied()), None)
    try:
        answer, offer = await _ask(bare, desk, spend)
        receipt = with_prices(bare, answer)
    except (Unavailable, Refused) as error:
        if spend:
            raise
        desk.say(_("No discounts. {why}").format(why=explain(error)), Tone.WARNING)
        return _calculated(now, replace(bare, applied=Applied(offline=True)), None)
    known = now.receipt.applied.messages if now.receipt and now.receipt.applied else ()
    for message in answer.messages:
        if message.to is MessageTo.CASHIER and message not in known:
            desk.say(message.text)
    if spend:
        assert offer is not None  # asked for above: points are spent within an offer
        receipt = with_points(receipt, spend, answer.distribution, offer, desk)
    return _calculated(now, receipt, offer)


async def _ask(
    bare: Receipt, desk: Workplace, spend: Points
) -> tuple[Calculation, PointsOffer | None]:
    loyalty = await desk.loyalty()
    request = CalculateRequest(receipt=bare, spend=spend, at=desk.clock.now())
    answer = await desk.ask("calculate", loyalty.calculate(request))
    if bare.buyer is None or not bare.buyer.verified or not desk.can(Can.SPEND):
        return answer, None
    request_points = PointsRequest(receipt=with_prices(bare, answer), at=desk.clock.now())
    try:
        return answer, await desk.ask("points", loyalty.points(request_points))
    except Refused as error:
        if spend:
            raise
        desk.say(explain(error), Tone.WARNING)
        return answer, None


def _calculated(now: Snapshot, receipt: Receipt, offer: PointsOffer | None) -> Snapshot:
    return replace(now, state=State.CALCULATED, receipt=receipt, offer=offer)


def with_prices(bare: Receipt, answer: Calculation) -> Receipt:
    """The answer on the lines. Raises Unavailable when it cannot be true."""
    given = {price.number: price.discounts for price in answer.lines}
    if len(given) != len(answer.lines) or not given.keys() <= {line.number for line in bare.lines}:
        raise Unavailable(_("prices for lines that are not there"), cause=Cause.PROTOCOL)
    lines = tuple(
        _discounted(line, given[line.number]) if line.number in given else line
        for line in bare.lines
    )
    applied = Applied(
        earn=answer.earn, gifts=answer.gifts, messages=answer.messages, to_print=answer.to_print
    )
    return replace(
        bare,
        lines=lines,
        applied=applied,
        context=answer.context or bare.context,
        hold=bare.hold or answer.hold,
    )


def _discounted(line: Line, discounts: tuple[Discount, ...]) -> Line:
    changed = replace(line, discounts=(*line.by_hand, *discounts))
    if any(given.amount < 0 for given in discounts) or changed.total < line.floor:
        raise Unavailable(
            _("a price below the lowest one: {name}").format(name=line.name), cause=Cause.PROTOCOL
        )
    return changed


def with_points(
    receipt: Receipt,
    spend: Points,
    distribution: Iterable[LinePoints],
    offer: PointsOffer,
    desk: Workplace,
) -> Receipt:
    """Points as a discount over the lines: as the system spread them, else in proportion."""
    assert desk.system is not None  # it has just answered
    money = spend * desk.system.point_value // 100
    most = payable(receipt, offer)
    told = {part.number: part.amount for part in distribution}
    parts = [told.get(line.number, 0) for line in receipt.lines]
    if sum(parts) != money or any(part < 0 or part > cap for part, cap in zip(parts, most)):  # noqa: B905 (one per line, both)
        parts = spread(money, most, most)
    name = _("Points")
    lines = (
        replace(
            line,
            discounts=(
                *line.discounts,
                Discount(Source.POINTS, "points", name, part, system=desk.system.name),
            ),
        )
        if part
        else line
        for line, part in zip(receipt.lines, parts, strict=True)
    )
    return replace(receipt.with_lines(lines), spend=spend)


def payable(receipt: Receipt, offer: PointsOffer) -> list[Amount]:
    """The most that points may pay of each line, never below its lowest price."""
    limits = {part.number: part.amount for part in offer.lines}
    return [
        0
        if line.number in offer.excluded
        else max(0, min(line.total - line.floor, limits.get(line.number, line.total)))
        for line in receipt.lines
    ]


async def released(receipt: Receipt, desk: Workplace) -> Receipt:
    """Points come off the receipt; held ones go back. Silence is no trouble: holds expire."""
    if receipt.spend:
        desk.say(_("The points are taken off the receipt."))
    if not receipt.hold:
        return receipt
    try:
        loyalty = await desk.loyalty()
        request = ReleaseRequest(operation_id=receipt.hold, receipt=receipt, at=desk.clock.now())
        await desk.ask("release", loyalty.release(request))
    except CashierError as error:
        if getattr(error, "feedback", ()):
            text = _(
                "What is held for the receipt cannot be given back now: it waits in the queue."
            )
        else:
            text = _("The held points could not be given back now; the hold runs out by itself.")
        desk.say(text)
    return replace(receipt, hold="")


def open_receipt(now: Snapshot) -> Receipt:
    """The receipt that the state table promises to be there."""
    if now.receipt is None:
        raise BadInput(_("There is no receipt."))
    return now.receipt
