"""The sum that everybody looks at first, and beside it what explains it."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from screens.big import big, fitting
from screens.inks import Inkwell
from screens.text import fit, right

Fact: TypeAlias = tuple[str, str, str]
"""A row beside the sum: label, value, and the value's name in ``inks``."""

FACTS = 33
"""Cells for the facts, where the sum leaves them."""


class MoneyView(Widget):
    """Facts at the left, a word ('TOTAL', 'DUE', 'CHANGE') and the sum at the right.

    The sum is as large as the place it is given; a large one has the word above it.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the word of Textual
        super().__init__(id=id)
        self._ink = Inkwell(self, "surface")
        self._shown: tuple[str, str, bool, tuple[Fact, ...]] = ("", "", False, ())

    @property
    def word(self) -> str:
        return self._shown[0]

    @property
    def sum(self) -> str:
        return self._shown[1]

    def show(self, word: str, sum_: str, facts: Sequence[Fact], *, done: bool = False) -> None:
        """What the sum is, and the sum as it is written; ``done``: nothing is to be paid."""
        shown = (word, sum_, done, tuple(facts))
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def notify_style_update(self) -> None:
        self._ink.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        room, rows = self.size
        word, sum_, _done, _facts = self._shown
        scale = self._scale()
        if not scale:
            return self._small(y, room)
        picture = big(sum_, scale)
        top = rows - len(picture)
        digits = picture[y - top] if y >= top else ""
        if scale > 1:
            return self._row(y, word if y == top - 1 else "", digits, len(digits) + len(word))
        name = f"{word}  " if y == rows - 1 else ""
        return self._row(y, name, digits, len(picture[0]) + len(word) + 3)

    def _row(self, y: int, name: str, digits: str, taken: int) -> Strip:
        """A fact, where ``taken`` cells leave room for it; then the word or the digits, or both."""
        room, (_word, _sum, done, facts) = self.size.width, self._shown
        left = self._fact(facts[y], min(FACTS, room - taken)) if y < len(facts) else []
        used = sum(segment.cell_length for segment in left)
        before = right(name, room - used - len(digits))
        ink = self._ink("good" if done else "sum")
        return Strip([*left, Segment(before, self._ink("strong")), Segment(digits, ink)], room)

    def _scale(self) -> int:
        """The largest at which everything fits: beside the word, or below it; 0: none does."""
        room, rows = self.size
        word, sum_, _done, _facts = self._shown
        if not word:
            return 1
        above = fitting(sum_, room, rows - 1)
        return above if above > 1 else fitting(sum_, room - len(word) - 3, 3)

    def _fact(self, fact: Fact, room: int) -> list[Segment]:
        label, value, ink = fact
        if room < len(value) + 6:
            return []
        taken = 0 if not value else 13 if room == FACTS else len(value) + 1
        return [
            Segment(fit(label, room - taken), self._ink("dim")),
            Segment(right(value, taken), self._ink(ink)),
        ]

    def _small(self, y: int, room: int) -> Strip:
        """A sum too long for its place is still shown whole, in plain letters."""
        text = right(f"{self.word} {self.sum}" if y == 1 else "", room)
        return Strip([Segment(text, self._ink("strong"))], room)
