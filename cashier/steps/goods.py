"""Goods: what was scanned, how many, void, cancel."""

from dataclasses import replace

from cashier.commands import AddGoods, CancelReceipt, RepeatLine, SetQuantity, VoidLine
from cashier.errors import BadInput, NotNow
from cashier.goods import Good
from cashier.i18n import _
from cashier.money import MOST_OF_ONE, ONE, Quantity, cost, show_quantity
from cashier.receipt import Line, Receipt
from cashier.snapshot import Snapshot, State
from cashier.steps.pricing import open_receipt, released, selling, tell_money_back
from cashier.workplace import Workplace


def fresh_receipt(desk: Workplace) -> Receipt:
    return Receipt(
        receipt_id=desk.ids(),
        opened_at=desk.clock.now(),
        shop=desk.shop.shop,
        till=desk.shop.till,
        cashier=desk.shop.cashier,
    )


def with_receipt(now: Snapshot, desk: Workplace) -> Snapshot:
    """A receipt to work on: the open one, or a new one."""
    if now.receipt is None or now.state in (State.IDLE, State.FINISHED):
        return Snapshot(State.SELLING, fresh_receipt(desk))
    return now


async def add(
    now: Snapshot, good: Good, quantity: Quantity, desk: Workplace, code: str = ""
) -> Snapshot:
    """A line with ``quantity`` of ``good``; a calculated receipt loses its discounts."""
    check_quantity(quantity, good.unit)
    now = with_receipt(now, desk)
    if now.state is State.CALCULATED:
        now = await selling(now, desk)
    line = Line(
        number=0,
        sku=good.sku,
        name=good.name,
        price=good.price,
        quantity=quantity,
        amount=cost(good.price, quantity),
        code=code or (good.codes[0] if good.codes else good.sku),
        unit=good.unit,
        group=good.group,
        lowest=good.lowest,
    )
    return replace(now, receipt=open_receipt(now).with_line(line))


def check_quantity(quantity: Quantity, unit: str) -> None:
    if quantity <= 0:
        raise BadInput(_("The quantity must be above zero."))
    if quantity > MOST_OF_ONE:
        raise BadInput(
            _("So much of one good? {quantity} is too many.").format(
                quantity=show_quantity(quantity)
            )
        )
    if unit == "pc" and quantity % ONE:
        raise BadInput(_("This is sold by the piece: a whole number, please."))


async def add_goods(now: Snapshot, command: AddGoods, desk: Workplace) -> Snapshot:
    good = desk.catalog.by_sku(command.sku)
    if good is None:
        raise BadInput(_("There is no such good: {code}").format(code=command.sku))
    return await add(now, good, command.quantity, desk)


async def repeat_line(now: Snapshot, command: RepeatLine, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if not receipt.lines:
        raise BadInput(_("There is no line to repeat."))
    if now.state is State.CALCULATED:
        now = await selling(now, desk)
    last = replace(receipt.lines[-1], discounts=())
    return replace(now, receipt=open_receipt(now).with_line(last))


async def set_quantity(now: Snapshot, command: SetQuantity, desk: Workplace) -> Snapshot:
    line = _line(now, command.line)
    check_quantity(command.quantity, line.unit)
    now = await _reopened(now, desk)
    changed = replace(
        line,
        quantity=command.quantity,
        amount=cost(line.price, command.quantity),
        discounts=(),
    )
    lines = list(open_receipt(now).lines)
    lines[command.line - 1] = changed
    return replace(now, receipt=open_receipt(now).with_lines(lines))


async def void_line(now: Snapshot, command: VoidLine, desk: Workplace) -> Snapshot:
    line = _line(now, command.line)
    now = await _reopened(now, desk)
    rest = [kept for kept in open_receipt(now).lines if kept.number != line.number]
    desk.say(_("Removed: {name}").format(name=line.name))
    return replace(now, receipt=open_receipt(now).with_lines(rest))


async def _reopened(now: Snapshot, desk: Workplace) -> Snapshot:
    return await selling(now, desk) if now.state is State.CALCULATED else now


def _line(now: Snapshot, number: int) -> Line:
    line = open_receipt(now).line(number)
    if line is None:
        raise BadInput(_("There is no line {number}.").format(number=number))
    return line


async def cancel_receipt(now: Snapshot, command: CancelReceipt, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if receipt.closed_at is not None:
        raise NotNow(_("The sale is on its way to the loyalty system: finish it."))
    tell_money_back(receipt, desk)
    await released(receipt, desk)
    desk.say(_("The receipt is cancelled."))
    return Snapshot()
