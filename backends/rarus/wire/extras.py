"""Coupons (promo codes), holds of points and of coupons, gift certificates."""

from decimal import Decimal
from typing import Annotated

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Moment,
    Number,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)
from backends.rarus.wire.receipt import CertificatePayments

# --- coupons ----------------------------------------------------------------------------------


class CouponAsked(Message):
    """``GET /organization/coupon/{code}``."""

    full_info: Flag = False
    check: Flag = False
    """Whether it may be used; else a refusal."""
    card_id: Text = ""
    """*Emulated*, as ``shop_id``: whose receipt, and where. Neither: not looked at; a shop
    without a card: nobody's."""
    shop_id: Text = ""


class CouponGroup(Message):
    """A kind of coupons."""

    id: Text
    name: Text = ""
    description: Text = ""
    type: Number = 0
    oncard: Flag = False
    deleted: Flag = False
    period_type: Number = 0
    use_days: Number = 0
    offset_activation_days: Number = 0
    start_date: Moment = 0
    end_date: Moment = 0
    parent_id: Text = ""


class OneCouponGroup(Reply):
    """``GET /organization/coupon_group/{id}``."""

    coupon_group: CouponGroup


class Coupon(Message):
    id: Text
    coupon_group_id: Text = ""
    card_id: Text = ""
    """Whose it is; empty: anybody's."""
    active: Flag = True
    used: Flag = False
    add_date: Moment = 0
    """Seconds, as the two that follow."""
    activate_date: Moment = 0
    last_date: Moment = 0
    coupon_group: CouponGroup | None = None
    """With ``full_info``."""


class OneCoupon(Reply):
    coupon: Coupon


# --- holds ------------------------------------------------------------------------------------


class NewHold(Message):
    """``POST /organization/hold/add``: freeze points."""

    id: Text = ""
    card_id: Text
    sum: Sum
    comment: Text = ""
    date_to: Moment | None = None
    duration: Number = 0
    """Seconds (*emulated*); counts where there is no ``date_to``."""


class Hold(Message):
    id: Text
    card_id: Text = ""
    card_name: Text = ""
    sum: Sum = Decimal(0)
    comment: Text = ""
    add_date: Moment = 0
    date_to: Moment = 0


class OneHold(Reply):
    hold: Hold


class HoldsAsked(Pages):
    """``GET /organization/hold``: of a card, by the day it was made or ends."""

    card_id: Text = ""
    start_date_from: Moment = 0
    start_date_to: Moment = 0
    end_date_from: Moment = 0
    end_date_to: Moment = 0


class Holds(Reply):
    holds: Annotated[tuple[Hold, ...], Listed] = ()
    pagination: Pagination = Pagination()


class NewCouponHold(Message):
    """``POST /organization/coupon_hold/add``: keep a coupon for one receipt."""

    id: Text = ""
    coupon_id: Text
    card_id: Text = ""
    comment: Text = ""
    date_to: Moment | None = None
    duration: Number = 0


class CouponHold(Message):
    id: Text
    coupon_id: Text = ""
    card_id: Text = ""
    comment: Text = ""
    add_date: Moment = 0
    date_to: Moment = 0


class OneCouponHold(Reply):
    coupon_hold: CouponHold


class CouponHolds(Reply):
    coupon_holds: Annotated[tuple[CouponHold, ...], Listed] = ()
    pagination: Pagination = Pagination()


# --- certificates -----------------------------------------------------------------------------


class CertificateAsked(Message):
    """``GET /organization/certificate/{id}``."""

    full_info: Flag = False


class CertificateGroup(Message):
    id: Text
    name: Text = ""
    value: Sum = Decimal(0)
    start_date: Moment = 0
    end_date: Moment = 0
    start_sale_date: Moment = 0
    end_sale_date: Moment = 0
    period_type: Number = 0
    use_days: Number = 0
    use_method: Number = 0
    include_shop_items: Text = ""
    exclude_shop_items: Text = ""


class Certificate(Message):
    id: Text
    group_id: Text = ""
    description: Text = ""
    status: Number = 0
    """See ``kinds.CertificateStatus``."""
    status_date: Moment = 0
    status_description: Text = ""
    activation_date: Moment = 0
    value: Sum = Decimal(0)
    nominal: Sum = Decimal(0)
    balance: Sum = Decimal(0)
    certificate_group: CertificateGroup | None = None


class OneCertificate(Reply):
    certificate: Certificate


class NewCertificate(Message):
    """``POST /organization/certificate/add``."""

    id: Text = ""
    group_id: Text = ""
    description: Text = ""
    nominal: Sum = Decimal(0)
    """*Emulated*; left out: what the group is worth."""


class Activate(Message):
    """``POST /organization/certificate/activate``: it is sold."""

    id: Text
    sum: Sum | None = None
    doc_id: Text = ""


class PayWithCertificates(Message):
    """``POST /organization/certificate/pay``.

    *Emulated*: says all that a document pays with certificates. Said again for the same document
    it replaces what was said before; below zero it gives back.
    """

    doc_id: Text
    cert_payments: CertificatePayments = ()
