"""The receipt: frozen values; an act returns a new one.

So "has it changed since we asked?" is ``==``, and a screen may hold a receipt without fear.
Plain dataclasses, because the till builds one at every scan; ``exchange`` gives them to pydantic
where they leave the process or come from disk.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from cashier.money import Amount, Points, Quantity, cost


class Kind(StrEnum):
    SALE = "sale"
    RETURN = "return"


class Source(StrEnum):
    """What gave a discount."""

    PROMOTION = "promotion"
    COUPON = "coupon"
    LEVEL = "level"
    POINTS = "points"
    """Points spent: a discount spread over the lines, never a tender."""
    HAND = "hand"
    """Given by the cashier; it stays when the prices are asked for anew."""


@dataclass(frozen=True)
class Discount:
    """One reason why a line costs less, with the arithmetic for 'why this price'."""

    source: Source
    rule: str
    """Id of the rule in the system that gave it."""
    name: str
    amount: Amount
    """How much the whole line got cheaper; never negative."""
    why: str = ""
    """The arithmetic in words: '10 % of 120.00'."""
    system: str = ""
    """Which system said so."""


@dataclass(frozen=True)
class Line:
    """One good on the receipt."""

    number: int
    """Its place, from 1."""
    sku: str
    name: str
    price: Amount
    """For one piece or kilogram, before discounts."""
    quantity: Quantity
    amount: Amount
    """``price`` times ``quantity``, rounded at the line."""
    code: str = ""
    """What was scanned."""
    unit: str = "pc"
    """``pc`` or ``kg``."""
    group: str = ""
    lowest: Amount = 0
    """The lowest price of one piece or kilogram: no discount goes below it."""
    discounts: tuple[Discount, ...] = ()
    sale_line: int = 0
    """At a return: the number of the line of the sale that comes back."""
    certificate: str = ""
    """The number of the gift certificate that is sold on this line."""
    deposit: bool = False
    """The deposit for the goods on the line before it: their quantity is its quantity."""

    @cached_property
    def discount(self) -> Amount:
        return sum(given.amount for given in self.discounts) if self.discounts else 0

    def with_more(self, given: "tuple[Discount, ...]", more: Amount | None = None) -> "Line":
        """More discounts on the same line; ``more`` is their sum, where it is known.

        Made without asking every field, the sum carried on: a server does this hundreds of times
        a second for every line.
        """
        made = object.__new__(Line)
        facts = made.__dict__
        facts.update(self.__dict__)
        if more is None:
            more = sum([one.amount for one in given])
        facts["discounts"] = self.discounts + given
        facts["discount"] = self.discount + more if self.discounts else more
        return made

    @property
    def total(self) -> Amount:
        """What is paid for the line."""
        return self.amount - self.discount

    @property
    def floor(self) -> Amount:
        """The least that this line may cost."""
        return cost(self.lowest, self.quantity)

    @property
    def points(self) -> Amount:
        """The part of the discount that points paid for."""
        return sum(given.amount for given in self.discounts if given.source is Source.POINTS)

    @property
    def by_hand(self) -> tuple[Discount, ...]:
        """What the cashier took off: it is there before the loyalty system is asked."""
        return tuple(given for given in self.discounts if given.source is Source.HAND)


def line_of(number: int, sku: str, name: str, price: Amount, quantity: Quantity) -> Line:
    """A plain line with its amount worked out."""
    return Line(number, sku, name, price, quantity, cost(price, quantity))


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Tender:
    """Money taken (at a return: given back)."""

    kind: TenderKind
    amount: Amount
    reference: str = ""
    """What the card terminal calls the payment, or the number of the certificate."""


class IdentifierKind(StrEnum):
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    COUPON = "coupon"
    APP = "app"
    """A code from the customer's app, already stripped to what the system knows him by."""


@dataclass(frozen=True)
class Identifier:
    """What the buyer was asked to show: phones as ``+79001234567``, cards as printed."""

    kind: IdentifierKind
    value: str


