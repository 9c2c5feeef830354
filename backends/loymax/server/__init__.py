"""Processing v1.2 in front of the embedded system: ``cashier serve loymax``."""

from backends.loymax.server.app import make_app, make_service

__all__ = ["make_app", "make_service"]
