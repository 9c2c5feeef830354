"""Loymax by Processing v1.2 behind the exchange."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from backends.http import Door
from backends.loymax.client.link import Link
from backends.loymax.client.options import LoymaxOptions
from backends.loymax.client.saving import Saving
from backends.loymax.common import asking, names
from backends.loymax.common import hearing as shared
from backends.loymax.common.kinds import Kind
from backends.loymax.common.numbers import purchase
from backends.loymax.common.parts import Asked, Told
from backends.loymax.translate import hearing
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.errors import CashierError
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Coupon, Receipt, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN | Can.RETURN_PART | Can.HOLD
_GONE = "OperationIsCanceled"


class LoymaxBackend(Uniform):
    """Raises what the exchange says. Every change may be repeated under its id."""

    def __init__(self, link: Link, ids: Ids) -> None:
        self._link, self._ids = link, ids
        self._saving = Saving(link, ids)

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
    ) -> "LoymaxBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, LoymaxOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(Link(door, given), ids)

    async def close(self) -> None:
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Loymax cannot do that at the till"))

    async def open(self, opening: ex.Opening) -> ex.System:  # noqa: ARG002 - a token says who asks
        await self._link.begin()
        note = _("How points are spread over the lines no source says (emulated).")
        return ex.System(name=hearing.SYSTEM, can=_CAN, notes=(note,))

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        """Another customer is another token."""
        who = hearing.shown(request.identifier)
        if not await self._link.knows(who):
            return ex.NotFound()
        asked = Asked(Kind.BALANCE, self._new(Kind.BALANCE), request.at, identifier=who)
        try:
            found = await self._link.one(
                asked, lambda told: hearing.found(told, request.identifier)
            )
        except Refused as no:
            if no.reason is Reason.NOT_FOUND:
                return ex.NotFound()
            raise
        if found.cards:
            await self._link.same(who, found.cards[0].number)
        return found

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """By a calculation with it, which tells in words; its state tells why it does not hold."""
        receipt = request.receipt.uncalculated()
        others = (one for one in receipt.coupons if one.code.casefold() != request.code.casefold())
        receipt = replace(receipt, coupons=(*others, Coupon(request.code)))
        asked = ex.CalculateRequest(receipt=receipt, at=request.at)
        try:
            return await self._calculated(asked, lambda told: shared.coupon(told, request.code))
        except Refused as no:
            if not hearing.of_coupon(no):
                raise
            state = await self._state(request.code, asking.identifier_of(receipt, sure=True))
            raise hearing.why_not(no, state) from no

    async def _state(self, code: str, buyer: str) -> str:
        """One that is not told leaves it at the words."""
        try:
            return await self._link.coupon(code, buyer)
        except CashierError:
            return ""

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        return await self._calculated(
            request, lambda told: shared.calculation(told, request.receipt)
        )

    async def _calculated(self, request: ex.CalculateRequest, hear: Callable[[Told], A]) -> A:
        receipt = request.receipt
        asked = self._about(Kind.CALCULATE, receipt, request)
        coupons = tuple(one.code for one in receipt.coupons)
        asked = replace(asked, coupons=coupons, amount=request.spend)
        return await self._link.one(asked, hear, cashier=receipt.cashier)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        """What may be paid, and what there is: two questions."""
        receipt = request.receipt
        asked = self._about(Kind.AVAILABLE, receipt, request)
        available = await self._link.one(asked, lambda told: told, cashier=receipt.cashier)
        ident, who = self._new(Kind.BALANCE), asked.identifier
        balance = Asked(Kind.BALANCE, ident, request.at, identifier=who)
        return await self._link.one(balance, lambda told: hearing.offer(available, told))

    def _about(
        self,
        kind: Kind,
        receipt: Receipt,
        request: ex.CalculateRequest | ex.PointsRequest | ex.ReserveRequest,
    ) -> Asked:
        """A number that nobody has verified is told with the sale only."""
        return Asked(
            kind,
            self._new(kind),
            request.at,
            purchase(receipt.receipt_id),
            asking.identifier_of(receipt, sure=True),
            asking.cheque(receipt, request.at),
        )

    def _new(self, kind: Kind) -> str:
        return names.operation(self._ids(), kind)

    # --- what is kept for a receipt that is put aside: a payment that nobody confirms

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        receipt = request.receipt
        payment = replace(
            self._about(Kind.PAYMENT, receipt, request),
            id=names.operation(request.operation_id, Kind.PAYMENT),
            coupons=tuple(one.code for one in receipt.coupons if one.verified),
            amount=request.spend,
        )
        return await self._link.one(
            payment, lambda _told: ex.Reserved(context=receipt.context), cashier=receipt.cashier
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
            purchase(request.receipt.receipt_id),
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
