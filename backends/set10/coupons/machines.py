"""Tills, shop servers, the centre and Set Loyalty: their databases, and who reaches whom how."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection as Sql

from backends.set10.coupons.schema import COUPONS, SET, TABLES, Place, Role
from backends.set10.coupons.settings import CouponSettings, ShopServer
from backends.set10.coupons.store import Store
from backends.set10.coupons.switchboard import Connection, Switchboard
from cashier.exchange import Unavailable
from cashier.i18n import _

CENTRE, LOYALTY = "centre", "loyalty"


def shop_id(shop: str) -> str:
    return f"shop-{shop}"


def till_id(shop: str, till: str) -> str:
    return f"till-{shop}-{till}"


@dataclass(frozen=True, slots=True)
class Node:
    """One machine."""

    id: str
    role: Role
    store: Store
    shop: str = ""

    @property
    def title(self) -> str:
        return self.store.title

    @property
    def place(self) -> Place:
        return COUPONS if self.role is Role.LOYALTY else SET


class Machines:
    """All of them, by their ids, in the order they are shown."""

    def __init__(self, settings: CouponSettings, folder: Path) -> None:
        self.nodes: dict[str, Node] = {}
        self._settings, self._folder = settings, folder
        self._add(CENTRE, Role.CENTRE, _("the centre"), settings.centre.database)
        if settings.loyalty.connected:
            self._add(LOYALTY, Role.LOYALTY, "Set Loyalty", settings.loyalty.database)
        for shop in settings.shop:
            title = _("the server of shop {shop}").format(shop=shop.number)
            self._add(shop_id(shop.number), Role.SHOP, title, shop.database, shop.number)
            for till in shop.tills:
                title = _("till {till} of shop {shop}").format(till=till, shop=shop.number)
                self._add(till_id(shop.number, till), Role.TILL, title, "", shop.number)
        self.switchboard = Switchboard(folder / "connections.db", tuple(_usual(settings)))

    def _add(self, name: str, role: Role, title: str, database: str, shop: str = "") -> None:
        where = database or self._folder / f"{name}.db"
        store = Store(title, where, TABLES[role], self._settings.patience_seconds)
        self.nodes[name] = Node(name, role, store, shop)

    def close(self) -> None:
        for node in self.nodes.values():
            node.store.close()
        self.switchboard.close()

    @property
    def shops(self) -> tuple[str, ...]:
        return tuple(name for name, node in self.nodes.items() if node.role is Role.SHOP)

    def onward(self, sender: str, receiver: str) -> tuple[str, ...]:
        """Whom the receiver tells of what it hears from the sender: up to the centre, and from
        there down to all shops."""
        if receiver == CENTRE:
            return self.shops
        up = self.nodes[sender].role is Role.TILL and self.nodes[receiver].role is Role.SHOP
        return (CENTRE,) if up else ()

    def path(self, sender: str, receiver: str) -> tuple[str, ...]:
        """Names of the connections between two machines."""
        start, end = self.nodes[sender], self.nodes[receiver]
        if start.role is Role.TILL:
            server = shop_id(start.shop)
            more = self.path(server, receiver) if receiver != server else ()
            return (f"{sender}/{server}", *more)
        if end.role is Role.SHOP:
            return (f"{receiver}/{sender}",)
        return (f"{sender}/{receiver}",)

    def board(self) -> dict[str, Connection]:
        """The connections as they are now, by name."""
        return {one.name: one for one in self.switchboard.all()}

    def way(
        self, sender: str, receiver: str, board: dict[str, Connection] | None = None
    ) -> list[Connection]:
        """The connections between two machines; none where one of them is not there any more."""
        if receiver not in self.nodes:
            return []
        known = self.board() if board is None else board
        return [known[name] for name in self.path(sender, receiver) if name in known]

    @contextmanager
    def writing(self, sender: str, receiver: str) -> Iterator[Sql]:
        """A transaction at ``receiver``. Raises Unavailable, OutcomeUnknown."""
        self._reach(sender, receiver)
        with self.nodes[receiver].store.writing() as sql:
            yield sql

    @contextmanager
    def reading(self, sender: str, receiver: str) -> Iterator[Sql]:
        """Raises Unavailable."""
        self._reach(sender, receiver)
        with self.nodes[receiver].store.reading() as sql:
            yield sql

    def _reach(self, sender: str, receiver: str) -> None:
        title, patience = self.nodes[receiver].title, self._settings.patience_seconds
        way = self.way(sender, receiver)
        for one in way:
            if one.stopped:
                words = _("{machine} does not answer: the connection {name} is stopped")
                raise Unavailable(words.format(machine=title, name=one.name), ours=True)
        if sum(one.delay_seconds for one in way) > patience:
            words = _("{machine} does not answer: the connection {name} is too slow")
            slowest = max(way, key=lambda one: one.delay_seconds)
            raise Unavailable(words.format(machine=title, name=slowest.name), ours=True)


def _usual(settings: CouponSettings) -> Iterator[Connection]:
    connected = settings.loyalty.connected
    if connected:
        yield Connection(f"{CENTRE}/{LOYALTY}")
    for shop in settings.shop:
        yield from _of_shop(shop)
        if connected:
            yield Connection(f"{shop_id(shop.number)}/{LOYALTY}")


def _of_shop(shop: ShopServer) -> Iterator[Connection]:
    server = shop_id(shop.number)
    yield Connection(f"{server}/{CENTRE}", delay_seconds=shop.delay_seconds)
    for till in shop.tills:
        name = f"{till_id(shop.number, till)}/{server}"
        yield Connection(name, delay_seconds=shop.till_delay_seconds)
