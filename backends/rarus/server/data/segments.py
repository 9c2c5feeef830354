"""Segments of goods, and what they mean for paying with points."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from backends.rarus.server.data.goods import Goods
from backends.rarus.wire.base import minor
from backends.rarus.wire.segments import Segment
from backends.rarus.wire.shops import Shop
from backends.shelf import Shelf
from cashier.database import Database

SPACE = UUID("8f0c8a52-6f0f-4a0e-9a57-2f6f1f0d7c11")
"""Ids that the server derives are names in it: the same thing, the same id."""
ALL = 10_000
"""Hundredths of a percent."""
_SHOPS = 1000


@dataclass
class _Limits:
    """How much of a row points may pay, in one shop."""

    excluded: frozenset[str] = frozenset()
    percents: dict[str, int] = field(default_factory=dict)


class Segments:
    """Every method may raise StorageError."""

    def __init__(self, db: Database, goods: Goods, shops: Shelf[Shop]) -> None:
        self._shelf = Shelf(db, "segment", Segment)
        self._goods, self._shops = goods, shops
        self._made: dict[str, tuple[str, ...]] = {}
        self._limits: dict[str, _Limits] = {}
        self._seen = -1

    def get(self, key: str) -> Segment | None:
        return self._shelf.get(key)

    def all(self) -> list[Segment]:
        return self._shelf.all()

    def put(self, segment: Segment) -> None:
        self._shelf.put(segment)
        self.forget()

    def forget(self) -> None:
        """Shops or segments have changed: the limits are worked out anew."""
        self._limits.clear()
        self._made.clear()

    def derived(self, name: str, title: str, items: Iterable[str]) -> str:
        """The id of a segment that a rule of the loyalty system stands for; quick.

        ``name`` is the rule's own; the segment is made, or its goods put right, when first asked.
        """
        key, wanted = str(uuid5(SPACE, name)), tuple(items)
        if self._made.get(key) != wanted:
            there = self._shelf.get(key)
            if there is None or (there.items, there.name) != (wanted, title):
                self.put(Segment(id=key, name=title, items=wanted))
            self._made[key] = wanted
        return key

    def members(self, keys: Iterable[str]) -> frozenset[str]:
        """The goods of these segments, and of segments that lie in them."""
        segments = {one.id: one for one in self.all() if not one.deleted}
        inside = list(dict.fromkeys(keys))
        for key in inside:
            inside += (
                one.id for one in segments.values() if one.parent_id == key and one.id not in inside
            )
        items = [item for key in inside if key in segments for item in segments[key].items]
        return self._goods.within(items)

    def payable(self, shop_id: str, sku: str) -> int:
        """How much of a row of this good points may pay, hundredths of a percent; quick."""
        if self._seen != self._goods.changes:
            self._seen = self._goods.changes
            self._limits.clear()
        limits = self._limits.get(shop_id)
        if limits is None:
            if len(self._limits) >= _SHOPS:
                self._limits.clear()
            limits = self._limits[shop_id] = self._learnt(shop_id)
        return 0 if sku in limits.excluded else limits.percents.get(sku, ALL)

    def _learnt(self, shop_id: str) -> _Limits:
        shop = self._shops.get(shop_id)
        barred = shop.exclude_articles if shop else ""
        limits = _Limits(self.members([barred]) if barred else frozenset())
        for segment in self.all():
            if segment.deleted or segment.max_payment_percent < 0:
                continue
            percent = min(ALL, minor(segment.max_payment_percent))
            for sku in self.members([segment.id]):
                limits.percents[sku] = min(percent, limits.percents.get(sku, ALL))
        return limits
