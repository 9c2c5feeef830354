"""Parts of JSON text: for answers that tills ask for all the time, written row by row.

A receipt of fifty lines is a thousand numbers; made into decimals, models, dictionaries and only
then into text they would cost more than the calculation. Tests read what is written so and hold it
to its message.
"""

from functools import lru_cache
from json.encoder import encode_basestring

from cashier.money import rounded

remembered = lru_cache(maxsize=1 << 14)  # what a shop says is said again and again


@remembered
def number(hundredths: int) -> str:
    """'45.28' from 4528, as ``major`` has it; whole ones without a point."""
    if hundredths < 0:
        return f"-{number(-hundredths)}"
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


@remembered
def percent(part: int, whole: int) -> str:
    """'12.50' from 125 of 1000; 0 of nothing."""
    return number(rounded(part * 10_000, whole)) if whole else "0"


@remembered
def quantity(thousandths: int) -> str:
    """'0.450' from 450; whole ones without a point."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}" if rest else str(whole)


@remembered
def text(value: str) -> str:
    """In quotes."""
    return encode_basestring(value)
