"""The service behind the exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends.http import Door
from backends.options import read_options
from backends.rarus.client import (
    buyers,
    certificates,
    greeting,
    holding,
    newcomers,
    receipts,
    returning,
    selling,
)
from backends.rarus.client.link import Link
from backends.rarus.client.options import RarusOptions
from backends.rarus.client.session import Session
from cashier.clock import Clock, Ids
from cashier.exchange import (
    AttachCardRequest,
    CalculateRequest,
    Calculation,
    CancelSaleRequest,
    Certificate,
    CertificateRequest,
    CheckCouponRequest,
    ConfirmationRequired,
    FeedbackLeft,
    FeedbackRequest,
    FindSaleRequest,
    Found,
    FoundSale,
    IdentifyRequest,
    NotFound,
    Opening,
    PhoneMessage,
    PointsOffer,
    PointsRequest,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
    SaveReturnRequest,
    SaveSaleRequest,
    System,
    Upgrade,
    UpgradeRequest,
)
from cashier.receipt import Coupon, Settled


class RarusBackend:
    """A Rarus service, first generation of its API, as the till sees it.

    Raises what the exchange says. Methods with several requests are safe to repeat: what they
    make has ids made of the operation.
    """

    def __init__(self, link: Link, options: RarusOptions, clock: Clock) -> None:
        self.session = Session(link, options, clock)

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path,  # noqa: ARG003 (everything is kept by the service)
        card: Path,
        clock: Clock,
        ids: Ids,  # noqa: ARG003
        phone: Callable[[PhoneMessage], None],  # noqa: ARG003
    ) -> "RarusBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, RarusOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        link = Link(door, given.login, given.password, given.token_codes)
        return cls(link, given, clock)

    async def open(self, opening: Opening) -> System:
        return await greeting.open_(self.session, opening)

    async def close(self) -> None:
        await self.session.link.close()

    async def identify(self, request: IdentifyRequest) -> Found | NotFound | ConfirmationRequired:
        return await buyers.identify(self.session, request)

    async def register(self, request: RegisterRequest) -> Registered | ConfirmationRequired:
        return await newcomers.register(self.session, request)

    async def attach_card(self, request: AttachCardRequest) -> Found:
        return await newcomers.attach_card(self.session, request)

    async def upgrade_level(self, request: UpgradeRequest) -> Upgrade:
        return await newcomers.upgrade_level(self.session, request)

    async def lower_level(self, request: UpgradeRequest) -> Upgrade:
        """Beyond the exchange: no till asks for it."""
        return await newcomers.lower_level(self.session, request)

    async def check_coupon(self, request: CheckCouponRequest) -> Coupon:
        return await receipts.check_coupon(self.session, request)

    async def calculate(self, request: CalculateRequest) -> Calculation:
        return await receipts.calculate(self.session, request)

    async def points(self, request: PointsRequest) -> PointsOffer:
        return await receipts.points(self.session, request)

    async def reserve(self, request: ReserveRequest) -> Reserved:
        return await holding.reserve(self.session, request)

    async def release(self, request: ReleaseRequest) -> None:
        await holding.release(self.session, request)

    async def save_sale(self, request: SaveSaleRequest) -> Settled:
        return await selling.save(self.session, request)

    async def cancel_sale(self, request: CancelSaleRequest) -> None:
        """The wire has no such method: never called."""
        raise Refused(Reason.OTHER, request.receipt.receipt_id)

    async def send_feedback(self, request: FeedbackRequest) -> FeedbackLeft:  # noqa: ARG002
        """It leaves none with the till: never called."""
        return FeedbackLeft()

    async def certificate(self, request: CertificateRequest) -> Certificate:
        return await certificates.certificate(self.session, request)

    async def find_sale(self, request: FindSaleRequest) -> tuple[FoundSale, ...]:
        return await returning.find_sale(self.session, request)

    async def save_return(self, request: SaveReturnRequest) -> Settled:
        return await returning.save(self.session, request)
