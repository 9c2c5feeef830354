"""The rules file: settings, levels, promotions, coupons and the people of the demo.

TOML, read into frozen models. Money is written in units of the currency (``12`` or ``"12.50"``),
points and percents likewise; inside they are integers: minor units, hundredths of a point,
hundredths of a percent. What one field cannot know of another is checked in ``checks``.
"""

from datetime import date
from enum import StrEnum

from pydantic import Field

from backends.house.fields import Code, Exact, Hours, Id, Percent, Text
from cashier.config import Settings
from cashier.exchange import Registration


class IdentifyBy(StrEnum):
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    COUPON = "coupon"
    APP = "app"


class EarnOn(StrEnum):
    """What a receipt that is partly paid with points earns on."""

    MONEY = "money"
    """On what is paid with money."""
    ALL = "all"
    """As if no points had been spent."""
    NOTHING = "nothing"
    """It earns nothing."""


class Codes(Settings):
    length: int = Field(default=4, ge=3, le=9)
    seconds: int = Field(default=90, ge=5, le=3600)
    attempts: int = Field(default=3, ge=1, le=10)


class Goods(Settings):
    """Goods by group or by article."""

    groups: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()


class PointRules(Settings):
    value: Exact = 100
    """Money that one point is worth."""
    most_percent: Percent = 10_000
    """Of the receipt after promotions; the level may allow less."""
    confirm_above: Exact | None = None
    """Spending more points than this asks the customer for a code; left out: never."""
    hold_minutes: int = Field(default=30, ge=1, le=1440)
    earn_on: EarnOn = EarnOn.MONEY
    active_after_days: int = Field(default=0, ge=0, le=365)
    live_days: int = Field(default=365, ge=1, le=3650)
    warn_days: int = Field(default=14, ge=0, le=365)
    """Points that burn within so many days are told of."""
    no_earning: Goods = Goods()
    no_spending: Goods = Goods()


class ReturnRules(Settings):
    below_zero: bool = True
    """Points taken back may leave a balance below zero; otherwise only what is there is taken."""
    live_days: int = Field(default=30, ge=1, le=3650)
    """Points given back whose lot has burnt meanwhile live so long."""
    coupons_back: bool = True
    """A whole return makes the coupons of the sale usable again; a part return never does."""


class House(Settings):
    """What ``[settings]`` may hold."""

    name: Text = Text(ru="Клуб", en="Club")
    confirm: tuple[IdentifyBy, ...] = ()
    """Ways of identifying that ask for a code."""
    no_discounts: Goods = Goods()
    welcome: Exact = 0
    """Points for registering."""
    registration: Registration = Registration()
    codes: Codes = Codes()
    points: PointRules = PointRules()
    returns: ReturnRules = ReturnRules()


class Level(Settings):
    id: Id
    name: Text
    earn: Percent
    pay: Percent = 10_000
    """The most of a receipt that points may pay."""
    turnover: Exact = 0
    """Bought in all; from here the level is reached."""
    ask: bool = False
    """Reached only when the cashier asks for it; otherwise by itself."""


