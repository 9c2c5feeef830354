"""A till that comes to the embedded system over XML 3.2: client, real HTTP, server."""

from over import WireWay
from stand import demo_goods

from backends.fronting import Goods
from backends.house import HouseBackend
from backends.house.rules import Rules
from backends.loymax.desk.behind import without_codes
from backends.loymax.desk.settings import LoymaxSettings
from backends.loymax_xml.server import make_service
from backends.serving import App
from cashier.clock import Clock
from cashier.shop import Shop


def _serve(house: HouseBackend, shop: Shop, clock: Clock) -> App:
    minutes = house._rules.settings.points.hold_minutes
    return make_service(
        house,
        Goods(demo_goods()),
        clock=clock,
        settings=LoymaxSettings(hold_minutes=minutes),
        shop=shop.shop,
    )


class XmlWay(WireWay):
    """``going(XmlWay())``: every till of a test sells over this wire."""

    def __init__(self) -> None:
        super().__init__("loymax-xml", _serve)

    def rules(self, rules: Rules) -> Rules:
        return without_codes(rules)
