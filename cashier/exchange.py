"""The exchange: all that the till knows of a loyalty system.

A handful of abstract requests and answers in three groups (who is the buyer, the receipt, the
return), frozen and without a vendor's words. Amounts are minor units, points hundredths, times
aware. Every request that changes something carries an ``operation_id`` that stays the same over
retries: the same id twice is one operation.

Besides an answer there are three outcomes, all exceptions: ``Refused`` (the system said no),
``Unavailable`` (nothing happened, asking again is safe) and ``OutcomeUnknown`` (it may have
happened: repeat with the same id or find out, never guess).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Flag, StrEnum, auto
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from cashier.money import Amount, Points, Quantity
from cashier.outcomes import Cause as Cause  # whoever knows the exchange knows them from here
from cashier.outcomes import OutcomeUnknown as OutcomeUnknown
from cashier.outcomes import Reason as Reason
from cashier.outcomes import Refused as Refused
from cashier.outcomes import Unavailable as Unavailable
from cashier.receipt import (
    Card,
    Coupon,
    Customer,
    Discount,
    Feedback,
    Gift,
    Identifier,
    LinePoints,
    Message,
    PrintedCoupon,
    Receipt,
    Settled,
)


class Frozen(BaseModel):
    """Base of what is exchanged: exact types, no unknown fields, built when first used."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


# --- around the groups --------------------------------------------------------------------


class Can(Flag):
    """What a system is able to do; the screen greys out the rest."""

    REGISTER = auto()
    ATTACH_CARD = auto()
    CHOOSE_CARD = auto()
    """The cashier may pick the card to attach from a list."""
    COUPONS = auto()
    SPEND = auto()
    RESERVE = auto()
    """Points are held in two phases, or the customer confirms spending by a code."""
    UPGRADE_LEVEL = auto()
    CANCEL_SALE = auto()
    FIND_SALE = auto()
    RETURN = auto()
    RETURN_PART = auto()
    HOLD = auto()
    """Points and coupons are kept for a receipt that is put aside (``reserve``, ``release``)."""
    CERTIFICATES = auto()
    """Gift certificates are the system's: sold, asked about and paid with there."""
    FEEDBACK = auto()
    """Parts of it that could not be told of a receipt leave a feedback with the till."""