class Kind(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"
    PRICE = "price"
    N_FOR_M = "n_for_m"
    THRESHOLD = "threshold"
    GIFT = "gift"
    BONUS = "bonus"
    PRINT = "print"
    ROUND = "round"


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class When(Settings):
    """Conditions; all that are given must hold."""

    groups: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    """Goods of these groups or articles; neither given: all goods."""
    except_groups: tuple[str, ...] = ()
    except_skus: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    hours: Hours | None = None
    """'17:00-20:00'; may pass midnight."""
    weekdays: tuple[Weekday, ...] = ()
    since: date | None = None
    until: date | None = None
    """The last day."""
    coupon: str = ""
    """A coupon of this kind must be on the receipt."""
    minimum: Exact = 0
    """These goods cost so much together, before discounts."""
    pieces: int = Field(default=0, ge=0, le=10_000)
    """So many pieces of these goods."""


class Promotion(Settings):
    """One promotion. Which fields belong to which kind stands in ``checks.FIELDS``."""

    id: Id
    kind: Kind
    name: Text
    percent: Percent = 0
    amount: Exact = 0
    price: Exact = 0
    take: int = Field(default=0, ge=0, le=1000)
    pay: int = Field(default=0, ge=0, le=1000)
    gifts: tuple[str, ...] = ()
    quantity: int = Field(default=1, ge=1, le=100)
    """How many pieces of the gifts."""
    points: Exact = 0
    each: bool = False
    """Points for each piece, not once for the receipt."""
    coupon: str = ""
    """What coupon is printed."""
    unit: Exact = 100
    """Round down to this."""
    summable: bool = False
    """Always sums; others compete and the best for the buyer wins."""
    priority: int = Field(default=0, ge=-1000, le=1000)
    """Higher goes first."""
    off: bool = False
    """Switched off: it stays in the file and does nothing."""
    when: When = When()


class CouponKind(StrEnum):
    REUSABLE = "reusable"
    ONE_TIME = "one_time"
    PRINTED = "printed"


class Span(Settings):
    first: str = Field(pattern=r"^\d{1,20}$")
    last: str = Field(pattern=r"^\d{1,20}$")


class Exemplar(Settings):
    """One numbered coupon of a one-time batch."""

    code: Code
    customer: str = ""
    """Only for this customer."""
    used: bool = False
    blocked: bool = False


class Coupon(Settings):
    """A kind of coupon; what it gives, promotions say with ``when.coupon``."""

    id: Id
    kind: CouponKind
    name: Text
    text: Text | None = None
    codes: tuple[Code, ...] = ()
    """Promo codes; letters of either case."""
    ranges: tuple[Span, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    starts_in_days: int | None = Field(default=None, ge=-3650, le=3650)
    """Counted from the first start; for a printed coupon from the day of printing."""
    ends_in_days: int | None = Field(default=None, ge=-3650, le=3650)
    uses: int = Field(default=0, ge=0)
    """How often each code may be used in all; 0: without end."""
    per_customer: int = Field(default=0, ge=0)
    combinable: bool = True
    known_only: bool = False
    """Only for a buyer who is known."""
    shops: tuple[str, ...] = ()
    blocked: bool = False
    elsewhere: bool = False
    """Its numbers are kept by a coupon desk, not here."""


class CardRule(StrEnum):
    """Status of a card and what it means for points."""

    ACTIVE = "active"
    NO_SPEND = "no_spend"
    """May earn but not spend."""
    BLOCKED = "blocked"
    """Neither."""
    INACTIVE = "inactive"
    """Neither, until it is attached to a customer."""


class CardSeed(Settings):
    number: Code
    level: str = ""
    """Empty: the first level."""
    status: CardRule = CardRule.ACTIVE


class LotSeed(Settings):
    points: Exact
    starts_in_days: int = Field(default=0, ge=-3650, le=3650)
    ends_in_days: int | None = Field(default=None, ge=1, le=3650)


class CustomerSeed(Settings):
    id: Id
    name: Text
    phone: str = Field(default="", pattern=r"^(\+\d{7,15})?$")
    email: str = Field(default="", max_length=200)
    birthdate: date | None = None
    turnover: Exact = 0
    card: tuple[CardSeed, ...] = ()
    lot: tuple[LotSeed, ...] = ()


class Rules(Settings):
    """A whole rules file."""

    groups: tuple[str, ...]
    """The groups of goods that rules may speak of."""
    settings: House = House()
    level: tuple[Level, ...] = Field(min_length=1)
    """Lowest first."""
    promotion: tuple[Promotion, ...] = ()
    coupon: tuple[Coupon, ...] = ()
    customer: tuple[CustomerSeed, ...] = ()
    free_cards: tuple[Code, ...] = ()
    """To be handed out at registration."""
    nobodys: tuple[CardSeed, ...] = ()
    """Active cards without a customer."""
