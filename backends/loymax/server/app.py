"""The server over HTTP: the way in, and the operations of a purchase."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from backends.fronting import Goods, goods_of
from backends.house import HouseBackend
from backends.loymax.desk.behind import embedded
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.receipts import Reader
from backends.loymax.desk.settings import LoymaxSettings, settings_in
from backends.loymax.desk.store import Purchases
from backends.loymax.server.clearing import Clearing
from backends.loymax.server.entrance import Entrance
from backends.loymax.server.operations import Operations
from backends.loymax.server.registering import Registering
from backends.loymax.server.searching import Searching
from backends.serving import Premises
from cashier.clock import Clock
from cashier.errors import CashierError, ConfigError

API = "/publicapi/v1.2"
_OWN_SETTINGS = LoymaxSettings()


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve loymax``; settings: ``loymax.toml`` in its folder, as the XML service
    has it. Raises ConfigError."""
    settings = settings_in(premises.folder)
    try:
        return make_service(
            embedded(premises, settings),
            goods_of(premises),
            clock=premises.clock,
            settings=settings,
            path=premises.folder / "loymax.db",
            shop=premises.shop.shop,
            currency=premises.shop.currency,
            secret=premises.password,
        )
    except ConfigError:
        raise
    except CashierError as error:
        raise ConfigError(str(error)) from error


def make_service(
    house: HouseBackend,
    goods: Goods,
    *,
    clock: Clock,
    settings: LoymaxSettings = _OWN_SETTINGS,
    path: Path | None = None,
    shop: str = "",
    currency: str = "RUB",
    secret: str = "",
) -> Starlette:
    """``path``: where purchases last; None: in memory. ``secret``: of every client; empty: it is
    not looked at. The embedded system is closed with the application. Raises Unavailable and
    StorageError for data that cannot be used."""
    keeper, purchases = house.keeping(), Purchases(path)
    desk = Desk(house, keeper, Reader(keeper, goods, shop), purchases, settings, clock, currency)
    entrance = Entrance(desk, secret)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()
        purchases.close()

    way_in = "/authorizationService"
    routes = [
        Route(f"{way_in}/token", entrance.token, methods=["POST"]),
        Route(f"{way_in}/oauth/authorize", entrance.authorize, methods=["GET"]),
        *Operations(desk, entrance).routes(API),
        *Registering(desk, entrance).routes(API),
        *Searching(desk, entrance).routes(API),
        *Clearing(desk, entrance).routes(API),
    ]
    return Starlette(routes=routes, lifespan=life)
