"""The first start: the shop, its goods and some gift certificates go into ``rarus.db``.

So a till may be pointed at a new server and sell at once; from then on clients set up what they
like.
"""

from collections.abc import Iterator

from backends.rarus.server.data.certificates import CertificateState
from backends.rarus.server.store import Store
from backends.rarus.wire.base import major
from backends.rarus.wire.extras import CertificateGroup
from backends.rarus.wire.goods import ArticleFields, Property
from backends.rarus.wire.kinds import GoodProperty
from backends.rarus.wire.shops import Shop
from cashier.catalog import Catalog
from cashier.goods import Good
from cashier.i18n import _

_NUMBERS = tuple(f"98{number:011}" for number in range(1, 51))
"""The certificates of a new server; they are sold for any sum."""


def fill(store: Store, shop: Shop, catalog: Catalog, now: int) -> None:
    """Fill an empty store; what is there already stays as it is. ``now``: Unix milliseconds.

    Raises StorageError; then the next start goes on with it.
    """
    if store.shops.get(shop.id) is not None:
        return
    store.goods.put([*_groups(catalog), *map(_article, catalog.goods)], now)
    _make_certificates(store, now)
    store.shops.put(shop)  # the last of all: with it everything is there


def _groups(catalog: Catalog) -> Iterator[ArticleFields]:
    for key, name in catalog.groups.items():
        yield ArticleFields(id=key, name=name, isgroup=True, unload=True)


def _article(good: Good) -> ArticleFields:
    return ArticleFields(
        id=good.sku,
        parent_id=good.group,
        name=good.name,
        article=good.sku,
        isgroup=False,
        properties=tuple(_properties(good)),
        unload=True,
    )


def _properties(good: Good) -> Iterator[Property]:
    told = {
        GoodProperty.UNIT: good.unit,
        GoodProperty.PRICE: f"{major(good.price):.2f}",
        GoodProperty.LOWEST: f"{major(good.lowest):.2f}" if good.lowest else "",
        GoodProperty.CODES: " ".join(good.codes),
    }
    for key, value in told.items():
        if value:
            yield Property(id=key.value, name=key.value, value=value)


def _make_certificates(store: Store, now: int) -> None:
    group = CertificateGroup(id="gift", name=_("Gift certificate"))
    store.certificates.groups.put(group)
    for number in _NUMBERS:
        if store.certificates.get(number) is None:
            store.certificates.put(CertificateState(id=number, group_id=group.id, status_date=now))
