"""One thing to scan: a good, a card, a phone, a coupon. Light: screens show them, too."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from cashier.i18n import _


class SampleKind(StrEnum):
    CARD = "card"
    APP = "app"
    """A QR code that the customer's app shows."""
    PHONE = "phone"
    COUPON = "coupon"
    PROMO = "promo"
    GOODS = "goods"


@dataclass(frozen=True, slots=True)
class Sample:
    """Something that a scanner may read, and what it is for."""

    kind: SampleKind
    value: str
    """What is read; of an app what comes after the prefix of the shop (see ``sources.scanned``)."""
    title: str = ""
    """Whose it is, or which goods; of a customer's things nothing but the name."""
    note: str = ""
    """What the till will make of it: a level, a price, 'used already'."""


@runtime_checkable
class Sampled(Protocol):
    """A loyalty system that tells what of its demo there is to scan; never real people."""

    def samples(self) -> tuple[Sample, ...]: ...


def heading(kind: SampleKind) -> str:
    return {
        SampleKind.CARD: _("Customers' cards"),
        SampleKind.APP: _("Customers' app"),
        SampleKind.PHONE: _("Phones"),
        SampleKind.COUPON: _("Coupons"),
        SampleKind.PROMO: _("Promo codes"),
        SampleKind.GOODS: _("Goods"),
    }[kind]
