"""What the server says of paying with points, written as it goes over the wire."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from backends.rarus.wire.base import DONE, SUCCESS
from backends.rarus.wire.writing import number, text
from cashier.exchange import Calculation, PointsOffer
from cashier.money import Amount, Points, spread
from cashier.receipt import Receipt

Percent: TypeAlias = Callable[[str], int]
"""How much of a row of an article points may pay, hundredths of a percent; informative."""


def parts_asked_for(
    priced: Receipt, answer: Calculation, offer: PointsOffer, percent: Percent
) -> str:
    """``priced``: with the prices of ``answer``, which spread the points that were asked for."""
    paid = {part.number: part.amount for part in answer.distribution}
    return _distribution(
        priced, offer, [paid.get(line.number, 0) for line in priced.lines], percent
    )


def _distribution(
    priced: Receipt, offer: PointsOffer, spread_as: Sequence[Amount], percent: Percent
) -> str:
    """A list of ``PaymentPart``. ``spread_as``: what points pay of each line."""
    most = {part.number: part.amount for part in offer.lines}
    excluded = frozenset(offer.excluded)
    parts = [
        f'{{"line_number":{line.number},"article":{text(line.sku)},"summ":{number(line.total)}'
        f',"max_payment_percent":{"0" if line.number in excluded else number(percent(line.sku))}'
        f',"max_payment_sum":{number(most.get(line.number, line.total))}'
        f',"payment_sum":{number(part)}}}'
        for line, part in zip(priced.lines, spread_as, strict=True)
    ]
    return f"[{','.join(parts)}]"


def spread_points(priced: Receipt, offer: PointsOffer, wanted: Points) -> list[Amount]:
    """The server's own spreading of points, one worth one unit of money, over the lines."""
    most = {part.number: part.amount for part in offer.lines}
    bears = [
        0 if line.number in offer.excluded else most.get(line.number, max(0, line.total))
        for line in priced.lines
    ]
    return spread(min(wanted, offer.spendable, sum(bears)), bears)


def limits(
    priced: Receipt, offer: PointsOffer, wanted: Points | None, level_id: str, percent: Percent
) -> str:
    """A ``Limits``. ``wanted`` None: as much as may be."""
    spendable = max(0, offer.spendable)
    spread_as = spread_points(priced, offer, spendable if wanted is None else max(0, wanted))
    excluded = {line.sku for line in priced.lines if line.number in offer.excluded}
    parts = _distribution(priced, offer, spread_as, percent)
    return _limits(level_id, offer.available, spendable, sorted(excluded), parts)


def limits_without_goods(available: Points, level_id: str) -> str:
    """Asked without rows, all that is available may be spent: a test of the vendor's expects so."""
    return _limits(level_id, available, available, (), "[]")


def _limits(
    level_id: str, available: Points, spendable: Points, excluded: Sequence[str], parts: str
) -> str:
    return (
        f'{{"code":{SUCCESS},"message":{text(DONE)},"card_level_id":{text(level_id)}'
        f',"balance_available":{number(available)},"max_payment":{number(spendable)}'
        f',"master_card_id":"","excluded_articles":[{",".join(map(text, excluded))}]'
        f',"payment_distribution":{parts}}}'
    )
