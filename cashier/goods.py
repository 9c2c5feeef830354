"""One good of the catalogue, and the check digits of its codes."""

from dataclasses import dataclass

from cashier.money import Amount


@dataclass(frozen=True, slots=True)
class Good:
    """One good of the catalogue."""

    sku: str
    name: str
    """In the language the catalogue was loaded in."""
    price: Amount
    """For one piece or kilogram."""
    group: str = ""
    unit: str = "pc"
    """``pc`` or ``kg``."""
    lowest: Amount = 0
    """The lowest price of one piece or kilogram."""
    codes: tuple[str, ...] = ()
    """What may be scanned for it."""
    age: int = 0
    """The least age of the buyer; 0: anybody may buy it."""
    deposit: str = ""
    """Sku of the deposit that is paid with each piece."""
    certificate: bool = False
    """A gift certificate: its number is asked for when it is sold."""


# --- check digits


def check_digit(digits: str) -> str:
    """The last digit of an EAN or UPC, from all the others."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_digits(text: str) -> bool:
    """Digits 0-9 alone: other scripts have digits too."""
    return text.isascii() and text.isdecimal()


def is_gtin(code: str) -> bool:
    """Has the form of EAN-8, UPC-A, EAN-13 or GTIN-14, whatever its check digit."""
    return len(code) in (8, 12, 13, 14) and is_digits(code)


def checks(code: str) -> bool:
    """The check digit of a code that ``is_gtin`` is right."""
    return check_digit(code[:-1]) == code[-1]


def canonical(code: str) -> str:
    """UPC-A is EAN-13 with a leading zero; GTIN-14 with a leading zero is EAN-13."""
    if len(code) == 12 and is_digits(code):
        return "0" + code
    if len(code) == 14 and is_digits(code) and code[0] == "0":
        return code[1:]
    return code


def shortened(text: str) -> str:
    """What is repeated to the cashier of a code that may be anything."""
    plain = "".join(char for char in text[:200] if char.isprintable())
    return plain if len(plain) <= 40 else plain[:40] + "…"
