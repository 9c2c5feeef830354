"""The keys of whoever presents: what is wished with each. On a Russian keyboard the same keys."""

from enum import Enum, auto

from textual.events import Key

from cashier.typed import word_of

GIVE_BACK = "ctrl+z"
"""The one key that is the presenter's while he works at the till: nothing else needs it there."""


class Wish(Enum):
    PAUSE = auto()
    STEP = auto()
    BACK = auto()
    FASTER = auto()
    SLOWER = auto()
    TAKE = auto()
    REPLAY = auto()
    END = auto()


_KEYS = {
    "space": Wish.PAUSE,
    "right": Wish.STEP,
    "left": Wish.BACK,
    "plus": Wish.FASTER,
    "equals_sign": Wish.FASTER,
    "minus": Wish.SLOWER,
    GIVE_BACK: Wish.TAKE,
    "escape": Wish.END,
    "ctrl+q": Wish.END,
    "ctrl+c": Wish.END,
}
_LETTERS = {
    "N": Wish.STEP,
    "B": Wish.BACK,
    "T": Wish.TAKE,
    "R": Wish.REPLAY,
    "Q": Wish.END,
}


def wish_of(key: Key) -> Wish | None:
    if key.key in _KEYS:
        return _KEYS[key.key]
    return _LETTERS.get(word_of(key.character or "")) if key.is_printable else None
