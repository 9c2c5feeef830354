"""Taking money, and finishing the sale when all is paid."""

from dataclasses import replace

from cashier.commands import Finish, Reprint, TakeTender, UndoTenders
from cashier.errors import BadInput
from cashier.events import HandedOut, Tone
from cashier.exchange import Refused, SaveSaleRequest, Unavailable
from cashier.i18n import _
from cashier.money import Amount
from cashier.receipt import Kind, MessageTo, Receipt, Tender, TenderKind
from cashier.saving import save
from cashier.snapshot import Snapshot, State
from cashier.steps.pricing import open_receipt, tell_money_back
from cashier.words import explain, money_text, points_text
from cashier.workplace import Workplace

ABSURD = 1_000_000
"""More cash (in units of the currency) than anybody puts down: a scan gone astray."""


async def take_tender(now: Snapshot, command: TakeTender, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    amount = receipt.due if command.amount is None else command.amount
    _check(amount, command.kind, receipt, desk)
    paid = replace(receipt, tenders=(*receipt.tenders, Tender(command.kind, amount)))
    if paid.due:
        due = money_text(paid.due, desk.shop.money)
        desk.say(_("Still to be paid: {due}").format(due=due))
        return replace(now, state=State.PAYING, receipt=paid)
    return await _all_paid(replace(now, state=State.PAYING, receipt=numbered(paid, desk)), desk)


async def _all_paid(now: Snapshot, desk: Workplace) -> Snapshot:
    """Finish. Where the system says no, the money stays taken: it is there, so it is shown."""
    try:
        return await finish(now, Finish(), desk)
    except (Refused, Unavailable) as error:
        if isinstance(error, Refused):  # silence was explained where it was met
            desk.say(explain(error), Tone.ERROR)
        desk.say(_("The money is taken. Try to finish again, or give it back."), Tone.WARNING)
        return now


def _check(amount: Amount, kind: TenderKind, receipt: Receipt, desk: Workplace) -> None:
    if not receipt.due:
        raise BadInput(_("Nothing is left to pay."))
    if amount <= 0:
        raise BadInput(_("The amount must be above zero."))
    if kind is TenderKind.CARD and amount > receipt.due:
        due = money_text(receipt.due, desk.shop.money)
        raise BadInput(_("A bank card gives no change: at most {due}.").format(due=due))
    if amount > receipt.due + ABSURD * desk.shop.money.unit:
        raise BadInput(_("So much cash? This looks like a barcode."))


async def undo_tenders(now: Snapshot, command: UndoTenders, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if not receipt.tenders:
        raise BadInput(_("No money was taken yet."))
    tell_money_back(receipt, desk)
    return replace(now, state=State.CALCULATED, receipt=replace(receipt, tenders=()))


async def finish(now: Snapshot, command: Finish, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if receipt.due:
        due = money_text(receipt.due, desk.shop.money)
        raise BadInput(_("Still to be paid: {due}").format(due=due))
    closed = closing(receipt, desk)
    if desk.backend is None:
        desk.journal.finish_without(closed)
    else:
        closed = await _saved(closed, now, desk)
    _tell_sold(closed, desk)
    hand_out(closed, desk)
    return Snapshot(State.FINISHED, closed)


def closing(receipt: Receipt, desk: Workplace) -> Receipt:
    return replace(numbered(receipt, desk), closed_at=desk.clock.now())


def numbered(receipt: Receipt, desk: Workplace) -> Receipt:
    """With its number, which stays when the sale is tried again."""
    if receipt.number:
        return receipt
    shop = desk.shop
    number = desk.journal.next_number(shop.shop, shop.till, shop.codes.slip_prefix)
    return replace(receipt, number=number)


async def _saved(receipt: Receipt, now: Snapshot, desk: Workplace) -> Receipt:
    assert receipt.closed_at is not None  # it has just been closed
    request = SaveSaleRequest(
        operation_id=f"{receipt.receipt_id}:sale", receipt=receipt, at=receipt.closed_at
    )
    try:
        return await save(request, desk, now)
    except Unavailable as error:
        why = explain(error)
        desk.say(
            _("{why} Points cannot be spent now: try again, or take the points off.").format(
                why=why
            ),
            Tone.ERROR,
        )
        raise


def _tell_sold(receipt: Receipt, desk: Workplace) -> None:
    settled = receipt.settled
    text = _("Receipt {number}.").format(number=receipt.number)
    if settled is not None:
        for message in settled.messages:
            if message.to is MessageTo.CASHIER:
                desk.say(message.text)
        if settled.level:
            desk.say(_("New level: {level}").format(level=settled.level), Tone.GOOD)
        if settled.earned or settled.spent:
            text += " " + _("Earned {earned}, spent {spent}.").format(
                earned=points_text(settled.earned), spent=points_text(settled.spent)
            )
    desk.say(text, Tone.GOOD)


def hand_out(receipt: Receipt, desk: Workplace, *, copy: bool = False) -> None:
    """Print the slip. A printer in trouble does not touch the sale."""
    if desk.printer is not None:
        from cashier.slip import slip_of  # not needed before the first scan

        try:
            desk.printer.print(slip_of(receipt, desk.shop, copy=copy))
        except OSError as error:
            why = error.strerror or str(error)
            desk.say(_("The slip was not printed: {why}").format(why=why), Tone.WARNING)
    desk.events.tell(HandedOut(receipt, copy))


async def reprint(now: Snapshot, command: Reprint, desk: Workplace) -> Snapshot:
    receipt = desk.journal.sale(command.number) if command.number else desk.journal.last()
    if receipt is None:
        raise BadInput(
            _("There is no receipt {number}.").format(number=command.number)
            if command.number
            else _("Nothing was sold yet.")
        )
    hand_out(receipt, desk, copy=True)
    kind = _("Return") if receipt.kind is Kind.RETURN else _("Receipt")
    desk.say(_("{kind} {number} is printed again.").format(kind=kind, number=receipt.number))
    return now
