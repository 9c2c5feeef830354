"""Personal offers on the lines of a receipt, from what earlier links left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backends.house.book import Facts, holds, reached, wants
from backends.house.rules import Goods
from backends.house.words import money, percents
from backends.set10.machine.offers import Offer, takes_part
from cashier.exchange import LinePrice
from cashier.i18n import _, comma
from cashier.money import Amount, cost, percent, show_quantity
from cashier.receipt import Discount, Line, Source

RULE = "offer:"
"""Ids of rules begin so."""


@dataclass(frozen=True)
class Personal:
    """An offer that a customer has."""

    id: str
    """His own: two customers have two."""
    offer: Offer
    ends: datetime | None = None


def prices(
    lines: Sequence[Line], had: Sequence[Personal], no_offers: Goods, at: datetime, system: str
) -> tuple[LinePrice, ...]:
    """Each line gets the one offer that takes most off it; of equal ones the first."""
    best: dict[int, tuple[Amount, Personal]] = {}
    for one in had:
        for line in _wanted(one.offer, lines, no_offers, at):
            gain = _gain(one.offer, line)
            if gain > best.get(line.number, (0, one))[0]:
                best[line.number] = gain, one
    return tuple(
        LinePrice(
            number=line.number, discounts=(_discount(*best[line.number], line, system=system),)
        )
        for line in lines
        if line.number in best
    )


def _wanted(offer: Offer, lines: Sequence[Line], no: Goods, at: datetime) -> list[Line]:
    """Lines that the offer is for now; none where there are not enough of them."""
    if not holds(offer.when)(Facts(at)):
        return []
    wanted = wants(offer.when)
    places = [
        place
        for place, line in enumerate(lines)
        if takes_part(line)
        and wanted(line.sku, line.group)
        and line.group not in no.groups
        and line.sku not in no.skus
    ]
    if not places or not reached(offer.when, lines, places):
        return []
    return [lines[place] for place in places]


def _gain(offer: Offer, line: Line) -> Amount:
    left = line.total
    if offer.percent:
        gain = percent(left, offer.percent)
    elif offer.amount:
        gain = cost(offer.amount, line.quantity)
    else:
        gain = left - cost(offer.price, line.quantity)
    return max(0, min(gain, left - line.floor))


def _discount(gain: Amount, one: Personal, line: Line, *, system: str) -> Discount:
    name = str(one.offer.name)
    return Discount(Source.PROMOTION, f"{RULE}{one.id}", name, gain, _why(one.offer, line), system)


def _why(offer: Offer, line: Line) -> str:
    quantity = show_quantity(line.quantity, comma=comma())
    if offer.percent:
        text = _("{percent} of {base}")
        return text.format(percent=f"{percents(offer.percent)} %", base=money(line.total))
    if offer.amount:
        text = _("{amount} off each, {quantity} of them")
        return text.format(amount=money(offer.amount), quantity=quantity)
    text = _("price {new} instead of {old}, {quantity} of them")
    return text.format(new=money(offer.price), old=money(line.price), quantity=quantity)
