"""Taking money, and finishing the sale when all is paid."""

from dataclasses import replace

from cashier.card_terminal import Referred
from cashier.commands import AuthoriseCard, Finish, Reprint, TakeTender, UndoTenders
from cashier.errors import BadInput, CashierError, NotNow
from cashier.events import Tone
from cashier.exchange import Reason, Refused, SaveSaleRequest, Unavailable
from cashier.i18n import _
from cashier.money import Amount
from cashier.receipt import Kind, MessageTo, Receipt, Tender, TenderKind
from cashier.saving import save
from cashier.shop import CashRules
from cashier.snapshot import AskAuthorisation, Snapshot, State
from cashier.steps.certificates import check_certificates, left_on
from cashier.steps.handing import hand_out
from cashier.steps.money_back import give_back
from cashier.steps.pricing import open_receipt
from cashier.words import explain, money_text, points_text
from cashier.workplace import Workplace

ABSURD = 1_000_000
"""More cash (in units of the currency) than anybody puts down: a scan gone astray."""


async def take_tender(now: Snapshot, command: TakeTender, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if not receipt.due:
        raise BadInput(_("Nothing is left to pay."))
    match command.kind:
        case TenderKind.CASH:
            return await _cash(now, command.amount, desk)
        case TenderKind.CARD:
            return await _card(now, command.amount, desk)
        case TenderKind.CERTIFICATE:
            return await _certificate(now, command, desk)


async def _cash(now: Snapshot, amount: Amount | None, desk: Workplace) -> Snapshot:
    """Cash that pays the rest is rounded where the shop card says so; a part of it is not."""
    receipt = open_receipt(now)
    rounding = cash_rounding(receipt.due, desk.shop.cash)
    due = receipt.due + rounding
    amount = due if amount is None else amount
    if amount < 0 or (due and not amount):
        raise BadInput(_("The amount must be above zero."))
    if amount > due + ABSURD * desk.shop.money.unit:
        raise BadInput(_("So much cash? This looks like a barcode."))
    if amount >= due:
        now = replace(now, receipt=replace(receipt, rounding=rounding))
    return await _taken(now, Tender(TenderKind.CASH, amount), desk)


def cash_rounding(amount: Amount, rules: CashRules) -> Amount:
    """What rounding adds to an amount that is paid in cash; below zero: takes off."""
    if not rules.round_to:
        return 0
    over = amount % rules.round_to
    up = rules.round == "nearest" and over * 2 >= rules.round_to
    return rules.round_to - over if up and over else -over


async def _card(now: Snapshot, amount: Amount | None, desk: Workplace) -> Snapshot:
    amount = _without_change(amount, open_receipt(now), desk)
    answer = await desk.ask("card", desk.card_terminal.pay(amount), cancellable=False)
    if isinstance(answer, Referred):
        desk.say(_("The bank wants to be called."), Tone.WARNING)
        return replace(now, question=AskAuthorisation(amount, answer.reference))
    return await _charged(now, amount, answer.reference, desk)


async def _charged(now: Snapshot, amount: Amount, reference: str, desk: Workplace) -> Snapshot:
    """What the till could not take is not charged either."""
    try:
        return await _taken(now, Tender(TenderKind.CARD, amount, reference), desk)
    except CashierError:
        await desk.card_terminal.cancel(reference)
        raise


async def authorise_card(now: Snapshot, command: AuthoriseCard, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, AskAuthorisation):
        raise NotNow(_("The bank does not wait for a code."))
    answer = await desk.card_terminal.authorise(question.reference, command.code.strip())
    return await _charged(replace(now, question=None), question.amount, answer.reference, desk)


async def _certificate(now: Snapshot, command: TakeTender, desk: Workplace) -> Snapshot:
    receipt, number = open_receipt(now), command.reference.strip()
    left = await left_on(number, receipt, desk)
    if left <= 0:
        raise Refused(Reason.USED_UP, _("nothing is left on this certificate"))
    amount = min(left, receipt.due) if command.amount is None else command.amount
    amount = _without_change(amount, receipt, desk)
    if amount > left:
        text = _("only {left} is left on it").format(left=money_text(left, desk.shop.money))
        raise Refused(Reason.LIMIT_EXCEEDED, text)
    return await _taken(now, Tender(TenderKind.CERTIFICATE, amount, number), desk)


def _without_change(amount: Amount | None, receipt: Receipt, desk: Workplace) -> Amount:
    """Cards and certificates pay no more than what is due. Raises BadInput."""
    amount = receipt.due if amount is None else amount
    if amount <= 0:
        raise BadInput(_("The amount must be above zero."))
    if amount > receipt.due:
        due = money_text(receipt.due, desk.shop.money)
        raise BadInput(_("Only cash gives change: at most {due}.").format(due=due))
    return amount


async def _taken(now: Snapshot, tender: Tender, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if tender.amount:
        receipt = replace(receipt, tenders=(*receipt.tenders, tender))
    if receipt.due:
        due = money_text(receipt.due, desk.shop.money)
        desk.say(_("Still to be paid: {due}").format(due=due))
        return replace(now, state=State.PAYING, receipt=receipt)
    return await _all_paid(replace(now, state=State.PAYING, receipt=numbered(receipt, desk)), desk)


async def _all_paid(now: Snapshot, desk: Workplace) -> Snapshot:
    """Finish. Where the system says no, the money stays taken: it is there, so it is shown."""
    try:
        return await finish(now, Finish(), desk)
    except (Refused, Unavailable) as error:
        if isinstance(error, Refused):  # silence was explained where it was met
            desk.say(explain(error), Tone.ERROR)
        desk.say(_("The money is taken. Try to finish again, or give it back."), Tone.WARNING)
        return now


async def undo_tenders(now: Snapshot, command: UndoTenders, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if not (receipt.tenders or receipt.rounding):
        raise BadInput(_("No money was taken yet."))
    return replace(now, state=State.CALCULATED, receipt=await give_back(receipt, desk))


async def finish(now: Snapshot, command: Finish, desk: Workplace) -> Snapshot:
    receipt = open_receipt(now)
    if receipt.due:
        due = money_text(receipt.due, desk.shop.money)
        raise BadInput(_("Still to be paid: {due}").format(due=due))
    await check_certificates(receipt, desk)
    closed = closing(receipt, desk)
    if desk.backend is None:
        desk.journal.finish_without(closed)
    else:
        closed = await _saved(closed, now, desk)
    _tell_sold(closed, desk)
    await hand_out(closed, desk)
    return Snapshot(State.FINISHED, closed)


def closing(receipt: Receipt, desk: Workplace) -> Receipt:
    shift = desk.daybook.shift
    number = shift.number if shift else 0
    return replace(numbered(receipt, desk), closed_at=desk.clock.now(), shift=number)


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


async def reprint(now: Snapshot, command: Reprint, desk: Workplace) -> Snapshot:
    receipt = desk.journal.sale(command.number) if command.number else desk.journal.last()
    if receipt is None:
        raise BadInput(
            _("There is no receipt {number}.").format(number=command.number)
            if command.number
            else _("Nothing was sold yet.")
        )
    await hand_out(receipt, desk, copy=True)
    kind = _("Return") if receipt.kind is Kind.RETURN else _("Receipt")
    desk.say(_("{kind} {number} is printed again.").format(kind=kind, number=receipt.number))
    return now
