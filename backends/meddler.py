"""The place of faults on the wire: whoever stands here meddles with every call of the door.

A module of its own, so that who only listens does not bring the network in.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from backends.http import Answer, Call, Seen

Send: TypeAlias = "Callable[[], Awaitable[Answer]]"
Meddler: TypeAlias = "Callable[[Call, Send, Seen], Awaitable[Answer]]"
MEDDLER: ContextVar["Meddler | None"] = ContextVar("meddler", default=None)
"""Faults on the wire: may send or not, and change what came, and what was seen of it. Raises what
httpx raises."""
