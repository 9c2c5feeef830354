"""What a server may do with the data of a loyalty system, besides what a till asks of it.

An ability that a system may have (``OffersKeeping``), as the back office is. Servers of foreign
wires set up customers, cards and points through it; tills never do. Words and units are ours:
minor units, hundredths of points, percents in hundredths, times aware. What is not there is None;
what may not be is ``Refused``; where the data fail it is ``Unavailable``, and then nothing
happened: every change is one transaction, or part of the one that ``Keeper.together`` holds.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from cashier.exchange import LineReturned, Registered, RegisterRequest
from cashier.money import Amount, Points
from cashier.receipt import Receipt

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Part(Generic[T_co]):
    """A part of a long list."""

    rows: Sequence[T_co]
    total: int
    """How many rows the whole list has."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted."""

    skip: int = 0
    most: int = 100


# --- levels and cards -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    id: str
    name: str
    place: int
    """From 0, the lowest."""
    turnover: Amount
    """From here it is reached."""
    pay: int
    """The most of a receipt that points may pay, hundredths of a percent."""


class Standing(StrEnum):
    """What a card may do."""

    ACTIVE = "active"
    NO_SPEND = "no_spend"
    """Earn only."""
    BLOCKED = "blocked"
    INACTIVE = "inactive"
    """Nothing, until it is activated or given to a customer."""


@dataclass(frozen=True, slots=True)
class CardInfo:
    number: str
    level: str
    """Id of the level."""
    standing: Standing
    customer: str | None
    """Id of the customer; None: nobody's, or free."""
    account: str | None
    """Cards with one account share points and turnover; None: a free card, without either."""
    turnover: Amount = 0
    balance: Points = 0
    available: Points = 0


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Which cards; all that is given must hold."""

    numbers: tuple[str, ...] | None = None
    customer: str = ""
    level: str = ""
    phone: str = ""
    """As '+79001234567'."""
    email: str = ""
    standing: tuple[Standing, ...] = ()
    text: str = ""
    """A part of the number, or of the name, phone or e-mail of the customer."""


class KeepsCards(Protocol):
    def levels(self) -> Sequence[Level]:
        """Lowest first."""
        ...

    def card(self, number: str) -> CardInfo | None: ...
    def cards(self, query: CardQuery, window: Window = Window()) -> Part[CardInfo]: ...

    def add(self, number: str, *, level: str = "", customer: str | None = None) -> CardInfo:
        """A new card: free and inactive, or a customer's and active. Refused: it exists."""
        ...

    def renumber(self, number: str, new: str) -> CardInfo:
        """The same card under another number. Refused: there is such a card."""
        ...

    def set_standing(self, number: str, standing: Standing) -> CardInfo:
        """Activating a free card makes it a card of nobody: it may earn and spend."""
        ...

    def set_level(self, number: str, level: str) -> CardInfo: ...

    def set_turnover(self, number: str, turnover: Amount) -> CardInfo:
        """Levels that come by themselves at this turnover are reached at once."""
        ...

    def replace(self, old: str, new: str) -> CardInfo:
        """``new`` takes over the account and the level of ``old``, which is blocked."""
        ...

    def share(self, number: str, master: str | None) -> CardInfo:
        """Put a card on the account of another one, with all that it holds; None: on its own."""
        ...

    def delete(self, number: str) -> None:
        """Its account stays where other cards or a customer have it; else its points burn."""
        ...


# --- customers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str = ""
    phone: str = ""
    email: str = ""
    birthdate: date | None = None


@dataclass(frozen=True, slots=True)
class PersonQuery:
    ids: tuple[str, ...] | None = None
    phone: str = ""
    email: str = ""
    text: str = ""
    """A part of the name, phone or e-mail."""


class KeepsPeople(Protocol):
    def person(self, person_id: str) -> Person | None: ...
    def people(self, query: PersonQuery, window: Window = Window()) -> Part[Person]: ...

    def add(self, person: Person) -> Person:
        """An empty id: one is made. Refused: phone or e-mail is no such thing, or is taken."""
        ...

    def enrol(self, request: RegisterRequest) -> Registered:
        """A newcomer, as the exchange registers one, but without a code: for wires that have no
        place for it. Refused as there."""
        ...

    def change(self, person: Person) -> Person:
        """Put in place of the one with this id."""
        ...

    def delete(self, person_id: str) -> None:
        """His data are gone; his cards keep their points and are nobody's."""
        ...


# --- points -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lot:
    points: Points
    starts: datetime | None
    """None: at once."""
    ends: datetime | None
    """None: never."""


@dataclass(frozen=True, slots=True)
class Movement:
    id: str
    card: str
    """The card that was asked about; else one of the account's."""
    at: datetime
    points: Points
    """Below zero: taken."""
    why: str
    """A word of the system's own: ``earn``, ``spend``, ``burn``, ``given``, ..."""
    receipt: str = ""
    note: str = ""
    starts: datetime | None = None
    """Of the lot that moved."""
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovementQuery:
    number: str = ""
    """Of a card; empty: of all."""
    since: datetime | None = None
    until: datetime | None = None
    """Not this moment any more."""


@dataclass(frozen=True, slots=True)
class Life:
    """How long points live."""

    starts: datetime
    ends: datetime | None
    """None: for ever."""


