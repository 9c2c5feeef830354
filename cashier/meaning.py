"""What a scanned or typed code means: goods, a weight, a card, a phone, a coupon, a slip.

Nothing heavy is imported here, for it is all there before the first scan: phonenumbers comes with
the first phone.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cashier.errors import BadInput
from cashier.i18n import _
from cashier.money import MOST_OF_ONE, BadNumber, Quantity, parse_quantity
from cashier.receipt import Identifier, IdentifierKind

if TYPE_CHECKING:  # the shop card needs pydantic; whoever only looks at goods does not
    from cashier.shop import Codes

from cashier.catalog import Catalog
from cashier.goods import Good, checks, is_digits, is_gtin, shortened


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
class CertificateCode:
    """The number of a gift certificate."""

    number: str


@dataclass(frozen=True)
class SlipCode:
    """The number of a receipt, as printed on its slip."""

    number: str


@dataclass(frozen=True)
class Unknown:
    """Nothing that this shop knows; ``why`` is a sentence, ``code`` is cut and safe to show."""

    code: str
    why: str


Meaning: TypeAlias = (
    GoodsCode | WeightCode | BuyerCode | CouponCode | CertificateCode | SlipCode | Unknown
)


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
    if quantity > MOST_OF_ONE:
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
    """What the shop marks with prefixes of its own: app, card, slip, certificate, coupon."""
    app = codes.app_prefix
    if app and code[: len(app)].upper() == app.upper() and _APP.fullmatch(code[len(app) :]):
        return BuyerCode(Identifier(IdentifierKind.APP, code[len(app) :]))
    slip = codes.slip_prefix
    if code[: len(slip)].upper() == slip.upper() and _SLIP.fullmatch(code[len(slip) :]):
        return SlipCode(slip + code[len(slip) :])
    if code.startswith(codes.card_prefixes) and is_digits(code) and 8 <= len(code) <= 20:
        return BuyerCode(Identifier(IdentifierKind.CARD, code))
    if is_certificate(code, codes):
        return CertificateCode(code)
    if code.startswith(codes.coupon_prefixes) and _COUPON.fullmatch(code):
        return CouponCode(code.upper())
    return None


def is_certificate(code: str, codes: "Codes") -> bool:
    return code.startswith(codes.certificate_prefixes) and is_digits(code) and 8 <= len(code) <= 20


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
