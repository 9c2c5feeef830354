"""The shop card: which loyalty system, which till, which codes, which slip."""

from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cashier.config import Settings
from cashier.fields import Exact, Hours, Percent
from cashier.i18n import _
from cashier.keys import Keys, Scanner
from cashier.money import Currency
from cashier.printing.settings import Printing


class Codes(Settings):
    """How the shop's own codes are told apart when one line takes them all."""

    card_prefixes: tuple[str, ...] = ("290",)
    coupon_prefixes: tuple[str, ...] = ("99",)
    slip_prefix: str = Field(default="R", min_length=1, max_length=4)
    """Receipt numbers on slips start with it: 'R0101-000042'."""
    weight_prefixes: tuple[str, ...] = ("21", "22")
    """EAN-13 with five digits of goods and five of grams after these two digits."""
    certificate_prefixes: tuple[str, ...] = ("98",)
    """Gift certificates that can be sold, paid with, and asked for their balance."""
    app_prefix: str = "DEMOAPP:"
    """What stands before the card number in the QR of the customer's app."""
    phone_region: str = Field(default="RU", pattern="^[A-Z]{2}$")
    """Country of phones typed without a plus."""


class Slips(Settings):
    columns: Literal[32, 42, 48] = 42
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()


class Upgrade(StrEnum):
    """How a card comes to its next level."""

    AUTOMATIC = "automatic"
    """The till does nothing: the system raises the level with the sale."""
    OFFER = "offer"
    """At the total the till asks the system, and the cashier confirms."""
    AT_ONCE = "at_once"
    """At the total the till takes the next level whenever it is reached."""


class Loyalty(Settings):
    """Which loyalty system, by the name it is registered under; empty: not connected."""

    system: str = "house"
    name: str = ""
    """How it is called on screen and slip; empty: what the system calls itself."""
    options: dict[str, Any] = {}
    """Handed to the adapter as they stand."""
    upgrade: Upgrade = Upgrade.AUTOMATIC
    join: str = Field(default="", max_length=200)
    """What the QR on the customer's display says to those who want to join; empty: no QR."""


class Sending(Settings):
    """How the outbox delivers."""

    batch: int = Field(default=5, ge=1, le=1000)
    every_seconds: int = Field(default=120, ge=1, le=86_400)
    newest_first: bool = False


class Exchanges(Settings):
    """The journal of all that was said to the loyalty system."""

    keep_days: int = Field(default=90, ge=0, le=3650)
    """Older ones are taken off when the shift is closed; 0: nothing of them goes to the disk."""


class ShiftRules(Settings):
    longest_hours: int = Field(default=24, ge=1, le=168)
    """After so many hours nothing new is sold until the shift is closed."""


class CashRules(Settings):
    """How cash is rounded; cards and certificates pay to the last kopeck."""

    round_to: Exact = 0
    """'1' for whole roubles, '0.05' for five cents; 0: cash is not rounded."""
    round: Literal["down", "nearest"] = "down"
    """``down`` is always in favour of the buyer."""


class TerminalRules(Settings):
    """The simulated terminal for bank cards."""

    special_amounts: bool = True
    """Amounts that end in .91 are declined, .92 referred to the bank, .93 slow, .94 unanswered."""
    slow_seconds: int = Field(default=8, ge=1, le=120)


class Right(StrEnum):
    """What may need a supervisor."""

    VOID = "void"
    """Take a line off, or make its quantity smaller."""
    CANCEL = "cancel"
    """Drop a receipt with goods on it."""
    DISCOUNT = "discount"
    """A discount by hand."""
    RETURN = "return"
    FREE_RETURN = "free_return"
    """A return without a receipt."""
    DRAWER = "drawer"
    """Open the drawer without a sale."""
    CASH_OUT = "cash_out"
    TRAINING = "training"
    """Into training mode and out of it."""
    OFFICE = "office"
    OUTBOX = "outbox"
    """Give up a receipt that the loyalty system has not got."""


