"""XML 3.2 in front of the embedded system: ``cashier serve loymax-xml``."""

from backends.loymax_xml.server.app import make_app, make_service

__all__ = ["make_app", "make_service"]
