"""What a scenario takes for given, and who can make it true."""

from datetime import date
from typing import Protocol, runtime_checkable

from cashier.config import Settings
from cashier.fields import Exact


class GivenCustomer(Settings):
    """Somebody whom the embedded system knows."""

    phone: str = ""
    email: str = ""
    name: str = ""
    birthdate: date | None = None
    card: str = ""
    cards: tuple[str, ...] = ()
    level: str = ""
    """Id of a level."""
    points: Exact = 0
    turnover: Exact = 0


class Given(Settings):
    """Made true on a fresh copy of the embedded system; elsewhere skipped, with a note."""

    customers: tuple[GivenCustomer, ...] = ()
    rules: str = ""
    """A rules file in place of the demo rules; relative to the scenario."""


@runtime_checkable
class SetsUp(Protocol):
    """A loyalty system whose data can be made as a scenario takes them for given."""

    def set_up(self, given: Given) -> None:
        """Raises Refused, Unavailable."""
        ...
