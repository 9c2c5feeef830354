"""The shop in one table: what may be done when, who does it, and where it leads.

The till obeys it, the screen lights its keys by it, the tests walk it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cashier import commands as do
from cashier.exchange import Can
from cashier.snapshot import (
    AskAge,
    AskAuthorisation,
    AskCard,
    AskCertificate,
    AskCode,
    AskFreeCard,
    AskHeld,
    AskLevel,
    AskLive,
    AskResume,
    AskSale,
    AskShift,
    AskSupervisor,
    OfferRegistration,
    PriceChecked,
    Snapshot,
    State,
)
from cashier.steps import (
    around,
    buyer,
    calculating,
    certificates,
    codes,
    coupons,
    discounts,
    faults,
    free_return,
    goods,
    holding,
    levels,
    outbox,
    paper,
    paying,
    points,
    prices,
    registration,
    returning,
    scan,
    shift,
    supervising,
)
from cashier.workplace import Workplace

Step = Callable[[Snapshot, Any, Workplace], Awaitable[Snapshot]]

CLOSED, IDLE = State.CLOSED, State.IDLE
SELLING, CALCULATED = State.SELLING, State.CALCULATED
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
    during: tuple[type, ...] = ()
    """Questions that it answers as well, though it is allowed without one."""
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
        levels.upgrade_level,
        _in(SELLING, CALCULATED),
        SAME,
        needs=Can.UPGRADE_LEVEL,
        during=(AskLevel,),
    ),
    do.Dismiss: Rule(
        buyer.dismiss,
        EVERYWHERE,
        _in(IDLE),
        (
            AskCode,
            AskCard,
            AskFreeCard,
            OfferRegistration,
            AskSale,
            AskShift,
            AskHeld,
            AskAge,
            AskCertificate,
            PriceChecked,
            AskLevel,
            AskAuthorisation,
            AskSupervisor,
            AskLive,
        ),
    ),
    # goods
    do.Scan: Rule(
        scan.scan,
        _OPEN | _in(PAYING, RETURNING),
        _in(SELLING, CALCULATED, PAYING, FINISHED, RETURNING, IDLE),
    ),
    do.AddGoods: Rule(goods.add_goods, _OPEN, _in(SELLING)),
    do.RepeatLine: Rule(goods.repeat_line, _in(SELLING, CALCULATED), _in(SELLING)),
    do.SetQuantity: Rule(goods.set_quantity, _in(SELLING, CALCULATED), _in(SELLING)),
    do.VoidLine: Rule(goods.void_line, _in(SELLING, CALCULATED), _in(IDLE, SELLING)),
    do.ConfirmAge: Rule(goods.confirm_age, EVERYWHERE, _in(SELLING, IDLE), (AskAge,)),
    do.GiveDiscount: Rule(discounts.give_discount, _in(SELLING, CALCULATED), _in(SELLING)),
    do.CheckPrice: Rule(prices.check_price, _OPEN | _in(CLOSED), SAME, during=(PriceChecked,)),
    do.SellChecked: Rule(prices.sell_checked, _OPEN, _in(SELLING), (PriceChecked,)),
    do.SellCertificate: Rule(
        certificates.sell_certificate, EVERYWHERE, _in(SELLING), (AskCertificate,)
    ),
    do.CheckCertificate: Rule(certificates.check_certificate, EVERYWHERE, SAME),
    do.CancelReceipt: Rule(
        goods.cancel_receipt, _in(SELLING, CALCULATED, PAYING, RETURNING), _in(IDLE)
    ),
    do.SuspendReceipt: Rule(holding.suspend_receipt, _in(SELLING, CALCULATED), _in(IDLE)),
    do.RecallReceipt: Rule(
        holding.recall_receipt, _in(IDLE, FINISHED), _in(IDLE, SELLING), during=(AskHeld,)
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
    do.AuthoriseCard: Rule(
        paying.authorise_card, EVERYWHERE, _in(PAYING, FINISHED), (AskAuthorisation,)
    ),
    do.UndoTenders: Rule(paying.undo_tenders, _in(PAYING), _in(CALCULATED)),
    do.Finish: Rule(paying.finish, _in(CALCULATED, PAYING), _in(FINISHED)),
    do.Reprint: Rule(paying.reprint, _in(CLOSED, IDLE, FINISHED, SELLING), SAME),
    # return
    do.FindSale: Rule(returning.find_sale, _in(IDLE, FINISHED), _in(RETURNING, IDLE)),
    do.ChooseSale: Rule(returning.choose_sale, EVERYWHERE, _in(RETURNING), (AskSale,)),
    do.ReturnLine: Rule(returning.return_line, _in(RETURNING), SAME),
    do.ReturnAll: Rule(returning.return_all, _in(RETURNING), SAME),
    do.Refund: Rule(returning.refund, _in(RETURNING), _in(FINISHED)),
    do.ReturnGoods: Rule(free_return.return_goods, _in(IDLE, FINISHED), _in(RETURNING)),
    # the shift and the drawer
    do.OpenShift: Rule(shift.open_shift, _in(CLOSED), _in(IDLE)),
    do.CashIn: Rule(shift.cash_in, _in(IDLE, FINISHED), SAME),
    do.CashOut: Rule(shift.cash_out, _in(IDLE, FINISHED), SAME),
    do.CountDrawer: Rule(shift.count_drawer, _in(IDLE, FINISHED), SAME),
    do.OpenDrawer: Rule(shift.open_drawer, _in(IDLE, FINISHED), SAME),
    do.Report: Rule(shift.report, _in(IDLE, FINISHED), SAME),
    do.CloseShift: Rule(shift.close_shift, _in(IDLE, FINISHED), _in(CLOSED), during=(AskShift,)),
    # the supervisor
    do.Allow: Rule(supervising.allow, EVERYWHERE, EVERYWHERE, (AskSupervisor,)),
    do.ConfirmLive: Rule(supervising.confirm_live, EVERYWHERE, EVERYWHERE, (AskLive,)),
    do.SwitchTraining: Rule(supervising.switch_training, _in(CLOSED, IDLE, FINISHED), SAME),
    do.OpenOffice: Rule(supervising.open_office, _in(CLOSED, IDLE, FINISHED), SAME),
    # around
    do.SetCardTerminal: Rule(around.set_card_terminal, EVERYWHERE, SAME, with_question=True),
    do.SetPrinter: Rule(paper.set_printer, EVERYWHERE, SAME, with_question=True),
    do.PrintWaiting: Rule(paper.print_waiting, EVERYWHERE, SAME, with_question=True),
    do.SetConnection: Rule(around.set_connection, EVERYWHERE, SAME, with_question=True),
    do.SetFault: Rule(faults.set_fault, EVERYWHERE, SAME, with_question=True),
    do.ClearFaults: Rule(faults.clear_faults, EVERYWHERE, SAME, with_question=True),
    do.Deliver: Rule(outbox.deliver, EVERYWHERE, SAME, with_question=True),
    do.SendAgain: Rule(outbox.send_again, EVERYWHERE, SAME, with_question=True),
    do.CloseEntry: Rule(outbox.close_entry, EVERYWHERE, SAME),
    do.ResumeReceipt: Rule(
        around.resume_receipt,
        EVERYWHERE,
        _in(CLOSED, IDLE, SELLING, PAYING, RETURNING),
        (AskResume,),
    ),
}


def is_allowed(command: type, now: Snapshot, desk: Workplace) -> bool:
    """Whether the table lets a command of this type through now."""
    rule = TABLE[command]
    if now.state not in rule.allowed:
        return False
    if rule.needs is not None and desk.system is not None and not desk.can(rule.needs):
        return False
    if now.question is None:
        return not rule.answers
    return rule.with_question or isinstance(now.question, rule.answers + rule.during)
