"""A receipt as one member of the chain sees it.

What was given before its first link stands on the lines as given by hand, for its own rules start
from there; its own discounts as they are; what came after as somebody else's: paid less for, yet no
business of its rules.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from backends.chain.memory import Memory
from backends.chain.place import Member, Place
from cashier.receipt import Buyer, Card, Discount, Line, Receipt, SaleRef, Source


class Views:
    def __init__(self, places: Sequence[Place]) -> None:
        self._turns = {place.link.title: turn for turn, place in enumerate(places)}
        self._owners = {place.link.title: place.member.id for place in places}
        self._first: dict[str, int] = {}
        for turn, place in enumerate(places):
            self._first.setdefault(place.member.id, turn)

    def of(self, member: Member, receipt: Receipt, memory: Memory) -> Receipt:
        """With the member's own words about it and its own coupons; points only if they are its."""
        pays = memory.payer == member.id
        lines = tuple([self._line(line, member.id, pays=pays) for line in receipt.lines])
        return changed(self.head(member, receipt, memory), lines=lines)

    @staticmethod
    def head(member: Member, receipt: Receipt, memory: Memory) -> Receipt:
        """All but the lines, which stay as they are."""
        coupons, codes = receipt.coupons, memory.coupons
        if coupons:
            coupons = tuple(one for one in coupons if codes.get(one.code, member.id) == member.id)
        return changed(
            receipt,
            buyer=_buyer(receipt.buyer, memory.cards.get(member.id)),
            coupons=coupons,
            spend=receipt.spend if memory.payer == member.id else 0,
            context="" if receipt.of else memory.contexts.get(member.id, ""),
            of=_sale(receipt.of, memory.contexts.get(member.id, "")),
        )

    def _line(self, line: Line, member: str, *, pays: bool) -> Line:
        if not line.discounts:
            return line
        seen = tuple(self._discount(one, member, pays=pays) for one in line.discounts)
        return line if seen == line.discounts else replace(line, discounts=seen)

    def _discount(self, one: Discount, member: str, *, pays: bool) -> Discount:
        if one.source is Source.HAND:
            return one
        if one.source is Source.POINTS:
            return one if pays else as_foreign(one)
        if self._owners.get(one.system) == member:
            return one
        turn = self._turns.get(one.system, -1)
        if turn < self._first.get(member, 0):
            return as_by_hand(one)
        return as_foreign(one)


def _sale(of: SaleRef | None, context: str) -> SaleRef | None:
    """The sale of a return, with the member's own words about it."""
    return None if of is None else replace(of, context=context)


def _buyer(buyer: Buyer | None, card: str | None) -> Buyer | None:
    """As a member knows him: by a card of its own, or not at all. None: it did not say."""
    if buyer is None or card is None:
        return buyer
    if not card:
        return None
    known = buyer.card
    return buyer if known and known.number == card else Buyer(buyer.identifier, None, Card(card))


def changed(receipt: Receipt, **other: Any) -> Receipt:
    """``replace`` without asking every field: each link of each receipt is given one."""
    made = object.__new__(Receipt)
    facts = made.__dict__
    facts.update(receipt.__dict__)
    for name in _SUMS:
        facts.pop(name, None)
    facts.update(other)
    return made


_SUMS = ("amount", "discount", "paid_with_points")
"""What a receipt remembers of its lines."""


def as_by_hand(one: Discount) -> Discount:
    """Written out, as below: ``replace`` asks every field, and this is done for every line."""
    return Discount(Source.HAND, one.rule, one.name, one.amount, one.why, one.system)


def as_foreign(one: Discount) -> Discount:
    """As somebody else's: nobody's rule has such an id."""
    rule = f"{one.system}:{one.rule}"
    return Discount(Source.PROMOTION, rule, one.name, one.amount, one.why, one.system)
