"""Where samples come from: the catalogue of the shop, and the demo of its loyalty system."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from cashier.catalog import Catalog
from cashier.errors import BadInput
from cashier.goods import Good, check_digit, is_digits
from cashier.i18n import _, comma
from cashier.money import show_quantity
from cashier.sheets.sample import Sample, SampleKind
from cashier.shop import Codes, Shop
from cashier.words import money_text

WHAT = {
    "cards": (SampleKind.CARD, SampleKind.APP, SampleKind.PHONE),
    "coupons": (SampleKind.COUPON, SampleKind.PROMO),
    "goods": (SampleKind.GOODS,),
}
"""What may be asked for by name, in the order of the sheets."""
_GRAMS = 500
"""The weight in the codes of goods that are sold by weight."""


def kinds(what: str) -> tuple[SampleKind, ...]:
    """The kinds in 'cards,goods'. Raises BadInput."""
    names = [name.strip().casefold() for name in what.split(",") if name.strip()]
    unknown = next((name for name in names if name not in WHAT), "" if names else what)
    if unknown or not names:
        text = _("There are no sheets of {name}; there are {known}.")
        raise BadInput(text.format(name=unknown or '""', known=", ".join(WHAT)))
    return tuple(chain.from_iterable(WHAT[name] for name in WHAT if name in names))


def scanned(samples: Iterable[Sample], codes: Codes) -> tuple[Sample, ...]:
    """What a loyalty system told, with the prefix of the shop before the codes of the app."""
    return tuple(
        replace(sample, value=codes.app_prefix + sample.value)
        if sample.kind is SampleKind.APP
        else sample
        for sample in samples
    )


def goods(catalog: Catalog, shop: Shop, groups: str = "") -> tuple[Sample, ...]:
    """Every good of these groups ('bread,dairy'; empty: of all). Raises BadInput."""
    wanted = {name.strip() for name in groups.split(",") if name.strip()}
    unknown = sorted(wanted - catalog.groups.keys())
    if unknown:
        text = _("There is no group {name}; there are {known}.")
        raise BadInput(text.format(name=unknown[0], known=", ".join(catalog.groups)))
    return tuple(
        sample_of(good, shop) for good in catalog.goods if not wanted or good.group in wanted
    )


def sample_of(good: Good, shop: Shop) -> Sample:
    """Its first code; goods by weight get a code of the scales with half a kilogram in it."""
    price = money_text(good.price, shop.money)
    if good.codes:
        return Sample(SampleKind.GOODS, good.codes[0], good.name, price)
    prefix = next(iter(shop.codes.weight_prefixes), "")
    if good.unit == "kg" and len(prefix) == 2 and len(good.sku) == 5 and is_digits(good.sku):
        code = f"{prefix}{good.sku}{_GRAMS:05d}"
        weight = _("{weight} kg").format(weight=show_quantity(_GRAMS, comma=comma()))
        return Sample(SampleKind.GOODS, code + check_digit(code), good.name, f"{weight}  {price}")
    return Sample(SampleKind.GOODS, good.sku, good.name, price)
