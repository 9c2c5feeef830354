"""Sales and returns in two phases: what is held first is confirmed, or cancelled.

Ids of operations come from the till's own, so whoever repeats says the same document again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from backends.loymax.common import asking, hearing, names
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax_xml.client.link import Link
from cashier.exchange import Reason, Refused, SaveReturnRequest, SaveSaleRequest
from cashier.outcomes import after_a_change
from cashier.receipt import Settled


class Saving:
    def __init__(self, link: Link) -> None:
        self._link = link

    async def sale(self, request: SaveSaleRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        return await self._held_and_confirmed(
            request, _sale(request), lambda _held, told: hearing.sold(told, request.receipt)
        )

    async def back(self, request: SaveReturnRequest) -> Settled:
        """Raises Refused, Unavailable, OutcomeUnknown."""
        asked = _refund(request)
        if asked.cheque is None or not asked.cheque.lines:  # deposits and certificates only
            return Settled()
        return await self._held_and_confirmed(
            request, (asked,), lambda held, told: hearing.returned(held[0], told)
        )

    async def _held_and_confirmed(
        self,
        request: SaveSaleRequest | SaveReturnRequest,
        held: Sequence[Asked],
        hear: Callable[[tuple[Told, ...], Told], Settled],
    ) -> Settled:
        """``hear`` is given the answers of the first phase, and that to the confirmation."""
        operation, at, bought = request.operation_id, request.at, held[0].purchase
        confirm = Asked(Kind.CONFIRM, names.operation(operation, Kind.CONFIRM), at, bought)
        try:
            told = await self._link.all(held, lambda told: _checked(held, told))
            with after_a_change():
                return await self._link.one(confirm, lambda last: hear(told, last))
        except Refused as no:
            if no.reason is not Reason.ALREADY_PROCESSED:
                await self._let_go(operation, at, held)
            raise

    async def _let_go(self, operation: str, at: datetime, held: Sequence[Asked]) -> None:
        """Nothing of a refused receipt stays held: who cannot be told so is told later, by a
        repetition of the whole. Raises OutcomeUnknown."""
        for one in reversed(held):
            ident = names.operation(f"{operation}:{one.kind.name}", Kind.CANCEL)
            try:
                with after_a_change():
                    cancel = Asked(Kind.CANCEL, ident, at, one.purchase, cancels=one.id)
                    await self._link.one(cancel, lambda _told: None)
            except Refused:  # it was not held at all
                continue


def _checked(held: Sequence[Asked], told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Raises Refused."""
    for asked, one in zip(held, told, strict=True):
        if asked.kind is Kind.PAYMENT:
            hearing.check_payment(one, asked.amount)
    return told


def _sale(request: SaveSaleRequest) -> tuple[Asked, ...]:
    """The points that pay, if any do, and then what the sale brings."""
    receipt, operation = request.receipt, request.operation_id
    bought = names.purchase(receipt.receipt_id)
    who, coupons = asking.identifier_of(receipt), asking.coupons_of(receipt)
    cheque = asking.cheque(receipt, receipt.closed_at or request.at)
    accrual = Asked(
        Kind.ACCRUAL,
        names.operation(operation, Kind.ACCRUAL),
        request.at,
        bought,
        who,
        cheque,
        coupons,
        pays=asking.pays(receipt),
    )
    if not receipt.spend:
        return (accrual,)
    payment = Asked(
        Kind.PAYMENT,
        names.operation(operation, Kind.PAYMENT),
        request.at,
        bought,
        who,
        cheque,
        amount=receipt.paid_with_points,
    )
    return payment, accrual


def _refund(request: SaveReturnRequest) -> Asked:
    receipt = request.receipt
    at = receipt.closed_at or request.at
    return Asked(
        Kind.REFUND,
        names.operation(request.operation_id, Kind.REFUND),
        request.at,
        names.purchase(receipt.receipt_id),
        cheque=asking.cheque_of_return(receipt, request.lines, at),
        of=names.purchase(receipt.of.receipt_id) if receipt.of else "",
    )
