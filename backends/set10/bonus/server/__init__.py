"""The bonus account service in front of the embedded system: ``cashier serve set10-bonus``."""

from backends.set10.bonus.server.app import make_app, make_service

__all__ = ["make_app", "make_service"]
