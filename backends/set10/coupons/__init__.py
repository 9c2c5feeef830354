"""Coupons of SetRetail10: three kinds, their tables, and their way between tills, shops and centre.

``Topology`` is the door: ``Topology.open(read_settings(path), folder, now)``; ``desk(shop, till)``
of it is what a till works with.
"""

from backends.set10.coupons.delivering import Delivered
from backends.set10.coupons.desk import CouponDesk
from backends.set10.coupons.kinds import CouponKind, must_follow_its_line
from backends.set10.coupons.settings import CouponSettings, Kind, read_settings
from backends.set10.coupons.topology import Message, Topology

__all__ = [
    "CouponDesk",
    "CouponKind",
    "CouponSettings",
    "Delivered",
    "Kind",
    "Message",
    "Topology",
    "must_follow_its_line",
    "read_settings",
]
