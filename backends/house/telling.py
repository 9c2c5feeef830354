"""What rules gave, as the till is told: with names and the arithmetic, in one language."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from backends.house.book import Rule
from backends.house.promotions import Given
from backends.house.words import explainer
from cashier.exchange import LinePrice
from cashier.receipt import Discount, Line

_Key: TypeAlias = tuple[int, int, int, bool, int, int]
_REMEMBERED = 20_000


class Telling:
    """Remembers what it said: the same goods get the same, receipt after receipt."""

    def __init__(self, system: str, rules: Iterable[Rule]) -> None:
        self._system = system
        self._words = [(str(rule.spec.name), explainer(rule.spec)) for rule in rules]
        self._told: dict[_Key, Discount] = {}

    def prices(
        self, lines: Sequence[Line], given: Sequence[Sequence[Given]]
    ) -> tuple[LinePrice, ...]:
        """Of those lines that got something."""
        discount = self._discount
        return tuple(
            [
                LinePrice(
                    number=line.number, discounts=tuple([discount(one, line) for one in gifts])
                )
                for line, gifts in zip(lines, given, strict=True)
                if gifts
            ]
        )

    def _discount(self, given: Given, line: Line) -> Discount:
        rule, amount, base, cut = given
        # All that an explanation speaks of.
        key = (rule.index, amount, base, cut, line.price, line.quantity)
        told = self._told.get(key)
        if told is None:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            name, why = self._words[rule.index]
            told = Discount(rule.source, rule.id, name, amount, why(given, line), self._system)
            self._told[key] = told
        return told
