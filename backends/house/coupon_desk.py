"""Coupons whose numbers are kept by somebody else: machines that know nothing of promotions.

What such a coupon gives the rules say, as of any other (``when.coupon``); whether its number holds,
and who used it, the desk says.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from cashier.receipt import Receipt


class CouponDesk(Protocol):
    """Asked for kinds that the rules mark with ``elsewhere``. Calls are short and block."""

    def find(self, code: str, receipt: Receipt, at: datetime) -> str | None:
        """Id of the kind of a coupon that may be used on this receipt; None: no such number.

        Raises Refused, also where the desk cannot be asked: with the reason.
        """
        ...

    def scanned(self, code: str, receipt: Receipt, at: datetime) -> None:
        """At the moment when the cashier scans it. Raises Refused."""
        ...

    def use(self, codes: Iterable[str], receipt: Receipt, at: datetime) -> None:
        """Used on this receipt, all or none; the same receipt again changes nothing.

        Raises Refused when one holds no more, or the desk cannot be asked.
        """
        ...

    def unuse(self, receipt_id: str) -> None:
        """What was used on a receipt that is undone as a whole holds again. Raises Refused."""
        ...

    def make(self, kind: str, number: int, receipt: Receipt, at: datetime) -> str:
        """The number of a coupon to print, the ``number``-th of this kind on the receipt (from 0);
        the same receipt again gets the same. Empty: no more are made."""
        ...
