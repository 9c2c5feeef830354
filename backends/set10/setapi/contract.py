"""The plugin contract of SetRetail10 ("Set API"), in the names of its SDK.

Amounts are minor units, points hundredths of a point, and one point is worth one unit of money.
Methods are coroutines here, as everything that waits in this till. A method that got no answer
raises ``Unavailable`` (nothing happened) or ``OutcomeUnknown`` (it may have happened): the SDK says
nothing of that, so these two and ``transaction_id`` in a request are *emulated*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from cashier.money import Amount, Points, Quantity
from cashier.receipt import Message, OnCancel, Saving

Facts: TypeAlias = Mapping[str, str]
"""Names and values of the plugin's own."""


# --- the receipt, as a plugin sees it ---------------------------------------------------------


@dataclass(frozen=True)
class PluginLine:
    number: int
    """From 1."""
    item: str
    name: str
    quantity: Quantity
    price: Amount
    sum: Amount
    """Before discounts."""
    discount: Amount = 0
    """What earlier providers and the cashier took off; points are not in it."""
    floor: Amount = 0
    """The least that the whole line may cost; goods that bear no discount cost their floor."""
    group: str = ""

    @property
    def cost(self) -> Amount:
        return self.sum - self.discount

    @property
    def bears(self) -> Amount:
        """The most that may still be taken off."""
        return max(0, self.cost - self.floor)


@dataclass(frozen=True)
class WrittenOff:
    card_number: str
    points: Points
    transaction_id: str = ""
    """Empty: it is only asked what the points would become."""


@dataclass(frozen=True)
class Attributes:
    """What a plugin wants to find again on the receipt and its lines."""

    receipt: Facts = field(default_factory=dict)
    lines: Mapping[int, Facts] = field(default_factory=dict)


@dataclass(frozen=True)
class Refund:
    """What of a sale is undone by a return, points reckoned by cumulative shares."""

    sale_id: str
    card_number: str
    spent: Points
    """To be given back."""
    accrued: Points
    """To be taken back."""


@dataclass(frozen=True)
class PluginReceipt:
    receipt_id: str
    shop: str
    till: str
    at: datetime
    lines: tuple[PluginLine, ...]
    number: str = ""
    """Known from the end of the sale on."""
    cards: tuple[str, ...] = ()
    written_off: tuple[WrittenOff, ...] = ()
    attributes: Attributes = Attributes()
    refund: Refund | None = None
    """None: it is a sale."""


# --- loyalty ----------------------------------------------------------------------------------


class DiscountType(StrEnum):
    SUM = "SUM"
    BONUSES = "BONUSES"
    """What points that are written off are turned into."""


@dataclass(frozen=True)
class Discount:
    value: Amount
    id: str
    name: str
    line_number: int = 0
    """0: of the whole receipt, spread over what its lines bear."""
    quantity: Quantity = 0
    """For how much of the line; 0: all of it. The till shows it, nothing is reckoned with it."""
    card_number: str = ""
    type: DiscountType = DiscountType.SUM
    do_not_redistribute: bool = False
    """Of BONUSES: the till may not spread it over the lines anew."""
    why: str = ""
    """The arithmetic in words: '5 % of 120.00' (*emulated*)."""


@dataclass(frozen=True)
class WriteOffCeiling:
    """The most that a card may pay of a receipt."""

    card_number: str
    points: Points
    lines: Mapping[int, Amount] = field(default_factory=dict)
    """The most for each line; none: as the till spreads it."""
    text: str = ""
    """Why not more, for the cashier."""


@dataclass(frozen=True)
class Accrual:
    """Points that a card will get, or did."""

    card_number: str
    points: Points
    """Below zero: taken back."""
    balance: Points | None = None
    """After it; None: it is not done yet."""


@dataclass(frozen=True)
class GiftLine:
    id: str
    name: str
    items: tuple[str, ...]
    quantity: Quantity


@dataclass(frozen=True)
class LoyaltyResult:
    discounts: tuple[Discount, ...] = ()
    ceilings: tuple[WriteOffCeiling, ...] = ()
    accruals: tuple[Accrual, ...] = ()
    messages: tuple[Message, ...] = ()
    """To the cashier, or (documents to print) to the slip."""
    gifts: tuple[GiftLine, ...] = ()
    attributes: Attributes = Attributes()


@dataclass(frozen=True)
class Feedback:
    """What a plugin wants handed back later."""

    payload: str
    """Made and read by the plugin alone; newer versions must read what older ones made."""
    text: str = ""
    """What it is about, for the cashier (*emulated*)."""
    attempts: int = 0
    """Changed by the plugin alone: leave connection failures out, count refusals."""
    saving: Saving = Saving.REPLACE
    on_cancel: OnCancel = OnCancel.REMOVE
    id: str = ""
    """The till's own, hidden; it comes back with whatever must be tried again."""


