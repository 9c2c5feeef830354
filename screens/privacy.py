"""Privacy: what belongs to a person is masked in everything that is drawn.

Every row of every screen goes through one filter on its way to the terminal, so no text has to
remember that it is personal, and none can forget it: dialogs, messages, the customer's phone,
pictures of the screen. A mask is exactly as wide as what it hides, so nothing moves. Paper is not
drawn on the screen: slips and their own masks stay as they are.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from rich.segment import Segment
from textual.filter import LineFilter

from screens.text import width

if TYPE_CHECKING:
    from textual.color import Color

Hide: TypeAlias = Callable[[str], Iterable[int]]
"""Which letters of something personal are hidden; the rest tells one person from another."""

MASK = "•"
_LONG = 4
"""Letters from which on a word of a name is hidden wherever it stands alone."""
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


class Veil(LineFilter):
    """Masks people who are known, and whatever looks like a phone, an e-mail or a card.

    It never changes, because drawn rows are kept by the filter that they went through.
    """

    def __init__(self, known: Iterable[str], prefixes: tuple[str, ...] = (), app: str = "") -> None:
        super().__init__()
        values = {" ".join(value.split()) for value in known}
        names = {value for value in values if "@" not in value and _has_letters(value)}
        numbers = {value for value in values if value[:1] != "+" and not _has_letters(value)}
        parts = [name.split() for name in names]
        self._words = {word for name in parts for word in name if len(word) >= _LONG}
        self._rules: tuple[tuple[re.Pattern[str], Hide], ...] = (
            (_EMAIL, _of_email),
            (_PLUS, _of_phone),
            (_PHONE, _of_number),
            (_card(prefixes), _of_number),
            (re.compile(rf"(?i)(?<={re.escape(app)})[\w-]+" if app else _NEVER), _of_token),
            (_any_of(numbers), _of_number),
            (_any_of(names | self._words), _of_name),
            (_any_of((word for name in parts for word in name[:-1]), after=r"\W*$"), _of_name),
            (_any_of((word for name in parts for word in name[1:]), before=r"^\W*"), _of_name),
            (_CUT, self._of_cut),
        )

    def apply(self, segments: list[Segment], background: "Color") -> list[Segment]:
        del background
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
        """Places of the letters to hide."""
        return {
            match.start(match.re.groups) + place
            for pattern, hide in self._rules
            for match in pattern.finditer(text)
            for place in hide(match.group(match.re.groups))
        }

    def _of_cut(self, part: str) -> Iterable[int]:
        """The beginning of a name, where its row was too narrow."""
        cut = any(word.startswith(part) for word in self._words)
        return _of_name(part) if cut else ()


# --- what is personal -----------------------------------------------------------------------

_NEVER = "(?!)"
_EMAIL = re.compile(r"[\w.+%*-]+@[\w.-]*")
_PLUS = re.compile(r"\+\d{4,15}|\+\d[\d ()*-]{8,20}\d")
"""A phone with its country; short ones are being typed."""
_PHONE = re.compile(
    r"(?<![\w.,+-])(?:[789]\d{6,10}|[78][ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d\d[ -]?\d\d)(?!\w)"
)
"""A phone without it."""
_CUT = re.compile(r"[^\W\d_]+(?=…)")


def _card(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """The number of a card, also while it is typed, or where it was cut."""
    either = "|".join(map(re.escape, prefixes)) or _NEVER
    return re.compile(rf"(?<!\d)(?:{either})\d{{2,17}}(?!\d)…?")


def _any_of(values: Iterable[str], *, before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of these texts where it stands for itself; the longest first.

    ``before`` and ``after`` ask for an end of the row: a row that ends may part a name in two,
    and then short words, which elsewhere may be anything, are the rest of it.
    """
    found = sorted({value for value in values if len(value) > 1}, key=len, reverse=True)
    parts = "|".join(r"\s+".join(map(re.escape, value.split())) for value in found)
    return re.compile(rf"{before}(?<!\w)({parts})(?!\w){after}" if found else _NEVER)


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


# --- how much of it is hidden ---------------------------------------------------------------


def _of_email(part: str) -> Iterator[int]:
    """'a•••@•••••••.org'"""
    at, dot = part.index("@"), part.rfind(".")
    end = dot if dot > at else len(part)
    return (place for place in range(1, end) if place != at)


def _of_phone(part: str) -> list[int]:
    """'+7••••••••01': the country and the last two digits stay."""
    return _digits(part)[1:-2]


def _of_number(part: str) -> list[int]:
    """The last four digits of a card stay, the last two of anything shorter."""
    digits = _digits(part)
    kept = 0 if part.endswith("…") else 4 if len(digits) > 11 else 2
    return digits[: len(digits) - kept]


def _of_token(part: str) -> range:
    return range(max(0, len(part) - 4))


def _of_name(part: str) -> Iterator[int]:
    """The first letter of each word stays."""
    for word in re.finditer(r"\S+", part):
        yield from range(word.start() + 1, word.end())


def _digits(part: str) -> list[int]:
    return [place for place, letter in enumerate(part) if letter.isdecimal()]


def _hidden(text: str, spots: set[int], at: int) -> str:
    """The text that begins at place ``at``, as wide as before: a wide letter takes two marks."""
    return "".join(
        MASK * width(letter) if place in spots else letter for place, letter in enumerate(text, at)
    )
