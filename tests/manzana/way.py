"""A till that comes to the embedded system over Manzana's wire: client, real HTTP, server."""

from typing import Any

from over import WireWay
from stand import demo_goods

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.manzana.server.app import make_service
from backends.manzana.server.store import Store
from backends.reception import Porter
from backends.serving import App
from cashier.clock import Clock
from cashier.shop import Shop


def serve(house: HouseBackend, _shop: Shop, clock: Clock) -> App:
    return make_service(
        house, Store.open(None), Goods(demo_goods()), clock, Porter("till", "secret")
    )


def way(**options: Any) -> WireWay:
    return WireWay("manzana", serve, **options)
