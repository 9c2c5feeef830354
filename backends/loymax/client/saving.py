"""Sales and returns in two phases: what is held first is confirmed, or the purchase is cancelled.

Ids of operations come from the till's own, so whoever repeats says the same operations again.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

from backends.loymax.client.link import Link
from backends.loymax.common import asking, names
from backends.loymax.common import hearing as shared
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import purchase
from backends.loymax.common.parts import Asked, Told
from backends.loymax.translate import hearing
from cashier.errors import CashierError
from cashier.exchange import Reason, Refused, SaveReturnRequest, SaveSaleRequest
from cashier.outcomes import after_a_change
from cashier.receipt import Receipt, Settled

_SAID = "NotUniqueOperationID"
"""The operation was carried out before."""
_DONE = ("OperationIsConfirmed", "ConfirmedPurchaseOperation", _SAID)
"""The whole purchase was; of the last operation the third says so, too."""
Hear = Callable[[tuple[Told, ...], Told], Settled]
"""Is given the answers of the first phase, and that to the confirmation."""


class Saving:
    def __init__(self, link: Link, new_id: Callable[[], str]) -> None:
        """``new_id``: for questions that change nothing."""
        self._link, self._new_id = link, new_id

    async def sale(self, request: SaveSaleRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        receipt = request.receipt
        buyer = asking.identifier_of(receipt)
        if buyer and not asking.identifier_of(receipt, sure=True):
            shown = receipt.buyer.identifier if receipt.buyer else None
            buyer = hearing.shown(shown) if shown else ""
            if not await self._link.knows(buyer):
                buyer = ""  # a number that is nobody's earns nothing
        held = _sale(request, buyer)
        return await self._saved(
            request, held, buyer, lambda _held, told: shared.sold(told, receipt)
        )

    async def back(self, request: SaveReturnRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        buyer = asking.identifier_of(request.receipt, sure=True)
        asked = _refund(request, buyer)
        if asked.cheque is None or not asked.cheque.lines:  # deposits and certificates only
            return Settled()
        return await self._saved(
            request, (asked,), buyer, lambda held, told: shared.returned(held[0], told)
        )

    async def _saved(
        self,
        request: SaveSaleRequest | SaveReturnRequest,
        held: Sequence[Asked],
        buyer: str,
        hear: Hear,
    ) -> Settled:
        at, bought = request.at, held[0].purchase
        ident = names.operation(request.operation_id, Kind.CONFIRM)
        confirm = Asked(Kind.CONFIRM, ident, at, bought, buyer)
        said: list[Told] = []
        try:
            for one in (*held, confirm):
                with after_a_change() if said else nullcontext():
                    said.append(await self._said(one, request))
        except Refused as no:
            if request.again and no.code in _DONE:
                return _as_it_was(request.receipt)
            if no.reason is not Reason.ALREADY_PROCESSED:
                await self._let_go(request.operation_id, at, bought, buyer)
            raise
        told = await self._with_balance(said[-1], buyer, at)
        return hear(tuple(said[:-1]), told)

    async def _said(self, asked: Asked, request: SaveSaleRequest | SaveReturnRequest) -> Told:
        """Some services keep no answers: what was said before has no other than that it was."""

        def hear(told: Told) -> Told:
            if asked.kind is Kind.PAYMENT:
                shared.check_payment(told, asked.amount)
            if asked.kind is Kind.CONFIRM:  # whatever makes no sense is found before it is done
                shared.sold(told, request.receipt)
            return told

        try:
            return await self._link.one(asked, hear, cashier=request.receipt.cashier)
        except Refused as no:
            if request.again and no.code == _SAID and asked.kind is not Kind.CONFIRM:
                return Told(asked.kind, asked.id, purchase=asked.purchase)
            raise

    async def _let_go(self, operation: str, at: datetime, bought: str, buyer: str) -> None:
        """Nothing of a refused receipt stays held: who cannot be told so is told later, by a
        repetition of the whole. Raises OutcomeUnknown."""
        ident = names.operation(operation, Kind.CANCEL)
        try:
            with after_a_change():
                cancel = Asked(Kind.CANCEL, ident, at, bought, buyer)
                await self._link.one(cancel, lambda _told: None)
        except Refused:  # nothing was held at all
            return

    async def _with_balance(self, told: Told, buyer: str, at: datetime) -> Told:
        """A balance that does not come leaves the sale as it is."""
        if not buyer:
            return told
        ident = names.operation(self._new_id(), Kind.BALANCE)
        asked = Asked(Kind.BALANCE, ident, at, identifier=buyer)
        try:
            return await self._link.one(asked, lambda now: hearing.with_balance(told, now))
        except CashierError:
            return told


def _as_it_was(receipt: Receipt) -> Settled:
    """Of a sale that was confirmed before, as far as the receipt knows."""
    return Settled(earned=receipt.applied.earn if receipt.applied else 0, spent=receipt.spend)


def _sale(request: SaveSaleRequest, buyer: str) -> tuple[Asked, ...]:
    """The points that pay, if any do, and then what the sale brings."""
    receipt, operation = request.receipt, request.operation_id
    accrual = Asked(
        Kind.ACCRUAL,
        names.operation(operation, Kind.ACCRUAL),
        request.at,
        purchase(receipt.receipt_id),
        buyer,
        asking.cheque(receipt, receipt.closed_at or request.at),
        asking.coupons_of(receipt),
        pays=asking.pays(receipt),
    )
    if not receipt.spend:
        return (accrual,)
    payment = replace(
        accrual,
        kind=Kind.PAYMENT,
        id=names.operation(operation, Kind.PAYMENT),
        coupons=(),
        pays=(),
        amount=receipt.paid_with_points,
    )
    return payment, accrual


def _refund(request: SaveReturnRequest, buyer: str) -> Asked:
    receipt = request.receipt
    at = receipt.closed_at or request.at
    return Asked(
        Kind.REFUND,
        names.operation(request.operation_id, Kind.REFUND),
        request.at,
        purchase(receipt.receipt_id),
        buyer,
        asking.cheque_of_return(receipt, request.lines, at),
        of=purchase(receipt.of.receipt_id) if receipt.of else "",
    )
