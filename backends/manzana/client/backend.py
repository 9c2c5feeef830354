"""Manzana Loyalty behind the exchange."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from backends.manzana.client.buyers import Buyers
from backends.manzana.client.link import Link, door_of
from backends.manzana.client.office import Office
from backends.manzana.client.options import ManzanaOptions
from backends.manzana.client.saving import Saving
from backends.manzana.translate import asking, hearing, priced
from backends.manzana.translate.asking import Till
from backends.manzana.translate.reasons import is_among
from backends.manzana.wire import codes
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Coupon, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN | Can.RETURN_PART


class ManzanaBackend(Uniform):
    """Raises what the exchange says. A sale and a return may be repeated under their numbers."""

    def __init__(self, link: Link, options: ManzanaOptions, ids: Ids) -> None:
        self._link, self._options, self._ids = link, options, ids
        self._till = _till(options)
        self._saving = Saving(link)
        self._buyers = Buyers(link, options, ids)
        self._office = Office(link, options, self._buyers) if options.private_office else None

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
    ) -> "ManzanaBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, ManzanaOptions, card)
        return cls(Link(door_of(given, clock, card), given), given, ids)

    async def close(self) -> None:
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Manzana cannot do that at the till"))

    async def open(self, opening: ex.Opening) -> ex.System:
        await self._link.look()
        self._till = _till(self._options, opening.shop, opening.till)
        can = _CAN
        registration = ex.Registration()
        if self._office is not None:
            can |= Can.REGISTER
            registration = ex.Registration(confirm_by=ex.ConfirmBy.PHONE)
        elif self._options.register_customers and self._link.knows("ContactInfoUpdateRequest"):
            can |= Can.REGISTER
        note = _("Codes by text message, points of a return and why a coupon is no good: emulated.")
        return ex.System(name=priced.SYSTEM, can=can, registration=registration, notes=(note,))

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        return await self._buyers.identify(self._till, request)

    async def register(
        self, request: ex.RegisterRequest
    ) -> ex.Registered | ex.ConfirmationRequired:
        if self._office is not None:
            return await self._office.register(self._till, request)
        return await self._buyers.register(self._till, request)

    async def attach_card(self, request: ex.AttachCardRequest) -> ex.Found:
        """By the private office."""
        if self._office is None:
            raise Refused(Reason.OTHER, _("Manzana cannot do that at the till"))
        return await self._office.attach_card(self._till, request)

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """By a cheque with it that changes nothing."""
        receipt = request.receipt.uncalculated()
        asked = asking.soft(self._till, self._ids(), request.at, receipt, 0, request.code)
        return await self._link.ask(asked, lambda told: hearing.coupon(told, request.code))

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        receipt = request.receipt
        if not any(map(asking.takes_part, receipt.lines)):
            return ex.Calculation()
        asked = asking.soft(self._till, self._ids(), request.at, receipt, request.spend)
        try:
            return await self._link.ask(
                asked, lambda told: priced.calculation(told, receipt, request.spend)
            )
        except Refused as no:
            if not asking.somebody(asked) and is_among(no, codes.CARD_NEEDED):
                return ex.Calculation()  # nobody is there to get anything
            raise

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        """As the last answer had it, else asked for: all that may be paid is wanted."""
        receipt = request.receipt
        known = priced.remembered(receipt)
        if known is not None:
            return known
        bare = receipt.uncalculated()
        most = asking.payable(receipt)
        asked = asking.soft(self._till, self._ids(), request.at, bare, most)
        return await self._link.ask(asked, lambda told: priced.offer(told, bare))

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self._saving.sale(self._till, request)

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        await self._saving.cancelled(self._till, request)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self._saving.back(self._till, request)


def _till(options: ManzanaOptions, shop: str = "", till: str = "") -> Till:
    return Till(
        options.organization,
        options.business_unit or shop,
        options.pos or till,
        options.technical_card,
        options.attributes,
        options.payments,
        options.coupons,
    )
