"""The file that describes the machines of a chain of shops, and its series of coupons."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from backends.house.fields import Text
from backends.set10.coupons.numbers import could_be
from cashier.config import Settings, load
from cashier.i18n import _


def _database(text: str) -> str:
    """Empty, or an address that SQLAlchemy opens; ``env:NAME`` stands for a hidden one."""
    if text.startswith("env:"):
        from backends.options import secret

        text = secret(text)
    if text and not text.startswith(("postgresql://", "postgresql+psycopg://")):
        raise PydanticCustomError(
            "database",
            "{why}",
            {"why": _("expected an address like postgresql://user@host/name, or nothing")},
        )
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def _number(text: str) -> str:
    if not could_be(text):
        raise PydanticCustomError(
            "number", "{why}", {"why": _("expected a coupon: letters and digits, 40 at most")}
        )
    return text.upper()


Database: TypeAlias = Annotated[str, AfterValidator(_database), Field(repr=False)]
"""Empty: an SQLite file in the data folder."""
Number: TypeAlias = Annotated[str, AfterValidator(_number)]
Code: TypeAlias = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
Prefix: TypeAlias = Annotated[str, Field(pattern=r"^\d{1,6}$")]
Delay: TypeAlias = Annotated[int, Field(ge=0, le=86_400 * 30)]


class Kind(StrEnum):
    REUSABLE = "reusable"
    ONE_TIME = "one_time"
    TILL = "till"
    """Printed by a till, for a later purchase."""


class Numbers(Settings):
    """How coupons are generated; named as the till's own settings."""

    cashGeneratedUniqueCouponPrefix: Prefix = "23"  # noqa: N815  # the vendor's name
    serverGeneratedUniqueCouponPrefix: Prefix = "24"  # noqa: N815  # the vendor's name
    maxCountOfGeneratedCouponsInCheck: int = Field(  # noqa: N815  # the vendor's name
        default=5, ge=0, le=100
    )


class Server(Settings):
    database: Database = ""


class SetLoyalty(Server):
    connected: bool = False
    """One-time coupons are kept there alone, and asked for there."""


class ShopServer(Server):
    number: Code
    tills: tuple[Code, ...] = Field(min_length=1)
    delay_seconds: Delay = 0
    """How long messages to the centre and back are on their way."""
    till_delay_seconds: Delay = 0
    """The same between its tills and its server."""


class Span(Settings):
    first: Number
    last: Number

    @model_validator(mode="after")
    def _is_a_span(self) -> "Span":
        digits = self.first.isdigit() and self.last.isdigit()
        if len(self.first) != len(self.last) or self.first > self.last:
            words = _("expected a last number that is not before the first, and as long")
        elif not digits and self.first != self.last:
            words = _("expected digits; a promo code stands alone, as first and as last")
        else:
            return self
        raise PydanticCustomError("span", "{why}", {"why": words})


class Exemplar(Settings):
    """A one-time coupon with a number of its own."""

    number: Number
    client: str = Field(default="", max_length=40)
    """Only for this client: his card number."""
    blocked: bool = False


class Series(Settings):
    """A kind of coupon; ``id`` is what a promotion names in ``when.coupon``."""

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
    kind: Kind
    name: Text
    line_coupon: bool = False
    """For the line before it: it must be scanned right after that line."""
    starts: datetime | date | None = None
    ends: datetime | date | None = None
    blocked: bool = False
    ready: bool = True
    """Made when the databases are new; otherwise by ``cashier coupons make``."""
    range: tuple[Span, ...] = ()
    """Reusable ones; a promo code is first and last at once."""
    count: int = Field(default=0, ge=0, le=9_999_999)
    """How many one-time coupons the server generates."""
    exemplar: tuple[Exemplar, ...] = ()
    holds_days: int = Field(default=0, ge=0, le=3650)
    """A till's coupon, from the day it was printed; 0: without end."""
    own_client: bool = False
    """A till's coupon is only for the client whose receipt brought it."""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Series":
        wrong = {
            Kind.REUSABLE: (
                (not self.range, _("a reusable series needs a range")),
                (bool(self.count or self.exemplar), _("a reusable series has no exemplars")),
            ),
            Kind.ONE_TIME: (
                (not (self.count or self.exemplar), _("a one-time series needs a count")),
                (bool(self.range), _("a one-time series has no range")),
            ),
            Kind.TILL: (
                (
                    bool(self.range or self.count or self.exemplar),
                    _("tills make the numbers of this series themselves"),
                ),
            ),
        }[self.kind]
        for is_wrong, words in wrong:
            if is_wrong:
                raise PydanticCustomError("series", "{why}", {"why": words})
        if self.starts and self.ends and _aware(self.ends) <= _aware(self.starts):
            words = _("expected an end after the start")
            raise PydanticCustomError("series", "{why}", {"why": words})
        return self

    def starts_at(self) -> int | None:
        return None if self.starts is None else int(_aware(self.starts).timestamp())

    def ends_at(self) -> int | None:
        return None if self.ends is None else int(_aware(self.ends).timestamp())


def _aware(moment: datetime | date) -> datetime:
    """A day begins at midnight; a moment without an offset is one of UTC, on whatever machine it
    is read."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class CouponSettings(Settings):
    version: Literal[1] = 1
    patience_seconds: int = Field(default=2, ge=1, le=60)
    """How long a till waits for a database, or over a slow connection."""
    numbers: Numbers = Numbers.model_construct()
    centre: Server = Server.model_construct()
    loyalty: SetLoyalty = SetLoyalty.model_construct()
    shop: tuple[ShopServer, ...] = Field(min_length=1, max_length=200)
    series: tuple[Series, ...] = ()

    @model_validator(mode="after")
    def _names_are_names(self) -> "CouponSettings":
        # The files of machines bear their names: letters of either case are the same.
        places = [(_("shop"), shop.number.lower()) for shop in self.shop]
        places += [
            (_("till of shop {shop}").format(shop=one.number), till.lower())
            for one in self.shop
            for till in one.tills
        ]
        places += [(_("series"), one.id) for one in self.series]
        places += [(_("coupon"), coupon.number) for one in self.series for coupon in one.exemplar]
        seen: set[tuple[str, str]] = set()
        for place in places:
            if place in seen:
                words = _("{what} {name} stands there twice").format(what=place[0], name=place[1])
                raise PydanticCustomError("twice", "{why}", {"why": words})
            seen.add(place)
        addresses = [s.database for s in (self.centre, self.loyalty, *self.shop) if s.database]
        if len(addresses) != len(set(addresses)):
            words = _("every server needs a database of its own")
            raise PydanticCustomError("database", "{why}", {"why": words})
        return self

    def kind(self, kind_id: str) -> Series | None:
        return next((one for one in self.series if one.id == kind_id), None)


def read_settings(path: Path) -> CouponSettings:
    """Raises ConfigError with file, line and field."""
    return load(path, CouponSettings)