class Supervisor(Settings):
    name: str = Field(min_length=1, max_length=60)
    pin: str = Field(pattern=r"^(\d{4,12}|scrypt:[0-9a-f]{16,64}:[0-9a-f]{32,128})$")
    """Digits, or what ``cashier pin`` prints for them."""


class Permissions(Settings):
    """What needs a supervisor, and from which amount on."""

    needs: tuple[Right, ...] = ()
    free_up_to: dict[Right, Exact] = {}
    """Up to this sum (a discount: per cent) the cashier may do it alone; above, not."""
    attempts: int = Field(default=3, ge=1, le=10)
    people: tuple[Supervisor, ...] = ()

    @model_validator(mode="after")
    def _somebody_can(self) -> "Permissions":
        if self.needs and not self.people:
            raise PydanticCustomError("nobody", _("expected people with a PIN, for what needs one"))
        return self


class ReturnRules(Settings):
    lowest_of_days: int = Field(default=30, ge=1, le=366)
    """Without a receipt goods are taken back at their lowest price of so many days."""


class Promotion(Settings):
    """A promotion of the till's own: applies only where no loyalty system is connected."""

    name: str = Field(min_length=1, max_length=60)
    percent: Percent = Field(gt=0)
    groups: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    """Which goods; with neither groups nor skus, all of them."""
    minimum: Exact = 0
    """The least that these goods cost together."""
    hours: Hours | None = None


class Training(Settings):
    rules: str = ""
    """Rules of the embedded system in training; empty: the demo rules."""


class Shop(Settings):
    """One shop card.

    Defaults are constructed, not validated: that would build a validator for each table anew,
    before the first scan.
    """

    shop: str = Field(default="01", pattern="^[0-9A-Za-z]{1,8}$")
    till: str = Field(default="01", pattern="^[0-9A-Za-z]{1,8}$")
    name: str = Field(min_length=1, max_length=200)
    address: str = ""
    cashier: str = ""
    language: Literal["ru", "en"] = "ru"
    currency: Literal["RUB", "EUR", "USD"] = "RUB"
    goods: str = "goods.csv"
    """The catalogue; a relative path starts at the shop card."""
    loyalty: Loyalty = Loyalty.model_construct()
    codes: Codes = Codes.model_construct()
    slip: Slips = Slips.model_construct()
    sending: Sending = Sending.model_construct()
    exchanges: Exchanges = Exchanges.model_construct()
    shift: ShiftRules = ShiftRules.model_construct()
    cash: CashRules = CashRules.model_construct()
    card_terminal: TerminalRules = TerminalRules.model_construct()
    printer: Printing = Printing.model_construct()
    permissions: Permissions = Permissions.model_construct()
    returns: ReturnRules = ReturnRules.model_construct()
    promotion: tuple[Promotion, ...] = ()
    keys: Keys = Keys.model_construct()
    scanner: Scanner = Scanner.model_construct()
    training: bool = False
    """Everything in this shop is an exercise: marked on screen and slip, never sent anywhere."""
    live: bool = False
    """The loyalty system is a real one: asked before the first write, no faults, no exploration."""
    practice: Training = Training.model_construct()
    """How training mode looks when it is entered from the till."""
    favourites: tuple[str, ...] = ()
    """Skus that are always on the quick keys: bags, bread."""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> "Shop":
        if self.training and self.live:
            raise PydanticCustomError("both", _("a shop is for training, or live; not both"))
        return self

    @property
    def money(self) -> Currency:
        return CURRENCIES[self.currency]


CURRENCIES = {
    "RUB": Currency("RUB", "₽", 2),
    "EUR": Currency("EUR", "€", 2),
    "USD": Currency("USD", "$", 2),
}


def beside(card: Path, name: str) -> Path:
    """A file that a shop card names."""
    path = Path(name).expanduser()
    return path if path.is_absolute() else card.parent / path
