"""Servers of foreign wires in front of the embedded system: what all of them need to know.

A server reads its vendor's words into a ``Receipt`` and asks the embedded system as a till would;
what is common to that is here. Raises ValueError for what is no receipt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.house.rules_file import RulesFile
from backends.keeping import CardInfo, Keeper, SaleInfo
from backends.serving import Premises
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.errors import ConfigError
from cashier.exchange import LineReturned, Reason, Refused
from cashier.goods import Good
from cashier.i18n import _, language
from cashier.money import Amount, Points, Quantity, cost
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Receipt,
    SaleRef,
    Source,
)
from cashier.shop import beside

POINT = 100
"""Minor units of money that a point is worth on a wire that knows only points worth one unit."""
BY_TILL = "till"
"""Id of what the till took off by itself."""


# --- the system behind


def embedded(premises: Premises, *, codes: bool = True) -> HouseBackend:
    """The embedded system of a server, whose data last. ``codes``: the wire has a place for the
    code that confirms spending. Raises ConfigError for rules that the wire cannot tell."""
    rules = premises.rules or fixtures.path("loyalty.toml")
    file = RulesFile.open(rules, premises.folder / "loyalty.toml")
    return HouseBackend(
        premises.folder / "loyalty.db",
        tellable(file.rules, codes=codes),
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )


def tellable(rules: Rules, *, codes: bool = False) -> Rules:
    """The rules as such a wire can tell them. Raises ConfigError where it cannot."""
    if rules.settings.points.value != POINT:
        raise ConfigError(_("Over this wire a point is worth one unit of money, as the rules say."))
    if codes:
        return rules
    points = rules.settings.points.model_copy(update={"confirm_above": None})
    settings = rules.settings.model_copy(update={"points": points})
    return rules.model_copy(update={"settings": settings})


def goods_of(premises: Premises) -> "Goods":
    """Those of the shop card. Raises ConfigError."""
    shop = premises.shop
    return Goods(Catalog.load(beside(premises.card, shop.goods), language(), shop.money))


class _Enough(Exception):
    pass


@contextmanager
def looking(keeper: Keeper) -> Iterator[None]:
    """Whatever is changed within is not changed after it."""
    try:
        with keeper.together():
            yield
            raise _Enough
    except _Enough:
        pass


# --- the receipt


@dataclass(frozen=True)
class Goods:
    """What a server must know of goods, and a wire does not tell: group, unit, lowest price."""

    catalog: Catalog

    def good(self, sku: str, code: str = "") -> Good:
        """By article, else by barcode; what nobody knows is a piece of no group."""
        found = self.catalog.by_sku(sku) if sku else None
        if found is None and code:
            found = self.catalog.by_code(code)
        return found or Good(sku or code, "", 0)


def line(
    number: int,
    good: Good,
    price: Amount,
    quantity: Quantity,
    *,
    name: str = "",
    taken: Amount = 0,
    amount: Amount | None = None,
) -> Line:
    """A line that a till told of. ``taken``: what the till took off by itself; ``amount``: what
    it says that the line costs before that. Raises ValueError for what cannot be sold."""
    if quantity <= 0 or price < 0:
        raise ValueError(f"line {number}: quantity {quantity} at {price} is no sale")
    whole = cost(price, quantity) if amount is None else amount
    if not 0 <= taken <= whole:
        raise ValueError(f"line {number}: {taken} off {whole}")
    by_till = (Discount(Source.HAND, BY_TILL, "", taken),) if taken else ()
    return Line(
        number,
        good.sku,
        name or good.name,
        price,
        quantity,
        whole,
        "",
        good.unit,
        good.group,
        good.lowest,
        by_till,
    )


def with_points(lines: Sequence[Line], parts: Iterable[Amount]) -> tuple[Line, ...]:
    """The lines with what points pay of each. Raises ValueError for more than one costs."""
    made = []
    for one, part in zip(lines, parts, strict=True):
        if not 0 <= part <= one.total:
            raise ValueError(f"line {one.number}: points pay {part} of {one.total}")
        given = (Discount(Source.POINTS, "points", "", part),) if part else ()
        made.append(replace(one, discounts=(*one.discounts, *given)))
    return tuple(made)


def holder_of(info: CardInfo | None) -> Buyer | None:
    """Whoever shows a card at a till is known by it; None: nobody."""
    if info is None:
        return None
    identifier = Identifier(IdentifierKind.CARD, info.number)
    return Buyer(identifier, card=Card(info.number, info.level))


# --- the return


def left_of(sale: SaleInfo, but: str = "") -> dict[int, Quantity]:
    """What of each line has not come back yet, by other returns than ``but``."""
    left = {one.number: one.quantity for one in sale.receipt.lines}
    for back in sale.returns:
        if back.receipt.receipt_id != but:
            for part in back.lines:
                left[part.number] = left.get(part.number, 0) - part.quantity
    return left


@dataclass(frozen=True)
class Back:
    """One row of a return, as a till told it."""

    sku: str
    quantity: Quantity
    number: int = 0
    """Of the line in the sale; 0: the wire does not tell it."""


def returned(
    rows: Sequence[Back], of: Receipt, left: Mapping[int, Quantity]
) -> tuple[LineReturned, ...]:
    """Which lines of the sale come back: by number and article, else by the article alone, over as
    many lines as it takes. Raises Refused for goods that are not in the sale."""
    back: dict[int, Quantity] = {}
    for row in rows:
        same = [one for one in of.lines if one.sku == row.sku]
        if not same:
            text = _("{sku} is not in this sale").format(sku=row.sku)
            raise Refused(Reason.NOT_FOUND, text)
        exact = [one for one in same if one.number == row.number]
        wanted = row.quantity
        for one in exact or same:
            free = max(0, left.get(one.number, 0) - back.get(one.number, 0))
            part = min(wanted, free)
            if part:
                back[one.number] = back.get(one.number, 0) + part
                wanted -= part
        if wanted > 0:  # more than there is: the system behind says so in its words
            last = (exact or same)[-1].number
            back[last] = back.get(last, 0) + wanted
    return tuple(LineReturned(number=number, quantity=back[number]) for number in back)


def return_of(
    sale: Receipt, receipt_id: str, at: datetime, *, number: str, shop: str, till: str
) -> Receipt:
    """The return as the system behind is told of it: it reckons from the lines of the sale."""
    return Receipt(
        receipt_id=receipt_id,
        opened_at=at,
        closed_at=at,
        kind=Kind.RETURN,
        shop=shop,
        till=till,
        number=number,
        buyer=sale.buyer,
        of=SaleRef(sale.receipt_id, sale.number, sale.closed_at or sale.opened_at),
    )


def points_of(lines: Iterable[Line]) -> Points:
    """Points that the lines are paid with; one is worth ``POINT``."""
    return sum(one.points for one in lines)
