"""A till that comes to the embedded system over the Rarus wire: client, real HTTP, server."""

from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from over import Over
from stand import demo_goods

from backends.fronting import tellable
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.rarus.client import RarusBackend
from backends.rarus.server import app
from backends.rarus.server.filling import fill
from backends.rarus.server.making import service_of
from backends.rarus.server.service import Service
from backends.rarus.wire.base import milliseconds
from backends.rarus.wire.shops import Shop as WireShop
from cashier.clock import ManualClock, counted_ids
from cashier.exchange import AttachOn
from cashier.shop import Shop

LOGIN, PASSWORD = "shop", "correct horse"


class OverRarus(Over):
    """The Rarus server, and its client."""

    def __init__(
        self, house: HouseBackend, shop: Shop, clock: ManualClock, options: dict[str, Any]
    ) -> None:
        super().__init__(lambda: app.Server(self.service), lambda _url: self.another())
        self.house, self._shop, self._clock, self._options = house, shop, clock, options

    @cached_property
    def service(self) -> Service:
        """With the shop, its goods and a few certificates."""
        clock, card = self._clock, self._shop
        made = service_of(
            self.house,
            folder=None,
            accounts={LOGIN: PASSWORD},
            clock=clock,
            ids=counted_ids("server"),
        )
        somewhere = Decimal(0)
        shop = WireShop(id=card.shop, name=card.name, latitude=somewhere, longitude=somewhere)
        fill(made.store, shop, demo_goods(), milliseconds(clock.now()))
        return made

    def another(self, **options: Any) -> RarusBackend:
        """One more till at the same server, once it runs; it is to be closed."""
        return RarusBackend.from_options(
            {"url": self.url, "login": LOGIN, "password": PASSWORD, **self._options, **options},
            folder=Path(),
            card=Path("shop.toml"),
            clock=self._clock,
            ids=counted_ids("client"),
            phone=lambda _message: None,
        )


class RarusWay:
    """``going(RarusWay())``: every till of a test sells over this wire."""

    def __init__(self, **options: Any) -> None:
        """Of the client; where it has a choice it takes what the embedded system does."""
        self._options = {"point_step": "0.01", "certificates": False, **options}
        """``certificates``: the flow tests look into the journal, whose bank the till's own is."""
        self.made: list[OverRarus] = []

    def rules(self, rules: Rules) -> Rules:
        return tellable(rules)

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> OverRarus:
        rules = house._rules.settings  # what the wire does not tell, the shop card must say
        attach = "list" if rules.registration.attach is AttachOn.LIST else "free"
        known = {"attach": attach, "hold_minutes": rules.points.hold_minutes}
        made = OverRarus(house, shop, clock, {**known, **self._options})
        self.made.append(made)
        return made

    async def close(self) -> None:
        """Tills that crashed left their servers running."""
        for one in self.made:
            await one.close()
