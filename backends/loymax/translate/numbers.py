"""Numbers and ids as the wire has them, and as the till has them."""

import re
from decimal import Decimal
from hashlib import sha256

PAYS = "payAmount"
"""The parameter of a line that says what points pay of it (*emulated*)."""
_MOST = Decimal(10**13)
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST = 100


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
