"""Text in the letters that a printer has; what it has not is said in others, plainly."""

import unicodedata
from collections.abc import Callable, Iterator

_INSTEAD = {
    "₽": ("руб.", "RUB"),
    "€": ("EUR",),
    "£": ("GBP",),
    "№": ("No.",),
    "×": ("x",),
    "÷": (":",),
    "·": (".",),
    "•": ("*",),
    "…": ("...",),
    "©": ("(c)",),
    "®": ("(R)",),
    "™": ("(TM)",),
    "°": ("o",),
    "±": ("+/-",),
    "⁄": ("/",),
    "−": ("-",),
    "‐": ("-",),
    "‑": ("-",),
    "–": ("-",),
    "—": ("-",),
    **dict.fromkeys("«»“”„‟″", ('"',)),
    **dict.fromkeys("‘’‚‛′`", ("'",)),
    **dict.fromkeys("─━", ("-",)),
    "═": ("=",),
}
"""What stands for a sign, the best first."""

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўқғңұүһәө"
_SAID = (
    "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya"
    " i i e g u q g n u u h a o"
)
_LATIN = dict(zip(_CYRILLIC, _SAID.split(), strict=True))
"""Cyrillic letters for a printer without any."""


class Letters:
    """What one code page can say."""

    def __init__(self, can: Callable[[str], bool]) -> None:
        self._can = can
        self._known: dict[str, str] = {}

    def say(self, text: str) -> str:
        """The text in letters of the code page, every one of them printable.

        Nothing that a printer would obey is left, whatever the text was.
        """
        if text.isascii() and text.isprintable():
            return text
        return "".join(map(self._letter, unicodedata.normalize("NFC", text)))

    def _letter(self, char: str) -> str:
        if char not in self._known:
            if len(self._known) > 5000:
                self._known.clear()
            self._known[char] = next(self._ways(char))
        return self._known[char]

    def _ways(self, char: str) -> Iterator[str]:
        """How the character may be said, the best way first."""
        category = unicodedata.category(char)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            yield " "
        if category[0] in "CM":
            yield ""
        for way in (char, *_INSTEAD.get(char, ())):
            if all(map(self._can, way)):
                yield way
        if char.lower() in _LATIN:
            latin = _LATIN[char.lower()]
            yield latin if char.islower() else latin.capitalize()
        apart = unicodedata.normalize("NFKD", char)
        yield "?" if apart == char else "".join(map(self._letter, apart))
