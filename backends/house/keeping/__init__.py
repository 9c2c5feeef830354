"""The data of the embedded system in the hands of a server: see ``backends.keeping``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backends.house.club import Club
from backends.house.keeping.cards import Cards
from backends.house.keeping.holds import Holds
from backends.house.keeping.people import People
from backends.house.keeping.points import Points
from backends.house.keeping.rules import Rules
from backends.house.keeping.sales import Sales
from backends.keeping import (
    KeepsCards,
    KeepsHolds,
    KeepsPeople,
    KeepsPoints,
    KeepsRules,
    KeepsSales,
)

__all__ = ["HouseKeeper"]


@dataclass
class HouseKeeper:
    """Changes made here do not stand in the log of the office: that is for what people typed."""

    club: Club
    cards: KeepsCards
    people: KeepsPeople
    points: KeepsPoints
    sales: KeepsSales
    rules: KeepsRules
    holds: KeepsHolds

    @classmethod
    def of(cls, club: Club) -> "HouseKeeper":
        return cls(
            club, Cards(club), People(club), Points(club), Sales(club), Rules(club), Holds(club)
        )

    @contextmanager
    def together(self) -> Iterator[None]:
        with self.club.store.changing():
            yield
