"""The rules of discounts, to be read: the loyalty system itself changes them."""

from decimal import Decimal
from typing import Annotated

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Number,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)


class DiscountsAsked(Pages):
    """``GET /organization/discount``."""

    name_filter: Text = ""
    isbonus: Flag | None = None
    full_info: Flag = False


class DiscountAsked(Message):
    """``GET /organization/discount/{id}``."""

    full_info: Flag = False


class DiscountCondition(Message):
    """When a discount holds; ``type`` and ``value`` are *emulated*."""

    id: Text
    discount_id: Text = ""
    name: Text = ""
    type: Text = ""
    """``level``, ``hours``, ``weekdays``, ``since``, ``until``, ``coupon``, ``minimum``,
    ``pieces``."""
    value: Text = ""


class Discount(Message):
    id: Text
    name: Text = ""
    description: Text = ""
    function: Text = ""
    """What it does, as the rules of the system call it (*emulated*)."""
    value: Sum = Decimal(0)
    """Percent, roubles or points (*emulated*)."""
    apply_to: Text = "row"
    """``row`` or ``document`` (*emulated*)."""
    isbonus: Flag = False
    ismanual: Flag = False
    priority: Number = 0
    once: Flag = False
    once_period: Number = 0
    restrict_all_group: Flag = False
    """It competes: one of those that do is given."""
    multiply_by_conditions: Flag = False
    included_articles: Text = ""
    """The segment of goods that it is about; empty: all goods."""
    exclude_articles: Text = ""
    gift_articles: Text = ""
    invalidate_period: Number = 0
    """Days that points from it live."""
    activation_period: Number = 0
    applicable_to_external_discounts: Flag = True
    exclude_from_accumulation: Flag = False
    for_referral: Flag = False
    deleted: Flag = False
    """It is switched off."""
    conditions: Annotated[tuple[DiscountCondition, ...], Listed] = ()
    """With ``full_info``."""


class OneDiscount(Reply):
    discount: Discount


class Discounts(Reply):
    discounts: Annotated[tuple[Discount, ...], Listed] = ()
    pagination: Pagination = Pagination()


class ConditionsAsked(Pages):
    """``GET /organization/discount_condition``."""

    discount_id: Text = ""


class DiscountConditions(Reply):
    discount_conditions: Annotated[tuple[DiscountCondition, ...], Listed] = ()
    pagination: Pagination = Pagination()
