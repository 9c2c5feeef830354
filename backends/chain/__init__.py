"""Several loyalty systems on one receipt: it passes them in order, each adds its own.

A ``Chain`` is itself a ``Backend``: the till does not know how many systems there are.
"""

from backends.chain.backend import ChainBackend
from backends.chain.place import Member, Place

__all__ = ["ChainBackend", "Member", "Place"]
