"""What the example plugin needs of whoever keeps its cards: ``cards`` here, or ``http_plugin``."""

from dataclasses import dataclass
from typing import Protocol

from backends.set10.setapi.contract import (
    CardQuery,
    RollbackResult,
    SearchResult,
    WriteOffResult,
    WriteOffStatus,
)
from cashier.money import Points


@dataclass(frozen=True)
class AccrualResult:
    status: WriteOffStatus
    message: str = ""
    balance: Points | None = None


class Processing(Protocol):
    """Raises Unavailable and, where something may have changed, OutcomeUnknown.

    A transaction id twice is one transaction.
    """

    async def get_card(self, query: CardQuery) -> SearchResult: ...
    async def write_off(
        self, transaction_id: str, number: str, points: Points
    ) -> WriteOffResult: ...
    async def rollback(self, transaction_id: str) -> RollbackResult:
        """Of one that never came, too: it must not come later."""
        ...

    async def accrue(self, transaction_id: str, number: str, points: Points) -> AccrualResult:
        """Below zero: taken back. Emulated: no source shows how plugins do it."""
        ...

    async def close(self) -> None: ...
