"""``cashier serve manzana``: the service in front of the embedded system."""

from backends.manzana.server.app import make_app as make_app
