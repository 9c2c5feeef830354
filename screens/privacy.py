"""Privacy: what belongs to a person is masked in everything that is drawn.

Every row of every screen goes through one filter on its way to the terminal, so no text has to
remember that it is personal, and none can forget it: dialogs, messages, the customer's phone,
pictures of the screen. A mask is exactly as wide as what it hides, so nothing moves. Paper is not
drawn on the screen: slips and their own masks stay as they are.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rich.segment import Segment
from textual.filter import LineFilter

from cashier.masking import personal
from screens.text import width

if TYPE_CHECKING:
    from textual.color import Color

MASK = "•"
_MOST = 1000
"""People that are remembered."""


@runtime_checkable
class Personal(Protocol):
    """A screen that shows or takes what belongs to a person."""

    def personal(self) -> Iterable[str]: ...


class Privacy:
    """On or off, and whom it has met; who was met stays masked when the receipt is over."""

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        self._known: dict[str, None] = {}
        self._prefixes: tuple[str, ...] = ()
        self._app = ""
        self._veils: dict[frozenset[str], Veil] = {}
        self._taken: frozenset[str] = frozenset()
        """What stood on the last screen that was personal."""

    def begin(self, prefixes: tuple[str, ...], app: str) -> None:
        """What the shop's cards and the codes of its app begin with."""
        self._prefixes, self._app = prefixes, app
        self._veils.clear()

    def learn(self, values: Iterable[str]) -> bool:
        """Names and numbers of people; True when one of them is new."""
        new = [value for value in map(str.strip, values) if value and value not in self._known]
        if new:
            self._known.update(dict.fromkeys(new))
            self._known = dict.fromkeys(list(self._known)[-_MOST:])
            self._veils.clear()
        return bool(new)

    def text(self, text: str) -> str:
        """The text as it may be seen now."""
        return self.veil().text(text) if self.on else text

    def veil(self, screen: object = None) -> "Veil":
        """The filter for a screen; another one as soon as it hides something else."""
        more = frozenset(screen.personal()) if isinstance(screen, Personal) else frozenset()
        if more:
            self._taken = more
        elif self._taken:  # a form is closed, and what was typed may be spoken of
            taken, self._taken = self._taken, frozenset()
            self.learn(taken)
        if more not in self._veils:
            self._veils = {more: Veil((*self._known, *more), self._prefixes, self._app)}
        return self._veils[more]


def veil_over(
    known: Iterable[str], prefixes: tuple[str, ...], app: str, *, on: bool
) -> "Callable[[list[Segment]], list[Segment]]":
    """What a row of a picture goes through; when it is not ``on``, nothing is masked."""
    if not on:
        return lambda row: row
    veil = Veil(known, prefixes, app)
    return veil.masked


class Veil(LineFilter):
    """Masks people who are known, and whatever looks like a phone, an e-mail or a card.

    It never changes, because drawn rows are kept by the filter that they went through.
    """

    def __init__(self, known: Iterable[str], prefixes: tuple[str, ...] = (), app: str = "") -> None:
        super().__init__()
        values = {" ".join(value.split()) for value in known}
        letters = personal.has_letters
        names = {value for value in values if "@" not in value and letters(value)}
        numbers = {value for value in values if value[:1] != "+" and not letters(value)}
        parts = [name.split() for name in names]
        self._words = {word for name in parts for word in name if len(word) >= personal.LONG}
        any_of, of_name, of_number = personal.any_of, personal.of_name, personal.of_number
        self._rules: tuple[personal.Rule, ...] = (
            (personal.EMAIL, personal.of_email),
            (personal.PLUS, personal.of_phone),
            (personal.PHONE, of_number),
            (personal.card(prefixes), of_number),
            (personal.app_code(app), personal.of_token),
            (any_of(numbers), of_number),
            (any_of(names | self._words), of_name),
            (any_of((word for name in parts for word in name[:-1]), after=r"\W*$"), of_name),
            (any_of((word for name in parts for word in name[1:]), before=r"^\W*"), of_name),
            (_CUT, self._of_cut),
        )

    def apply(self, segments: list[Segment], background: "Color") -> list[Segment]:
        del background
        return self.masked(segments)

    def masked(self, segments: list[Segment]) -> list[Segment]:
        """A row with what is personal in it hidden."""
        spots = self._spots("".join(segment.text for segment in segments))
        if not spots:
            return segments
        shown, at = [], 0
        for text, style, control in segments:
            shown.append(Segment(_hidden(text, spots, at), style, control))
            at += len(text)
        return shown

    def text(self, text: str) -> str:
        return _hidden(text, self._spots(text), 0)

    def _spots(self, text: str) -> set[int]:
        return personal.spots(text, self._rules)

    def _of_cut(self, part: str) -> Iterable[int]:
        """The beginning of a name, where its row was too narrow."""
        cut = any(word.startswith(part) for word in self._words)
        return personal.of_name(part) if cut else ()


_CUT = re.compile(r"[^\W\d_]+(?=…)")


def _hidden(text: str, spots: set[int], at: int) -> str:
    """The text that begins at place ``at``, as wide as before: a wide letter takes two marks."""
    return "".join(
        MASK * width(letter) if place in spots else letter for place, letter in enumerate(text, at)
    )
