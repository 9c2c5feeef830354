"""What a member could not be told, kept by the till and tried again.

The payload is the whole request, or the member's own feedback with its name around it. Attempts
count refusals alone: whoever is silent may come back tomorrow. After ``MOST_REFUSALS`` it is given
up, and said so.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from backends.chain.company import Company
from backends.chain.place import Member
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Message, MessageTo, OnCancel, Saving
from cashier.words import explain

MOST_REFUSALS = 5


class Sale(ex.Frozen):
    method: Literal["save_sale"] = "save_sale"
    request: ex.SaveSaleRequest


class Return(ex.Frozen):
    method: Literal["save_return"] = "save_return"
    request: ex.SaveReturnRequest


class Release(ex.Frozen):
    method: Literal["release"] = "release"
    request: ex.ReleaseRequest


class Cancel(ex.Frozen):
    method: Literal["cancel_sale"] = "cancel_sale"
    request: ex.CancelSaleRequest


Said: TypeAlias = Annotated[Sale | Return | Release | Cancel, Field(discriminator="method")]


class Untold(ex.Frozen):
    """A request that a member has not got."""

    kind: Literal["untold"] = "untold"
    member: str
    said: Said

    def feedback(self, name: str, attempts: int = 0) -> Feedback:
        """``name``: of the member, as it is called on screen."""
        request = self.said.request
        receipt = request.receipt
        return Feedback(
            feedback_id=request.operation_id,
            link=name,
            receipt_id=receipt.receipt_id,
            payload=_ADAPTER.dump_json(self).decode(),
            text=_what(self.said).format(number=receipt.number or receipt.receipt_id),
            attempts=attempts,
            saving=Saving.APPEND,
            on_cancel=OnCancel.PERSIST,
        )


class Own(ex.Frozen):
    """A member's own feedback."""

    kind: Literal["own"] = "own"
    member: str
    payload: str


_ADAPTER: TypeAdapter[Untold | Own] = TypeAdapter(
    Annotated[Untold | Own, Field(discriminator="kind")]
)


def left_by(member: Member, own: Feedback) -> Feedback:
    """A member's own feedback, as the chain hands it on."""
    payload = _ADAPTER.dump_json(Own(member=member.id, payload=own.payload)).decode()
    link = own.link or member.name
    if link == member.name:  # it must not replace what the chain has to tell this member
        link = _("{system}, its own").format(system=link)
    return replace(own, feedback_id=f"{member.id}:{own.feedback_id}", link=link, payload=payload)


@contextmanager
def named(member: Member) -> Iterator[None]:
    """A member's own feedback on what it raises is handed on as the chain's."""
    try:
        yield
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
        error.feedback = tuple(left_by(member, one) for one in error.feedback)
        raise


def refused_by(error: Exception) -> int:
    """How much an attempt counts that ended so."""
    return 1 if isinstance(error, ex.Refused) else 0


def _what(said: Sale | Return | Release | Cancel) -> str:
    match said:
        case Sale():
            return _("sale {number}")
        case Return():
            return _("return {number}")
        case Release():
            return _("points to be given back, receipt {number}")
        case _:
            return _("sale {number} is cancelled")


async def send(company: Company, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
    """Members at the same time, what one of them waits for in the order in which it happened."""
    waiting: dict[str, list[tuple[Feedback, Untold | Own]]] = defaultdict(list)
    lost: list[Feedback] = []
    for one in request.feedback:
        read = _read(one, company)
        if read is None:
            lost.append(one)
        else:
            waiting[read.member].append((one, read))
    members = [one for one in company.members if one.id in waiting]
    answers = await company.ask(members, lambda one: _to(one, waiting[one.id], request))
    left: list[Feedback] = []
    messages = [_given_up(one, _("nobody in the chain can read it")) for one in lost]
    for member, answer in answers:
        if isinstance(answer, ex.FeedbackLeft):
            left.extend(answer.feedback)
            messages.extend(answer.messages)
        else:
            left.extend(one for one, _read_ in waiting[member.id])
    return ex.FeedbackLeft(feedback=tuple(left), messages=tuple(messages))


def _read(one: Feedback, company: Company) -> Untold | Own | None:
    """None: not of this chain, or of a member that is gone."""
    try:
        read = _ADAPTER.validate_json(one.payload)
    except ValidationError:
        return None
    return read if read.member in {member.id for member in company.members} else None


async def _to(
    member: Member, waiting: Sequence[tuple[Feedback, Untold | Own]], request: ex.FeedbackRequest
) -> ex.FeedbackLeft:
    """All that waits for one member. It stops where there is silence."""
    own = [(one, read) for one, read in waiting if isinstance(read, Own)]
    left, messages = await _own(member, own, request) if own else ([], [])
    untold = [(one, read) for one, read in waiting if isinstance(read, Untold)]
    untold.sort(key=lambda both: both[1].said.request.at)
    for place, (one, read) in enumerate(untold):
        try:
            with named(member):
                left.extend(left_by(member, more) for more in await _say(member, read))
        except ex.Refused as refusal:
            left.extend(refusal.feedback)
            tried = replace(one, attempts=one.attempts + 1)
            if tried.attempts < MOST_REFUSALS:
                left.append(tried)
            else:
                messages.append(_given_up(tried, explain(refusal)))
        except (ex.Unavailable, ex.OutcomeUnknown) as silence:
            left.extend((*silence.feedback, *(rest for rest, _same in untold[place:])))
            break
    return ex.FeedbackLeft(feedback=tuple(left), messages=tuple(messages))


async def _say(member: Member, untold: Untold) -> tuple[Feedback, ...]:
    """The member's own feedback that it leaves."""
    backend = await member.ready()
    match untold.said:
        case Sale(request=request):
            return (await backend.save_sale(request.model_copy(update={"again": True}))).feedback
        case Return(request=back):
            return (await backend.save_return(back.model_copy(update={"again": True}))).feedback
        case Release(request=release):
            await backend.release(release)
        case Cancel(request=cancel):
            await backend.cancel_sale(cancel)
    return ()


async def _own(
    member: Member, waiting: Sequence[tuple[Feedback, Own]], request: ex.FeedbackRequest
) -> tuple[list[Feedback], list[Message]]:
    """Handed back to the member as it was; who is silent keeps it all waiting."""
    around = f"{member.id}:"
    handed = tuple(
        replace(one, feedback_id=one.feedback_id.removeprefix(around), payload=read.payload)
        for one, read in waiting
    )
    operation = f"{request.operation_id}:{member.id}"
    try:
        answer = await member.backend.send_feedback(
            ex.FeedbackRequest(operation_id=operation, feedback=handed, at=request.at)
        )
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown):
        return [one for one, _read_ in waiting], []
    return [left_by(member, one) for one in answer.feedback], list(answer.messages)


def _given_up(one: Feedback, why: str) -> Message:
    text = _("{link}: given up: {what}. {why}")
    return Message(MessageTo.CASHIER, text.format(link=one.link, what=one.text, why=why))
