"""Sales and returns in two phases: what is held first is confirmed, or let go.

Ids of operations come from the till's own, so whoever repeats says the same operations again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar, Generic, TypeVar

from backends.loymax.common import asking, hearing, names
from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.wire import Wire
from cashier.exchange import Reason, Refused, SaveReturnRequest, SaveSaleRequest
from cashier.outcomes import after_a_change
from cashier.receipt import Receipt, Settled

W = TypeVar("W", bound=Wire)
Request = SaveSaleRequest | SaveReturnRequest
Hear = Callable[[Sequence[Told], Told], Settled]
"""Is given the answers of the first phase, and that to the confirmation."""

_CONFLICT = NAMES[Code.PURCHASE_OPERATION_CONFLICT]


class Saving(ABC, Generic[W]):
    done: ClassVar[Sequence[str]] = ()
    """Codes by which a repetition hears that all of it was done."""

    def __init__(self, link: W) -> None:
        self._link = link

    @abstractmethod
    async def _held(self, operations: Sequence[Asked], request: Request) -> Sequence[Told]:
        """The first phase. Raises what the exchange says."""

    @abstractmethod
    def _undoing(self, held: Sequence[Asked], request: Request) -> Sequence[Asked]:
        """What lets go of all that may be held."""

    async def sale(self, request: SaveSaleRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        buyer = await self._buyer(request.receipt)
        held = self._sold(asking.sale(request, self._link.purchase, buyer), request)
        return await self._saved(
            request, held, lambda _held, told: hearing.sold(told, request.receipt)
        )

    async def back(self, request: SaveReturnRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        receipt = request.receipt
        asked = asking.refund(request, self._link.purchase, self._holder(receipt))
        asked = self._coming_back(asked, receipt)
        goods = asked.cheque.lines if asked.cheque else ()
        if not (goods or asked.sold or asked.back):  # what is the till's own business only
            return Settled()
        return await self._saved(
            request, (asked,), lambda held, told: hearing.returned(held[0], told, receipt)
        )

    def _sold(self, operations: tuple[Asked, ...], _request: SaveSaleRequest) -> tuple[Asked, ...]:
        """What else is to be said of a sale."""
        return operations

    def _coming_back(self, asked: Asked, _receipt: Receipt) -> Asked:
        """What else is to be said of a return."""
        return asked

    async def _buyer(self, receipt: Receipt) -> str:
        """For whom a sale counts; empty: for nobody."""
        return asking.identifier_of(receipt)

    def _holder(self, _receipt: Receipt) -> str:
        """Whose sale comes back, where a return says so: the sale knows it."""
        return ""

    async def _saved(self, request: Request, held: Sequence[Asked], hear: Hear) -> Settled:
        first = held[0]
        ident = names.operation(request.operation_id, Kind.CONFIRM)
        confirm = Asked(Kind.CONFIRM, ident, request.at, first.purchase, first.identifier)
        try:
            told = await self._held_alone(held, request)
            with after_a_change():
                return await self._link.one(confirm, lambda last: hear(told, last))
        except Refused as no:
            if request.again and no.code in self.done:
                return hearing.as_it_was(request.receipt)
            if no.reason is not Reason.ALREADY_PROCESSED:
                await self._let_go(held, request)
            raise

    async def _held_alone(self, held: Sequence[Asked], request: Request) -> Sequence[Told]:
        """Where more is held than the receipt says (it was let go when nobody was there to hear it)
        the purchase begins anew."""
        try:
            return await self._held(held, request)
        except Refused as no:
            if no.code != _CONFLICT or request.receipt.hold:
                raise
        ident = names.operation(f"{request.operation_id}:anew", Kind.CANCEL)
        anew = Asked(Kind.CANCEL, ident, request.at, held[0].purchase, held[0].identifier)
        with suppress(Refused), after_a_change():  # nothing was there after all
            await self._link.one(anew, lambda _told: None)
        with after_a_change():
            return await self._held(held, request)

    async def _let_go(self, held: Sequence[Asked], request: Request) -> None:
        """Nothing of a refused receipt stays held: who cannot be told so is told later, by a
        repetition of the whole. Raises OutcomeUnknown."""
        for cancel in self._undoing(held, request):
            try:
                with after_a_change():
                    await self._link.one(cancel, lambda _told: None)
            except Refused:  # it was not held at all
                continue
