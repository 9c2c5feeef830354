"""Our till speaks to a Rarus loyalty service."""

from backends.rarus.client.backend import RarusBackend

__all__ = ["RarusBackend"]
