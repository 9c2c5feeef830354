"""Servers that speak a system's wire in front of the embedded system: ``cashier serve NAME``.

A server registers itself as an entry point of the group ``cashier.servers``: a function that takes
``Premises`` and gives an ASGI application.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

from cashier.clock import Clock, Ids
from cashier.errors import ConfigError
from cashier.exchange import PhoneMessage
from cashier.i18n import _
from cashier.shop import Shop

GROUP = "cashier.servers"
Scope: TypeAlias = MutableMapping[str, Any]
App: TypeAlias = Callable[
    [Scope, Callable[[], Awaitable[Scope]], Callable[[Scope], Awaitable[None]]], Awaitable[None]
]


@dataclass(frozen=True)
class Premises:
    """What a server is set up with."""

    folder: Path
    """Where its data last."""
    card: Path
    """The shop card whose goods and name it begins with."""
    shop: Shop
    login: str
    password: str
    clock: Clock
    ids: Ids
    phone: Callable[[PhoneMessage], None]
    """Where messages to customers go: nobody sends them for real."""
    rules: Path | None = None
    """The rules of the embedded system; None: the demo rules."""
    session: timedelta = timedelta(hours=12)
    """How long a sign-in lasts."""


Maker: TypeAlias = Callable[[Premises], App]
_ALLOCATIONS = 10_000
"""After so many garbage is looked for: a request makes thousands, and drops them by itself."""


def find(name: str) -> Maker:
    """The server registered under ``name``. Raises ConfigError that names the known ones."""
    from importlib.metadata import entry_points

    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        text = _("There is no server {name}; known are: {known}.")
        raise ConfigError(text.format(name=name, known=", ".join(sorted(known)) or "-"))
    maker: Maker = known[name].load()
    return maker


def run(app: App, host: str, port: int, started: Callable[[str], None]) -> None:
    """Serve until interrupted; ``started`` is told the address. Raises ConfigError."""
    import asyncio
    import gc
    import socket
    from contextlib import suppress

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        ear = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        text = _("{host}:{port} cannot be listened on: {why}")
        raise ConfigError(text.format(host=host, port=port, why=why)) from error
    # Connections take this over; asyncio sets it only on those that it listens for itself.
    ear.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with ear:
        name = f"[{host}]" if family is socket.AF_INET6 else host
        config = uvicorn.Config(
            app, ws="none", lifespan="on", log_level="warning", timeout_graceful_shutdown=5
        )
        gc.freeze()  # what is there now stays: nobody need look whether it is garbage
        gc.set_threshold(_ALLOCATIONS)
        started(f"http://{name}:{ear.getsockname()[1]}")
        with suppress(KeyboardInterrupt):
            asyncio.run(uvicorn.Server(config).serve([ear]))
