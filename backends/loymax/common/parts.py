"""The parts of a document as values; units are ours, how they are written is in ``values``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from backends.loymax.common.kinds import Kind
from cashier.money import Amount, Points, Quantity


class Offer(NamedTuple):
    """An offer that was applied to a line."""

    id: str
    name: str
    amount: Amount
    """``PreferenceValue``: what it took off."""
    kind: str = ""
    """``Promotion``, ``Coupon`` or ``Level``."""


class ChequeLine(NamedTuple):
    """A tuple: a sale makes dozens of them."""

    position: int
    """``PosID``: any number, each once in a cheque."""
    amount: Amount
    """After what the till took off by itself, before the offers."""
    quantity: Quantity
    name: str = ""
    goods: str = ""
    price: Amount = 0
    barcode: str = ""
    discount: Amount = 0
    """By the offers."""
    pay: Amount = 0
    """What points pay of it."""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Cheque:
    lines: tuple[ChequeLine, ...]
    at: datetime | None = None
    number: str = ""
    total: Amount | None = None
    """``TotalAmount`` and what follows: only in answers."""
    discount: Amount | None = None
    cashback: Points | None = None


@dataclass(frozen=True)
class CouponTold:
    number: str
    name: str = ""
    code: int = 0
    reason: str = ""
    text: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Pay:
    type: str
    amount: Amount
    details: str = ""
    """The number of the gift certificate."""


class Voucher(NamedTuple):
    """A gift certificate, with what is on it, or moves."""

    number: str
    amount: Amount


@dataclass(frozen=True)
class Asked:
    """An operation that is asked for."""

    kind: Kind
    id: str
    """``OperationID``: new in each call, the same when it is repeated."""
    at: datetime
    purchase: str = ""
    identifier: str = ""
    cheque: Cheque | None = None
    coupons: tuple[str, ...] = ()
    amount: Amount = 0
    """What is to be paid with points."""
    pays: tuple[Pay, ...] = ()
    of: str = ""
    """Of a refund: the purchase that comes back."""
    cancels: str = ""
    """Of a cancellation: the one operation; empty: the whole purchase."""
    cashier: str = ""
    certificate: str = ""
    """The gift certificate that is asked about, or is to pay."""
    pin: str = ""
    """What the customer confirms a payment with."""
    sold: tuple[tuple[ChequeLine, str], ...] = ()
    """Gift certificates among the goods, with their numbers; of a refund: those that come back."""
    back: tuple[Voucher, ...] = ()
    """Of a refund: what gift certificates get back."""
    of_transaction: int = 0
    """Of a refund: the transaction that sold what comes back, where no purchase is named."""


@dataclass(frozen=True)
class Told:
    """What came of an operation."""

    kind: Kind
    id: str
    code: int = 0
    error: str = ""
    purchase: str = ""
    bonus: Points | None = None
    """``BonusAmount``."""
    amount: Amount | None = None
    available: Amount | None = None
    """What points may pay, in money and in points."""
    available_bonus: Points | None = None
    balance: Points | None = None
    active: Points | None = None
    """``ActiveBonusAmount``: the part of the balance that is active."""
    currency: str = ""
    cheque: Cheque | None = None
    cards: tuple[Mapping[str, str], ...] = ()
    """``IdentifierData``, one for each card."""
    coupons: tuple[CouponTold, ...] = ()
    issued: tuple[CouponTold, ...] = ()
    to_cashier: tuple[str, ...] = ()
    to_slip: tuple[str, ...] = ()
    certificates: tuple[Voucher, ...] = ()
    description: str = ""
    """Of a gift certificate that was asked about: its state."""
    transaction: int = 0


@dataclass(frozen=True)
class Answer:
    """A whole document back."""

    code: int = 0
    told: tuple[Told, ...] = field(default=())
    error: str = ""
