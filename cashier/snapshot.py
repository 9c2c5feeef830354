"""All that the till knows at one moment: a frozen value that screens draw and steps replace."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

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
from cashier.receipt import Card, Customer, Identifier, Receipt


class State(StrEnum):
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


Question: TypeAlias = AskCode | AskCard | AskFreeCard | OfferRegistration | AskSale | AskResume


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
