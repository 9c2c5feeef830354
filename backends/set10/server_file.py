"""What the server of the shop knows, in a file: external systems, and what triggers them.

The vendor's till learns this from its server. A provider that is listed in the chain takes part
only if it is registered here *and* an action triggers it (the document on the order of providers).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from backends.house.book import Facts, holds, reached, wants
from backends.house.rules import When
from cashier.config import Settings
from cashier.i18n import _
from cashier.receipt import Receipt


class Provider(StrEnum):
    """External providers that a chain may list (table 1 of the document)."""

    SET_API = "set-api"
    MANZANA = "manzana"
    SMART_CHECKOUT = "smart-checkout"
    LOYMAX = "loymax"
    KOPILKA = "kopilka"
    SET_MACHINE = "set-machine"


class External(Settings):
    """An external system that is registered."""

    provider: Provider
    system: str = Field(min_length=1)
    """The loyalty system that stands in this place, by the name it is registered under."""
    title: str = Field(default="", max_length=60)
    options: dict[str, Any] = {}
    """Handed to it as they stand; files are looked for beside this file."""


class Action(Settings):
    """An advertising action whose result is a calculation in an external system."""

    name: str = Field(min_length=1, max_length=200)
    provider: Provider
    always: bool = False
    """Sums always. Only Set10's own actions are reckoned by this mark: here it changes nothing."""
    off: bool = False
    when: When = When()

    @model_validator(mode="after")
    def _knows_no_buyer(self) -> "Action":
        if self.when.levels or self.when.coupon:
            words = _("an action that triggers a provider asks for no level and no coupon")
            raise PydanticCustomError("buyer", "{why}", {"why": words})
        return self

    def triggers(self, receipt: Receipt, at: datetime) -> bool:
        when = self.when
        if self.off or not holds(when)(Facts(at)):
            return False
        if not (when.groups or when.skus or when.minimum or when.pieces):
            return True
        wanted = wants(when)
        places = [at for at, line in enumerate(receipt.lines) if wanted(line.sku, line.group)]
        return bool(places) and reached(when, receipt.lines, places)


class ServerFile(Settings):
    rules: str = Field(min_length=1)
    """Set10's own advertising actions, cards and people: rules of the embedded system."""
    points: str = ""
    """Whose points are spent: ``set10`` or a provider; empty: of the first that knows the card."""
    coupons: str = ""
    """Machines and series of coupons; empty: coupons are those of the rules."""
    external: tuple[External, ...] = ()
    action: tuple[Action, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "ServerFile":
        names = [one.provider for one in self.external]
        twice = {name.value for name in names if names.count(name) > 1}
        if twice:
            words = _("{name} is registered twice").format(name=min(twice))
            raise PydanticCustomError("twice", "{why}", {"why": words})
        if self.points and self.points not in ("set10", *names):
            words = _("points: expected set10 or a registered provider")
            raise PydanticCustomError("payer", "{why}", {"why": words})
        return self

    def registered(self) -> frozenset[str]:
        return frozenset(one.provider.value for one in self.external)

    def triggered(self) -> frozenset[str]:
        """By some action that is not switched off, on some receipt."""
        return frozenset(one.provider.value for one in self.action if not one.off)

    def why_idle(self, provider: Provider, receipt: Receipt, at: datetime) -> str:
        """Why a provider takes no part in this receipt; empty: it does."""
        if provider not in {one.provider for one in self.external}:
            return _("it is not registered among the external systems")
        actions = [one for one in self.action if one.provider is provider and not one.off]
        if not actions:
            return _("no advertising action triggers it")
        if not any(one.triggers(receipt, at) for one in actions):
            return _("its advertising action does not hold for this receipt now")
        return ""
