"""The wire of the Rarus loyalty service in front of the embedded system.

``make_app`` is what ``cashier serve rarus`` serves. ``making.make_service`` makes all that the
methods need, ``app.Server`` is the application of it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backends.rarus.server.app import Server
    from backends.serving import Premises

__all__ = ["make_app"]


def make_app(premises: "Premises") -> "Server":
    """For ``cashier serve rarus``. Raises ConfigError."""
    from backends.rarus.server import making  # all methods, only where they are served

    return making.make_app(premises)
