"""Loymax by XML 3.2 behind the exchange."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from backends.http import Door
from backends.loymax.common import asking, hearing, names
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked, Told
from backends.loymax_xml.client.link import Link
from backends.loymax_xml.client.options import LoymaxXmlOptions
from backends.loymax_xml.client.saving import Saving
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Coupon, Receipt, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN | Can.RETURN_PART | Can.HOLD


class LoymaxXmlBackend(Uniform):
    """Raises what the exchange says. Every change may be repeated under its id."""

    def __init__(self, link: Link, ids: Ids) -> None:
        self._link, self._ids = link, ids
        self._saving = Saving(link)

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,  # noqa: ARG003
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "LoymaxXmlBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, LoymaxXmlOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(Link(door, given), ids)

    async def close(self) -> None:
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Loymax cannot do that by XML 3.2"))

    async def open(self, opening: ex.Opening) -> ex.System:
        await self._link.begin(opening.till)
        note = _("Only the balance and the request for prices are documented (the rest emulated).")
        return ex.System(name=hearing.SYSTEM, can=_CAN, notes=(note,))

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        shown = request.identifier
        asked = Asked(Kind.BALANCE, self._new(Kind.BALANCE), request.at, identifier=shown.value)
        try:
            return await self._link.one(asked, lambda told: hearing.found(told, shown))
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
        receipt = request.receipt
        asked = self._about(Kind.CALCULATE, receipt, request)
        coupons = tuple(one.code for one in receipt.coupons)
        return await self._link.one(replace(asked, coupons=coupons, amount=request.spend), hear)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        asked = self._about(Kind.AVAILABLE, request.receipt, request)
        return await self._link.one(asked, hearing.offer)

    def _about(
        self, kind: Kind, receipt: Receipt, request: ex.CalculateRequest | ex.PointsRequest
    ) -> Asked:
        """A number that nobody has verified is told with the sale only."""
        return Asked(
            kind,
            self._new(kind),
            request.at,
            names.purchase(receipt.receipt_id),
            asking.identifier_of(receipt, sure=True),
            asking.cheque(receipt, request.at),
        )

    def _new(self, kind: Kind) -> str:
        return names.operation(self._ids(), kind)

    # --- what is kept for a receipt that is put aside: a payment that nobody confirms

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        receipt = request.receipt
        payment = Asked(
            Kind.PAYMENT,
            names.operation(request.operation_id, Kind.PAYMENT),
            request.at,
            names.purchase(receipt.receipt_id),
            asking.identifier_of(receipt, sure=True),
            asking.cheque(receipt, request.at),
            tuple(one.code for one in receipt.coupons if one.verified),
            request.spend,
        )
        return await self._link.one(payment, lambda _told: ex.Reserved(context=receipt.context))

    async def release(self, request: ex.ReleaseRequest) -> None:
        payment = names.operation(request.operation_id, Kind.PAYMENT)
        await self._cancelled(
            Asked(
                Kind.CANCEL,
                names.operation(request.operation_id, Kind.CANCEL),
                request.at,
                names.purchase(request.receipt.receipt_id),
                cancels=payment,
            )
        )

    async def _cancelled(self, asked: Asked) -> None:
        """What was never there needs no cancelling."""
        try:
            await self._link.one(asked, lambda _told: None)
        except Refused as no:
            if no.reason is not Reason.NOT_FOUND:
                raise

    # --- done

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self._saving.sale(request)

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        ident = names.operation(request.operation_id, Kind.CANCEL)
        bought = names.purchase(request.receipt.receipt_id)
        await self._cancelled(Asked(Kind.CANCEL, ident, request.at, bought))

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self._saving.back(request)
