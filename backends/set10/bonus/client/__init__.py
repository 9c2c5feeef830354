"""The bonus account service as a loyalty system of a till."""

from backends.set10.bonus.client.backend import BonusBackend

__all__ = ["BonusBackend"]
