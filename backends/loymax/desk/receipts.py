"""A cheque as a receipt of the embedded system. Raises ValueError for what is no receipt."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from backends.fronting import Goods, holder_of, line, points_of, with_points
from backends.keeping import Keeper
from backends.loymax.common.names import SOURCES
from backends.loymax.common.parts import Asked, Cheque, ChequeLine
from cashier.money import cost
from cashier.receipt import (
    Applied,
    Buyer,
    Coupon,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Source,
)

_PHONE = re.compile(r"\+?\d{10,15}", re.ASCII)
_UNNAMED = "loymax"
"""Of a discount without an offer."""


@dataclass(frozen=True)
class Reader:
    keeper: Keeper
    goods: Goods
    shop: str

    def receipt(self, asked: Asked, till: str, priced: datetime | None = None) -> Receipt:
        """``priced``: when its prices were made; None: they were not asked for."""
        cheque = cheque_of(asked)
        assert cheque.at is not None
        lines = tuple(self._line(one) for one in cheque.lines)
        lines = with_points(lines, [one.pay for one in cheque.lines])
        return Receipt(
            receipt_id=asked.purchase,
            opened_at=min(priced, cheque.at) if priced else cheque.at,
            closed_at=cheque.at,
            shop=self.shop,
            till=till,
            number=cheque.number,
            lines=lines,
            buyer=self.buyer(asked.identifier),
            coupons=tuple(map(Coupon, asked.coupons)),
            applied=Applied() if priced else None,
            spend=points_of(lines),
            context=priced.isoformat() if priced else "",
        )

    def _line(self, one: ChequeLine) -> Line:
        good = self.goods.good(one.goods, one.barcode)
        whole = max(cost(one.price, one.quantity), one.amount)
        made = line(
            one.position,
            good,
            one.price,
            one.quantity,
            name=one.name,
            taken=whole - one.amount,
            amount=whole,
        )
        given = discounts(one)
        if sum(offer.amount for offer in given) > one.amount:
            raise ValueError(f"PosID {one.position}: more is taken off than it costs")
        return replace(made, discounts=(*made.discounts, *given))

    def buyer(self, value: str) -> Buyer | None:
        if not value:
            return None
        known = holder_of(self.keeper.cards.card(value))
        return known or Buyer(Identifier(next(iter(kinds_of(value))), value))


def kinds_of(value: str) -> Iterable[IdentifierKind]:
    """What ``Type="Auto"`` may stand for, the likeliest first."""
    if "@" in value:
        yield IdentifierKind.EMAIL
    elif _PHONE.fullmatch(value):
        if value.startswith("+"):
            yield IdentifierKind.PHONE
            return
        yield IdentifierKind.CARD
        yield IdentifierKind.PHONE
        yield IdentifierKind.APP
    else:
        yield IdentifierKind.CARD
        yield IdentifierKind.APP


def cheque_of(asked: Asked) -> Cheque:
    if asked.cheque is None:
        raise ValueError("Cheque is missing")
    return asked.cheque


def discounts(one: ChequeLine) -> tuple[Discount, ...]:
    """By the offers; together they are the discount of the line."""
    given = tuple(
        Discount(SOURCES.get(offer.kind, Source.PROMOTION), offer.id, offer.name, offer.amount)
        for offer in one.offers
        if offer.amount
    )
    if not given and one.discount:
        return (Discount(Source.PROMOTION, _UNNAMED, "", one.discount),)
    if sum(offer.amount for offer in given) != one.discount:
        raise ValueError(f"PosID {one.position}: the offers are not its discount")
    return given


def offers_of(cheque: Cheque) -> str:
    """The same text for the same goods with the same offers."""
    rows = [
        (line.position, line.quantity, line.amount, sorted((o.id, o.amount) for o in line.offers))
        for line in cheque.lines
    ]
    return json.dumps(sorted(rows))
