"""The confirmation code that the customer reads from the phone."""

from dataclasses import replace

from cashier.commands import EnterCode, ResendCode
from cashier.errors import BadInput, NotNow
from cashier.events import Tone
from cashier.exchange import (
    Confirmation,
    IdentifyRequest,
    Reason,
    Refused,
    RegisterRequest,
    ReserveRequest,
)
from cashier.i18n import _
from cashier.snapshot import AskCode, Snapshot
from cashier.steps.buyer import identified
from cashier.steps.points import reserving
from cashier.steps.registration import registering
from cashier.words import explain
from cashier.workplace import Workplace


async def enter_code(now: Snapshot, command: EnterCode, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, AskCode):
        raise NotNow(_("No code is awaited."))
    if not command.code.strip():
        raise BadInput(_("Type the code that the customer received."))
    confirmation = Confirmation(challenge=question.challenge, code=command.code.strip())
    request = question.request.model_copy(update={"confirmation": confirmation})
    try:
        return await _confirmed(replace(now, question=None), request, desk)
    except Refused as error:
        desk.say(explain(error), Tone.ERROR)
        return replace(now, question=_after_refusal(question, error, desk))


def _after_refusal(question: AskCode, error: Refused, desk: Workplace) -> AskCode | None:
    """A wrong code may be tried again; an expired one stays open for sending a new code."""
    if error.reason is Reason.WRONG_CODE:
        return replace(question, attempts=max(0, question.attempts - 1))
    if error.reason is Reason.EXPIRED:
        return replace(question, deadline=min(question.deadline, desk.clock.now()))
    return None


async def _confirmed(
    now: Snapshot, request: IdentifyRequest | RegisterRequest | ReserveRequest, desk: Workplace
) -> Snapshot:
    match request:
        case IdentifyRequest():
            return await identified(now, request, desk)
        case RegisterRequest():
            return await registering(now, request, desk)
        case ReserveRequest():
            return await reserving(now, request, desk)


async def resend_code(now: Snapshot, command: ResendCode, desk: Workplace) -> Snapshot:
    question = now.question
    if not isinstance(question, AskCode):
        raise NotNow(_("No code is awaited."))
    request = question.request.model_copy(update={"confirmation": None})
    desk.say(_("A new code is on its way."))
    return await _confirmed(replace(now, question=None), request, desk)
