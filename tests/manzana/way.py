"""A till that comes to the embedded system over Manzana's wire: client, real HTTP, server."""

from over import WireWay
from stand import demo_goods
from starlette.applications import Starlette

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.manzana.server.app import make_service
from backends.manzana.server.store import Store
from backends.reception import Porter
from cashier.clock import Clock
from cashier.shop import Shop

PAYMENTS = {"cash": "1", "card": "2", "certificate": "3"}


def serve(house: HouseBackend, _shop: Shop, clock: Clock) -> Starlette:
    store = Store.open(None)
    return make_service(house, store, Goods(demo_goods()), clock, Porter("", ""))


def manzana_way() -> WireWay:
    """The wire has a place for a code from whoever names a phone and from a newcomer, none for
    spending."""
    return WireWay(
        "manzana",
        serve,
        phone_codes=True,
        payments=PAYMENTS,
        private_office="PrivateOfficeDataService.asmx",
    )
