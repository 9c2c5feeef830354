"""Some of the promotions, for one of several places in a chain of systems."""

from collections.abc import Callable

from backends.house import pricing
from backends.house.club import Club
from backends.house.rules import Promotion, Rules
from cashier.exchange import CalculateRequest, Calculation


class Part:
    """Follows the rules of the whole when the office changes them."""

    def __init__(self, whole: Callable[[], Club], lets: Callable[[Promotion], bool]) -> None:
        self._whole, self._lets = whole, lets
        self._made: tuple[Rules, Club] | None = None

    @property
    def _club(self) -> Club:
        whole = self._whole()
        if self._made is None or self._made[0] is not whole.rules:
            self._made = whole.rules, whole.part(self._lets)
        return self._made[1]

    async def calculate(self, request: CalculateRequest) -> Calculation:
        """Only discounts and gifts: what the receipt brings the whole system says at the end."""
        answer = pricing.calculate(self._club, request)
        return Calculation(lines=answer.lines, gifts=answer.gifts)
