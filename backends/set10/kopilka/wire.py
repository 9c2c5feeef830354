"""What is said over the wire: one known message, and the others made after its example.

Known (from a log of a till that talked to a test emulator)::

    <hold><amount/><cuid>kopilka_XXXXXXXX</cuid><cur>RUB</cur><point/><sign/><tsign>md5</tsign><uid/></hold>

Its elements stand in the order of the alphabet, and so they do in the messages that are *emulated*:
``confirm``, ``cancel``, ``balance``, ``accrue``, ``refund``, and ``answer`` to all of them. Whether
``amount`` is in kopecks or roubles, and what ``sign`` is made of, was not seen: settings.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import md5

from lxml import etree

from backends import soap
from backends.soap import Element
from cashier.money import Points

CONTENT_TYPE = "text/xml; charset=utf-8"
MOST = 100_000_000_00
"""Hundredths of a point; more is nobody's."""
_LONGEST = 200
"""Letters of a field."""


class Word(StrEnum):
    """What a message wants; its name, unless that is configured."""

    HOLD = "hold"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    BALANCE = "balance"
    ACCRUE = "accrue"
    REFUND = "refund"


ANSWER = "answer"
_COMMON = ("cuid", "cur", "point", "sign", "tsign")
_FIELDS: dict[Word, tuple[str, ...]] = {
    Word.HOLD: ("amount", "uid"),
    Word.CONFIRM: ("amount", "uid"),
    Word.CANCEL: ("uid",),
    Word.BALANCE: ("uid",),
    Word.ACCRUE: ("amount", "check"),
    Word.REFUND: ("accrued", "amount", "check"),
}
FIELDS = {word: tuple(sorted((*_COMMON, *more))) for word, more in _FIELDS.items()}
"""What each message consists of, in order."""


class Unit(StrEnum):
    """What ``amount`` is counted in."""

    KOPECKS = "kopecks"
    ROUBLES = "roubles"


