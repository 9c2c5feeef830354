"""What needs a supervisor, by the shop card; the table asks here before anything is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from cashier import commands as do
from cashier.i18n import _
from cashier.money import ONE
from cashier.receipt import Kind, Receipt
from cashier.shop import Right
from cashier.snapshot import AskSupervisor, Snapshot
from cashier.words import money_text, points_text
from cashier.workplace import Workplace


@dataclass(frozen=True)
class Need:
    """A supervisor is needed for this."""

    right: Right
    size: int
    """Minor units, or hundredths of a per cent: what a limit is compared with."""
    text: str


Asks: TypeAlias = Callable[[Snapshot, Any, Workplace], Need | None]


def question(now: Snapshot, command: do.Command, desk: Workplace) -> AskSupervisor | None:
    """What is to be asked before this command, if anything."""
    asks = _ASKS.get(type(command))
    need = asks(now, command, desk) if asks else None
    rules = desk.shop.permissions
    if need is None or need.right not in rules.needs:
        return None
    if need.right in rules.free_up_to and need.size <= rules.free_up_to[need.right]:
        return None
    return AskSupervisor(need.right, command, need.text, rules.attempts)


def _money(amount: int, desk: Workplace) -> str:
    return money_text(amount, desk.shop.money)


def _void(now: Snapshot, command: do.VoidLine, desk: Workplace) -> Need | None:
    line = now.receipt.line(command.line) if now.receipt else None
    if line is None:
        return None
    text = _("Void: {name}, {money}").format(name=line.name, money=_money(line.total, desk))
    return Need(Right.VOID, line.total, text)


def _fewer(now: Snapshot, command: do.SetQuantity, desk: Workplace) -> Need | None:
    line = now.receipt.line(command.line) if now.receipt else None
    if line is None or command.quantity >= line.quantity:
        return None
    less = line.price * (line.quantity - command.quantity) // ONE
    text = _("Less of: {name}, {money}").format(name=line.name, money=_money(less, desk))
    return Need(Right.VOID, less, text)


def _cancel(now: Snapshot, command: do.CancelReceipt, desk: Workplace) -> Need | None:
    receipt = now.receipt
    if receipt is None or not receipt.lines or receipt.kind is Kind.RETURN:
        return None
    text = _("Cancel the receipt: {money}").format(money=_money(receipt.total, desk))
    return Need(Right.CANCEL, receipt.total, text)


def _discount(now: Snapshot, command: do.GiveDiscount, desk: Workplace) -> Need | None:
    if not command.percent and not command.amount:
        return None
    hundredths = command.percent or _as_percent(now.receipt, command)
    text = _("Discount by hand: {percent} %").format(percent=points_text(hundredths))
    return Need(Right.DISCOUNT, hundredths, text)


def _as_percent(receipt: Receipt | None, command: do.GiveDiscount) -> int:
    """The discount as hundredths of a per cent, so that a limit holds for both ways to give one."""
    line = receipt.line(command.line) if receipt and command.line else None
    whole = line.amount if line else receipt.amount if receipt else 0
    return -(-(command.amount or 0) * 10_000 // whole) if whole else 10_000


def _refund(now: Snapshot, command: do.Refund, desk: Workplace) -> Need | None:
    receipt = now.receipt
    if receipt is None or not receipt.lines:
        return None
    if receipt.of is not None:
        text = _("Return: {money}").format(money=_money(receipt.total, desk))
        return Need(Right.RETURN, receipt.total, text)
    if Right.FREE_RETURN not in desk.shop.permissions.free_up_to:
        return None  # allowed when it was begun
    text = _("Return without a receipt: {money}").format(money=_money(receipt.total, desk))
    return Need(Right.FREE_RETURN, receipt.total, text)


def _free_return(now: Snapshot, command: do.ReturnGoods, desk: Workplace) -> Need | None:
    if Right.FREE_RETURN in desk.shop.permissions.free_up_to:
        return None  # asked for when the sum is known
    return Need(Right.FREE_RETURN, 0, _("Return without a receipt"))


def _cash_out(now: Snapshot, command: do.CashOut, desk: Workplace) -> Need | None:
    text = _("Take out of the drawer: {money}").format(money=_money(command.amount, desk))
    return Need(Right.CASH_OUT, command.amount, text)


def _drawer(now: Snapshot, command: do.OpenDrawer, desk: Workplace) -> Need | None:
    return Need(Right.DRAWER, 0, _("Open the drawer without a sale"))


def _training(now: Snapshot, command: do.SwitchTraining, desk: Workplace) -> Need | None:
    text = _("Begin training mode") if command.on else _("End training mode")
    return Need(Right.TRAINING, 0, text)


def _office(now: Snapshot, command: do.OpenOffice, desk: Workplace) -> Need | None:
    return Need(Right.OFFICE, 0, _("Open the back office"))


def _give_up(now: Snapshot, command: do.CloseEntry, desk: Workplace) -> Need | None:
    entry = desk.outbox.entry(command.operation_id)
    kept = None if entry else desk.feedback.entry(command.operation_id)
    if kept is not None:
        link = kept.feedback.link if kept.feedback else kept.name
        text = _("Give up a message for {link} about receipt {number}")
        return Need(Right.OUTBOX, 0, text.format(link=link, number=kept.number or "-"))
    receipt = entry.request.receipt if entry else None
    number, total = (receipt.number, receipt.total) if receipt else (command.operation_id, 0)
    text = _("Give up the delivery of {number}: {money}")
    return Need(Right.OUTBOX, total, text.format(number=number, money=_money(total, desk)))


_ASKS: dict[type, Asks] = {
    do.VoidLine: _void,
    do.SetQuantity: _fewer,
    do.CancelReceipt: _cancel,
    do.GiveDiscount: _discount,
    do.Refund: _refund,
    do.ReturnGoods: _free_return,
    do.CashOut: _cash_out,
    do.OpenDrawer: _drawer,
    do.SwitchTraining: _training,
    do.OpenOffice: _office,
    do.CloseEntry: _give_up,
}
"""Commands that may need a supervisor. Returning is asked about at the refund: it is the money
that leaves the drawer."""
