"""What is held is said one by one; what is not confirmed is cancelled as a whole."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

from backends.loymax.client.link import Link
from backends.loymax.common import asking, names
from backends.loymax.common import hearing as shared
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.saving import Hear, Request, Saving
from backends.loymax.translate import hearing
from cashier.errors import CashierError
from cashier.exchange import Refused, SaveSaleRequest
from cashier.outcomes import after_a_change
from cashier.receipt import Receipt, Settled

_SAID = "NotUniqueOperationID"
"""The operation was carried out before."""


class JsonSaving(Saving[Link]):
    done = ("OperationIsConfirmed", "ConfirmedPurchaseOperation", _SAID)
    """The whole purchase was; of the last operation the third says so, too."""

    def __init__(self, link: Link, new_id: Callable[[], str], *, certificates: bool = True) -> None:
        """``new_id``: for questions that change nothing; ``certificates``: the service keeps gift
        certificates."""
        super().__init__(link)
        self._new_id, self._certificates = new_id, certificates

    async def _buyer(self, receipt: Receipt) -> str:
        """A number that is nobody's earns nothing."""
        buyer = asking.identifier_of(receipt)
        if buyer and not asking.identifier_of(receipt, sure=True):
            shown = receipt.buyer.identifier if receipt.buyer else None
            buyer = hearing.shown(shown) if shown else ""
            return buyer if await self._link.knows(buyer) else ""
        return buyer

    def _holder(self, receipt: Receipt) -> str:
        return asking.identifier_of(receipt, sure=True)

    def _sold(self, operations: tuple[Asked, ...], request: SaveSaleRequest) -> tuple[Asked, ...]:
        """Points that a receipt has held already are not held once more."""
        if request.receipt.hold:
            operations = operations[-1:]
        if not self._certificates:
            return operations
        return asking.with_certificates(operations, request)

    def _coming_back(self, asked: Asked, receipt: Receipt) -> Asked:
        if not self._certificates:
            return asked
        sold, back = asking.certificates(receipt), asking.by_certificates(receipt)
        return replace(asked, sold=sold, back=back)

    async def _saved(self, request: Request, held: Sequence[Asked], hear: Hear) -> Settled:
        settled = await super()._saved(request, held, hear)
        buyer = held[0].identifier
        if not buyer:
            return settled
        ident = names.operation(self._new_id(), Kind.BALANCE)
        asked = Asked(Kind.BALANCE, ident, request.at, identifier=buyer)
        try:
            return await self._link.one(asked, lambda now: hearing.with_balance(settled, now))
        except CashierError:  # a balance that does not come leaves the sale as it is
            return settled

    async def _held(self, operations: Sequence[Asked], request: Request) -> Sequence[Told]:
        said: list[Told] = []
        for one in operations:
            with after_a_change() if said else nullcontext():
                said.append(await self._said(one, request))
        return said

    async def _said(self, asked: Asked, request: Request) -> Told:
        """Some services keep no answers: what was said before has no other than that it was."""

        def hear(told: Told) -> Told:
            if asked.kind is Kind.PAYMENT:
                shared.check_payment(told, asked.amount)
            return told

        try:
            return await self._link.one(asked, hear)
        except Refused as no:
            if request.again and no.code == _SAID:
                return Told(asked.kind, asked.id, purchase=asked.purchase)
            raise

    def _undoing(self, held: Sequence[Asked], request: Request) -> Sequence[Asked]:
        """The whole purchase; where points were held before, only what came since."""
        if not request.receipt.hold:
            ident = names.operation(request.operation_id, Kind.CANCEL)
            return (_cancel(held[0], ident),)
        return tuple(
            _cancel(one, names.operation(f"{request.operation_id}:{one.id}", Kind.CANCEL), one.id)
            for one in reversed(held)
        )


def _cancel(one: Asked, ident: str, cancels: str = "") -> Asked:
    return Asked(Kind.CANCEL, ident, one.at, one.purchase, one.identifier, cancels=cancels)
