"""Numbers of coupons that are generated: 21 digits, the first of them a prefix that tells who made
them. What stands behind the prefix is emulated: no source says it."""

from hashlib import blake2b

LENGTH = 21


def of_till(prefix: str, shop: str, till: str, receipt_id: str, kind: str, place: int) -> str:
    """The same for the same receipt, so that asking again makes no second coupon."""
    return _finished(prefix, "", f"{shop}\0{till}\0{receipt_id}\0{kind}\0{place}")


def of_server(prefix: str, series: str, place: int) -> str:
    """The ``place``-th number of a series: all are different, none can be guessed from another."""
    return _finished(prefix, f"{place:07d}", f"{series}\0{place}")


def compact(code: str) -> str:
    """As it is kept: no spaces around it, promo codes in capital letters."""
    return code.strip().upper()


def could_be(code: str) -> bool:
    """Whether this may be a number at all; anything else never reaches a database."""
    return 0 < len(code) <= 40 and code.isascii() and code.replace("-", "").isalnum()


def is_generated(code: str, prefix: str) -> bool:
    """Whether a number of this prefix is whole: its length and its check digit are right."""
    return (
        len(code) == LENGTH
        and code.isascii()
        and code.isdigit()
        and code.startswith(prefix)
        and _check_digit(code[:-1]) == code[-1]
    )


def _finished(prefix: str, ordinal: str, seed: str) -> str:
    start = prefix + ordinal
    room = LENGTH - 1 - len(start)
    digest = int.from_bytes(blake2b(seed.encode(), digest_size=16).digest(), "big")
    body = f"{start}{digest % 10**room:0{room}d}"
    return body + _check_digit(body)


def _check_digit(body: str) -> str:
    """By Luhn: a slip of the hand is seen without asking anybody."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
