"""An ability that a loyalty system may have: it follows the till's work beside the exchange.

One that is the till's trade management as well (files in a folder) brings goods and prices, and
reports more than sales. Nothing of this ever stands in the way of a sale.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cashier.catalog import Catalog
from cashier.errors import CashierError
from cashier.events import Carried, Event, Reported, Tone
from cashier.uniform import innermost

if TYPE_CHECKING:
    from cashier.workplace import Workplace


@dataclass(frozen=True)
class News:
    """What has come since the last look."""

    catalog: Catalog | None = None
    """What is sold from now on; None: as before."""
    said: tuple[str, ...] = ()
    """For the cashier, in sentences; each is told once."""
    troubles: tuple[str, ...] = ()


@runtime_checkable
class FollowsTill(Protocol):
    """A loyalty system that follows the till. Both methods may raise CashierError."""

    def look(self, catalog: Catalog) -> News:
        """While no receipt is open; ``catalog`` is what is sold now."""
        ...

    def hear(self, event: Carried | Reported) -> None:
        """A command that was carried out and is in the journal; a report on the shift."""
        ...


def look(desk: "Workplace") -> None:
    """Goods and prices, as the system has them by now; trouble is told at the next question."""
    system = _follower(desk)
    if system is not None:
        with suppress(CashierError):
            news = system.look(desk.catalog)
            desk.catalog = news.catalog or desk.catalog
            for text in news.said:
                desk.say(text)
            for text in news.troubles:
                desk.say(text, Tone.WARNING)


def hear(desk: "Workplace", event: Event) -> None:
    """What was refused was not done; a live system is told nothing before somebody agreed."""
    if isinstance(event, Reported) or (isinstance(event, Carried) and event.error is None):
        system = None if desk.shop.live and not desk.agreed else _follower(desk)
        if system is not None:
            try:
                system.hear(event)
            except CashierError as error:
                desk.say(str(error), Tone.WARNING)


def _follower(desk: "Workplace") -> FollowsTill | None:
    system = innermost(desk.backend)
    return system if isinstance(system, FollowsTill) else None
