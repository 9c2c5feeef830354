"""What a loyalty system tells of a customer, so that a scenario can take him for given."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from cashier.money import Amount, Points
from cashier.receipt import Identifier


@dataclass(frozen=True, slots=True)
class Sight:
    """A customer as the system has him at one moment."""

    fresh: bool
    """Fresh data have him just so: he need not be given."""
    phone: str = ""
    email: str = ""
    name: str = ""
    birthdate: date | None = None
    cards: tuple[str, ...] = ()
    """The one that was shown comes first."""
    level: str = ""
    """Id of the level of that card."""
    points: Points = 0
    turnover: Amount = 0


@runtime_checkable
class TellsGiven(Protocol):
    """A loyalty system that can be asked what a scenario must take for given."""

    def sight(self, identifier: Identifier) -> Sight | None:
        """Who is known by this; changes nothing. None: nobody, or the data cannot be read."""
        ...
