"""Rounding as Loymax has it, for the servers of both wires: pure, on whole numbers.

Known are the settings: ``roundValue`` in kopecks, over which positions a correction of direct
discounts is spread, what a correction of payments looks at, ``isPerUnit`` and ``divisibility``.
How ties go and which way is rounded no source says (*emulated*): to the nearest, a tie for the
buyer, or always for the buyer. Money is minor units, quantities thousandths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import lcm

from cashier.money import ONE, Amount, Quantity, spread


class Over(StrEnum):
    """Which positions bear the difference that a correction of direct discounts makes."""

    ALL_CHEQUE = "AllCheque"
    WITHOUT_DISCOUNT = "WithoutDiscount"
    HIGH_PRICE = "HighPrice"
    """The dearest one first, then the next."""


class Target(StrEnum):
    """What is a multiple of ``roundValue`` after a correction of payments."""

    CHEQUE_AMOUNT = "ChequeAmount"
    """What is left to pay in money."""
    AVAILABLE_AMOUNT = "AvailableAmount"
    """What points may pay."""


class Way(StrEnum):
    """*Emulated.*"""

    DOWN = "Down"
    """The cheque never gets dearer."""
    NEAREST = "Nearest"
    """Half a step goes down; up only as far as there are discounts to take back."""


@dataclass(frozen=True)
class Position:
    amount: Amount
    """Before direct discounts."""
    discount: Amount = 0
    price: Amount = 0
    quantity: Quantity = ONE
    lowest: Amount = 0
    """The whole position never costs less."""

    @property
    def total(self) -> Amount:
        return self.amount - self.discount


def corrected(
    positions: Sequence[Position],
    value: Amount,
    over: Over = Over.ALL_CHEQUE,
    way: Way = Way.DOWN,
) -> list[Amount]:
    """The discounts of the positions after the "direct discount correction": the whole cheque costs
    a multiple of ``value``, as far as these positions can bear it.

    A cheque without discounts has none to correct. Raises ValueError for ``value`` below 1.
    """
    if value < 1:
        raise ValueError("roundValue: expected at least 1")
    discounts = [one.discount for one in positions]
    rest = sum(one.total for one in positions) % value
    if not rest or not any(discounts):
        return discounts
    up = value - rest
    if way is Way.NEAREST and up < rest:
        raised = _spread(up, [one.discount for one in positions], positions, Over.ALL_CHEQUE)
        if sum(raised) == up:
            return [had - less for had, less in zip(discounts, raised, strict=True)]
    rooms = [_room(one, over) for one in positions]
    more = _spread(rest, rooms, positions, over)
    if sum(more) < rest:  # a part of the way is of no use
        return discounts
    return [had + one for had, one in zip(discounts, more, strict=True)]


def _room(one: Position, over: Over) -> Amount:
    if over is Over.WITHOUT_DISCOUNT and one.discount:
        return 0
    return max(0, one.total - one.lowest)


def _spread(
    whole: Amount, rooms: Sequence[Amount], positions: Sequence[Position], over: Over
) -> list[Amount]:
    """Parts that fit into ``rooms``: all of ``whole``, or none of it."""
    parts = [0] * len(rooms)
    if sum(rooms) < whole:
        return parts
    if over is not Over.HIGH_PRICE:
        return spread(whole, rooms)
    left = whole
    for place in sorted(range(len(rooms)), key=lambda place: (-positions[place].price, place)):
        parts[place] = min(left, rooms[place])
        left -= parts[place]
    return parts


def payable(available: Amount, total: Amount, value: Amount, target: Target) -> Amount:
    """What points may pay after the "payment correction"; never more than before.

    ``total``: what the cheque costs. Raises ValueError for ``value`` below 1.
    """
    if value < 1:
        raise ValueError("roundValue: expected at least 1")
    most = max(0, min(available, total))
    if target is Target.AVAILABLE_AMOUNT:
        return most - most % value
    short = -(total - most) % value  # what is left is raised to the next multiple
    return max(0, most - short)


def per_unit(discount: Amount, quantity: Quantity, divisibility: Amount = 1) -> Amount:
    """``isPerUnit``: the largest discount up to this one that divides evenly by the quantity, and
    is a multiple of the smallest step; goods by weight have nothing to divide by."""
    pieces, rest = divmod(quantity, ONE)
    step = divisibility if rest or pieces < 1 else lcm(pieces, divisibility)
    return discount - discount % step


def divisible(amount: Amount, divisibility: Amount) -> bool:
    """Whether a sum is a multiple of the smallest step of the currency."""
    return amount % divisibility == 0
