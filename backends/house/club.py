"""What all parts of the embedded system share, and how an operation is done only once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from backends.house.accounts import DB
from backends.house.book import Book
from backends.house.coupon_desk import CouponDesk
from backends.house.rules import Coupon, House, Level, Promotion, Rules
from backends.house.store import Store, seconds
from backends.house.telling import Telling
from cashier.clock import Clock, Ids
from cashier.exchange import PhoneMessage, Reason, Refused
from cashier.i18n import _, language
from cashier.money import Amount

T = TypeVar("T")


@dataclass
class Club:
    rules: Rules
    store: Store
    clock: Clock
    ids: Ids
    phone: Callable[[PhoneMessage], None]
    began: int = 0
    """When the data were first filled; coupons count their days from it."""
    limit: Callable[[str, str], int] | None = None
    """What a server allows beside the rules: of a line in this shop, of this sku, points pay so
    many hundredths of a percent."""
    desk: CouponDesk | None = None
    """Where coupons are kept that are not in these data."""
    lets: Callable[[Promotion], bool] | None = None
    """Which promotions hold at all; None: all of the rules'. The others are as if switched off."""
    book: Book = field(init=False)
    levels: dict[str, Level] = field(init=False)
    coupons: dict[str, Coupon] = field(init=False)
    promo_codes: dict[str, Coupon] = field(init=False)
    _tellings: dict[str, Telling] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.take(self.rules)

    def take(self, rules: Rules) -> None:
        """From now on these rules hold."""
        self.rules = rules
        self.book = Book(self._let(rules))
        self.levels = {level.id: level for level in rules.level}
        self.coupons = {coupon.id: coupon for coupon in rules.coupon}
        self.promo_codes = {
            code.upper(): coupon for coupon in rules.coupon for code in coupon.codes
        }
        self._tellings.clear()

    def _let(self, rules: Rules) -> Rules:
        lets = self.lets
        if lets is None:
            return rules
        held = [
            one if lets(one) else one.model_copy(update={"off": True}) for one in rules.promotion
        ]
        return rules.model_copy(update={"promotion": tuple(held)})

    def part(self, lets: Callable[[Promotion], bool]) -> "Club":
        """The same club with some of its promotions only."""
        whole = self.lets
        return replace(self, lets=lambda one: (whole is None or whole(one)) and lets(one))

    def telling(self) -> Telling:
        """Of what the rules give, in the language of now."""
        speech = language()
        if speech not in self._tellings:
            self._tellings[speech] = Telling(str(self.settings.name), self.book.rules)
        return self._tellings[speech]

    @property
    def settings(self) -> House:
        return self.rules.settings

    @property
    def now(self) -> int:
        """By the clock of the system: points live and codes run by it, not by the till's word."""
        return seconds(self.clock.now())

    def level(self, name: str) -> Level:
        """The level of a card; the first where the rules know it no more."""
        return self.levels.get(name) or self.rules.level[0]

    def next_level(self, name: str) -> Level | None:
        place = self.rules.level.index(self.level(name)) + 1
        return self.rules.level[place] if place < len(self.rules.level) else None

    def reached_level(self, turnover: Amount) -> Level:
        """The highest that comes by itself at this turnover."""
        reached = [one for one in self.rules.level if not one.ask and one.turnover <= turnover]
        return reached[-1] if reached else self.rules.level[0]


@cache
def adapter(kind: Hashable) -> TypeAdapter[Any]:
    """How a value is kept as JSON."""
    return TypeAdapter(cast("type[Any]", kind))


def done_before(db: DB, operation: str, kind: str, subject: str, answer: type[T]) -> T | None:
    """What an operation answered the first time, if there was one.

    Raises Refused when the id belongs to something else.
    """
    row = db.execute(
        "SELECT kind, subject, answer FROM operations WHERE id = ?", (operation,)
    ).fetchone()
    if row is None:
        return None
    if (row[0], row[1]) != (kind, subject):
        raise Refused(Reason.ALREADY_PROCESSED, _("this operation id belongs to another operation"))
    known: T = adapter(cast("Hashable", answer)).validate_json(row[2])
    return known


def remember(db: DB, operation: str, kind: str, subject: str, answer: object) -> None:
    text = adapter(cast("Hashable", type(answer))).dump_json(answer).decode()
    db.execute("INSERT INTO operations VALUES (?,?,?,?)", (operation, kind, subject, text))
