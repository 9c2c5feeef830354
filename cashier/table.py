"""The shop in one table: what may be done when, who does it, and where it leads.

The till obeys it, the screen lights its keys by it, the tests walk it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cashier import commands as do
from cashier.exchange import Can
from cashier.snapshot import (
    AskCard,
    AskCode,
    AskFreeCard,
    AskResume,
    AskSale,
    OfferRegistration,
    Snapshot,
    State,
)
from cashier.steps import (
    around,
    buyer,
    calculating,
    codes,
    coupons,
    goods,
    paying,
    points,
    registration,
    returning,
    scan,
)
from cashier.workplace import Workplace

Step = Callable[[Snapshot, Any, Workplace], Awaitable[Snapshot]]

IDLE, SELLING, CALCULATED = State.IDLE, State.SELLING, State.CALCULATED
PAYING, FINISHED, RETURNING = State.PAYING, State.FINISHED, State.RETURNING

EVERYWHERE = frozenset(State)
SAME: frozenset[State] = frozenset()
"""Leads nowhere: the state stays."""


@dataclass(frozen=True)
class Rule:
    step: Step
    allowed: frozenset[State]
    leads_to: frozenset[State]
    """States it may lead to, beside staying where it is."""
    answers: tuple[type, ...] = ()
    """Questions that it answers; without one of them open it is not allowed."""
    needs: Can | None = None
    """What the loyalty system must be able to do."""
    with_question: bool = False
    """Allowed while any question is open, too."""


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


_OPEN = _in(IDLE, SELLING, CALCULATED, FINISHED)
"""Where something may be put on a receipt; in IDLE and FINISHED it starts a new one."""

TABLE: dict[type, Rule] = {
    # who is the buyer
    do.Identify: Rule(buyer.identify, _OPEN, _in(SELLING, CALCULATED)),
    do.EnterCode: Rule(codes.enter_code, EVERYWHERE, _in(SELLING, CALCULATED), (AskCode,)),
    do.ResendCode: Rule(codes.resend_code, EVERYWHERE, _in(SELLING, CALCULATED), (AskCode,)),
    do.ChooseCard: Rule(
        buyer.choose_card, EVERYWHERE, _in(SELLING, CALCULATED), (AskCard, AskFreeCard)
    ),
    do.Register: Rule(
        registration.register, EVERYWHERE, _in(SELLING, CALCULATED), (OfferRegistration,)
    ),
    do.ForgetBuyer: Rule(buyer.forget_buyer, _in(SELLING, CALCULATED), _in(IDLE)),
    do.UpgradeLevel: Rule(
        buyer.upgrade_level, _in(SELLING, CALCULATED), SAME, needs=Can.UPGRADE_LEVEL
    ),
    do.Dismiss: Rule(
        buyer.dismiss,
        EVERYWHERE,
        _in(IDLE),
        (AskCode, AskCard, AskFreeCard, OfferRegistration, AskSale),
    ),
    # goods
    do.Scan: Rule(scan.scan, _OPEN | _in(RETURNING), _in(SELLING, CALCULATED, RETURNING, IDLE)),
    do.AddGoods: Rule(goods.add_goods, _OPEN, _in(SELLING)),
    do.RepeatLine: Rule(goods.repeat_line, _in(SELLING, CALCULATED), _in(SELLING)),
    do.SetQuantity: Rule(goods.set_quantity, _in(SELLING, CALCULATED), _in(SELLING)),
    do.VoidLine: Rule(goods.void_line, _in(SELLING, CALCULATED), _in(SELLING)),
    do.CancelReceipt: Rule(
        goods.cancel_receipt, _in(SELLING, CALCULATED, PAYING, RETURNING), _in(IDLE)
    ),
    # coupons and prices
    do.ApplyCoupon: Rule(coupons.apply_coupon, _OPEN, _in(SELLING, CALCULATED), needs=Can.COUPONS),
    do.RemoveCoupon: Rule(coupons.remove_coupon, _in(SELLING, CALCULATED), SAME),
    do.Calculate: Rule(calculating.calculate, _in(SELLING, CALCULATED), _in(CALCULATED)),
    do.BackToGoods: Rule(calculating.back_to_goods, _in(CALCULATED, PAYING), _in(SELLING)),
    # points and money
    do.PayPoints: Rule(points.pay_points, _in(CALCULATED), SAME, needs=Can.SPEND),
    do.UndoPoints: Rule(points.undo_points, _in(CALCULATED), SAME),
    do.TakeTender: Rule(paying.take_tender, _in(CALCULATED, PAYING), _in(PAYING, FINISHED)),
    do.UndoTenders: Rule(paying.undo_tenders, _in(PAYING), _in(CALCULATED)),
    do.Finish: Rule(paying.finish, _in(CALCULATED, PAYING), _in(FINISHED)),
    do.Reprint: Rule(paying.reprint, _in(IDLE, FINISHED, SELLING), SAME),
    # return
    do.FindSale: Rule(returning.find_sale, _in(IDLE, FINISHED), _in(RETURNING, IDLE)),
    do.ChooseSale: Rule(returning.choose_sale, EVERYWHERE, _in(RETURNING), (AskSale,)),
    do.ReturnLine: Rule(returning.return_line, _in(RETURNING), SAME),
    do.ReturnAll: Rule(returning.return_all, _in(RETURNING), SAME),
    do.Refund: Rule(returning.refund, _in(RETURNING), _in(FINISHED)),
    # around
    do.SetConnection: Rule(around.set_connection, EVERYWHERE, SAME, with_question=True),
    do.Deliver: Rule(around.deliver, EVERYWHERE, SAME, with_question=True),
    do.ResumeReceipt: Rule(
        around.resume_receipt, EVERYWHERE, _in(IDLE, SELLING, PAYING, RETURNING), (AskResume,)
    ),
}


def is_allowed(command: type, now: Snapshot, desk: Workplace) -> bool:
    """Whether the table lets a command of this type through now."""
    rule = TABLE[command]
    if now.state not in rule.allowed:
        return False
    if rule.needs is not None and desk.system is not None and not desk.can(rule.needs):
        return False
    if rule.answers:
        return isinstance(now.question, rule.answers)
    return now.question is None or rule.with_question