@dataclass(frozen=True)
class Recipe:
    """Of the signature, *emulated*: MD5 of the values of these fields, with a separator between
    them, and the key after the last; what a message has not is left out."""

    fields: tuple[str, ...] = ("amount", "cuid", "cur", "point", "uid")
    separator: str = ""
    key: str = field(default="", repr=False)

    def sign(self, values: Mapping[str, str]) -> str:
        parts = [values[name] for name in self.fields if name in values]
        told = self.separator.join([*parts, self.key] if self.key else parts)
        return md5(told.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Dialect:
    """What is a setting of the wire."""

    cur: str = "RUB"
    unit: Unit = Unit.KOPECKS
    recipe: Recipe = Recipe()
    names: Mapping[str, str] = field(default_factory=dict)
    """Of messages, by what they want; what is missing is called by it."""

    def name(self, word: str) -> str:
        return self.names.get(word, word)


USUAL = Dialect()


@dataclass(frozen=True)
class Said:
    """A message; fields that its word has not stay empty."""

    word: Word
    cuid: str
    """``kopilka_`` and eight hexadecimal digits: whose points."""
    point: str
    """Shop and till, with dots."""
    uid: str = ""
    """``cash#shift#milliseconds``: which reservation. Of a balance: it counts as available."""
    amount: Points = 0
    accrued: Points = 0
    check: str = ""
    """Which receipt (*emulated*: no source shows how accruals are told)."""


@dataclass(frozen=True)
class Answer:
    """*Emulated*, as a whole."""

    code: int = 0
    """0: done."""
    text: str = ""
    balance: Points = 0
    available: Points = 0
    uid: str = ""


class WrongSign(ValueError):
    """Whoever says it does not know the key."""


# --- what is said


def write(said: Said, dialect: Dialect) -> bytes:
    """Raises ValueError for what XML cannot hold."""
    values = {
        "accrued": _told(said.accrued, dialect.unit),
        "amount": _told(said.amount, dialect.unit),
        "check": said.check,
        "cuid": said.cuid,
        "cur": dialect.cur,
        "point": said.point,
        "tsign": "md5",
        "uid": said.uid,
    }
    fields = FIELDS[said.word]
    values["sign"] = dialect.recipe.sign({name: values[name] for name in fields if name != "sign"})
    root = etree.Element(dialect.name(said.word))
    for name in fields:
        soap.add(root, name, values[name])
    return etree.tostring(root, encoding="utf-8")


def read(data: bytes, content_type: str, dialect: Dialect) -> Said:
    """Raises ValueError, and WrongSign."""
    root = soap.parse(data, content_type)
    word = next((one for one in Word if dialect.name(one) == soap.local(root)), None)
    if word is None:
        raise ValueError(f"there is no message {soap.local(root)[:60]}")
    values = {name: _field(root, name) for name in FIELDS[word]}
    for name, text in values.items():
        if not text and not (name in ("point", "sign") or (name, word) == ("uid", Word.BALANCE)):
            raise ValueError(f"{name}: expected something")
    if values["tsign"] != "md5" or values["cur"] != dialect.cur:
        raise ValueError(f"expected tsign md5 and cur {dialect.cur}")
    sign = dialect.recipe.sign({name: text for name, text in values.items() if name != "sign"})
    if not hmac.compare_digest(sign.encode(), values["sign"].lower().encode()):
        raise WrongSign("sign is not what it should be")
    return Said(
        word,
        values["cuid"],
        values["point"],
        values.get("uid", ""),
        read_sum("amount", values.get("amount", "0"), dialect.unit),
        read_sum("accrued", values.get("accrued", "0"), dialect.unit),
        values.get("check", ""),
    )


def _field(root: Element, name: str) -> str:
    found = soap.children(root, name)
    if len(found) != 1:
        raise ValueError(f"{name}: expected once")
    text = soap.text_of(found[0])
    if len(text) > _LONGEST:
        raise ValueError(f"{name}: too long")
    return text


# --- what is answered


def write_answer(answer: Answer, dialect: Dialect) -> bytes:
    root = etree.Element(dialect.name(ANSWER))
    for name, value in (
        ("available", _told(answer.available, dialect.unit)),
        ("balance", _told(answer.balance, dialect.unit)),
        ("code", str(answer.code)),
        ("text", answer.text),
        ("uid", answer.uid),
    ):
        soap.add(root, name, value)
    return etree.tostring(root, encoding="utf-8")


def read_answer(data: bytes, content_type: str, said: Said, dialect: Dialect) -> Answer:
    """To what was ``said``. Raises ValueError for what cannot be an answer to that."""
    root = soap.parse(data, content_type)
    if soap.local(root) != dialect.name(ANSWER):
        raise ValueError(f"expected {dialect.name(ANSWER)}, got {soap.local(root)[:60]}")
    code = soap.read_text(root, "code") or ""
    if not re.fullmatch(r"[0-9]{1,6}", code):
        raise ValueError("code: expected a whole number")
    text = (soap.read_text(root, "text") or "")[:300]
    if int(code):
        return Answer(int(code), text)
    uid = soap.read_text(root, "uid") or ""
    if uid and uid != said.uid:
        raise ValueError("uid: the answer is to another reservation")
    available = read_sum("available", soap.read_text(root, "available") or "", dialect.unit)
    told = soap.read_text(root, "balance") or ""
    below = told.startswith("-")
    balance = read_sum("balance", told.removeprefix("-"), dialect.unit) if told else available
    return Answer(0, text, -balance if below else balance, available, uid)


# --- sums


def _told(points: Points, unit: Unit) -> str:
    if unit is Unit.KOPECKS:
        return str(points)
    sign = "-" if points < 0 else ""
    return f"{sign}{abs(points) // 100}.{abs(points) % 100:02d}"


def read_sum(name: str, text: str, unit: Unit) -> Points:
    """Raises ValueError."""
    shape = r"([0-9]{1,13})" if unit is Unit.KOPECKS else r"([0-9]{1,11})(?:\.([0-9]{1,2}))?"
    match = re.fullmatch(shape, text)
    if match is None:
        raise ValueError(f"{name}: expected a sum in {unit}")
    value = int(match[1])
    if unit is Unit.ROUBLES:
        value = value * 100 + int((match[2] or "").ljust(2, "0"))
    if value > MOST:
        raise ValueError(f"{name}: too large")
    return value
