"""Coupons of the machines (``backends.set10.coupons``) for the rules of Set10.

The machines know numbers and who used them, the rules what a kind of coupon gives.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from backends.house.book import wants
from backends.house.rules import Rules
from backends.set10.coupons.desk import CouponDesk
from backends.set10.coupons.kinds import must_follow_its_line
from backends.set10.coupons.topology import Topology
from cashier.errors import BadInput, CashierError
from cashier.exchange import OutcomeUnknown, Reason, Refused, Unavailable
from cashier.i18n import _
from cashier.receipt import Line, Receipt


class MachinesDesk:
    """One till's coupons, as the embedded system asks for them (its ``CouponDesk``)."""

    def __init__(self, topology: Topology, rules: Rules, now: Callable[[], datetime]) -> None:
        self._topology, self._rules, self._now = topology, rules, now
        self._place = "", ""
        self._taken: CouponDesk | None = None

    def take_place(self, shop: str, till: str) -> None:
        """At which till this is."""
        self._place, self._taken = (shop, till), None

    @property
    def _desk(self) -> CouponDesk:
        """Raises Unavailable for a till that no machine knows."""
        if self._taken is None:
            try:
                self._taken = self._topology.desk(*self._place)
            except BadInput as error:
                raise Unavailable(str(error), ours=True) from error
        return self._taken

    def find(self, code: str, receipt: Receipt, at: datetime) -> str | None:
        try:
            return self._desk.check(code, receipt.receipt_id, _client(receipt), at).id
        except Refused as refusal:
            if refusal.reason is Reason.NOT_FOUND:
                return None
            raise
        except Unavailable as error:
            raise _away(error) from error

    def scanned(self, code: str, receipt: Receipt, at: datetime) -> None:
        """What others have sent meanwhile comes first."""
        self._topology.pump(self._now())
        try:
            kind = self._desk.check(code, receipt.receipt_id, _client(receipt), at)
        except (Refused, Unavailable):
            return  # said better when its number is looked for
        must_follow_its_line(kind, receipt.lines, self._meant_by(kind.id))

    def _meant_by(self, kind: str) -> Callable[[Line], bool]:
        rules = [one.when for one in self._rules.promotion if one.when.coupon == kind]
        wanted = [wants(when) for when in rules]
        return lambda line: any(one(line.sku, line.group) for one in wanted)

    def use(self, codes: Iterable[str], receipt: Receipt, at: datetime) -> None:
        number = receipt.number or receipt.receipt_id
        try:
            self._desk.use(list(codes), receipt.receipt_id, number, _client(receipt), at)
        except (Unavailable, OutcomeUnknown) as error:
            raise _away(error) from error
        self._topology.pump(self._now())

    def unuse(self, receipt_id: str) -> None:
        try:
            self._desk.unuse(receipt_id, self._now())
        except (Unavailable, OutcomeUnknown) as error:
            raise _away(error) from error
        self._topology.pump(self._now())

    def make(self, kind: str, number: int, receipt: Receipt, at: datetime) -> str:
        """Not made where the till's own database does not take it: what nobody will find again is
        not printed."""
        try:
            made = self._desk.make(kind, number + 1, receipt.receipt_id, _client(receipt), at)
        except CashierError:
            return ""
        self._topology.pump(self._now())
        return made[number] if len(made) > number else ""


def _client(receipt: Receipt) -> str:
    """Clients are known by the number of their card."""
    card = receipt.buyer.card if receipt.buyer else None
    return card.number if card else ""


def _away(error: CashierError) -> Refused:
    """Without the machine nobody knows whether it was used: the till sells on without it."""
    text = _("coupons cannot be checked now: {why}").format(why=error)
    return Refused(Reason.OTHER, text)
