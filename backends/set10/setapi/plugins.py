"""Which plugin a shop has: an entry point of the group ``cashier.set10.plugins``.

A function that takes ``Setup`` and gives ``Plugins``. Nothing else is ever loaded: the name in a
shop card is a name, never a path or a module.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from backends.set10.setapi.contract import CardPlugin, LoyaltyPlugin
from cashier.clock import Clock, Ids
from cashier.errors import ConfigError
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.sheets.sample import Sample

GROUP = "cashier.set10.plugins"


@dataclass(frozen=True)
class Setup:
    """What a plugin is made with."""

    settings: dict[str, Any]
    """``[loyalty.options.settings]`` of the shop card; ``options.read_settings`` checks them."""
    folder: Path | None
    """Where its data last; None: in memory."""
    card: Path
    """The shop card, for messages and files beside it."""
    clock: Clock
    ids: Ids
    phone: Callable[[PhoneMessage], None]


async def _nothing() -> None:
    """There is nothing to close."""


@dataclass(frozen=True)
class Plugins:
    """The two plugins of one external service."""

    name: str
    """As it is called on screen."""
    loyalty: LoyaltyPlugin
    cards: CardPlugin
    close: Callable[[], Awaitable[None]] = _nothing
    samples: Callable[[], tuple[Sample, ...]] = tuple
    """What of its demo there is to scan."""


Maker: TypeAlias = Callable[[Setup], Plugins]
"""Raises ConfigError."""


def find(name: str, card: Path) -> Maker:
    """Raises ConfigError that names the known ones."""
    from importlib.metadata import entry_points  # slow

    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        text = _("{file}, field {field}: there is no plugin {name}; known are: {known}.")
        names = ", ".join(sorted(known)) or "-"
        field = "loyalty.options.plugin"
        raise ConfigError(text.format(file=card, field=field, name=name[:40], known=names))
    maker: Maker = known[name].load()
    return maker
