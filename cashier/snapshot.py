"""All that the till knows at one moment: a frozen value that screens draw and steps replace."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from cashier.commands import Command
from cashier.exchange import (
    ConfirmationRequired,
    ConfirmBy,
    FoundSale,
    IdentifyRequest,
    PointsOffer,
    RegisterRequest,
    Registration,
    ReserveRequest,
)
from cashier.money import Amount, Quantity
from cashier.receipt import Card, Customer, Identifier, Receipt
from cashier.shift import Shift
from cashier.shop import Right


class State(StrEnum):
    CLOSED = "closed"
    """No shift is open: nothing is sold."""
    IDLE = "idle"
    SELLING = "selling"
    CALCULATED = "calculated"
    PAYING = "paying"
    FINISHED = "finished"
    RETURNING = "returning"


# --- what the till may be waiting for; the answer is a command ----------------------------


@dataclass(frozen=True)
class AskCode:
    """The customer was sent a code. Answered by EnterCode, ResendCode or Dismiss."""

    request: IdentifyRequest | RegisterRequest | ReserveRequest
    """What is asked again with the code."""
    challenge: str
    channel: ConfirmBy
    masked: str
    deadline: datetime
    """By the till's clock."""
    attempts: int
    """Tries that are left."""

    @classmethod
    def after(
        cls,
        request: IdentifyRequest | RegisterRequest | ReserveRequest,
        answer: ConfirmationRequired,
        at: datetime,
    ) -> "AskCode":
        """The question that follows when the system answers ``request`` by sending a code."""
        return cls(
            request=request,
            challenge=answer.challenge,
            channel=answer.channel,
            masked=answer.masked,
            deadline=at + timedelta(seconds=answer.seconds),
            attempts=answer.attempts,
        )


@dataclass(frozen=True)
class AskCard:
    """The customer has several cards. Answered by ChooseCard or Dismiss."""

    identifier: Identifier
    customer: Customer
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class AskFreeCard:
    """A new customer gets a card from the list. Answered by ChooseCard or Dismiss."""

    identifier: Identifier
    customer: Customer
    cards: tuple[str, ...]
    operation_id: str


@dataclass(frozen=True)
class OfferRegistration:
    """Nobody is known by this. Answered by Register or Dismiss."""

    identifier: Identifier
    form: Registration
    operation_id: str


@dataclass(frozen=True)
class AskSale:
    """Several sales fit. Answered by ChooseSale or Dismiss."""

    sales: tuple[FoundSale, ...]


@dataclass(frozen=True)
class AskResume:
    """The last run left a receipt open. Answered by ResumeReceipt."""

    receipt: Receipt
    state: State


@dataclass(frozen=True)
class AskShift:
    """The shift was opened on an earlier day. Answered by CloseShift or Dismiss."""

    shift: Shift


@dataclass(frozen=True)
class AskHeld:
    """Several receipts were put aside. Answered by RecallReceipt or Dismiss."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True)
class AskAge:
    """The buyer must be old enough for these goods. Answered by ConfirmAge or Dismiss."""

    sku: str
    name: str
    age: int
    quantity: Quantity
    code: str


@dataclass(frozen=True)
class AskCertificate:
    """A gift certificate is sold: which one? Answered by SellCertificate or Dismiss."""

    sku: str
    name: str
    price: Amount


@dataclass(frozen=True)
class PriceChecked:
    """A price was asked. SellChecked sells, CheckPrice asks for another, Dismiss goes back."""

    sku: str
    name: str
    unit: str
    price: Amount
    now: Amount
    """What this customer would pay now for one; the price where nobody knows better."""
    why: str = ""
    """The discounts, by name."""


@dataclass(frozen=True)
class AskLevel:
    """The card can go up a level. Answered by UpgradeLevel or Dismiss."""

    level: str
    text: str = ""


@dataclass(frozen=True)
class AskAuthorisation:
    """The bank wants to be called. Answered by AuthoriseCard or Dismiss."""

    amount: Amount
    reference: str


@dataclass(frozen=True)
class AskSupervisor:
    """Somebody must allow it. Answered by Allow or Dismiss."""

    right: Right
    command: Command
    """What is done once it is allowed."""
    text: str
    """What is asked for, in words."""
    attempts: int
    """Tries that are left."""


@dataclass(frozen=True)
class AskLive:
    """The first write to a live system. Answered by ConfirmLive or Dismiss."""

    command: Command
    """What is done once the answer is yes."""
    before: "Question | None" = None
    """The question that was open; it is open again afterwards."""


Question: TypeAlias = (
    AskCode | AskCard | AskFreeCard | OfferRegistration | AskSale | AskResume | AskShift | AskHeld
    | AskAge | AskCertificate | PriceChecked | AskLevel | AskAuthorisation | AskSupervisor
    | AskLive
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    state: State = State.IDLE
    receipt: Receipt | None = None
    """The open receipt; in FINISHED the one just finished."""
    question: Question | None = None
    offer: PointsOffer | None = field(default=None, repr=False)
    """What points may do for the calculated receipt."""
    sale: FoundSale | None = None
    """In RETURNING: the sale, with what came back earlier."""
