"""Groups: of cards, of coupons, of certificates."""

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
from backends.rarus.wire.extras import CertificateGroup, CouponGroup


class GroupsAsked(Pages):
    """Which groups; both filters are *emulated*."""

    parent_id: Text = ""
    name_filter: Text = ""


# --- of cards ---------------------------------------------------------------------------------


class CardGroupFields(Message):
    """``POST /organization/card_group/{id}``; what is left out or null stays as it is."""

    parent_id: Text | None = None
    name: Text | None = None
    description: Text | None = None


class NewCardGroup(CardGroupFields):
    """``POST /organization/card_group/add``."""

    id: Text = ""


class CardGroup(Message):
    id: Text
    parent_id: Text = ""
    name: Text = ""
    description: Text = ""
    deleted: Flag = False


class OneCardGroup(Reply):
    """``GET /organization/card_group/{id}`` (*emulated*)."""

    card_group: CardGroup


class CardGroups(Reply):
    """``GET /organization/card_group`` (*emulated*)."""

    card_groups: Annotated[tuple[CardGroup, ...], Listed] = ()
    pagination: Pagination = Pagination()


# --- of coupons: the loyalty system itself changes them ---------------------------------------


class CouponGroups(Reply):
    """``GET /organization/coupon_group``."""

    coupon_groups: Annotated[tuple[CouponGroup, ...], Listed] = ()
    pagination: Pagination = Pagination()


# --- of certificates --------------------------------------------------------------------------


class CertificateGroupFields(Message):
    """``POST /organization/certificate_group/{id}``; what is left out or null stays as it is."""

    name: Text | None = None
    value: Sum | None = None
    """What each is worth; 0: any sum."""
    start_date: Moment | None = None
    """From when to when they pay; 0: no limit."""
    end_date: Moment | None = None
    start_sale_date: Moment | None = None
    """From when to when they are sold."""
    end_sale_date: Moment | None = None
    period_type: Number | None = None
    use_days: Number | None = None
    """Days that one lives from its sale; 0: no limit."""
    use_method: Number | None = None
    include_shop_items: Text | None = None
    exclude_shop_items: Text | None = None


class NewCertificateGroup(CertificateGroupFields):
    """``POST /organization/certificate_group/add``."""

    id: Text = ""


class OneCertificateGroup(Reply):
    """``GET /organization/certificate_group/{id}``."""

    certificate_group: CertificateGroup


class CertificateGroups(Reply):
    """``GET /organization/certificate_group``."""

    certificate_groups: Annotated[tuple[CertificateGroup, ...], Listed] = ()
    pagination: Pagination = Pagination()
