"""The till's side of Processing v1.2."""

from backends.loymax.client.backend import LoymaxBackend

__all__ = ["LoymaxBackend"]
