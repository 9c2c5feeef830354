"""Discounts by hand: on one line, or spread over all of them; promotions come on top."""

from dataclasses import replace

from cashier.commands import GiveDiscount
from cashier.errors import BadInput
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, percent, show, spread
from cashier.receipt import Discount, Line, Source
from cashier.snapshot import Snapshot, State
from cashier.steps.pricing import open_receipt, selling
from cashier.words import money_text
from cashier.workplace import Workplace

WHOLE = 10_000
"""A hundred per cent."""


async def give_discount(now: Snapshot, command: GiveDiscount, desk: Workplace) -> Snapshot:
    """A new discount takes the place of the old one; zero takes it away."""
    if (command.percent is None) == (command.amount is None):
        raise BadInput(_("A discount is either per cent or a sum."))
    if not open_receipt(now).lines:
        raise BadInput(_("There are no goods on the receipt."))
    if command.line and open_receipt(now).line(command.line) is None:
        raise BadInput(_("There is no line {number}.").format(number=command.line))
    if now.state is State.CALCULATED:
        now = await selling(now, desk)
    lines = [replace(line, discounts=()) if _meant(command, line) else line
             for line in open_receipt(now).lines]  # fmt: skip
    taken = _amounts(command, [line for line in lines if _meant(command, line)], desk)
    found = [_given(line, taken.get(line.number, 0), command, desk) for line in lines]
    return replace(now, receipt=open_receipt(now).with_lines(found))


def _meant(command: GiveDiscount, line: Line) -> bool:
    return not command.line or command.line == line.number


def _amounts(command: GiveDiscount, lines: list[Line], desk: Workplace) -> dict[int, Amount]:
    """What comes off each line, by its number. Raises BadInput, Refused."""
    rooms = [max(0, line.amount - line.floor) for line in lines]
    if command.percent is not None:
        if not 0 <= command.percent <= WHOLE:
            raise BadInput(_("A discount is from 0 to 100 per cent."))
        parts = [percent(line.amount, command.percent) for line in lines]
        parts = [min(part, room) for part, room in zip(parts, rooms, strict=True)]
        if command.percent and not sum(parts):
            raise Refused(Reason.WRONG_GOODS, _("these goods are not sold cheaper"))
    else:
        wanted = command.amount or 0
        if wanted < 0:
            raise BadInput(_("The amount must not be below zero."))
        if wanted > sum(rooms):
            most = money_text(sum(rooms), desk.shop.money)
            raise Refused(Reason.LIMIT_EXCEEDED, _("at most {most}").format(most=most))
        parts = spread(wanted, rooms, rooms)
    return {line.number: part for line, part in zip(lines, parts, strict=True)}


def _given(line: Line, amount: Amount, command: GiveDiscount, desk: Workplace) -> Line:
    if not amount:
        return line
    why = ""
    if command.percent is not None:
        why = _("{percent} per cent").format(percent=show(command.percent))
    if desk.supervisor:
        allowed = _("allowed by {name}").format(name=desk.supervisor)
        why = f"{why}, {allowed}" if why else allowed
    name = _("Discount by hand")
    return replace(line, discounts=(Discount(Source.HAND, "hand", name, amount, why),))
