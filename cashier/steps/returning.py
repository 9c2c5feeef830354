"""Returns: find the sale, choose what comes back, give the money back.

Everything is reckoned by cumulative shares, so part returns add up to the whole exactly.
"""

from dataclasses import replace

from cashier.commands import ChooseSale, FindSale, Refund, ReturnAll, ReturnLine
from cashier.errors import BadInput, CashierError, NotNow
from cashier.events import Tone
from cashier.exchange import (
    Can,
    FindSaleRequest,
    FoundSale,
    LineReturned,
    Reason,
    Refused,
    SaveReturnRequest,
    Unavailable,
)
from cashier.i18n import _
from cashier.money import Amount, Quantity, share, show_quantity
from cashier.receipt import Kind, Line, Receipt, SaleRef
from cashier.saving import save
from cashier.snapshot import AskSale, Snapshot, State
from cashier.steps.certificates import check_returnable
from cashier.steps.free_return import change_line
from cashier.steps.goods import fresh_receipt
from cashier.steps.handing import hand_out
from cashier.steps.paying import closing
from cashier.steps.pricing import open_receipt
from cashier.steps.refunding import came_back, refunded, take_back, to_the_card
from cashier.steps.shift import at_rest
from cashier.words import explain, money_text, points_text
from cashier.workplace import Workplace


async def find_sale(now: Snapshot, command: FindSale, desk: Workplace) -> Snapshot:
    if not command.number and not (command.card and command.day):
        raise BadInput(_("Give a receipt number, or a card and a day."))
    sales = await _sales(command, desk)
    if not sales:
        raise Refused(Reason.NOT_FOUND, command.number or command.card)
    if len(sales) > 1:
        return replace(at_rest(desk), question=AskSale(sales))
    return _returning(sales[0], desk)


async def _sales(command: FindSale, desk: Workplace) -> tuple[FoundSale, ...]:
    """From the system if it can and answers, else from the till's own journal."""
    request = FindSaleRequest(
        number=command.number, card=command.card, day=command.day, at=desk.clock.now()
    )
    try:
        if desk.backend is not None:
            loyalty = await desk.loyalty()
            if desk.can(Can.FIND_SALE):
                found = await desk.ask("find_sale", loyalty.find_sale(request))
                if found:
                    return tuple(_with_own(sale, desk) for sale in found)
    except Unavailable as error:
        text = _("{why} Looking in the till's own journal.")
        desk.say(text.format(why=explain(error)), Tone.WARNING)
    except Refused as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
    return tuple(_own(sale, desk) for sale in _journaled(command, desk))


def _journaled(command: FindSale, desk: Workplace) -> list[Receipt]:
    if command.number:
        sale = desk.journal.sale(command.number)
        return [sale] if sale is not None and sale.kind is Kind.SALE else []
    assert command.day is not None  # checked above
    return desk.journal.sales(command.card, command.day)


def _own(sale: Receipt, desk: Workplace) -> FoundSale:
    return _with_own(FoundSale(receipt=sale), desk, own=True)


def _with_own(sale: FoundSale, desk: Workplace, *, own: bool = False) -> FoundSale:
    """What came back by the system's word and by the till's: a return may still be queued."""
    back = {line.number: line.quantity for line in sale.returned}
    for number, quantity in desk.journal.returned(sale.receipt.receipt_id).items():
        back[number] = max(back.get(number, 0), quantity)
    returned = tuple(LineReturned(number=number, quantity=back[number]) for number in sorted(back))
    reference = SaleRef(
        receipt_id=sale.receipt.receipt_id,
        number=sale.receipt.number,
        sold_at=sale.receipt.closed_at or sale.receipt.opened_at,
        own_journal=own,
        context=sale.receipt.context,
    )
    return FoundSale(receipt=replace(sale.receipt, of=reference), returned=returned)


async def choose_sale(now: Snapshot, command: ChooseSale, desk: Workplace) -> Snapshot:
    if not isinstance(now.question, AskSale):
        raise NotNow(_("There is no sale to choose."))
    for sale in now.question.sales:
        if sale.receipt.receipt_id == command.receipt_id:
            return _returning(sale, desk)
    raise BadInput(_("There is no such sale."))


async def resumed_return(receipt: Receipt, desk: Workplace) -> Snapshot:
    """A return that the last run left open: what is left of the sale is asked anew."""
    assert receipt.of is not None  # a return without a receipt has no sale to look for
    sales = await _sales(FindSale(number=receipt.of.number), desk)
    sale = next((it for it in sales if it.receipt.receipt_id == receipt.of.receipt_id), None)
    if sale is None:
        raise Refused(Reason.NOT_FOUND, receipt.of.number)
    back, sold = came_back(sale), sale.receipt
    chosen = {line.sale_line: line.quantity for line in receipt.lines}
    left = {
        line.number: min(chosen.get(line.number, 0), line.quantity - back.get(line.number, 0))
        for line in sold.lines
    }
    return with_chosen(Snapshot(State.RETURNING, receipt, sale=sale), left)


def _returning(sale: FoundSale, desk: Workplace) -> Snapshot:
    back = came_back(sale)
    if all(back.get(line.number, 0) >= line.quantity for line in sale.receipt.lines):
        raise Refused(Reason.ALREADY_PROCESSED, _("everything came back already"))
    if sale.receipt.of is not None and sale.receipt.of.own_journal and desk.backend is not None:
        desk.say(_("The sale is known from the till's own journal."))
    receipt = replace(
        fresh_receipt(desk), kind=Kind.RETURN, buyer=sale.receipt.buyer, of=sale.receipt.of
    )
    return Snapshot(State.RETURNING, receipt, sale=sale)


