"""What is personal, and how much of it is hidden: shared by screens and by what is written out.

Imported before the first paint: it brings nothing but ``re``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

Hide: TypeAlias = Callable[[str], Iterable[int]]
"""Which letters of something personal are hidden; the rest tells one person from another."""
Rule: TypeAlias = tuple[re.Pattern[str], Hide]
"""Where something personal stands (the last group of the pattern), and what of it is hidden."""

MASKS = "*•"
"""What stands for a hidden letter: in data, on the screen. A mask is masked already."""
LONG = 4
"""Letters from which on a word of a name is hidden wherever it stands alone."""

NEVER = "(?!)"
EMAIL = re.compile(r"[\w.+%*-]+@[\w.-]*")
PLUS = re.compile(r"\+\d{4,15}|\+\d[\d ()*-]{8,20}\d")
"""A phone with its country; short ones are being typed."""
PHONE = re.compile(
    r"(?<![\w.,+-])(?:[789]\d{6,10}|[78][ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d\d[ -]?\d\d)(?!\w)"
)
"""A phone without it."""


def card(prefixes: Iterable[str], least: int = 2) -> re.Pattern[str]:
    """The number of a card, also while it is typed, or where it was cut.

    ``least``: digits that follow the prefix.
    """
    either = "|".join(map(re.escape, prefixes)) or NEVER
    return re.compile(rf"(?<![\d{MASKS}])(?:{either})\d{{{least},17}}(?!\d)…?")


def app_code(app: str) -> re.Pattern[str]:
    """What follows the word that codes of the customer's app begin with."""
    return re.compile(rf"(?i)(?<={re.escape(app)})[\w-]+" if app else NEVER)


def any_of(
    values: Iterable[str], *, before: str = "", after: str = "", flags: int = 0
) -> re.Pattern[str]:
    """Any of these texts where it stands for itself; the longest first.

    ``before`` and ``after`` ask for an end of the row: a row that ends may part a name in two,
    and then short words, which elsewhere may be anything, are the rest of it.
    """
    found = sorted({value for value in values if len(value) > 1}, key=len, reverse=True)
    parts = "|".join(r"\s+".join(map(re.escape, value.split())) for value in found)
    alone = rf"{before}(?<![\w{MASKS}])({parts})(?!\w){after}"
    return re.compile(alone if found else NEVER, flags)


def has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def spots(text: str, rules: Iterable[Rule]) -> set[int]:
    """Places of the letters to hide."""
    return {
        match.start(match.re.groups) + place
        for pattern, hide in rules
        for match in pattern.finditer(text)
        for place in hide(match.group(match.re.groups))
    }


# --- how much of it is hidden


def of_email(part: str) -> Iterator[int]:
    """'a•••@•••••••.org'"""
    at, dot = part.index("@"), part.rfind(".")
    end = dot if dot > at else len(part)
    return (place for place in range(1, end) if place != at)


def of_phone(part: str) -> list[int]:
    """'+7••••••••01': the country and the last two digits stay."""
    return _digits(part)[1:-2]


def of_number(part: str) -> list[int]:
    """The last four digits of a card stay, the last two of anything shorter."""
    digits = _digits(part)
    kept = 0 if part.endswith("…") else 4 if len(digits) > 11 else 2
    return digits[: len(digits) - kept]


def of_token(part: str) -> range:
    return range(max(0, len(part) - 4))


def of_name(part: str) -> Iterator[int]:
    """The first letter of each word stays."""
    for word in re.finditer(r"\S+", part):
        yield from range(word.start() + 1, word.end())


def _digits(part: str) -> list[int]:
    """Hidden ones count, so that a mask of a mask is the same mask."""
    return [place for place, letter in enumerate(part) if letter.isdecimal() or letter in MASKS]