class KeepsPoints(Protocol):
    def lots(self, number: str) -> Sequence[Lot]:
        """Those of the account that hold something, the one that burns soonest first."""
        ...

    def movements(self, query: MovementQuery, window: Window = Window()) -> Part[Movement]:
        """Newest first."""
        ...

    def usual_life(self) -> Life:
        """Of points that are earned now."""
        ...

    def give(
        self, operation_id: str, number: str, points: Points, note: str, life: Life | None = None
    ) -> Movement:
        """By hand; ``life`` None: the usual one. The same id twice is one movement."""
        ...

    def take(
        self, operation_id: str, number: str, points: Points, note: str, *, deep: bool = False
    ) -> Movement:
        """By hand; ``deep``: beyond what is there. Refused: there are not so many to spend."""
        ...


# --- sales ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReturnInfo:
    """A return as it was saved."""

    sale: str
    """Id of the receipt of the sale."""
    receipt: Receipt
    """With what was settled."""
    lines: tuple[LineReturned, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SaleInfo:
    """A sale as it was saved, with what came back of it, oldest first."""

    receipt: Receipt
    card: str | None
    """The card that it counts for."""
    at: datetime
    cancelled: bool = False
    returns: tuple[ReturnInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleQuery:
    receipt_id: str = ""
    """Of the sale, or of a return of it."""
    card: str = ""
    since: datetime | None = None
    """What was sold, or came back, from then on."""
    until: datetime | None = None
    """Not this moment any more."""


class KeepsSales(Protocol):
    def sales(self, query: SaleQuery, most: int = 500) -> Sequence[SaleInfo]:
        """Oldest first; of more than ``most`` the newest."""
        ...


# --- rules and coupons, to be read ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a promotion."""

    name: str
    """``levels``, ``hours``, ``weekdays``, ``since``, ``until``, ``coupon``, ``minimum``,
    ``pieces``."""
    value: str


@dataclass(frozen=True, slots=True)
class GoodsOf:
    """Goods that a rule speaks of; empty: all goods."""

    groups: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromotionInfo:
    id: str
    name: str
    kind: str
    value: int
    """Hundredths of a percent, of a unit of money, or of a point."""
    percent: bool
    """The value is a percent."""
    priority: int
    summable: bool
    off: bool
    bonus: bool
    """It gives points, not a discount."""
    whole: bool
    """It looks at several lines together."""
    goods: GoodsOf = GoodsOf()
    but: GoodsOf = GoodsOf()
    gifts: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class CouponKindInfo:
    id: str
    name: str
    text: str
    kind: str
    """``reusable``, ``one_time``, ``printed``."""
    blocked: bool
    personal: bool
    """Only for a buyer who is known."""
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class CouponInfo:
    code: str
    kind: CouponKindInfo
    customer: str | None
    """Whose it is; None: anybody's."""
    active: bool
    used: bool
    """It cannot be used any more."""
    starts: datetime | None
    ends: datetime | None
    held: bool = False
    """Kept for a receipt."""


class KeepsRules(Protocol):
    def groups(self) -> frozenset[str]:
        """Groups of goods that the rules speak of."""
        ...

    def promotions(self) -> Sequence[PromotionInfo]: ...
    def coupon_kinds(self) -> Sequence[CouponKindInfo]: ...
    def coupon(self, code: str) -> CouponInfo | None: ...
    def coupons_of(self, customer: str) -> Sequence[CouponInfo]: ...

    def limit_points(self, limit: "Limit") -> None:
        """From now on points pay no more than this of a line; asked for every line."""
        ...


Limit: TypeAlias = Callable[[str, str], int]
"""Shop and sku: hundredths of a percent; 0: points may not pay for it."""


# --- what is kept for a receipt ---------------------------------------------------------------


class KeepsHolds(Protocol):
    """Points and coupons kept under a name until they run out, are dropped or used."""

    def hold_points(self, name: str, number: str, points: Points, until: datetime) -> None:
        """In place of what is held under this name. Refused: there are not so many to spend."""
        ...

    def hold_coupon(self, name: str, code: str, until: datetime, number: str = "") -> None:
        """For a card, if ``number`` tells one.

        Refused: there is no such coupon, it is somebody else's, used up, or held already.
        """
        ...

    def drop(self, name: str) -> None:
        """All that is held under this name is free again."""
        ...

    def use(self, name: str, receipt_id: str) -> None:
        """What is held under this name is for this receipt: its sale consumes it."""
        ...

    def shrink(self, name: str, points: Points) -> None:
        """Only so many points stay held under this name; none: it is dropped."""
        ...


# --- all together -----------------------------------------------------------------------------


class Keeper(Protocol):
    cards: KeepsCards
    people: KeepsPeople
    points: KeepsPoints
    sales: KeepsSales
    rules: KeepsRules
    holds: KeepsHolds

    def together(self) -> AbstractContextManager[None]:
        """All changes within are made, or none."""
        ...


@runtime_checkable
class OffersKeeping(Protocol):
    """A loyalty system whose data a server may keep."""

    def keeping(self) -> Keeper:
        """Raises Unavailable."""
        ...


def keeper_of(backend: object) -> Keeper | None:
    """None: this system lets nobody at its data. Raises Unavailable."""
    return backend.keeping() if isinstance(backend, OffersKeeping) else None
