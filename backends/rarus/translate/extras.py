"""Coupons, holds and certificates."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from backends.rarus.wire import extras as wire
from backends.rarus.wire.base import major, minor
from backends.rarus.wire.kinds import CertificateStatus
from cashier.exchange import Certificate, Reason, Refused
from cashier.i18n import _
from cashier.money import Points
from cashier.receipt import Coupon, Line, Receipt

_SPACE = UUID("5f2c3f0e-8a1b-4c57-9a44-1d0c6b7e2a90")
"""Ids that the client makes are names in it: the same operation, the same id."""


def id_of(operation: str) -> str:
    """The id of what an operation makes, so that a repetition makes nothing new."""
    return str(uuid5(_SPACE, operation))


# --- coupons ----------------------------------------------------------------------------------


def coupon(told: wire.Coupon, code: str) -> Coupon:
    """A coupon that passed the check. Raises Refused where it says itself that it is no good."""
    if told.used:
        raise Refused(Reason.USED_UP, _("the coupon has been used already"))
    if not told.active:
        raise Refused(Reason.BLOCKED, _("the coupon is blocked"))
    group = told.coupon_group
    return Coupon(code=code, name=group.name if group else "")


def told_coupon(receipt: Receipt, *, verified: bool = False) -> str:
    """The one coupon that fits on a receipt of this wire; the first."""
    for one in receipt.coupons:
        if one.verified or not verified:
            return one.code
    return ""


def check_alone(receipt: Receipt, code: str) -> None:
    """Raises Refused: another coupon is on the receipt, and the wire takes one."""
    if any(one.code.casefold() != code.casefold() for one in receipt.coupons):
        text = _("this loyalty system takes one coupon on a receipt")
        raise Refused(Reason.NOT_COMBINABLE, text)


# --- holds ------------------------------------------------------------------------------------


def coupon_hold_id(operation: str) -> str:
    return id_of(f"{operation}:coupon")


def hold(operation: str, card_id: str, spend: Points, seconds: int, comment: str) -> wire.NewHold:
    return wire.NewHold.model_construct(
        id=id_of(operation),
        card_id=card_id,
        sum=major(spend),
        comment=comment,
        date_to=None,
        duration=seconds,
    )


def coupon_hold(
    operation: str, card_id: str, code: str, seconds: int, comment: str
) -> wire.NewCouponHold:
    return wire.NewCouponHold.model_construct(
        id=coupon_hold_id(operation),
        coupon_id=code,
        card_id=card_id,
        comment=comment,
        date_to=None,
        duration=seconds,
    )


# --- certificates -----------------------------------------------------------------------------

_SOLD = (CertificateStatus.ACTIVE, CertificateStatus.PAID)


def certificate(told: wire.Certificate, number: str) -> Certificate:
    """Raises ValueError for sums below zero."""
    sold = told.status in _SOLD
    value = minor(told.nominal) or minor(told.value)
    left = minor(told.balance) if sold else 0
    if left < 0 or value < 0:
        raise ValueError(f"a certificate worth {told.balance}")
    return Certificate(number=number, left=left, sold=sold, value=value)


def activations(lines: Iterable[Line], doc_id: str) -> tuple[wire.Activate, ...]:
    """The certificates that are sold on these lines."""
    return tuple(
        wire.Activate.model_construct(id=line.certificate, sum=major(line.amount), doc_id=doc_id)
        for line in lines
        if line.certificate
    )
