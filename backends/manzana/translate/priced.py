"""The answer to a ``Soft`` cheque: prices, and what points may pay."""

import json
from collections.abc import Iterator, Mapping

from backends.manzana.translate import hearing
from backends.manzana.translate.asking import card_of, takes_part
from backends.manzana.translate.hearing import Item
from backends.manzana.wire.parts import sum_of, text
from backends.soap import Element
from cashier.exchange import Calculation, LinePrice, PointsOffer, Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import Discount, Line, LinePoints, Receipt, Source

SYSTEM = "Manzana"
_OFFER = "offer"
"""Id of what took something off where the answer does not name it."""


def calculation(told: Element, receipt: Receipt, spend: Points) -> Calculation:
    """Raises Refused where not so many points may be spent, ValueError."""
    pairs = _pairs(told, receipt)
    written = sum_of(told, "WriteoffBonus")
    if spend and written is not None and written < spend:
        words = _("there are not so many points to spend")
        raise Refused(Reason.LIMIT_EXCEEDED, text(told, "Message") or words)
    names = hearing.offers(told)
    return Calculation(
        lines=tuple(_prices(pairs, names)),
        earn=hearing.points(told, "ChargedBonus"),
        messages=hearing.messages(told),
        to_print=hearing.to_print(told),
        distribution=tuple(
            LinePoints(line.number, item.written_off)
            for line, item in pairs
            if spend and item.written_off
        ),
        context=_words(told, receipt, pairs),
    )


def _pairs(told: Element, receipt: Receipt) -> list[tuple[Line, Item]]:
    lines = {line.number: line for line in receipt.lines if takes_part(line)}
    pairs = []
    for item in hearing.items(told):
        if item.number not in lines:
            raise ValueError(f"PositionNumber {item.number}: there is no such line")
        pairs.append((lines[item.number], item))
    return pairs


def _prices(
    pairs: list[tuple[Line, Item]], names: Mapping[str, tuple[str, str]]
) -> Iterator[LinePrice]:
    for line, item in pairs:
        if item.discounted is None:
            continue
        asked = _asked(line)
        off = asked - item.discounted
        if not 0 <= off <= asked:
            raise ValueError(f"SummDiscounted {item.discounted} of {asked}")
        if off:
            rule, name = names.get(line.sku) or names.get("") or (_OFFER, _("Discount"))
            given = Discount(Source.PROMOTION, rule, name, off, system=SYSTEM)
            yield LinePrice(number=line.number, discounts=(given,))


def _asked(line: Line) -> Amount:
    """What it costs before the system takes anything off."""
    return line.amount - sum(given.amount for given in line.by_hand)


def offer(told: Element, receipt: Receipt) -> PointsOffer:
    return _offer(told, receipt, _pairs(told, receipt))


def _offer(told: Element, receipt: Receipt, pairs: list[tuple[Line, Item]]) -> PointsOffer:
    """``CardBalance`` of a ``Soft`` answer is the one after the sale."""
    active = hearing.points(told, "CardActiveBalance")
    after = sum_of(told, "CardBalance")
    moved = (sum_of(told, "WriteoffBonus") or 0) - (sum_of(told, "ChargedBonus") or 0)
    most = sum_of(told, "AvailablePayment")
    if most is None:  # it only says how much of the sum that was asked for may be paid
        most = sum_of(told, "WriteoffBonus") or 0
    parts = {line.number: max(0, item.available or 0) for line, item in pairs}
    if not any(item.available is not None for _line, item in pairs):
        parts = _shares(most, pairs)
    return PointsOffer(
        balance=max(active, after + moved) if after is not None else active,
        available=active,
        spendable=max(0, most),
        lines=tuple(LinePoints(number, amount) for number, amount in parts.items()),
        excluded=_without_points(receipt, parts),
    )


def _shares(most: Amount, pairs: list[tuple[Line, Item]]) -> dict[int, Amount]:
    """Of a service that speaks of the whole cheque only: no line is left out."""
    costs = [_asked(line) if item.discounted is None else item.discounted for line, item in pairs]
    return {line.number: cost for (line, _item), cost in zip(pairs, costs, strict=True) if most}


def _words(told: Element, receipt: Receipt, pairs: list[tuple[Line, Item]]) -> str:
    """Points go with the receipt, so that nobody asks twice for one answer. Empty: it is none."""
    if sum_of(told, "AvailablePayment") is None:
        return ""
    found = _offer(told, receipt, pairs)
    return json.dumps(
        {
            "of": _goods(receipt),
            "balance": found.balance,
            "available": found.available,
            "spendable": found.spendable,
            "lines": [[one.number, one.amount] for one in found.lines],
        },
        separators=(",", ":"),
    )


def _goods(receipt: Receipt) -> list[list[str | int]]:
    """What an answer holds for."""
    goods: list[list[str | int]] = [[card_of(receipt), 0]]
    goods += ([one.sku, _asked(one)] for one in receipt.lines if takes_part(one))
    return goods


def remembered(receipt: Receipt) -> PointsOffer | None:
    """What the last answer said of points; None: nobody knows."""
    try:
        told = json.loads(receipt.context)
        if told["of"] != _goods(receipt):
            return None
        lines = tuple(LinePoints(int(number), int(amount)) for number, amount in told["lines"])
        return PointsOffer(
            balance=int(told["balance"]),
            available=int(told["available"]),
            spendable=int(told["spendable"]),
            lines=lines,
            excluded=_without_points(receipt, {one.number: one.amount for one in lines}),
        )
    except (ValueError, LookupError, TypeError):
        return None


def _without_points(receipt: Receipt, parts: Mapping[int, Amount]) -> tuple[int, ...]:
    return tuple(one.number for one in receipt.lines if not parts.get(one.number))
