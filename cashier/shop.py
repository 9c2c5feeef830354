"""The shop card: which loyalty system, which till, which codes, which slip."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from cashier.config import Settings
from cashier.money import Currency


class Codes(Settings):
    """How the shop's own codes are told apart when one line takes them all."""

    card_prefixes: tuple[str, ...] = ("290",)
    coupon_prefixes: tuple[str, ...] = ("99",)
    slip_prefix: str = Field(default="R", min_length=1, max_length=4)
    """Receipt numbers on slips start with it: 'R0101-000042'."""
    weight_prefixes: tuple[str, ...] = ("21", "22")
    """EAN-13 with five digits of goods and five of grams after these two digits."""
    app_prefix: str = "DEMOAPP:"
    """What stands before the card number in the QR of the customer's app."""
    phone_region: str = Field(default="RU", pattern="^[A-Z]{2}$")
    """Country of phones typed without a plus."""


class Slips(Settings):
    columns: Literal[32, 42, 48] = 42
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()


class Loyalty(Settings):
    """Which loyalty system, by the name it is registered under; empty: not connected."""

    system: str = "house"
    name: str = ""
    """How it is called on screen and slip; empty: what the system calls itself."""
    options: dict[str, Any] = {}
    """Handed to the adapter as they stand."""


class Sending(Settings):
    """How the outbox delivers."""

    batch: int = Field(default=5, ge=1, le=1000)
    every_seconds: int = Field(default=120, ge=1, le=86_400)
    newest_first: bool = False


class Shop(Settings):
    """One shop card."""

    shop: str = Field(default="01", pattern="^[0-9A-Za-z]{1,8}$")
    till: str = Field(default="01", pattern="^[0-9A-Za-z]{1,8}$")
    name: str = Field(min_length=1, max_length=200)
    address: str = ""
    cashier: str = ""
    language: Literal["ru", "en"] = "ru"
    currency: Literal["RUB", "EUR", "USD"] = "RUB"
    goods: str = "goods.csv"
    """The catalogue; a relative path starts at the shop card."""
    loyalty: Loyalty = Loyalty()
    codes: Codes = Codes()
    slip: Slips = Slips()
    sending: Sending = Sending()

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