async def return_line(now: Snapshot, command: ReturnLine, desk: Workplace) -> Snapshot:
    if now.sale is None:
        return change_line(now, command)
    sale = now.sale
    line = sale.receipt.line(command.line)
    if line is None:
        raise BadInput(_("There is no line {number}.").format(number=command.line))
    left = line.quantity - came_back(sale).get(line.number, 0)
    if command.quantity < 0:
        raise BadInput(_("The quantity must be above zero."))
    if command.quantity > left:
        if left <= 0:
            raise Refused(Reason.ALREADY_PROCESSED, line.name)
        text = _("only {left} is left to return").format(left=show_quantity(left))
        raise Refused(Reason.LIMIT_EXCEEDED, text)
    if line.unit == "pc" and command.quantity % 1000:
        raise BadInput(_("This is sold by the piece: a whole number, please."))
    if command.quantity:
        await check_returnable(line, desk)
    chosen = {**_chosen(now), command.line: command.quantity}
    return with_chosen(now, chosen)


async def return_all(now: Snapshot, command: ReturnAll, desk: Workplace) -> Snapshot:
    sale = _sale(now)
    back = came_back(sale)
    left = {line.number: line.quantity - back.get(line.number, 0) for line in sale.receipt.lines}
    for line in sale.receipt.lines:
        if left[line.number]:
            await check_returnable(line, desk)
    return with_chosen(now, left)


def with_chosen(now: Snapshot, chosen: dict[int, Quantity]) -> Snapshot:
    sale = _sale(now)
    back = came_back(sale)
    lines = [
        returned_line(line, back.get(line.number, 0), chosen[line.number])
        for line in sale.receipt.lines
        if chosen.get(line.number, 0) > 0
    ]
    return replace(now, receipt=open_receipt(now).with_lines(lines))


def returned_line(line: Line, before: Quantity, quantity: Quantity) -> Line:
    """The part of a sold line that comes back, after ``before`` of it came back earlier."""

    def part(whole: Amount) -> Amount:
        after = share(whole, before + quantity, line.quantity)
        return after - share(whole, before, line.quantity)

    discounts = tuple(replace(given, amount=part(given.amount)) for given in line.discounts)
    amount = part(line.total) + sum(given.amount for given in discounts)
    return replace(
        line, quantity=quantity, amount=amount, discounts=discounts, sale_line=line.number
    )


async def refund(now: Snapshot, command: Refund, desk: Workplace) -> Snapshot:
    receipt, sale = open_receipt(now), now.sale
    if not receipt.lines:
        raise BadInput(_("Choose what comes back first."))
    if sale is not None:
        _check_able(receipt, sale, desk)
    receipt = refunded(receipt, sale, command.kind, desk.shop.cash)
    receipt = await to_the_card(receipt, desk)
    try:
        closed = await _saved(closing(receipt, desk), now, desk)
    except CashierError:
        await take_back(receipt, desk)
        raise
    _tell_refund(closed, desk)
    await hand_out(closed, desk)
    return Snapshot(State.FINISHED, closed)


async def _saved(receipt: Receipt, now: Snapshot, desk: Workplace) -> Receipt:
    """Only the return of a sale is told to the loyalty system."""
    if desk.backend is not None and now.sale is not None:
        return await save(_request(receipt), desk, now)
    desk.journal.finish_without(receipt)
    return receipt


def _request(receipt: Receipt) -> SaveReturnRequest:
    assert receipt.closed_at is not None  # it has just been closed
    return SaveReturnRequest(
        operation_id=f"{receipt.receipt_id}:return",
        receipt=receipt,
        lines=tuple(
            LineReturned(number=line.sale_line, quantity=line.quantity) for line in receipt.lines
        ),
        at=receipt.closed_at,
    )


def _check_able(receipt: Receipt, sale: FoundSale, desk: Workplace) -> None:
    if desk.system is None:
        return
    if not desk.can(Can.RETURN):
        raise NotNow(_("This loyalty system takes no returns."))
    whole = not sale.returned and {line.sale_line: line.quantity for line in receipt.lines} == {
        line.number: line.quantity for line in sale.receipt.lines
    }
    if not whole and not desk.can(Can.RETURN_PART):
        raise NotNow(_("This loyalty system takes back whole receipts only."))


def _tell_refund(receipt: Receipt, desk: Workplace) -> None:
    money = money_text(receipt.to_pay, desk.shop.money)
    text = _("Return {number}. Give back {money}.").format(number=receipt.number, money=money)
    settled = receipt.settled
    if settled is not None and (settled.given_back or settled.taken_back):
        text += " " + _("Points given back {back}, taken back {taken}.").format(
            back=points_text(settled.given_back), taken=points_text(settled.taken_back)
        )
    desk.say(text, Tone.GOOD)


def _sale(now: Snapshot) -> FoundSale:
    if now.sale is None:
        raise NotNow(_("Find the sale first."))
    return now.sale


def _chosen(now: Snapshot) -> dict[int, Quantity]:
    return {line.sale_line: line.quantity for line in open_receipt(now).lines}
