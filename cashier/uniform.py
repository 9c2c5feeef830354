"""Backends that treat all their methods alike: each is one ``ask``.

What wraps a loyalty system (a witness, faults) and what stands in for one (a recording, a mapping)
says once what it does with any request.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeVar

from cashier import exchange as ex
from cashier import methods as all_methods
from cashier.methods import Method
from cashier.receipt import Coupon, Settled
from cashier.sheets.sample import Sample, Sampled

if TYPE_CHECKING:
    from cashier.coupon_trace import TracesCoupons
    from cashier.links import Chain
    from cashier.office import Office

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")


async def call(backend: ex.Backend, method: Method[Q, A], request: Q) -> A:
    """The method of a backend, by the table."""
    answer: A = await getattr(backend, method.name)(request)
    return answer


class Uniform(ABC):
    """A ``Backend`` whose every method is answered by ``ask``."""

    @abstractmethod
    async def ask(self, method: Method[Q, A], request: Q) -> A: ...

    async def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Nothing to close, unless a subclass has something."""

    async def open(self, opening: ex.Opening) -> ex.System:
        return await self.ask(all_methods.OPEN, opening)

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        return await self.ask(all_methods.IDENTIFY, request)

    async def register(
        self, request: ex.RegisterRequest
    ) -> ex.Registered | ex.ConfirmationRequired:
        return await self.ask(all_methods.REGISTER, request)

    async def attach_card(self, request: ex.AttachCardRequest) -> ex.Found:
        return await self.ask(all_methods.ATTACH_CARD, request)

    async def upgrade_level(self, request: ex.UpgradeRequest) -> ex.Upgrade:
        return await self.ask(all_methods.UPGRADE_LEVEL, request)

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        return await self.ask(all_methods.CHECK_COUPON, request)

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        return await self.ask(all_methods.CALCULATE, request)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        return await self.ask(all_methods.POINTS, request)

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        return await self.ask(all_methods.RESERVE, request)

    async def release(self, request: ex.ReleaseRequest) -> None:
        await self.ask(all_methods.RELEASE, request)

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self.ask(all_methods.SAVE_SALE, request)

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        await self.ask(all_methods.CANCEL_SALE, request)

    async def send_feedback(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        return await self.ask(all_methods.SEND_FEEDBACK, request)

    async def certificate(self, request: ex.CertificateRequest) -> ex.Certificate:
        return await self.ask(all_methods.CERTIFICATE, request)

    async def find_sale(self, request: ex.FindSaleRequest) -> tuple[ex.FoundSale, ...]:
        return await self.ask(all_methods.FIND_SALE, request)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self.ask(all_methods.SAVE_RETURN, request)


class Wrapper(Uniform):
    """Stands for another backend in everything; a subclass says what it does around an ``ask``."""

    @property
    @abstractmethod
    def inner(self) -> ex.Backend:
        """The backend inside. Raises Unavailable while there is none."""

    def office(self) -> "Office | None":
        """Of the system inside: nothing of it goes over the exchange."""
        from cashier.office import office_of  # most shifts never open it

        return office_of(self.inner)

    def chain(self) -> "Chain | None":
        """Of the system inside: asking past this wrapper, for nothing of the sale depends on it."""
        from cashier.links import chain_of  # only chains have one

        return chain_of(self.inner)

    def coupons(self) -> "TracesCoupons | None":
        """Of the system inside."""
        from cashier.coupon_trace import coupons_of  # only some have such machines

        return coupons_of(self.inner)

    def samples(self) -> tuple[Sample, ...]:
        """What of the system's demo there is to scan; nothing while it is not made."""
        try:
            inner = self.inner
        except ex.Unavailable:
            return ()
        return inner.samples() if isinstance(inner, Sampled) else ()


def innermost(backend: ex.Backend | None) -> object:
    """The system itself, without what stands around it; None while it is not made."""
    try:
        while isinstance(backend, Wrapper):
            backend = backend.inner
    except ex.Unavailable:
        return None
    return backend
