"""A till that comes to the embedded system over Processing v1.2: client, real HTTP, server."""

from typing import Any

from over import Over, WireWay
from stand import demo_goods

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.loymax.common.names import PaymentConfirmation
from backends.loymax.desk.behind import without_codes
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax.server import make_service
from backends.serving import App
from cashier.clock import Clock
from cashier.shop import Shop

WORD = "a word of the client"


def _serve(house: HouseBackend, shop: Shop, clock: Clock) -> App:
    minutes = house._rules.settings.points.hold_minutes
    return make_service(
        house,
        Goods(demo_goods()),
        clock=clock,
        settings=LoymaxSettings(
            hold_minutes=minutes, payment_confirmation=PaymentConfirmation.PIN_CODE
        ),
        shop=shop.shop,
        secret=WORD,
    )


class LoymaxWay(WireWay):
    """``going(LoymaxWay())``: every till of a test sells over this wire."""

    def __init__(self, **options: Any) -> None:
        """``certificates``: the flow tests look into the journal, whose bank the till's own is."""
        own = {"client_id": "till-01", "client_secret": WORD, "admin_token": WORD}
        own["payment_confirmation"] = "PINCode"
        super().__init__("loymax", _serve, **{**own, "certificates": False, **options})

    def rules(self, rules: Rules) -> Rules:
        return without_codes(rules, pins=True)

    def lead(self, house: HouseBackend, shop: Shop, clock: Clock) -> Over:
        """What the wire does not tell of registration, the shop card must say."""
        known = house._rules.settings.registration
        self._options |= {
            "register_by": str(known.login),
            "confirm_by": str(known.confirm_by),
            "attach": str(known.attach),
        }
        return super().lead(house, shop, clock)
