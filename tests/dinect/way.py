"""A till that comes to the embedded system over dinect's wire: client, real HTTP, server."""

from typing import Any

from over import Over, client
from stand import demo_goods
from starlette.applications import Starlette

from backends.dinect.server.app import Tokens, make_service
from backends.dinect.server.store import Store
from backends.fronting import Goods, tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from cashier.clock import Clock
from cashier.shop import Shop

TOKENS = Tokens("application", "till-01")
OPTIONS: dict[str, Any] = {"app_token": TOKENS.app, "till_token": TOKENS.till}


def serve(house: HouseBackend, clock: Clock) -> Starlette:
    return make_service(house, Store.open(None), Goods(demo_goods()), clock, TOKENS)


def till(url: str, clock: Clock, **options: Any) -> Any:
    return client("dinect", clock, url=f"{url}/20130701", **OPTIONS, **options)


class DinectWay:
    """``going(DinectWay())``: every till of a test sells over this wire."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.made: list[Over] = []

    def rules(self, rules: Rules) -> Rules:
        return tellable(rules)

    def lead(self, house: HouseBackend, _shop: Shop, clock: Clock) -> Over:
        made = Over(lambda: serve(house, clock), lambda url: till(url, clock, **self._options))
        self.made.append(made)
        return made

    async def close(self) -> None:
        for one in self.made:
            await one.close()
