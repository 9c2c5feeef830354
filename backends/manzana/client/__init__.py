"""The till's side of the wire."""

from backends.manzana.client.backend import ManzanaBackend

__all__ = ["ManzanaBackend"]
