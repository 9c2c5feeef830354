"""The plug of a loyalty system: pulled on purpose, it shows what a till does without one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from cashier.clock import Clock
from cashier.commands import Connection
from cashier.exchange import (
    AttachCardRequest,
    Backend,
    CalculateRequest,
    Calculation,
    CancelSaleRequest,
    Certificate,
    CertificateRequest,
    CheckCouponRequest,
    ConfirmationRequired,
    FindSaleRequest,
    Found,
    FoundSale,
    IdentifyRequest,
    NotFound,
    Opening,
    OutcomeUnknown,
    PointsOffer,
    PointsRequest,
    Registered,
    RegisterRequest,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
    SaveReturnRequest,
    SaveSaleRequest,
    System,
    Unavailable,
    Upgrade,
    UpgradeRequest,
)
from cashier.receipt import Coupon, Settled
from cashier.sheets.sample import Sample, Sampled

if TYPE_CHECKING:
    from cashier.office import Office

A = TypeVar("A")
Q = TypeVar("Q")

SLOW_SECONDS = 4


class PluggedBackend:
    """Any backend behind a plug; stands for it in everything.

    It is made when it is opened, in a thread: the cashier scans meanwhile.
    """

    def __init__(self, make: Callable[[], Backend], clock: Clock) -> None:
        self.connection = Connection.ONLINE
        self._make = make
        self._made: Backend | None = None
        self._clock = clock

    @property
    def _inner(self) -> Backend:
        if self._made is None:
            raise Unavailable
        return self._made

    async def _ask(
        self, call: Callable[[Q], Awaitable[A]], request: Q, *, changes: bool = False
    ) -> A:
        """``changes`` says whether a lost answer leaves the till unsure."""
        if self.connection is Connection.OFFLINE:
            raise Unavailable
        if self.connection is Connection.SLOW:
            await self._clock.sleep(SLOW_SECONDS)
        if self.connection is not Connection.LOST_ANSWERS:
            return await call(request)
        await call(request)
        raise OutcomeUnknown if changes else Unavailable

    async def open(self, opening: Opening) -> System:
        """Raises ConfigError as well, when the system's settings are wrong."""
        if self.connection is Connection.OFFLINE:
            raise Unavailable
        if self._made is None:
            self._made = await asyncio.to_thread(self._make)
        return await self._ask(self._inner.open, opening)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    def office(self) -> "Office | None":
        """Of the system behind the plug, pulled or not: nothing goes over the wire."""
        from cashier.office import office_of  # most shifts never open it

        return office_of(self._inner)

    def samples(self) -> tuple[Sample, ...]:
        """What of the system's demo there is to scan; nothing while it is not made."""
        return self._made.samples() if isinstance(self._made, Sampled) else ()

    async def identify(self, request: IdentifyRequest) -> Found | NotFound | ConfirmationRequired:
        return await self._ask(self._inner.identify, request)

    async def register(self, request: RegisterRequest) -> Registered | ConfirmationRequired:
        return await self._ask(self._inner.register, request, changes=True)

    async def attach_card(self, request: AttachCardRequest) -> Found:
        return await self._ask(self._inner.attach_card, request, changes=True)

    async def upgrade_level(self, request: UpgradeRequest) -> Upgrade:
        return await self._ask(self._inner.upgrade_level, request, changes=request.confirm)

    async def check_coupon(self, request: CheckCouponRequest) -> Coupon:
        return await self._ask(self._inner.check_coupon, request)

    async def calculate(self, request: CalculateRequest) -> Calculation:
        return await self._ask(self._inner.calculate, request)

    async def points(self, request: PointsRequest) -> PointsOffer:
        return await self._ask(self._inner.points, request)

    async def reserve(self, request: ReserveRequest) -> Reserved | ConfirmationRequired:
        return await self._ask(self._inner.reserve, request, changes=True)

    async def release(self, request: ReleaseRequest) -> None:
        await self._ask(self._inner.release, request, changes=True)

    async def save_sale(self, request: SaveSaleRequest) -> Settled:
        return await self._ask(self._inner.save_sale, request, changes=True)

    async def cancel_sale(self, request: CancelSaleRequest) -> None:
        await self._ask(self._inner.cancel_sale, request, changes=True)

    async def certificate(self, request: CertificateRequest) -> Certificate:
        return await self._ask(self._inner.certificate, request)

    async def find_sale(self, request: FindSaleRequest) -> tuple[FoundSale, ...]:
        return await self._ask(self._inner.find_sale, request)

    async def save_return(self, request: SaveReturnRequest) -> Settled:
        return await self._ask(self._inner.save_return, request, changes=True)
