"""Elements of the service of tills, written and read.

Sums are told with a dot and two digits, per cents with three. A reader takes what is missing for
nothing, and raises ValueError for what makes no sense.
"""

import re

from lxml import etree

from backends.soap import Element, read_text
from cashier.money import Amount, show

NAMESPACE = "http://loyalty.manzanagroup.ru/loyalty.xsd"
_SPACE = f"{{{NAMESPACE}}}"
MOST = 10**13
_UNTOLD = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_WHOLE = re.compile(r"-?\d{1,19}")


def put(parent: Element, name: str) -> Element:
    made: Element = etree.SubElement(parent, _SPACE + name)
    return made


def say(parent: Element, name: str, text: str) -> None:
    """What is empty is left out; what XML cannot hold is told as a mark that it was there."""
    if not text:
        return
    made = put(parent, name)
    try:
        made.text = text
    except ValueError:
        made.text = _UNTOLD.sub("\N{REPLACEMENT CHARACTER}", text)


def money(amount: Amount) -> str:
    return show(amount, group="")


def text(parent: Element, name: str) -> str:
    """Empty: it is not there."""
    return (read_text(parent, name) or "")[:1000]


def sum_of(parent: Element, name: str) -> Amount | None:
    """In hundredths; None: it is not there."""
    told = read_text(parent, name)
    if not told:
        return None
    if not _NUMBER.fullmatch(told):
        raise ValueError(f"{name}: expected a number")
    whole, _dot, rest = told.partition(".")
    if rest[2:].strip("0"):
        raise ValueError(f"{name}: expected hundredths at most")
    value = int(whole.removeprefix("-") + rest[:2].ljust(2, "0"))
    if value > MOST:
        raise ValueError(f"{name}: too large")
    return -value if told.startswith("-") else value


def whole_of(parent: Element, name: str) -> int | None:
    told = read_text(parent, name)
    if not told:
        return None
    if not _WHOLE.fullmatch(told):
        raise ValueError(f"{name}: expected a whole number")
    return int(told)
