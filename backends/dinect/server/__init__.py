"""``cashier serve dinect``: the wire in front of the embedded system."""

from backends.dinect.server.app import make_app as make_app
