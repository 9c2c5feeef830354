"""``GET /publicapi/v1.2/Coupons/{couponNumber}``: its path and the states are known, the keys
*emulated*."""

from enum import StrEnum

from backends.loymax.wire.base import Message, Text
from cashier.exchange import Reason


class CouponState(StrEnum):
    CREATED = "Created"
    ISSUED = "Issued"
    """It may be used, as far as the coupon alone says."""
    USED = "Used"
    REJECTED = "Rejected"
    QUEUED_TO_USE = "QueuedToUse"
    QUEUED_TO_ISSUE = "QueuedToIssue"
    EXPIRED = "Expired"


REASONS = {
    CouponState.CREATED: Reason.NOT_YET_VALID,
    CouponState.QUEUED_TO_ISSUE: Reason.NOT_YET_VALID,
    CouponState.USED: Reason.USED_UP,
    CouponState.QUEUED_TO_USE: Reason.USED_UP,
    CouponState.REJECTED: Reason.BLOCKED,
    CouponState.EXPIRED: Reason.EXPIRED,
}
"""Why a coupon in this state does not hold."""


class CouponKnown(Message):
    number: Text = ""
    state: Text
    """See ``CouponState``."""