class CardStatus(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    INACTIVE = "inactive"


@dataclass(frozen=True)
class Card:
    number: str
    level: str = ""
    """Name of the level, as shown."""
    status: CardStatus = CardStatus.ACTIVE
    may_earn: bool = True
    may_spend: bool = True
    balance: Points = 0
    available: Points = 0
    """The part of the balance that is active now."""


@dataclass(frozen=True)
class Customer:
    customer_id: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Buyer:
    """Who buys: known to the system, or only a number that waits to be verified."""

    identifier: Identifier
    customer: Customer | None = None
    card: Card | None = None
    declined: bool = False
    """The customer was asked for a code and gave none: the number stays, nobody asks again."""

    @property
    def verified(self) -> bool:
        return self.card is not None


class MessageTo(StrEnum):
    CASHIER = "cashier"
    CUSTOMER = "customer"
    SLIP = "slip"


@dataclass(frozen=True)
class Message:
    """Something the system wants said, and to whom."""

    to: MessageTo
    text: str


@dataclass(frozen=True)
class Gift:
    """A gift on offer: which of these goods the buyer may take, and how many."""

    rule: str
    name: str
    skus: tuple[str, ...]
    quantity: Quantity


@dataclass(frozen=True)
class PrintedCoupon:
    """A coupon to print under the slip, for a later purchase."""

    code: str
    title: str
    text: str = ""
    valid_until: datetime | None = None


@dataclass(frozen=True)
class LinePoints:
    """How many minor units of a line points may pay for, or do pay for."""

    number: int
    amount: Amount


@dataclass(frozen=True)
class Applied:
    """What the loyalty system answered for these goods, apart from the prices on the lines."""

    earn: Points = 0
    """Points that would be earned."""
    gifts: tuple[Gift, ...] = ()
    messages: tuple[Message, ...] = ()
    to_print: tuple[PrintedCoupon, ...] = ()
    offline: bool = False
    """The system was not reachable, or gave no prices: no discounts, said plainly on screen and
    slip."""


@dataclass(frozen=True)
class Coupon:
    """A coupon or promo code on the receipt."""

    code: str
    name: str = ""
    verified: bool = True
    """False when the system could not be asked."""


@dataclass(frozen=True)
class SaleRef:
    """Which sale a return is of, and where the till knows it from."""

    receipt_id: str
    number: str
    sold_at: datetime
    own_journal: bool = False
    """Found in the till's own journal, not by the system."""
    context: str = field(default="", repr=False)
    """The system's own words about the sale; handed back, never read."""


class Saving(StrEnum):
    """What a feedback does to the earlier ones of its receipt."""

    REPLACE = "replace"
    """Those of the same link are dropped."""
    APPEND = "append"


class OnCancel(StrEnum):
    """What becomes of a feedback when its receipt is cancelled."""

    REMOVE = "remove"
    PERSIST = "persist"


@dataclass(frozen=True)
class Feedback:
    """A message about a receipt that a system could not get rid of, kept by the till and handed
    back later (the plugin contract of SetRetail10)."""

    feedback_id: str
    link: str
    """Which part of the system wants it back, as it is called on screen."""
    receipt_id: str
    payload: str
    """The system's own words; never read by the till."""
    text: str = ""
    """What it is about, for the cashier."""
    attempts: int = 0
    """Counted by the system alone: it may leave connection failures out."""
    saving: Saving = Saving.REPLACE
    on_cancel: OnCancel = OnCancel.REMOVE


@dataclass(frozen=True)
class Settled:
    """What the system said after the save; all zero while ``pending``."""

    earned: Points = 0
    spent: Points = 0
    given_back: Points = 0
    taken_back: Points = 0
    balance: Points | None = None
    available: Points | None = None
    level: str = ""
    """Name of the level reached by this sale, empty if it did not change."""
    next_level: str = ""
    to_next_level: Amount = 0
    pending: bool = False
    """Not delivered yet: waits in the outbox."""
    messages: tuple[Message, ...] = ()
    to_print: tuple[PrintedCoupon, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    """What a part of the system has not got yet; the till keeps it, and no receipt does."""


@dataclass(frozen=True)
class Receipt:
    """The document being made; sale or return."""

    receipt_id: str
    """One id for its whole life."""
    opened_at: datetime
    kind: Kind = Kind.SALE
    shop: str = ""
    till: str = ""
    cashier: str = ""
    number: str = ""
    """Given at the end, printed and scanned for a return."""
    lines: tuple[Line, ...] = ()
    buyer: Buyer | None = None
    coupons: tuple[Coupon, ...] = ()
    applied: Applied | None = None
    """None until calculated, and again after the goods change."""
    spend: Points = 0
    """Points that the buyer wants to spend; on the lines as discounts of source POINTS."""
    hold: str = ""
    """Operation id of the points held for this receipt; empty: none are."""
    tenders: tuple[Tender, ...] = ()
    rounding: Amount = 0
    """What rounding of cash adds to the total (below zero: takes off)."""
    age: int = 0
    """The buyer has shown to be at least so old."""
    level_asked: str = ""
    """The card whose next level the till has asked about."""
    new_level: str = ""
    """The level that the card was raised to before the sale."""
    shift: int = 0
    """Number of the shift in which it was finished."""
    closed_at: datetime | None = None
    settled: Settled | None = None
    """What came of it; None until saved."""
    of: SaleRef | None = None
    """The sale that a return is of."""
    context: str = field(default="", repr=False)
    """The system's own words about this receipt; kept and handed back, never read."""

    @cached_property
    def amount(self) -> Amount:
        """Before discounts."""
        return sum(line.amount for line in self.lines)

    @cached_property
    def discount(self) -> Amount:
        """All discounts, points among them."""
        return sum(line.discount for line in self.lines if line.discounts)

    @property
    def total(self) -> Amount:
        """What is to be paid."""
        return self.amount - self.discount

    @cached_property
    def paid_with_points(self) -> Amount:
        return sum(line.points for line in self.lines if line.discounts)

    @property
    def tendered(self) -> Amount:
        return sum(tender.amount for tender in self.tenders)

    @property
    def is_empty(self) -> bool:
        return not self.lines and self.buyer is None and not self.coupons

    @property
    def to_pay(self) -> Amount:
        """The total, rounded where cash is rounded."""
        return self.total + self.rounding

    @property
    def due(self) -> Amount:
        """What is still to be paid."""
        return max(0, self.to_pay - self.tendered)

    @property
    def change(self) -> Amount:
        return max(0, self.tendered - self.to_pay)

    def with_line(self, line: Line) -> "Receipt":
        """A line added at the end.

        The sums are carried on, so that a scan costs the same on a long receipt as on a short one.
        """
        longer = replace(self, lines=(*self.lines, replace(line, number=len(self.lines) + 1)))
        longer.__dict__["amount"] = self.amount + line.amount
        longer.__dict__["discount"] = self.discount + line.discount
        longer.__dict__["paid_with_points"] = self.paid_with_points + line.points
        return longer

    def with_lines(self, lines: Iterable[Line]) -> "Receipt":
        """Other lines, numbered anew from 1 (a line whose place stays is kept as it is)."""
        numbered = (
            line if line.number == place else replace(line, number=place)
            for place, line in enumerate(lines, 1)
        )
        return replace(self, lines=tuple(numbered))

    def line(self, number: int) -> Line | None:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def uncalculated(self) -> "Receipt":
        """As it was before the system was asked: only discounts by hand, no points."""
        if self.applied is None and not self.spend:
            return self
        bare = tuple(
            replace(line, discounts=line.by_hand) if line.discounts else line for line in self.lines
        )
        return replace(self, lines=bare, applied=None, spend=0)
