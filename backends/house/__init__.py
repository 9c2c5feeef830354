"""The embedded loyalty system: small but real, on SQLite, the default of the demo shop."""

from backends.house.backend import HouseBackend

__all__ = ["HouseBackend"]
