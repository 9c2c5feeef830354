"""Ways of a sale: the customer, goods, coupons, points, money."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cashier import commands as do
from cashier.money import ONE, show, show_quantity
from cashier.receipt import TenderKind
from cashier.snapshot import AskHeld, AskLevel, State
from screens.asking import nothing_due
from screens.playing.hands import (
    NoWay,
    answer,
    ask,
    choose_line,
    enter,
    pick,
    press,
    sum_of,
    to_line,
)
from screens.playing.press import DOWN, ENTER, Press, typed

if TYPE_CHECKING:
    from screens.desk import Desk

# --- the customer


def identify(command: do.Identify, desk: "Desk") -> Iterator[Press]:
    known = desk.now.receipt is not None and desk.now.receipt.buyer is not None
    yield from press(desk, "customer")
    if known:
        yield from pick(0)
    yield from answer(desk, command.identifier.value, command, of_buyer=True)


def forget(_command: do.ForgetBuyer, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "forget")


def upgrade(command: do.UpgradeLevel, desk: "Desk") -> Iterator[Press]:
    if not command.confirm:
        yield from press(desk, "upgrade")
    elif isinstance(desk.now.question, AskLevel):
        yield from pick(0)
    elif desk.now.receipt is not None and desk.now.receipt.buyer is not None:
        yield from press(desk, "customer")
        yield from pick(3)
    else:
        raise NoWay


# --- goods


def scan(command: do.Scan, desk: "Desk") -> Iterator[Press]:
    quantity = "" if command.quantity is None else f"{show_quantity(command.quantity)}*"
    yield from answer(desk, quantity + command.code, command)


def add_goods(command: do.AddGoods, desk: "Desk") -> Iterator[Press]:
    """By name: letters until the goods stand first in the list, or near enough."""
    good = desk.till.workplace.catalog.by_sku(command.sku)
    if good is None or command.quantity <= 0:
        raise NoWay
    found = desk.screen.found
    if command.quantity != ONE:
        yield typed(f"{show_quantity(command.quantity)}*")
    for word in good.name.split():
        for letter in word.strip(_POINTS):
            yield typed(letter)
            places = [place for place, row in enumerate(found.rows) if row.sku == command.sku]
            if places and places[0] < _NEAR:
                yield from _down_to(desk, command.sku)
                yield ENTER
                return
        yield typed(" ")
    raise NoWay


def _down_to(desk: "Desk", sku: str) -> Iterator[Press]:
    for _turn in range(_NEAR):
        if desk.screen.found.good is not None and desk.screen.found.good.sku == sku:
            return
        yield DOWN


_POINTS = ".,;:()«»\"'%№"
"""Signs that are no part of a word."""
_NEAR = 3
"""Rows of the list that an eye reads at once."""


def repeat(_command: do.RepeatLine, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "repeat")


def quantity(command: do.SetQuantity, desk: "Desk") -> Iterator[Press]:
    yield from to_line(desk, command.line)
    yield from ask(desk, "quantity", show_quantity(command.quantity), command)


def void(command: do.VoidLine, desk: "Desk") -> Iterator[Press]:
    yield from to_line(desk, command.line)
    yield from press(desk, "void")


def cancel(_command: do.CancelReceipt, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "cancel")
    yield from pick(1)


def check_price(command: do.CheckPrice, desk: "Desk") -> Iterator[Press]:
    yield from ask(desk, "check_price", command.code, command)


def sell_checked(command: do.SellChecked, desk: "Desk") -> Iterator[Press]:
    yield from enter(desk, command)


def discount(command: do.GiveDiscount, desk: "Desk") -> Iterator[Press]:
    if command.line:
        yield from choose_line(desk, command.line)
    if command.percent is not None:
        text = show(command.percent, group="").removesuffix(".00") + "%"
    else:
        text = sum_of(desk, command.amount or 0)
    yield from ask(desk, "line_discount", text, command)


def suspend(_command: do.SuspendReceipt, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "hold")


def recall(command: do.RecallReceipt, desk: "Desk") -> Iterator[Press]:
    asked = desk.now.question
    if isinstance(asked, AskHeld):
        ids = [one.receipt_id for one in asked.receipts]
        if command.receipt_id not in ids:
            raise NoWay
        yield from pick(ids.index(command.receipt_id))
        return
    yield from press(desk, "recall")
    if command.receipt_id and isinstance(desk.now.question, AskHeld):
        yield from recall(command, desk)


# --- coupons, the calculation


def coupon(command: do.ApplyCoupon, desk: "Desk") -> Iterator[Press]:
    held = desk.now.receipt.coupons if desk.now.receipt else ()
    yield from press(desk, "coupon")
    if held:
        yield from pick(0)
    yield from answer(desk, command.code, command)


def remove_coupon(command: do.RemoveCoupon, desk: "Desk") -> Iterator[Press]:
    held = [one.code for one in desk.now.receipt.coupons] if desk.now.receipt else []
    if command.code not in held:
        raise NoWay
    yield from press(desk, "coupon")
    yield from pick(held.index(command.code) + 1)


def calculate(_command: do.Calculate, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "calculate")


def to_goods(_command: do.BackToGoods, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "goods")


# --- points and money


def points(command: do.PayPoints, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "points")
    if command.points is None:
        yield from enter(desk, command)
    else:
        text = show(command.points, group="").removesuffix(".00")
        yield from answer(desk, text, command)


def no_points(command: do.UndoPoints, desk: "Desk") -> Iterator[Press]:
    yield from ask(desk, "points", "0", command)


def tender(command: do.TakeTender, desk: "Desk") -> Iterator[Press]:
    if desk.now.state not in (State.CALCULATED, State.PAYING) or nothing_due(desk.now):
        raise NoWay  # the key would do more than that
    match command.kind:
        case TenderKind.CASH:
            yield from press(desk, "cash")
            if command.amount is None:
                yield from enter(desk, command)
            else:
                yield from answer(desk, sum_of(desk, command.amount), command)
        case TenderKind.CARD:
            if command.amount is not None:
                yield typed(sum_of(desk, command.amount))
            yield from press(desk, "card")
        case TenderKind.CERTIFICATE:
            yield from ask(desk, "certificate", command.reference, command)


def undo_tenders(_command: do.UndoTenders, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "undo_money")


def finish(_command: do.Finish, desk: "Desk") -> Iterator[Press]:
    paid = desk.now.state in (State.CALCULATED, State.PAYING) and nothing_due(desk.now)
    if not paid:
        raise NoWay
    yield ENTER


def reprint(command: do.Reprint, desk: "Desk") -> Iterator[Press]:
    if command.number:
        raise NoWay
    yield from press(desk, "reprint")


def check_certificate(command: do.CheckCertificate, desk: "Desk") -> Iterator[Press]:
    yield from ask(desk, "certificate", command.number, command)
