"""The shift: from the moment the drawer is filled to the Z report."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cashier.money import Amount


@dataclass(frozen=True)
class Shift:
    """One working day of one cashier at one till."""

    number: int
    """From 1; a till never gives one twice."""
    opened_at: datetime
    cashier: str = ""
    closed_at: datetime | None = None


class DrawerKind(StrEnum):
    """Why something happened to the money in the drawer, apart from sales."""

    FLOAT = "float"
    """Put in when the shift was opened."""
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    COUNT = "count"
    """Counted; nothing moved."""
    OPEN = "open"
    """Opened without a sale; nothing moved."""


@dataclass(frozen=True)
class DrawerEntry:
    """Something that happened to the drawer."""

    kind: DrawerKind
    at: datetime
    amount: Amount = 0
    why: str = ""
    expected: Amount = 0
    """COUNT: what should have been there."""
    allowed_by: str = ""
    """The supervisor, where one was needed."""


@dataclass(frozen=True)
class Permission:
    """A supervisor was asked: who asked, for what, who answered, when and why."""

    at: datetime
    right: str
    text: str
    """What was asked for, in words."""
    asked_by: str
    supervisor: str
    """Empty: nobody, the PIN was wrong."""
    granted: bool
    why: str = ""
    receipt_id: str = ""
    shift: int = 0
