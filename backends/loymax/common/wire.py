"""What a wire is to those who do not care which of the two it is."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from backends.loymax.common.parts import Asked, Told

A = TypeVar("A")


class Wire(Protocol):
    """The processing, for one till. Requests in parallel from one till may lock it, so they
    follow each other."""

    def purchase(self, receipt_id: str) -> str:
        """Id of a receipt as this wire writes it."""
        ...

    async def one(self, asked: Asked, hear: Callable[[Told], A]) -> A:
        """``hear`` makes something of the answer; it raises Refused, and ValueError for what makes
        no sense. Raises Refused, Unavailable, and where it changes something OutcomeUnknown."""
        ...

    async def close(self) -> None: ...
