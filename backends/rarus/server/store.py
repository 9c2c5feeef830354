"""``rarus.db``: what this wire knows and the loyalty system behind it does not."""

from pathlib import Path
from typing import Self

from backends import shelf
from backends.rarus.server.data import cards, goods
from backends.rarus.server.data.cards import Cards, Holders
from backends.rarus.server.data.certificates import Certificates
from backends.rarus.server.data.goods import Goods
from backends.rarus.server.data.segments import Segments
from backends.rarus.wire.groups import CardGroup
from backends.rarus.wire.points import NewTransaction
from backends.rarus.wire.shops import Shop
from backends.shelf import M, Shelf
from cashier.database import Database, Layout

LAYOUT = Layout(
    application=0x52415255,
    version=1,
    schema=";".join((shelf.SCHEMA, goods.SCHEMA, cards.SCHEMA)),
)


class Store:
    """Shops, goods, segments, groups, and what is known besides of cards and their holders.

    Whatever is read or written may raise StorageError. What a method changes is stored when it
    returns and survives ``kill -9``; what is worth money survives a power cut as well.
    """

    def __init__(self, db: Database, groups: frozenset[str]) -> None:
        self._db = db
        self.put_aside = db.put_aside
        """Where a damaged file was moved at opening."""
        self.shops = Shelf(db, "shop", Shop)
        self.goods = Goods(db, groups)
        self.segments = Segments(db, self.goods, self.shops)
        self.card_groups = Shelf(db, "card_group", CardGroup)
        self.cards = Cards(db)
        self.holders = Holders(db)
        self.certificates = Certificates(db)
        self.transactions = Shelf(db, "transaction", NewTransaction)
        """What was told of the movements of points that were made by hand."""

    @classmethod
    def open(cls, path: Path | None, groups: frozenset[str] = frozenset()) -> Self:
        """None: in memory. ``groups``: groups of goods that the loyalty system's rules speak of.

        A damaged file is put aside and a new one made. Raises StorageError, ConfigError.
        """
        return cls(Database.open(path, LAYOUT), groups)

    def shelf(self, kind: str, model: type[M], *, full: bool = False) -> Shelf[M]:
        """A shelf of one's own for another kind of things: holds, registrations under way."""
        return Shelf(self._db, kind, model, full=full)

    def close(self) -> None:
        self._db.close()
