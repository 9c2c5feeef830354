"""One input line: what was typed or scanned becomes a command."""

from collections.abc import Container
from typing import NamedTuple

from cashier.commands import Command, Scan, SetQuantity
from cashier.errors import BadInput
from cashier.i18n import _
from cashier.meaning import split_quantity

LONGEST = 200
"""Characters; more is garbage pasted by a scanner."""


def read_line(text: str, selected: int | None = None) -> Command:
    """'3*code' and 'code' are scanned, '3*' alone sets the quantity of the ``selected`` line.

    Raises BadInput.
    """
    line = text.strip()
    if not line:
        raise BadInput(_("Nothing was typed."))
    if len(line) > LONGEST:
        raise BadInput(_("Too long for a code: {n} characters.").format(n=len(line)))
    if selected is not None and (line.startswith("*") or line.endswith("*")):
        quantity, _rest = split_quantity(f"{line.strip('*')}*-")
        if quantity is not None:
            return SetQuantity(selected, quantity)
    quantity, code = split_quantity(line)
    return Scan(code, quantity)


class Order(NamedTuple):
    """A word that does what a key does, and what was typed before or after it."""

    word: str
    argument: str = ""


def read_order(text: str, words: Container[str]) -> Order | None:
    """'TL', 'VD code' and '10 DA' when the word is one of ``words`` (as ``word_of`` makes them).

    A word has letters only and stands apart by a blank, and a promo code has a digit and no
    blank: so neither can be taken for the other. A word behind something else follows a number
    or a single word, so that goods are still looked for by several words.
    """
    first, _blank, rest = text.strip().partition(" ")
    if word_of(first) in words:
        return Order(word_of(first), rest.strip())
    before, _blank, last = text.strip().rpartition(" ")
    before = before.strip()
    if before and word_of(last) in words and (" " not in before or not _has_letters(before)):
        return Order(word_of(last), before)
    return None


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


_RUSSIAN, _LATIN = "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM"
_SAME_KEYS = str.maketrans(_RUSSIAN, _LATIN)


def word_of(text: str) -> str:
    """The word as it is compared: capitals, and the same keys on a Russian keyboard."""
    return text.upper().translate(_SAME_KEYS)
