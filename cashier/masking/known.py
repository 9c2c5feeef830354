"""Who and what is known to a masker: people by name and number, secrets by their letters.

Looked for word by word in sets, so that a thousand people cost no more than one.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from cashier.masking import personal
from cashier.masking.keys import Kind

HIDDEN = "********"
"""Stands for a secret; a number behind it tells secrets apart."""
REMEMBERED = (Kind.PHONE, Kind.NAME, Kind.CARD, Kind.BIRTH)
SHORT = 6
"""Letters of a secret below which it is hidden only where it stands alone; digits of a number
below which it may be anything."""
_MOST = 5000
_PHONE_END = 9
"""Digits that a phone ends with, however its country and region are written."""
_WORD = re.compile(rf"(?<![\w{personal.MASKS}])\w{{{personal.LONG},}}")
_NUMBER = re.compile(rf"(?<![\w{personal.MASKS}])\w*\d\w*")
_DIGITS = re.compile(rf"\+?\d(?:[\s().-]*\d){{{_PHONE_END - 1},}}")
"""As many digits as a phone has, or more, with what may stand between them."""


class Known:
    """People and secrets, and the rules that find them."""

    def __init__(self) -> None:
        self._people: dict[tuple[Kind, str], None] = {}
        self._words: set[str] = set()
        self._numbers: set[str] = set()
        self._phones: set[str] = set()
        self._odd: dict[Kind, dict[str, None]] = {Kind.NAME: {}, Kind.CARD: {}}
        """Those that are no single words: short names, numbers with a hyphen."""
        self._secrets: dict[str, None] = {}
        self._labels: dict[str, str] = {}
        self._made: tuple[tuple[personal.Rule, ...], tuple[personal.Rule, ...]] | None = None

    def everything(self) -> list[str]:
        return [*(value for _kind, value in self._people), *self._secrets]

    # --- people

    def learn(self, kind: Kind, value: str) -> None:
        value = " ".join(value.split())
        if not _is_worth(kind, value) or (kind, value) in self._people:
            return
        self._people[kind, value] = None
        if len(self._people) > _MOST:  # of those that are let go the words stay
            del self._people[next(iter(self._people))]
        if kind is Kind.NAME:
            parts = re.findall(r"\w+", value)
            self._words.update(
                part.casefold()
                for part in parts
                if len(part) >= personal.LONG and personal.has_letters(part)
            )
            if any(len(part) < personal.LONG for part in parts):
                self._learn_odd(Kind.NAME, value)
        elif kind is Kind.PHONE:
            self._phones.add(re.sub(r"\D", "", value)[-_PHONE_END:])
        elif re.fullmatch(r"\w+", value):
            self._numbers.add(value)
        else:
            self._learn_odd(Kind.CARD, value)

    def _learn_odd(self, kind: Kind, value: str) -> None:
        self._odd[kind][value] = None
        if len(self._odd[kind]) > _MOST // 20:
            del self._odd[kind][next(iter(self._odd[kind]))]
        self._made = None

    def is_phone(self, digits: str) -> bool:
        return len(digits) > _PHONE_END and digits[-_PHONE_END:] in self._phones

    def is_number(self, digits: str) -> bool:
        return digits in self._numbers

    def rules(self, *, names: bool) -> tuple[personal.Rule, ...]:
        """Without ``names`` only numbers are looked for."""
        if self._made is None:
            numbers: tuple[personal.Rule, ...] = (
                (_DIGITS, self._of_phones),
                (_NUMBER, self._of_number),
                (personal.any_of(self._odd[Kind.CARD]), personal.of_number),
            )
            odd = personal.any_of(self._odd[Kind.NAME], flags=re.IGNORECASE)
            people: tuple[personal.Rule, ...] = (
                *numbers,
                (_WORD, self._of_word),
                (odd, personal.of_name),
            )
            self._made = numbers, people
        return self._made[names]

    def _of_word(self, part: str) -> Iterable[int]:
        return range(1, len(part)) if part.casefold() in self._words else ()

    def _of_number(self, part: str) -> Iterable[int]:
        return personal.of_number(part) if part in self._numbers else ()

    def _of_phones(self, part: str) -> Iterable[int]:
        """Wherever in a row of digits one ends; its last two digits stay."""
        places = [at for at, letter in enumerate(part) if letter.isdecimal()]
        digits = "".join(part[at] for at in places)
        for end in range(_PHONE_END, len(digits) + 1):
            if digits[end - _PHONE_END : end] in self._phones:
                first = 1 if part[0] == "+" else 0
                yield from places[first : end - 2]

    # --- secrets

    def learn_secret(self, secret: str) -> None:
        if len(secret) > 2 and HIDDEN not in secret and secret not in self._secrets:
            self._secrets[secret] = None
            self.label(secret)
            if len(self._secrets) > _MOST:
                del self._secrets[next(iter(self._secrets))]

    def is_secret(self, text: str) -> bool:
        return text in self._secrets

    def label(self, secret: str) -> str:
        """What stands for it, the same in every place."""
        return self._labels.setdefault(secret, f"{HIDDEN}{len(self._labels) + 1}")

    def without_secrets(self, text: str, label: str = "") -> str:
        """``label``: stands for all of them alike."""
        plain = unquote(text) if "%" in text else text
        here = [one for one in self._secrets if one in text or one in plain]
        if not here:
            return text

        def hidden(match: re.Match[str]) -> str:
            found = match[0]
            return label or self.label(found if found in self._secrets else unquote(found))

        parts = map(_loose, sorted(here, key=len, reverse=True))
        return re.sub("|".join(parts), hidden, text)

    def begins_one(self, part: str) -> bool:
        """Whether this is the beginning of something known, and not all of it."""
        words = (word for value in self.everything() for word in (value, *value.split()))
        return any(word.startswith(part) and word != part for word in words)


def _is_worth(kind: Kind, value: str) -> bool:
    """Masks are not learned, nor numbers so short that they may be anything."""
    if any(mark in value for mark in personal.MASKS):
        return False
    digits = sum(map(str.isdecimal, value))
    if kind is Kind.NAME:
        return personal.has_letters(value)
    return digits >= (_PHONE_END if kind is Kind.PHONE else SHORT)


def _loose(secret: str) -> str:
    """Wherever it stands, also with percent signs; short ones and numbers only alone."""
    if len(secret) < SHORT or secret.isdecimal():
        return rf"(?<!\w){re.escape(secret)}(?!\w)"
    letters = (
        re.escape(one)
        if one.isascii() and one.isalnum()
        else f"(?:{re.escape(one)}|{_percent(one)})"
        for one in secret
    )
    return "".join(letters)


def _percent(letter: str) -> str:
    return "".join(f"%(?i:{byte:02x})" for byte in letter.encode("utf-8", "replace"))
