"""Which keys are lit: what the state table allows, and what makes sense on this receipt."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cashier.coupon_trace import coupons_of
from cashier.errors import CashierError
from cashier.links import chain_of
from cashier.receipt import Receipt
from cashier.snapshot import AskCode, Snapshot, State
from screens.deeds import Deed
from screens.widgets.key_bar import Slot

if TYPE_CHECKING:
    from screens.desk import Desk
    from screens.keys import KeyMap

_OF_A_RECEIPT = ("why", "gift")
"""Need no command of the state table, but something to look at."""


class Lights:
    """Asks the till once for every change, not once for every key."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def keys(self) -> "KeyMap":
        """Which keys the deeds have."""
        return self._desk.screen.key_map

    def lit(self, deed: Deed) -> bool:
        return self._lit(deed, self._allowed())

    def _allowed(self) -> frozenset[str]:
        return frozenset(command.__name__ for command in self._desk.till.allowed())

    def slots(self) -> tuple[Slot, ...]:
        """For each place of the key bar the deed that its key does now, and whether it does it."""
        allowed = self._allowed()
        slots: list[Slot] = []
        shown: set[Deed | None] = set()
        for place, deeds in enumerate(self.keys.places, 1):
            rest = tuple(deed for deed in deeds if deed not in shown)  # 'More' has two places
            deed, lit = self._slot(rest or deeds, allowed)
            shown.add(deed)
            slots.append(Slot(self.keys.cap(deed, place) if deed else "", deed, lit))
        return tuple(slots)

    def _slot(self, deeds: tuple[Deed, ...], allowed: frozenset[str]) -> tuple[Deed | None, bool]:
        for deed in deeds:
            if self._lit(deed, allowed):
                return deed, True
        if not deeds:
            return None, False
        stage = _stage(self._desk.now)
        other = "idle" if stage == "closed" else "sale"
        dark = [deed for deed in deeds if deed.stage in (stage, other)] or [deeds[0]]
        return next((deed for deed in dark if deed.stage == stage), dark[0]), False

    def _lit(self, deed: Deed, allowed: frozenset[str]) -> bool:
        if deed.needs and not allowed.intersection(deed.needs):
            return False
        now = self._desk.now
        if now.receipt is not None and not self._sensible(deed, now, now.receipt, allowed):
            return False
        match deed.id:
            case "slip" | "reprint":
                idle = now.state in (State.IDLE, State.FINISHED) and now.question is None
                return idle and (deed.id == "reprint" or self._desk.slip is not None)
            case "deliver":
                return self._desk.waiting[0] > 0
            case "plug":
                return self._desk.till.workplace.plug is not None
            case "exchanges":
                return self._desk.till.workplace.backend is not None
            case "chain":
                return self._has(chain_of)
            case "coupon_way":
                return self._has(coupons_of)
            case "faults":
                place = self._desk.till.workplace
                return place.plug is not None and not place.shop.live
            case "outbox":
                return any(self._desk.waiting)
            case "recall":
                return self._desk.till.workplace.journal.held_count > 0
            case "paper" | "printer":
                return self._desk.roll is not None
            case "print_waiting":
                return self._desk.slips_waiting > 0
            case "office":
                return self._desk.till.workplace.backend is not None
            case "training":
                return not self._desk.till.workplace.practises_only
        return now.receipt is not None or deed.id not in _OF_A_RECEIPT

    def _has(self, ability: Callable[[object], object | None]) -> bool:
        """Whether the loyalty system has it, as far as can be told now."""
        try:
            return ability(self._desk.till.workplace.backend) is not None
        except CashierError:
            return False

    def _sensible(
        self, deed: Deed, now: Snapshot, receipt: Receipt, allowed: frozenset[str]
    ) -> bool:
        """Whether it would do something on this receipt."""
        match deed.id:
            case "quantity" | "void" | "repeat" | "why":
                return bool(receipt.lines) and now.state is not State.RETURNING
            case "calculate":
                return bool(receipt.lines) and now.state is State.SELLING
            case "cash" | "card":
                return bool(receipt.lines) and ("TakeTender" not in allowed or receipt.due > 0)
            case "points":
                return receipt.spend > 0 or (now.offer is not None and now.offer.spendable > 0)
            case "gift":
                return bool(receipt.applied and receipt.applied.gifts)
            case "forget":
                return receipt.buyer is not None
            case "upgrade":
                return receipt.buyer is not None and receipt.buyer.card is not None
            case "refund_cash" | "refund_card":
                return bool(receipt.lines)
            case "return_line" | "return_all":
                return now.sale is not None
            case "keep_line" | "line_discount":
                return bool(receipt.lines)
            case "hold":
                return not receipt.is_empty
        return True


def _stage(now: Snapshot) -> str:
    if isinstance(now.question, AskCode):
        return "code"
    if now.state is State.RETURNING:
        return "return"
    if now.state is State.CLOSED:
        return "closed"
    return "idle" if now.state in (State.IDLE, State.FINISHED) else "sale"
