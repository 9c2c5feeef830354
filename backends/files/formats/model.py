"""What is in a load and in a sales report, whatever family of tills the file is written for.

Money is in minor units, quantities in thousandths, per cents in hundredths. 1 point = 1 unit of the
currency, so the accumulated amount of a card in minor units is its points in hundredths.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from cashier.money import Amount, Hundredths, Quantity


@dataclass(frozen=True)
class Trouble:
    """Something in a file that was passed over; the rest of the file was read."""

    file: str
    line: int
    """From 1; 0 is the file as a whole."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


class BadFile(ValueError):
    """A file that cannot be taken at all: nothing of it may be applied. Says file and line."""

    def __init__(self, file: str, line: int, text: str) -> None:
        self.trouble = Trouble(file, line, text)
        super().__init__(str(self.trouble))


@dataclass(frozen=True)
class Goods:
    """One article of the load."""

    code: str
    name: str
    price: Amount = 0
    barcodes: tuple[str, ...] = ()
    text: str = ""
    """What the receipt calls it."""


@dataclass(frozen=True)
class Tier:
    """Another percentage, where the receipt comes to so much before it."""

    percent: Hundredths
    least: Amount = 0
    most: Amount = 0
    """0: there is no end."""


@dataclass(frozen=True)
class Scheme:
    """A discount for everybody who has a card of this scheme."""

    code: str
    name: str
    percent: Hundredths = 0
    """Where no tier fits."""
    by_card: bool = True
    tiers: tuple[Tier, ...] = ()

    def percent_of(self, total: Amount) -> Hundredths:
        """For a receipt of so much: the greatest of the tiers that fit."""
        fit = [
            one.percent
            for one in self.tiers
            if one.least <= total and (not one.most or total <= one.most)
        ]
        return max(fit, default=self.percent)


@dataclass(frozen=True)
class Card:
    """A discount or bonus card with what it has accumulated by the last load."""

    number: str
    owner: str = ""
    text: str = ""
    accumulated: Amount = 0
    scheme: str = ""
    """The code of a scheme; empty: no discount."""
    forbidden: bool = False
    do_not_accumulate: bool = False
    may_pay: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class Part(StrEnum):
    """What a load may clear away before it brings the new."""

    GOODS = "goods"
    CARDS = "cards"
    SCHEMES = "schemes"


ALL = frozenset(Part)


@dataclass(frozen=True)
class Load:
    """What the back office gives the till."""

    goods: tuple[Goods, ...] = ()
    cards: tuple[Card, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    clears: frozenset[Part] = ALL
    """Of these nothing stays but what is in here; of others what has the same key is replaced."""
    removed: tuple[str, ...] = ()
    """Codes of goods that are not sold any more."""


class Kind(StrEnum):
    """What a transaction is. A profile leaves out what it has no word for."""

    SALE_LINE = "sale_line"
    STORNO = "storno"
    RETURN_LINE = "return_line"
    DISCOUNT = "discount"
    """On the receipt, as a whole; the detail tells of which card."""
    SURCHARGE = "surcharge"
    LINE_DETAIL = "line_detail"
    RECEIPT_DETAIL = "receipt_detail"
    """A discount by card: also the only place where `shtrihm` says whose receipt it was."""
    PAYMENT = "payment"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    Z_REPORT = "z_report"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"


LINES = (Kind.SALE_LINE, Kind.STORNO, Kind.RETURN_LINE)
ENDS = (Kind.CLOSED, Kind.CANCELLED)
"""Of a receipt."""
ALONE = (Kind.Z_REPORT, Kind.CASH_IN, Kind.CASH_OUT)
"""These belong to no receipt."""


@dataclass(frozen=True)
class Transaction:
    """One line of a sales report; which of the later fields say something, the kind tells."""

    number: int
    """Grows from transaction to transaction of a till and never repeats."""
    at: datetime
    """By the till's clock, to the second, without a zone."""
    kind: Kind
    till: str = "1"
    receipt: int = 0
    cashier: str = ""
    goods: str = ""
    price: Amount = 0
    quantity: Quantity = 0
    amount: Amount = 0
    """Of the line before discounts, of the discount, of the payment, of the shift."""
    after: Amount | None = None
    """Of the line after discounts, where the format has a place for it."""
    card: str = ""
    """Of a detail or a payment: the card used. Of a closed receipt: the customer's."""
    percent: Hundredths = 0
    change: Amount = 0
    payment: int = 1
    """The kind of payment: 1 is cash."""
    shift: int = 0
    is_return: bool = False
    """Of a closed receipt."""


@dataclass(frozen=True)
class SalesReport:
    """What the till tells the back office."""

    number: int
    database: str
    """Which till's database it was made from."""
    transactions: tuple[Transaction, ...] = ()


class Profile(Protocol):
    """How one family of tills writes both files. Every ``read`` raises BadFile, nothing else.

    Reading passes over what it does not know and says so; ``name`` is the file's, for troubles.
    """

    def write_load(self, load: Load) -> bytes: ...

    def read_load(self, data: bytes, name: str) -> tuple[Load, tuple[Trouble, ...]]: ...

    def says(self, kind: Kind) -> bool:
        """Whether it has a word for it; what it has none for is not written."""
        ...

    def write_report(self, report: SalesReport) -> bytes: ...

    def read_report(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]: ...

    def read_processed(self, data: bytes, line: int) -> bool:
        """Whether the mark in ``line`` (2 of a load, 1 of a report) says that it was read."""
        ...

    def mark(self, data: bytes, line: int) -> bytes:
        """The same bytes with ``#`` in ``line`` changed to ``@``."""
        ...
