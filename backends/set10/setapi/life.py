"""What happens between the start and the end of a calculation: remembered for a few receipts."""

from dataclasses import dataclass

from backends.set10.setapi import contract as api
from cashier.money import Amount
from cashier.receipt import Receipt

_MOST = 50


@dataclass(frozen=True)
class Life:
    """Of one calculation in a chain."""

    attributes: api.Attributes = api.Attributes()
    result: api.LoyaltyResult | None = None
    totals: tuple[Amount, ...] = ()
    """The final prices of the lines."""
    ceilings: tuple[api.WriteOffCeiling, ...] | None = None
    """Corrected for those prices; None: nobody asked yet."""
    watched: bool = False
    """A chain tells when it starts and ends: it is on its way."""


class Lives:
    """By receipt. Whatever is missing is asked for again: nothing hangs on this memory."""

    def __init__(self) -> None:
        self._known: dict[str, Life] = {}

    def get(self, receipt_id: str) -> Life | None:
        return self._known.get(receipt_id)

    def put(self, receipt_id: str, life: Life) -> None:
        self._known.pop(receipt_id, None)
        while len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[receipt_id] = life

    def drop(self, receipt_id: str) -> None:
        self._known.pop(receipt_id, None)


def totals(receipt: Receipt) -> tuple[Amount, ...]:
    """What the lines cost, points aside."""
    return tuple(line.total + line.points for line in receipt.lines)
