"""``[loyalty.options]`` of a shop card whose till speaks to dinect."""

from enum import StrEnum

from pydantic import Field

from backends.http import Network
from backends.options import Secret
from cashier.config import Settings


class Way(StrEnum):
    """How the two tokens go along; all three have been seen."""

    HEADER = "header"
    COOKIE = "cookie"
    QUERY = "query"


class Format(StrEnum):
    JSON = "json"
    XML = "xml"


class DinectOptions(Settings):
    url: str
    """The base address with the version of the API: ``https://pos.example/20130701``."""
    reserve_url: str = ""
    """The same of a second server, asked while the first is silent."""
    app_token: Secret = Field(min_length=1)
    """Of the program."""
    till_token: Secret = Field(min_length=1)
    """Of this one till of this one shop."""
    tokens: Way = Way.HEADER
    format: Format = Format.JSON
    check_token: bool = True
    """Ask at the start whether the till's token is alive (only one client does)."""
    redeem_auto: bool = False
    """The server applies coupons that fit by itself."""
    currency_code: str = Field("643", max_length=3)
    """``curr_iso_code``."""
    language: str = Field("ru", max_length=20)
    """``Accept-Language``."""
    network: Network = Network.model_construct()

    def base(self) -> str:
        return self.url.strip().rstrip("/")

    def reserve(self) -> str:
        return self.reserve_url.strip().rstrip("/")
