"""A till of Loymax behind the exchange, on whichever of the two wires."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from backends.loymax.common import asking, hearing, names
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax.common.saving import Saving
from backends.loymax.common.wire import Wire
from cashier import exchange as ex
from cashier.clock import Ids
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Coupon, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
W = TypeVar("W", bound=Wire)
CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN | Can.RETURN_PART | Can.HOLD
_GONE = "OperationIsCanceled"


class Till(Uniform, Generic[W]):
    """Raises what the exchange says. Every change may be repeated under its id."""

    def __init__(self, link: W, saving: Saving[W], ids: Ids) -> None:
        self._link, self._saving, self._ids = link, saving, ids

    async def close(self) -> None:
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Loymax cannot do that at the till"))

    # --- who is the buyer

    async def _known_by(
        self, asked: Asked, hear: Callable[[Told], ex.Found]
    ) -> ex.Found | ex.NotFound:
        try:
            return await self._link.one(asked, hear)
        except Refused as no:
            if no.reason is Reason.NOT_FOUND:
                return ex.NotFound()
            raise

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """By a calculation with it: there is no operation of its own."""
        receipt = request.receipt.uncalculated()
        others = (one for one in receipt.coupons if one.code.casefold() != request.code.casefold())
        receipt = replace(receipt, coupons=(*others, Coupon(request.code)))
        asked = ex.CalculateRequest(receipt=receipt, at=request.at)
        return await self._calculated(asked, lambda told: hearing.coupon(told, request.code))

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        return await self._calculated(
            request, lambda told: hearing.calculation(told, request.receipt)
        )

    async def _calculated(self, request: ex.CalculateRequest, hear: Callable[[Told], A]) -> A:
        asked = self._about(Kind.CALCULATE, request)
        coupons = tuple(one.code for one in request.receipt.coupons)
        return await self._link.one(replace(asked, coupons=coupons, amount=request.spend), hear)

    @abstractmethod
    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer: ...

    def _about(
        self, kind: Kind, request: ex.CalculateRequest | ex.PointsRequest | ex.ReserveRequest
    ) -> Asked:
        """A number that nobody has verified is told with the sale only."""
        receipt = request.receipt
        return Asked(
            kind,
            self._new(kind),
            request.at,
            self._link.purchase(receipt.receipt_id),
            asking.identifier_of(receipt, sure=True),
            asking.cheque(receipt, request.at),
            cashier=receipt.cashier,
        )

    def _new(self, kind: Kind) -> str:
        return names.operation(self._ids(), kind)

    # --- what is kept for a receipt that is put aside: a payment that nobody confirms

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        context = request.receipt.context
        return await self._link.one(
            self._payment(request), lambda _told: ex.Reserved(context=context)
        )

    def _payment(self, request: ex.ReserveRequest) -> Asked:
        return replace(
            self._about(Kind.PAYMENT, request),
            id=names.operation(request.operation_id, Kind.PAYMENT),
            coupons=tuple(one.code for one in request.receipt.coupons if one.verified),
            amount=request.spend,
            pin=request.confirmation.code if request.confirmation else "",
        )

    async def release(self, request: ex.ReleaseRequest) -> None:
        held = names.operation(request.operation_id, Kind.PAYMENT)
        await self._cancelled(request, cancels=held)

    async def _cancelled(
        self, request: ex.ReleaseRequest | ex.CancelSaleRequest, cancels: str = ""
    ) -> None:
        """What was never there, or is gone, needs no cancelling."""
        asked = Asked(
            Kind.CANCEL,
            names.operation(request.operation_id, Kind.CANCEL),
            request.at,
            self._link.purchase(request.receipt.receipt_id),
            asking.identifier_of(request.receipt, sure=True),
            cancels=cancels,
        )
        try:
            await self._link.one(asked, lambda _told: None)
        except Refused as no:
            if no.reason is not Reason.NOT_FOUND and no.code != _GONE:
                raise

    # --- done

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self._saving.sale(request)

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        """*Emulated:* after the confirmation the same operation undoes the sale."""
        await self._cancelled(request)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self._saving.back(request)