class Login(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class ConfirmBy(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    NONE = "none"


class AttachOn(StrEnum):
    """How a newly registered customer comes by a card."""

    BY_ITSELF = "by_itself"
    FREE = "free"
    """A free virtual card, at the cashier's command."""
    LIST = "list"
    """The cashier chooses one from a list."""


class Registration(Frozen):
    """The system's settings for registering: they make the form."""

    login: Login = Login.PHONE
    confirm_by: ConfirmBy = ConfirmBy.NONE
    attach: AttachOn = AttachOn.BY_ITSELF


class Opening(Frozen):
    """Which till asks."""

    shop: str
    till: str
    currency: str = "RUB"
    """ISO 4217; amounts are its minor units."""
    digits: int = 2
    """How many digits of the currency are minor units."""
    training: bool = False
    """The till is one for training: a mark goes into every call that has a place for it."""


class System(Frozen):
    """What ``open`` brings: who the system is and how it is set up."""

    name: str
    can: Can
    registration: Registration = Registration()
    point_value: Amount = 100
    """Minor units of money that one point is worth."""
    currency: str = ""
    """What the system says it reckons in (ISO 4217); empty: it does not say."""
    emulated: bool = False
    """No public source documents its wire; its behaviour is ours."""
    notes: tuple[str, ...] = ()
    """What the cashier should know of how it is set up, in sentences."""
    feedback_seconds: int = 0
    """How often feedback wants to be sent; 0: as the shop card says of the queue."""
    feedback_batch: int = 0
    """How much of it at once; 0: as the shop card says."""


# --- group 1: who is the buyer ------------------------------------------------------------


class Confirmation(Frozen):
    """The code that the customer told the cashier, with the challenge it answers."""

    challenge: str
    code: str


class IdentifyRequest(Frozen):
    identifier: Identifier
    confirmation: Confirmation | None = None
    at: datetime


class Found(Frozen):
    """A customer; several cards are for the cashier to choose from."""

    outcome: Literal["found"] = "found"
    customer: Customer | None
    """None for a card that belongs to nobody."""
    cards: tuple[Card, ...]
    messages: tuple[Message, ...] = ()


class NotFound(Frozen):
    outcome: Literal["not_found"] = "not_found"


class ConfirmationRequired(Frozen):
    """A code was sent; ask again with it."""

    outcome: Literal["confirmation_required"] = "confirmation_required"
    challenge: str
    channel: ConfirmBy
    masked: str
    """Where it was sent, masked: '+7 900 ***-**-67'."""
    seconds: int
    """How long the code is good for."""
    attempts: int
    """How many wrong codes are allowed."""


Identified = Annotated[Found | NotFound | ConfirmationRequired, Field(discriminator="outcome")]


class RegisterRequest(Frozen):
    operation_id: str
    phone: str = ""
    email: str = ""
    name: str = ""
    birthdate: date | None = None
    agreed: bool = True
    """The customer agreed to the processing of personal data."""
    confirmation: Confirmation | None = None
    at: datetime


class Registered(Frozen):
    """Done. No cards yet where the system leaves the card to the cashier."""

    outcome: Literal["registered"] = "registered"
    customer: Customer
    cards: tuple[Card, ...]
    free_cards: tuple[str, ...] = ()
    """To choose from, where settings say ``AttachOn.LIST``."""


RegisterAnswer = Annotated[Registered | ConfirmationRequired, Field(discriminator="outcome")]


class AttachCardRequest(Frozen):
    operation_id: str
    customer_id: str
    card: str | None = None
    """None: any free virtual card."""
    at: datetime


class UpgradeRequest(Frozen):
    operation_id: str
    card: str
    confirm: bool
    """False only asks what is possible."""
    at: datetime


class Upgrade(Frozen):
    possible: bool
    done: bool = False
    level: str = ""
    """The level that is, or would be, reached."""
    text: str = ""


# --- group 2: the receipt -----------------------------------------------------------------


class CheckCouponRequest(Frozen):
    receipt: Receipt
    code: str
    at: datetime


class CalculateRequest(Frozen):
    """Carries the receipt without discounts but those by hand (the prices start from what they
    leave), and what the buyer wants to spend."""

    receipt: Receipt
    spend: Points = 0
    at: datetime


class LinePrice(Frozen):
    number: int
    discounts: tuple[Discount, ...]


class Calculation(Frozen):
    """The receipt with new prices. Changes nothing in the system."""

    lines: tuple[LinePrice, ...] = ()
    """Lines that got something; the others cost what they did."""
    earn: Points = 0
    gifts: tuple[Gift, ...] = ()
    messages: tuple[Message, ...] = ()
    to_print: tuple[PrintedCoupon, ...] = ()
    distribution: tuple[LinePoints, ...] = ()
    """How the system spread the points asked for, in money; empty: the till spreads."""
    context: str = ""
    hold: str = ""
    """An operation id: the prices themselves keep something there (a plugin that must hear when
    they are not wanted any more), which ``release`` gives back; empty: they keep nothing."""
    feedback: tuple[Feedback, ...] = ()


class PointsRequest(Frozen):
    receipt: Receipt
    at: datetime


class SpendLimit(Frozen):
    """One of the things that keep the spendable sum down, in minor units."""

    name: str
    text: str
    most: Amount


class PointsOffer(Frozen):
    balance: Points
    available: Points
    spendable: Points
    """What this receipt may be paid with."""
    limits: tuple[SpendLimit, ...] = ()
    """Why not more; the one that binds comes first."""
    lines: tuple[LinePoints, ...] = ()
    """The most that points may pay of each line; empty: the till works it out."""
    excluded: tuple[int, ...] = ()
    """Lines that points may not pay for."""
    must_confirm: bool = False
    """The customer confirms spending by a code: ``reserve`` comes before it."""


class ReserveRequest(Frozen):
    """Points to be spent, or (``Can.HOLD``) what a receipt that is put aside may need again: its
    coupons, and as many points, none perhaps."""

    operation_id: str
    receipt: Receipt
    spend: Points
    confirmation: Confirmation | None = None
    at: datetime


class Reserved(Frozen):
    outcome: Literal["reserved"] = "reserved"
    context: str = ""


ReserveAnswer = Annotated[Reserved | ConfirmationRequired, Field(discriminator="outcome")]


class ReleaseRequest(Frozen):
    """Undo a ``reserve``."""

    operation_id: str
    """The one of the reserve that is undone (also in ``receipt.hold``)."""
    receipt: Receipt
    at: datetime


class SaveSaleRequest(Frozen):
    """A finished receipt, discounts and tenders included; points spent in ``receipt.spend``."""

    operation_id: str
    receipt: Receipt
    at: datetime
    again: bool = False
    """It may have been said before: a system without ids of operations is asked first."""


class FeedbackRequest(Frozen):
    """Feedback that waits, the newest first (the plugin contract of SetRetail10)."""

    operation_id: str
    feedback: tuple[Feedback, ...]
    at: datetime


class FeedbackLeft(Frozen):
    """What must be tried again, attempts counted; what is not in it is done, or given up."""

    feedback: tuple[Feedback, ...] = ()
    messages: tuple[Message, ...] = ()


class CancelSaleRequest(Frozen):
    """Undo a sale whole. The embedded system undoes the last return of a sale as well."""

    operation_id: str
    receipt: Receipt
    at: datetime


class CertificateRequest(Frozen):
    number: str
    at: datetime


class Certificate(Frozen):
    """A gift certificate as the system knows it. One that is not sold yet holds nothing."""

    number: str
    left: Amount
    """What it still pays, minor units."""
    sold: bool
    value: Amount = 0
    """What it is, or was, sold with; 0: any sum."""


# --- group 3: return ----------------------------------------------------------------------


class FindSaleRequest(Frozen):
    """By receipt number, or by card and day."""

    number: str = ""
    card: str = ""
    day: date | None = None
    at: datetime


class LineReturned(Frozen):
    number: int
    quantity: Quantity


class FoundSale(Frozen):
    receipt: Receipt
    """As it was sold, with what was settled."""
    returned: tuple[LineReturned, ...] = ()
    """What has been returned already."""


class SaveReturnRequest(Frozen):
    """A return; ``receipt`` holds the goods that come back at the money that is refunded."""

    operation_id: str
    receipt: Receipt
    lines: tuple[LineReturned, ...]
    """Which lines of the sale, and how much of each."""
    at: datetime
    again: bool = False
    """It may have been said before, as in ``SaveSaleRequest``."""


# --- the port -----------------------------------------------------------------------------


class Backend(Protocol):
    """A loyalty system, as the till sees it. Holds no state of a receipt.

    Every method may raise Refused or Unavailable; those that change something also OutcomeUnknown.
    Methods outside ``System.can`` are never called.
    """

    async def open(self, opening: Opening) -> System: ...
    async def close(self) -> None: ...

    async def identify(
        self, request: IdentifyRequest
    ) -> Found | NotFound | ConfirmationRequired: ...
    async def register(self, request: RegisterRequest) -> Registered | ConfirmationRequired: ...
    async def attach_card(self, request: AttachCardRequest) -> Found: ...
    async def upgrade_level(self, request: UpgradeRequest) -> Upgrade: ...

    async def check_coupon(self, request: CheckCouponRequest) -> Coupon:
        """The coupon if it may be used on this receipt; Refused says why not."""
        ...

    async def calculate(self, request: CalculateRequest) -> Calculation: ...
    async def points(self, request: PointsRequest) -> PointsOffer: ...
    async def reserve(self, request: ReserveRequest) -> Reserved | ConfirmationRequired: ...
    async def release(self, request: ReleaseRequest) -> None: ...
    async def save_sale(self, request: SaveSaleRequest) -> Settled: ...
    async def cancel_sale(self, request: CancelSaleRequest) -> None: ...
    async def send_feedback(self, request: FeedbackRequest) -> FeedbackLeft: ...
    async def certificate(self, request: CertificateRequest) -> Certificate:
        """What is known of a gift certificate. Those on lines and among the tenders of a sale are
        sold and paid with by ``save_sale``; a return gives back to them what it refunds."""
        ...

    async def find_sale(self, request: FindSaleRequest) -> tuple[FoundSale, ...]: ...
    async def save_return(self, request: SaveReturnRequest) -> Settled: ...


# --- what the customer's phone receives ---------------------------------------------------


@dataclass(frozen=True)
class PhoneMessage:
    """A text message or e-mail that a system sent to a customer, seen in the phone pane."""

    to: str
    text: str
    at: datetime
    code: str = ""
    """The confirmation code in it, if it is one."""
