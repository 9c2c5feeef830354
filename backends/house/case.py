"""A receipt as the system sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backends.house import coupons, people
from backends.house.accounts import DB
from backends.house.book import Basket, Facts, View
from backends.house.club import Club
from backends.house.coupons import Held
from backends.house.people import CardRow
from backends.house.rules import Level
from cashier.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Case:
    """Whose a receipt is, which rules hold, which goods they want."""

    row: CardRow | None
    level: Level | None
    """None without a card, or with one that may not earn."""
    held: Held
    view: View
    basket: Basket


def before_promotions(receipt: Receipt) -> Receipt:
    """What the cashier took off by hand is gone from the amounts: promotions start from there.

    Lines keep their numbers, whatever they are: tills of other makers count as they like.
    """
    lines = tuple(
        [
            replace(line, amount=line.amount - sum([given.amount for given in line.by_hand]))
            if line.discounts
            else line
            for line in receipt.lines
        ]
    )
    return replace(receipt, lines=lines)


def case(club: Club, db: DB, receipt: Receipt, codes_: Sequence[str], at: datetime) -> Case:
    row = people.buyers_card(club, db, receipt.buyer)
    held = coupons.hold(club, db, receipt, codes_, row, at) if codes_ else coupons.NONE
    level = club.level(row.level) if row is not None and row.may_earn else None
    # A number that anyone may type earns for its owner, but opens no discounts of his level.
    sure = level is not None and receipt.buyer is not None and receipt.buyer.verified
    view = club.book.view(Facts(at, level.id if level and sure else "", held.kinds))
    return Case(row, level, held, view, club.book.basket(view, receipt.lines))
