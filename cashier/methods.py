"""The methods of the exchange as a table, for whoever treats them all alike.

Wrappers, recordings, faults and mappings go by it; a test holds it to ``Backend``.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from cashier import exchange as ex
from cashier.receipt import Coupon, Settled

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")


@dataclass(frozen=True)
class Method(Generic[Q, A]):
    """One method of ``Backend``."""

    name: str
    request: type[Q]
    answer: Any
    """The type of the answer, as pydantic takes it."""
    changes: bool = False
    """Whether silence leaves the till unsure; ``changes`` knows the one that depends."""


IDENTIFY: Method[ex.IdentifyRequest, ex.Found | ex.NotFound | ex.ConfirmationRequired] = Method(
    "identify", ex.IdentifyRequest, ex.Identified
)
REGISTER: Method[ex.RegisterRequest, ex.Registered | ex.ConfirmationRequired] = Method(
    "register", ex.RegisterRequest, ex.RegisterAnswer, changes=True
)
RESERVE: Method[ex.ReserveRequest, ex.Reserved | ex.ConfirmationRequired] = Method(
    "reserve", ex.ReserveRequest, ex.ReserveAnswer, changes=True
)
OPEN = Method[ex.Opening, ex.System]("open", ex.Opening, ex.System)
ATTACH_CARD = Method[ex.AttachCardRequest, ex.Found](
    "attach_card", ex.AttachCardRequest, ex.Found, changes=True
)
UPGRADE_LEVEL = Method[ex.UpgradeRequest, ex.Upgrade](
    "upgrade_level", ex.UpgradeRequest, ex.Upgrade
)
CHECK_COUPON = Method[ex.CheckCouponRequest, Coupon]("check_coupon", ex.CheckCouponRequest, Coupon)
CALCULATE = Method[ex.CalculateRequest, ex.Calculation](
    "calculate", ex.CalculateRequest, ex.Calculation
)
POINTS = Method[ex.PointsRequest, ex.PointsOffer]("points", ex.PointsRequest, ex.PointsOffer)
RELEASE = Method[ex.ReleaseRequest, None]("release", ex.ReleaseRequest, None, changes=True)
SAVE_SALE = Method[ex.SaveSaleRequest, Settled](
    "save_sale", ex.SaveSaleRequest, Settled, changes=True
)
CANCEL_SALE = Method[ex.CancelSaleRequest, None](
    "cancel_sale", ex.CancelSaleRequest, None, changes=True
)
SEND_FEEDBACK = Method[ex.FeedbackRequest, ex.FeedbackLeft](
    "send_feedback", ex.FeedbackRequest, ex.FeedbackLeft, changes=True
)
CERTIFICATE = Method[ex.CertificateRequest, ex.Certificate](
    "certificate", ex.CertificateRequest, ex.Certificate
)
FIND_SALE = Method[ex.FindSaleRequest, tuple[ex.FoundSale, ...]](
    "find_sale", ex.FindSaleRequest, tuple[ex.FoundSale, ...]
)
SAVE_RETURN = Method[ex.SaveReturnRequest, Settled](
    "save_return", ex.SaveReturnRequest, Settled, changes=True
)

AnyMethod: TypeAlias = Method[Any, Any]
METHODS: dict[str, AnyMethod] = {
    method.name: method
    for method in (
        OPEN, IDENTIFY, REGISTER, ATTACH_CARD, UPGRADE_LEVEL, CHECK_COUPON, CALCULATE, POINTS,
        RESERVE, RELEASE, SAVE_SALE, CANCEL_SALE, SEND_FEEDBACK, CERTIFICATE,
        FIND_SALE, SAVE_RETURN,
    )
}  # fmt: skip
"""All of them by name, in the order of a sale."""


def changes(method: AnyMethod, request: object) -> bool:
    """Whether this request changes something in the system."""
    return method.changes or (isinstance(request, ex.UpgradeRequest) and request.confirm)