@dataclass(frozen=True)
class Told:
    """What ``cancel_discount`` and the two calls around fiscal printing answer."""

    accruals: tuple[Accrual, ...] = ()
    feedbacks: tuple[Feedback, ...] = ()
    messages: tuple[Message, ...] = ()
    """Slips to print, and news for cashier and customer."""


@dataclass(frozen=True)
class SentFeedback:
    again: tuple[Feedback, ...] = ()
    """The same ones, attempts counted; what is not in it is done, or given up."""
    messages: tuple[Message, ...] = ()


class LoyaltyPlugin(Protocol):
    @property
    def hears_cancel(self) -> bool:
        """Whether it must hear when prices are not wanted any more (``cancel_discount``), also
        where no points were written off."""
        ...

    async def on_discount_calculation_started(self, receipt: PluginReceipt) -> Attributes:
        """Before any provider runs."""
        ...

    async def do_discount(self, receipt: PluginReceipt) -> LoyaltyResult | None:
        """At this provider's place; earlier discounts are on the lines. None: inactive."""
        ...

    async def on_discount_calculation_finished(
        self, receipt: PluginReceipt, result: LoyaltyResult | None
    ) -> tuple[WriteOffCeiling, ...]:
        """After the whole chain, with the final prices: the corrected ceilings."""
        ...

    async def cancel_discount(self, receipt: PluginReceipt) -> Told:
        """Back to the goods before any payment, or the receipt is annulled."""
        ...

    async def event_before_receipt_fiscalized(
        self, receipt: PluginReceipt, result: LoyaltyResult | None
    ) -> Told:
        """``result``: of the last ``do_discount``; None: prices were made without the plugin."""
        ...

    async def on_receipt_fiscalized(
        self, receipt: PluginReceipt, result: LoyaltyResult | None
    ) -> Told:
        """The till may say it again for the same receipt: it must be done once."""
        ...

    async def on_send_feedback(self, feedbacks: tuple[Feedback, ...]) -> SentFeedback:
        """Now and then, the newest first, not too many at once."""
        ...


# --- cards ------------------------------------------------------------------------------------


class CardStatus(StrEnum):
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    INVALID = "INVALID"
    USED = "USED"


class CardType(StrEnum):
    INTERNAL = "INTERNAL"
    EXTERNAL = "EXTERNAL"
    MULTI_PROCESSING = "MULTI_PROCESSING"
    GIFT = "GIFT"
    BONUS = "BONUS"
    COUPON = "COUPON"


@dataclass(frozen=True)
class PluginCard:
    number: str
    balance: Points
    status: CardStatus = CardStatus.ACTIVE
    type: CardType = CardType.BONUS
    level: str = ""
    holder: str = ""
    """Name of the customer."""


class SearchStatus(StrEnum):
    OK = "OK"
    UNKNOWN_CARD = "UNKNOWN_CARD"
    """By its prefix or length it is none of ours: nobody was asked."""
    OFFLINE = "OFFLINE"
    CARD_NOT_FOUND = "CARD_NOT_FOUND"
    ERROR = "ERROR"
    SEARCH_WITH_FUNCTION_PLUGIN = "SEARCH_WITH_FUNCTION_PLUGIN"


@dataclass(frozen=True)
class CardQuery:
    """One of the three."""

    number: str = ""
    phone: str = ""
    """As ``+79001234567``."""
    email: str = ""


@dataclass(frozen=True)
class SearchResult:
    status: SearchStatus
    cards: tuple[PluginCard, ...] = ()
    message: str = ""
    """For the cashier."""


class WriteOffStatus(StrEnum):
    OK = "OK"
    TRY_AGAIN = "TRY_AGAIN"
    """Nothing was written off."""
    ERROR = "ERROR"


@dataclass(frozen=True)
class WriteOffRequest:
    transaction_id: str
    """The same one twice is one write-off; ``rollback`` must know it, too."""
    card_number: str
    points: Points
    receipt: PluginReceipt


@dataclass(frozen=True)
class WriteOffResult:
    status: WriteOffStatus
    transaction_id: str = ""
    """The plugin's own; empty: the one of the request."""
    message: str = ""
    balance: Points | None = None


@dataclass(frozen=True)
class RollbackResult:
    status: WriteOffStatus
    message: str = ""


class CardPlugin(Protocol):
    async def search_card(self, query: CardQuery) -> SearchResult: ...
    async def write_off(self, request: WriteOffRequest) -> WriteOffResult: ...

    async def rollback(self, transaction_id: str) -> RollbackResult:
        """Cancels a write-off. Of one that never came, or is cancelled already: OK."""
        ...
