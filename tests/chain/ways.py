"""A till that comes to the embedded system through a chain."""

from dataclasses import dataclass

from stand import demo_rules

from backends.chain import ChainBackend, Member, Place
from backends.house import HouseBackend
from backends.house.rules import Kind, Promotion, Rules
from cashier.clock import ManualClock
from cashier.exchange import Backend
from cashier.links import Link
from cashier.shop import Shop


def name_of(rules: Rules) -> str:
    return str(rules.settings.name)


@dataclass
class OneLink:
    """The embedded system is the only link, whole."""

    def rules(self, rules: Rules) -> Rules:
        return rules

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> Backend:  # noqa: ARG002
        name = name_of(demo_rules())
        place = Place(Link("house", name, "house"), Member("house", house, house), house.part(_any))
        return ChainBackend(name, [place])


@dataclass
class ThreeLinks(OneLink):
    """It stands there three times, as SetRetail10 ships it: competing, always summed, rounding."""

    def lead(self, house: HouseBackend, shop: Shop, clock: ManualClock) -> Backend:  # noqa: ARG002
        name, member = name_of(demo_rules()), Member("house", house, house)

        def place(turn: int, lets: object) -> Place:
            title = name if turn == 1 else f"{name} {turn}"
            link = Link(f"house-{turn}", title, "house", last=turn == 3)
            return Place(link, member, house.part(lets))  # type: ignore[arg-type]

        return ChainBackend(name, [place(1, _competes), place(2, _sums), place(3, _rounds)])


def _any(promotion: Promotion) -> bool:
    return True


def _competes(promotion: Promotion) -> bool:
    return not promotion.summable and promotion.kind is not Kind.ROUND


def _sums(promotion: Promotion) -> bool:
    return promotion.summable and promotion.kind is not Kind.ROUND


def _rounds(promotion: Promotion) -> bool:
    return promotion.kind is Kind.ROUND
