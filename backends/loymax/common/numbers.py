"""Numbers and ids as the wire has them, and as the till has them."""

import re
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from cashier.money import show

PAYS = "payAmount"
"""The parameter of a line that says what points pay of it (*emulated*)."""
CERTIFICATE = "giftCertificate"
"""The parameter of a line that is a gift certificate: its number. With a colon and a number after
it: the parameter of a refund that says what this one gets back (*emulated*)."""
_MOST = Decimal(10**13)
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST = 100
_NUMBER = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d{1,9}))?", re.ASCII)
_REMEMBERED = 2048
"""Prices and quantities stand in a sale many times over."""


def whole(value: Decimal, digits: int = 2) -> int:
    """Minor units, hundredths, thousandths. Raises ValueError for more digits, or too much."""
    if not -_MOST < value < _MOST:
        raise ValueError(f"too much: {value}")
    scaled = value.scaleb(digits)
    if scaled != int(scaled):
        raise ValueError(f"too many digits: {value}")
    return int(scaled)


def major(value: int | None, digits: int = 2) -> Decimal:
    """Units of money, points, pieces or kilograms; None is 0."""
    return Decimal(value or 0).scaleb(-digits)


def purchase(receipt_id: str) -> str:
    """``purchaseId``, a part of a path: the id of the receipt; where it has letters that do not
    fit, those that do, and a digest so that no two receipts are one purchase."""
    known = _FOREIGN.sub("", receipt_id)[:_LONGEST]
    if known and known == receipt_id:
        return known
    return f"{known}-{sha256(receipt_id.encode()).hexdigest()[:16]}"


# --- as text, with a dot and as many decimals as there are


@lru_cache(maxsize=_REMEMBERED)
def money(value: int) -> str:
    return show(value, group="")


@lru_cache(maxsize=_REMEMBERED)
def read_number(name: str, text: str, digits: int = 2) -> int:
    """In units of the last digit. Raises ValueError."""
    found = _NUMBER.fullmatch(text.strip())
    rest = (found[3] or "").rstrip("0") if found else ""
    if found is None or len(rest) > digits:
        raise ValueError(f"{name}: expected a number with {digits} decimals")
    value = int(found[2] + rest.ljust(digits, "0"))
    return -value if found[1] == "-" else value
