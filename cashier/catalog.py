"""Goods, and what a scanned or typed code means.

Nothing heavy is imported here, for it is all there before the first scan: no pydantic, no
python-stdnum (70 ms to import), phonenumbers only for a phone.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cashier.errors import BadInput
from cashier.i18n import _
from cashier.money import ONE, Amount, BadNumber, Currency, Quantity, parse_quantity
from cashier.receipt import Identifier, IdentifierKind

if TYPE_CHECKING:  # the shop card needs pydantic; whoever only looks at goods does not
    from cashier.shop import Codes

MOST = 99_999 * ONE
"""The largest quantity that a person can mean."""


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


# --- goods


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


class Catalog:
    """The goods of a shop, by code, by sku, and by words of the name."""

    def __init__(self, goods: tuple[Good, ...], groups: dict[str, str] | None = None) -> None:
        """Raises ValueError for an sku or a code that two goods have."""
        self.goods = goods
        self.groups: dict[str, str] = groups or {good.group: good.group for good in goods}
        """Names of the groups by id, in the order they are shown in."""
        self._by_sku = {good.sku: good for good in goods}
        self._by_code = {canonical(code): good for good in goods for code in good.codes}
        if len(self._by_sku) < len(goods):
            raise ValueError("two goods have the same sku")
        if len(self._by_code) < sum(len(good.codes) for good in goods):
            raise ValueError("two goods have the same code")

    @classmethod
    def load(cls, path: Path, language: str, currency: Currency = Currency()) -> "Catalog":
        """Read ``path``; names of groups stand in ``groups.csv`` beside it, if there is one.

        Columns: sku, price, and a name in ``name_ru``, ``name_en`` or ``name``; the others
        (group, unit, lowest, codes, age) may be left out. Raises ConfigError.
        """
        from cashier.goods_file import read_goods, read_groups  # brings pydantic: see above

        beside = path.with_name("groups.csv")
        groups = read_groups(beside, language) if beside.is_file() else None
        return cls(read_goods(path, language, currency), groups)

    def by_code(self, code: str) -> Good | None:
        """The good with this EAN, UPC or Code128 on it."""
        return self._by_code.get(canonical(code))

    def by_sku(self, sku: str) -> Good | None:
        return self._by_sku.get(sku)

    def search(self, text: str, limit: int = 20) -> list[Good]:
        """Goods with all these words, or beginnings of words, in the name or the sku.

        Case and ё do not matter, nor does the order; the first goods for an empty text. Those
        whose name or sku starts with what was typed come first.
        """
        words = _folded(text).split()
        if not words:
            return list(self.goods[:limit])
        first, *others = (f" {word}" for word in words)
        found = [place for place, hay in enumerate(self._hays) if first in hay]
        for word in others:
            found = [place for place in found if word in self._hays[place]]
        found.sort(key=lambda place: not self._starts(place, first))
        return [self.goods[place] for place in found[:limit]]

    def _starts(self, place: int, word: str) -> bool:
        return self._hays[place].startswith(word) or f" {self.goods[place].sku}" == word

    @cached_property
    def _hays(self) -> list[str]:
        """What is searched, every word with a space before it; made at the first search."""
        return [f" {_folded(good.name)} {_folded(good.sku)}" for good in self.goods]


_NO_WORD = re.compile(r"[\W_]+")


def _folded(text: str) -> str:
    return _NO_WORD.sub(" ", text[:300].casefold().replace("ё", "е")).strip()


# --- what a code means


def shortened(text: str) -> str:
    """What is repeated to the cashier of a code that may be anything."""
    plain = "".join(char for char in text[:200] if char.isprintable())
    return plain if len(plain) <= 40 else plain[:40] + "…"


@dataclass(frozen=True)
class GoodsCode:
    """A good; ``quantity`` as in '3*code', None when only the code was given."""

    good: Good
    quantity: Quantity | None = None


@dataclass(frozen=True)
class WeightCode:
    """A good with its weight inside the code, in thousandths of a kilogram."""

    good: Good
    quantity: Quantity


@dataclass(frozen=True)
class BuyerCode:
    """A card, phone, e-mail or app code."""

    identifier: Identifier


@dataclass(frozen=True)
class CouponCode:
    """A coupon or promo code, in capitals."""

    code: str


@dataclass(frozen=True)
class SlipCode:
    """The number of a receipt, as printed on its slip."""

    number: str


@dataclass(frozen=True)
class Unknown:
    """Nothing that this shop knows; ``why`` is a sentence, ``code`` is cut and safe to show."""

    code: str
    why: str


Meaning: TypeAlias = GoodsCode | WeightCode | BuyerCode | CouponCode | SlipCode | Unknown


def split_quantity(text: str) -> tuple[Quantity | None, str]:
    """'3*code' and '0,450*code' in thousandths and code; None without a star. Raises BadInput."""
    before, star, rest = text.partition("*")
    if not star:
        return None, text.strip()
    try:
        quantity = parse_quantity(before)
    except BadNumber:
        raise BadInput(_("Not a quantity: {text}").format(text=shortened(before) or "*")) from None
    if quantity <= 0:
        raise BadInput(_("The quantity must be above zero."))
    if quantity > MOST:
        raise BadInput(_("The quantity is too large: {text}").format(text=shortened(before)))
    if not rest.strip():
        raise BadInput(_("A code must follow the quantity."))
    return quantity, rest.strip()


def meaning(text: str, codes: "Codes", catalog: Catalog) -> Meaning:
    """What was scanned or typed, '3*code' included. Never raises: garbage is Unknown."""
    code = _unwrapped(text)
    try:
        quantity, code = split_quantity(code) if len(code) <= _LONGEST_CODE else (None, code)
    except BadInput as error:
        return Unknown(shortened(code), str(error))
    found = _meaning(code, codes, catalog)
    if quantity is None or isinstance(found, Unknown):
        return found
    if isinstance(found, GoodsCode):
        return GoodsCode(found.good, quantity)
    return Unknown(shortened(code), _("A quantity does not go with this code."))


_LONGEST_CODE = 200
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9]")
_APP = re.compile(r"[0-9A-Za-z_-]{1,40}")
_SLIP = re.compile(r"[0-9A-Za-z]{2,16}-[0-9]{1,12}")
_COUPON = re.compile(r"[0-9A-Za-z-]{4,40}")
_PROMO = re.compile(r"(?=.*[^\W\d_])(?=.*[0-9])[0-9A-Za-zА-Яа-яЁё_-]{4,32}")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,24}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,22}[0-9]|\+?\([0-9][0-9 ().-]{5,22}[0-9]")


def _unwrapped(text: str) -> str:
    """Without what scanners put around a code: blanks, controls, '\\r', ']C1'."""
    code = text.strip().strip("\x00\x01\x02\x03\x04\x1c\x1d\x1e\x1f\ufeff").strip()
    return _SYMBOLOGY.sub("", code).strip("\x1d ")


def _meaning(code: str, codes: "Codes", catalog: Catalog) -> Meaning:
    if why := _unreadable(code):
        return Unknown(shortened(code), why)
    good = catalog.by_code(code) or catalog.by_code(code.upper()) or catalog.by_sku(code)
    if good:
        return GoodsCode(good)
    return (
        _weighed(code, codes, catalog)
        or _buyer_or_paper(code, codes)
        or _typed_buyer(code, codes)
        or _nothing(code)
    )


def _unreadable(code: str) -> str:
    if not code:
        return _("The code is empty.")
    if len(code) > _LONGEST_CODE:
        return _("The code is too long.")
    return "" if code.isprintable() else _("There are unreadable characters in the code.")


def _weighed(code: str, codes: "Codes", catalog: Catalog) -> Meaning | None:
    """EAN-13: two digits of prefix, five of goods, five of grams, a check digit."""
    if len(code) != 13 or not is_digits(code) or not code.startswith(codes.weight_prefixes):
        return None
    if not checks(code):
        return Unknown(code, _("The check digit is wrong: scan it again."))
    good = catalog.by_sku(code[2:7])
    if good is None:
        return Unknown(code, _("No goods with the number {sku}").format(sku=code[2:7]))
    if good.unit != "kg":
        return Unknown(code, _("{name} is not sold by weight.").format(name=good.name))
    grams = int(code[7:12])
    return WeightCode(good, grams) if grams else Unknown(code, _("There is no weight in the code."))


def _buyer_or_paper(code: str, codes: "Codes") -> Meaning | None:
    """What the shop marks with prefixes of its own: app, card, slip, coupon."""
    app = codes.app_prefix
    if app and code[: len(app)].upper() == app.upper() and _APP.fullmatch(code[len(app) :]):
        return BuyerCode(Identifier(IdentifierKind.APP, code[len(app) :]))
    slip = codes.slip_prefix
    if code[: len(slip)].upper() == slip.upper() and _SLIP.fullmatch(code[len(slip) :]):
        return SlipCode(slip + code[len(slip) :])
    if code.startswith(codes.card_prefixes) and is_digits(code) and 8 <= len(code) <= 20:
        return BuyerCode(Identifier(IdentifierKind.CARD, code))
    if code.startswith(codes.coupon_prefixes) and _COUPON.fullmatch(code):
        return CouponCode(code.upper())
    return None


def _typed_buyer(code: str, codes: "Codes") -> Meaning | None:
    if "@" in code:
        if _EMAIL.fullmatch(code):
            return BuyerCode(Identifier(IdentifierKind.EMAIL, code.lower()))
        return Unknown(shortened(code), _("Not an e-mail address."))
    if not _PHONE.fullmatch(code) or (is_digits(code) and len(code) not in (10, 11)):
        return None
    phone = normal_phone(code, codes.phone_region)
    if phone is None:
        return Unknown(shortened(code), _("Not a phone number."))
    return BuyerCode(Identifier(IdentifierKind.PHONE, phone))


def normal_phone(text: str, region: str) -> str | None:
    """'+79001234567' from '8 (900) 123-45-67'; None when it cannot be a phone."""
    import phonenumbers  # heavy, and most buyers show a card

    try:
        number = phonenumbers.parse(text[:40], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _nothing(code: str) -> Meaning:
    if is_gtin(code):
        if not checks(code):
            return Unknown(code, _("The check digit is wrong: scan it again."))
        return Unknown(code, _("No goods with this code."))
    if _PROMO.fullmatch(code):
        return CouponCode(code.upper())
    return Unknown(shortened(code), _("Nothing is known under this code."))
