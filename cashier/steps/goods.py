"""Goods: what was scanned, how many, void, cancel."""

from collections.abc import Sequence
from dataclasses import replace

from cashier.commands import (
    AddGoods,
    CancelReceipt,
    ConfirmAge,
    RepeatLine,
    SetQuantity,
    VoidLine,
)
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.goods import Good
from cashier.i18n import _
from cashier.money import MOST_OF_ONE, ONE, Quantity, cost, show_quantity
from cashier.receipt import Line, Receipt
from cashier.snapshot import AskAge, AskCertificate, Snapshot, State
from cashier.steps.money_back import give_back
from cashier.steps.pricing import open_receipt, released, selling
from cashier.steps.shift import at_rest, check_shift_age
from cashier.workplace import Workplace


def fresh_receipt(desk: Workplace) -> Receipt:
    """Raises NotNow when the shift is too old to begin anything in it."""
    check_shift_age(desk)
    return Receipt(
        receipt_id=desk.ids(),
        opened_at=desk.clock.now(),
        shop=desk.shop.shop,
        till=desk.shop.till,
        cashier=desk.cashier,
    )


def with_receipt(now: Snapshot, desk: Workplace) -> Snapshot:
    """A receipt to work on: the open one, or a new one."""
    if now.receipt is None or now.state in (State.IDLE, State.FINISHED):
        return Snapshot(State.SELLING, fresh_receipt(desk))
    return now


async def add(
    now: Snapshot, good: Good, quantity: Quantity, desk: Workplace, code: str = ""
) -> Snapshot:
    """A line with ``quantity`` of ``good``, or what must be asked before it is sold."""
    check_quantity(quantity, good.unit)
    now = with_receipt(now, desk)
    if good.certificate:
        if quantity != ONE:
            raise BadInput(_("Gift certificates are sold one by one: each has its number."))
        return replace(now, question=AskCertificate(good.sku, good.name, good.price))
    if good.age > open_receipt(now).age:
        return replace(now, question=AskAge(good.sku, good.name, good.age, quantity, code))
    return await added(now, line_for(good, quantity, code), desk)


async def added(now: Snapshot, line: Line, desk: Workplace) -> Snapshot:
    """The line, and the deposit for it; a calculated receipt loses its discounts."""
    if now.state is State.CALCULATED:
        now = await selling(now, desk)
    receipt = open_receipt(now).with_line(line)
    good = desk.catalog.by_sku(line.sku)
    deposit = desk.catalog.by_sku(good.deposit) if good and good.deposit else None
    if deposit:
        paid = line_for(deposit, line.quantity, "")
        receipt = receipt.with_line(replace(paid, deposit=True, lowest=paid.price))
    return replace(now, receipt=receipt)


def line_for(good: Good, quantity: Quantity, code: str) -> Line:
    return Line(
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


async def confirm_age(now: Snapshot, command: ConfirmAge, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, AskAge):
        raise NotNow(_("Nobody was asked for their age."))
    now = replace(now, question=None)
    receipt = open_receipt(now)
    if not command.old_enough:
        text = _("{name} is not sold: the buyer is younger than {age}.")
        desk.say(text.format(name=question.name, age=question.age), Tone.WARNING)
        return at_rest(desk) if receipt.is_empty else now
    good = desk.catalog.by_sku(question.sku)
    if good is None:
        raise BadInput(_("There is no such good: {code}").format(code=question.sku))
    now = replace(now, receipt=replace(receipt, age=question.age))
    return await added(now, line_for(good, question.quantity, question.code), desk)


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
    last = next((line for line in reversed(receipt.lines) if not line.deposit), None)
    if last is None or last.certificate:
        raise BadInput(_("This line cannot be repeated."))
    return await added(now, replace(last, discounts=()), desk)


async def set_quantity(now: Snapshot, command: SetQuantity, desk: Workplace) -> Snapshot:
    line = _line(now, command.line)
    check_quantity(command.quantity, line.unit)
    if line.certificate or line.deposit:
        raise BadInput(_("The quantity of this line cannot be changed."))
    if line.by_hand:
        desk.say(_("The discount by hand is off this line: give it again."), Tone.WARNING)
    now = await _reopened(now, desk)
    lines = list(open_receipt(now).lines)
    for changed in _with_deposit(lines, line):
        lines[changed.number - 1] = replace(
            changed,
            quantity=command.quantity,
            amount=cost(changed.price, command.quantity),
            discounts=(),
        )
    return replace(now, receipt=open_receipt(now).with_lines(lines))


def _with_deposit(lines: Sequence[Line], line: Line) -> list[Line]:
    """The line, and the deposit that goes with it."""
    after = lines[line.number : line.number + 1]
    return [line, *(one for one in after if one.deposit and not line.deposit)]


async def void_line(now: Snapshot, command: VoidLine, desk: Workplace) -> Snapshot:
    line = _line(now, command.line)
    if line.deposit:
        raise BadInput(_("A deposit goes with its goods: take those off."))
    now = await _reopened(now, desk)
    lines = open_receipt(now).lines
    gone = {one.number for one in _with_deposit(lines, line)}
    rest = [kept for kept in lines if kept.number not in gone]
    desk.say(_("Removed: {name}").format(name=line.name))
    receipt = open_receipt(now).with_lines(rest)
    return at_rest(desk) if receipt.is_empty else replace(now, receipt=receipt)


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
    await released(receipt, desk)
    await give_back(receipt, desk)
    desk.say(_("The receipt is cancelled."))
    return at_rest(desk)
