"""A return without a receipt: at the lowest price of the last days, and without points."""

from dataclasses import replace
from datetime import timedelta

from cashier.commands import ReturnGoods, ReturnLine
from cashier.errors import BadInput
from cashier.exchange import Reason, Refused
from cashier.goods import Good
from cashier.i18n import _
from cashier.money import Amount, Quantity, cost
from cashier.receipt import Kind
from cashier.snapshot import Snapshot, State
from cashier.steps.goods import check_quantity, fresh_receipt, line_for
from cashier.steps.pricing import open_receipt
from cashier.workplace import Workplace


async def return_goods(now: Snapshot, command: ReturnGoods, desk: Workplace) -> Snapshot:
    receipt = replace(fresh_receipt(desk), kind=Kind.RETURN)
    desk.say(_("Return without a receipt: scan the goods. No points are given back."))
    return Snapshot(State.RETURNING, receipt)


def take_back(now: Snapshot, good: Good, quantity: Quantity, desk: Workplace) -> Snapshot:
    """Goods scanned come back, each at the lowest price that anybody paid lately."""
    check_quantity(quantity, good.unit)
    if good.certificate:
        raise Refused(Reason.WRONG_GOODS, _("a gift certificate comes back with its receipt only"))
    line = line_for(good, quantity, "")
    price = lowest_price(good, desk)
    line = replace(line, price=price, amount=cost(price, quantity), lowest=0)
    return replace(now, receipt=open_receipt(now).with_line(line))


def lowest_price(good: Good, desk: Workplace) -> Amount:
    """For one piece or kilogram: the lowest paid in the last days, at most the price of now."""
    days = desk.shop.returns.lowest_of_days
    since = (desk.clock.now() - timedelta(days=days)).date()
    paid = desk.journal.lowest_paid(good.sku, since)
    return good.price if paid is None else min(paid, good.price)


def change_line(now: Snapshot, command: ReturnLine) -> Snapshot:
    """More or less of a line, or (zero) none of it."""
    receipt = open_receipt(now)
    line = receipt.line(command.line)
    if line is None:
        raise BadInput(_("There is no line {number}.").format(number=command.line))
    if not command.quantity:
        return replace(
            now, receipt=receipt.with_lines(one for one in receipt.lines if one is not line)
        )
    check_quantity(command.quantity, line.unit)
    changed = replace(line, quantity=command.quantity, amount=cost(line.price, command.quantity))
    lines = (changed if one is line else one for one in receipt.lines)
    return replace(now, receipt=receipt.with_lines(lines))
