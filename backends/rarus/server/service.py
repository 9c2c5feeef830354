"""What all methods of the server share."""

from dataclasses import dataclass

from backends.keeping import Keeper
from backends.rarus.server.store import Store
from backends.rarus.server.tokens import Tokens
from cashier.clock import Clock, Ids
from cashier.exchange import Backend


@dataclass
class Service:
    backend: Backend
    """The loyalty system behind this wire."""
    keeper: Keeper
    """Its data."""
    store: Store
    """What this wire knows besides."""
    tokens: Tokens
    clock: Clock
    ids: Ids
