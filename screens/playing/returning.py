"""Ways of a return, and of what the day brings besides customers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cashier import commands as do
from cashier.money import show_quantity
from cashier.receipt import TenderKind
from cashier.snapshot import AskShift
from screens.playing.hands import MOST, NoWay, answer, ask, pick, press, sum_of
from screens.playing.press import DOWN, ENTER, UP, Press

if TYPE_CHECKING:
    from screens.desk import Desk


def find_sale(command: do.FindSale, desk: "Desk") -> Iterator[Press]:
    text = command.number
    if command.card:
        text = f"{command.card} {command.day:%d.%m.%Y}" if command.day else command.card
    yield from ask(desk, "return", text, command)


def return_line(command: do.ReturnLine, desk: "Desk") -> Iterator[Press]:
    """Arrows to the line, then all that is left of it by its key, or how much."""
    view = desk.screen.returning
    if desk.now.sale is None or command.line not in [one.line.number for one in view.rows]:
        raise NoWay
    for _turn in range(MOST):
        if view.back is not None and view.back.line.number == command.line:
            break
        yield UP if view.back and view.back.line.number > command.line else DOWN
    if view.back is not None and command.quantity == view.back.left:
        yield from press(desk, "return_line")
    elif command.quantity == 0:
        yield from press(desk, "keep_line")
    else:
        yield from answer(desk, show_quantity(command.quantity), command)


def return_all(_command: do.ReturnAll, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "return_all")


def refund(command: do.Refund, desk: "Desk") -> Iterator[Press]:
    if desk.now.receipt is None or not desk.now.receipt.lines:
        raise NoWay
    match command.kind:
        case None:
            yield ENTER
        case TenderKind.CASH:
            yield from press(desk, "refund_cash")
        case TenderKind.CARD:
            yield from press(desk, "refund_card")
        case _:
            raise NoWay
    yield from pick(0)


def return_goods(_command: do.ReturnGoods, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "free_return")


# --- the day


def open_shift(command: do.OpenShift, desk: "Desk") -> Iterator[Press]:
    if command.cashier:
        raise NoWay
    yield from ask(desk, "open_shift", sum_of(desk, command.money), command)


def cash_in(command: do.CashIn, desk: "Desk") -> Iterator[Press]:
    yield from ask(
        desk, "cash_in", f"{sum_of(desk, command.amount)} {command.why}".rstrip(), command
    )


def cash_out(command: do.CashOut, desk: "Desk") -> Iterator[Press]:
    text = f"{sum_of(desk, command.amount)} {command.why}".rstrip()
    yield from ask(desk, "cash_out", text, command)


def count(command: do.CountDrawer, desk: "Desk") -> Iterator[Press]:
    yield from ask(desk, "count", sum_of(desk, command.amount), command)


def drawer(command: do.OpenDrawer, desk: "Desk") -> Iterator[Press]:
    if command.why:
        raise NoWay
    yield from press(desk, "drawer")


def report(_command: do.Report, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "x_report")


def close_shift(_command: do.CloseShift, desk: "Desk") -> Iterator[Press]:
    if isinstance(desk.now.question, AskShift):
        yield from pick(0)
    else:
        yield from press(desk, "close_shift")
        yield from pick(1)


def office(_command: do.OpenOffice, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "office")


def print_waiting(_command: do.PrintWaiting, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "print_waiting")


def deliver(_command: do.Deliver, desk: "Desk") -> Iterator[Press]:
    yield from press(desk, "deliver")
