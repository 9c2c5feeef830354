"""Coupons, holds and certificates as the server tells them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backends.keeping import CouponInfo, CouponKindInfo
from backends.rarus.wire import extras as wire
from backends.rarus.wire.base import instant, major, milliseconds
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount

if TYPE_CHECKING:
    from backends.rarus.server.data.certificates import CertificateState

USUAL_HOLD = timedelta(days=1)
"""How long something is kept where nobody says (*emulated*)."""
_LONGEST = timedelta(days=3660)


def coupon(info: CouponInfo, card_id: str, *, full: bool) -> wire.Coupon:
    """``card_id``: a card of its owner; the code is its id. Its moments are seconds."""
    return wire.Coupon(
        id=info.code,
        coupon_group_id=info.kind.id,
        card_id=card_id,
        active=info.active,
        used=info.used,
        add_date=_seconds(info.starts),
        activate_date=_seconds(info.starts),
        last_date=_seconds(info.ends),
        coupon_group=coupon_group(info.kind) if full else None,
    )


def coupon_group(kind: CouponKindInfo) -> wire.CouponGroup:
    return wire.CouponGroup(
        id=kind.id,
        name=kind.name,
        description=kind.text,
        type=list(_TYPES).index(kind.kind) if kind.kind in _TYPES else 0,
        oncard=kind.personal,
        deleted=kind.blocked,
        start_date=milliseconds(kind.starts),
        end_date=milliseconds(kind.ends),
    )


_TYPES = ("reusable", "one_time", "printed")
"""``type`` of a group of coupons (*emulated*): the place in this list."""


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0


def hold_ends(date_to: int | None, duration: int, now: datetime) -> datetime:
    """Raises ValueError for a time that is over, or too far away."""
    told = instant(date_to or 0)
    if told is None:
        if not 0 <= duration <= _LONGEST.total_seconds():
            raise ValueError(f"duration: {duration} seconds")
        told = now + (timedelta(seconds=duration) if duration else USUAL_HOLD)
    if not now < told <= now + _LONGEST:
        raise ValueError("date_to: this is over, or too far away")
    return told


# --- certificates -----------------------------------------------------------------------------


def certificate(
    state: "CertificateState", group: wire.CertificateGroup | None, *, full: bool
) -> wire.Certificate:
    return wire.Certificate(
        id=state.id,
        group_id=state.group_id,
        description=state.description,
        status=state.status,
        status_date=state.status_date,
        status_description=state.status_description,
        activation_date=state.activation_date,
        value=major(state.nominal),
        nominal=major(state.nominal),
        balance=major(state.balance),
        certificate_group=group if full else None,
    )


def check_sale(
    group: wire.CertificateGroup | None, nominal: Amount, paid: Amount, now: datetime
) -> None:
    """Whether one may be sold for so much now. Raises Refused, ValueError."""
    if paid <= 0 or (nominal and paid != nominal):
        raise Refused(Reason.OTHER, _("this certificate is sold for another sum"))
    if group is None:
        return
    first, last = instant(group.start_sale_date), instant(group.end_sale_date)
    if first is not None and now < first:
        raise Refused(Reason.NOT_YET_VALID, _("certificates of this kind are not sold yet"))
    if last is not None and now > last:
        raise Refused(Reason.EXPIRED, _("certificates of this kind are not sold any more"))


def pays_until(group: wire.CertificateGroup | None, now: datetime) -> int:
    """Milliseconds; 0: for ever. Raises ValueError, OverflowError."""
    if group is None:
        return 0
    ends = [milliseconds(instant(group.end_date))] if group.end_date else []
    if group.use_days > 0:
        ends.append(milliseconds(now + timedelta(days=group.use_days)))
    return min(ends, default=0)
