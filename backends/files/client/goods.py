"""What is sold: the goods of the shop card as the loads have changed them.

A load tells a code, a name, a price and barcodes. The rest (group, unit, lowest price, age,
deposit, certificate) stays as the shop card has it for the same code.
"""

from collections.abc import Sequence
from dataclasses import replace

from backends.files.formats.model import Goods
from backends.files.formats.text import as_written
from cashier.catalog import Catalog
from cashier.goods import Good, canonical

_LONGEST_CODE, _LONGEST_NAME = 32, 500


def merged(card: Catalog, told: Sequence[Goods], *, whole: bool) -> tuple[Catalog, int]:
    """``whole``: what is not told is not sold any more. The other number is goods that cannot be
    sold: without a price, or with a code that no till takes."""
    fit = {one.code: _good(one, card.by_sku(one.code)) for one in told if _is_fit(one)}
    kept = [fit.get(one.sku, one) for one in card.goods if not whole or one.sku in fit]
    new = [good for sku, good in fit.items() if card.by_sku(sku) is None]
    return Catalog(_apart([*kept, *new]), card.groups), len(told) - len(fit)


def _is_fit(one: Goods) -> bool:
    return one.price > 0 and len(one.code) <= _LONGEST_CODE and one.code.isprintable()


def _good(told: Goods, known: Good | None) -> Good:
    good = known or Good(told.code, told.code, told.price)
    name = " ".join((told.name or told.text).split())[:_LONGEST_NAME]
    name = "".join(letter for letter in name if letter.isprintable())
    lowest = told.price if good.certificate else min(good.lowest, told.price)
    return replace(
        good,
        name=good.name if name in ("", as_written(good.name)) else name,
        price=told.price,
        lowest=lowest,
        codes=told.barcodes or good.codes,
    )


def _apart(goods: Sequence[Good]) -> tuple[Good, ...]:
    """A code on two goods is the first one's; a deposit that is not sold is not asked for."""
    skus, taken, apart = {one.sku for one in goods}, set[str](), list[Good]()
    for good in goods:
        codes = {canonical(one): one for one in good.codes if canonical(one) not in taken}
        taken.update(codes)
        deposit = good.deposit if good.deposit in skus else ""
        apart.append(replace(good, codes=tuple(codes.values()), deposit=deposit))
    return tuple(apart)
