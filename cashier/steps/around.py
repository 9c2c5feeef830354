"""Around the sale: the plug, the card terminal, the receipt that the last run left open."""

from dataclasses import replace

from cashier.commands import (
    CardAnswer,
    Connection,
    Deliver,
    ResumeReceipt,
    SetCardTerminal,
    SetConnection,
)
from cashier.errors import NotNow
from cashier.events import Tone
from cashier.faults import times_words
from cashier.i18n import _
from cashier.live import check_harmless
from cashier.receipt import Kind, Receipt
from cashier.snapshot import AskResume, Snapshot, State
from cashier.steps.faults import plan_of
from cashier.steps.money_back import give_back
from cashier.steps.outbox import deliver
from cashier.steps.pricing import released
from cashier.steps.returning import resumed_return
from cashier.steps.shift import at_rest, left_open, with_shift
from cashier.workplace import Workplace


async def set_connection(now: Snapshot, command: SetConnection, desk: Workplace) -> Snapshot:
    if command.connection is not Connection.ONLINE:
        check_harmless(desk)
    plan_of(desk).connection = command.connection
    desk.say(
        _connection_words(command.connection),
        Tone.WARNING if command.connection is not Connection.ONLINE else Tone.GOOD,
    )
    desk.exchanges.answering = True  # what the plug kept back says nothing of the system
    if command.connection is Connection.ONLINE and desk.waiting:
        return await deliver(now, Deliver(), desk)
    return now


def _connection_words(connection: Connection) -> str:
    return {
        Connection.ONLINE: _("The loyalty system is reachable again."),
        Connection.OFFLINE: _("The plug is pulled: the loyalty system is not reachable."),
        Connection.SLOW: _("The loyalty system answers slowly."),
        Connection.LOST_ANSWERS: _("The loyalty system does its work, but its answers are lost."),
    }[connection]


async def set_card_terminal(now: Snapshot, command: SetCardTerminal, desk: Workplace) -> Snapshot:
    desk.card_terminal.choose(command.answer, command.times)
    answer = card_answer_words(command.answer)
    if command.times:
        answer += ", " + times_words(command.times)
    desk.say(_("Card terminal: {answer}.").format(answer=answer))
    return now


def card_answer_words(answer: CardAnswer) -> str:
    return {
        CardAnswer.BY_AMOUNT: _("approves, but special amounts"),
        CardAnswer.APPROVE: _("approves"),
        CardAnswer.DECLINE: _("declines"),
        CardAnswer.REFER: _("refers to the bank"),
        CardAnswer.SLOW: _("is slow"),
        CardAnswer.SILENT: _("does not answer"),
    }[answer]


async def resume_receipt(now: Snapshot, command: ResumeReceipt, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, AskResume):
        raise NotNow(_("No receipt was left open."))
    receipt = replace(question.receipt, closed_at=None)
    if not command.keep:
        await released(receipt, desk)
        await give_back(receipt, desk)
        desk.say(_("The receipt is cancelled."))
        return replace(at_rest(desk), question=left_open(desk))
    with_shift(desk)
    if receipt.kind is Kind.RETURN and receipt.of is None:
        return Snapshot(State.RETURNING, receipt)
    if receipt.kind is Kind.RETURN:
        return await resumed_return(receipt, desk)
    return await _resumed_sale(receipt, question.state, desk)


async def _resumed_sale(receipt: Receipt, state: State, desk: Workplace) -> Snapshot:
    """Money taken stays taken; otherwise the prices are asked again."""
    if state is State.PAYING:
        return Snapshot(State.PAYING, receipt)
    receipt = await released(receipt, desk)
    return Snapshot(State.SELLING, receipt.uncalculated())
