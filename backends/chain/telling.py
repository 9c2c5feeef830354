"""A finished receipt told to all whose links were active; who could not be told leaves a feedback.

Where something hangs on a member's yes (points are spent there, its coupon gave a discount) it is
told first, and its no is the chain's no. The others are told at the same time, and the sale stands
whatever they say.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from backends.chain.company import Company
from backends.chain.feedback import Return, Sale, Untold, left_by, named, refused_by
from backends.chain.memory import Memory
from backends.chain.place import Member
from backends.chain.views import Views
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Message, MessageTo, Settled, Source
from cashier.words import explain, points_text

Save: TypeAlias = ex.SaveSaleRequest | ex.SaveReturnRequest
Came: TypeAlias = Settled | ex.Refused | ex.Unavailable | ex.OutcomeUnknown


async def save(company: Company, told: Sequence[Member], views: Views, request: Save) -> Settled:
    """``told``: whose links are active, where the receipt does not say.

    Raises what a member raised on whose yes the receipt depends; and Unavailable or
    OutcomeUnknown where nobody could be told.
    """
    await company.ready()
    memory = _remembered(request)
    members = [company[name] for name in memory.told if name in _names(company)] or list(told)
    requests = {one.id: _for(one, request, views, memory) for one in members}
    needed = [one for one in members if _depends_on(one, request, memory)]
    await _make_sure(company, needed, requests)
    came: dict[str, Came] = {}
    for one in needed:
        came[one.id] = await say(one, requests[one.id])
    others = [one for one in members if one.id not in came]
    answers = await company.ask(others, lambda one: say(one, requests[one.id]))
    came |= {one.id: answer for one, answer in answers}
    _fail_if_nobody(came)
    return _settled(members, came, requests, memory)


def _remembered(request: Save) -> Memory:
    """Of a return what was remembered of its sale: whose points came off, and who heard of it."""
    receipt = request.receipt
    context = receipt.context or (receipt.of.context if receipt.of else "")
    return Memory.of(context)


async def say(member: Member, request: Save) -> Settled:
    backend = await member.ready()
    with named(member):
        if isinstance(request, ex.SaveSaleRequest):
            return await backend.save_sale(request)
        return await backend.save_return(request)


def _names(company: Company) -> set[str]:
    return {one.id for one in company.members}


def _for(member: Member, request: Save, views: Views, memory: Memory) -> Save:
    """Under an operation of its own, that stays the same over retries."""
    own = {
        "operation_id": f"{request.operation_id}:{member.id}",
        "receipt": views.of(member, request.receipt, memory),
    }
    return request.model_copy(update=own)


def _depends_on(member: Member, request: Save, memory: Memory) -> bool:
    """Whether the receipt is wrong if this member says no."""
    receipt = request.receipt
    if isinstance(request, ex.SaveReturnRequest):
        return False
    pays = bool(receipt.spend) and memory.payer == member.id
    given = any(one.source is Source.COUPON for line in receipt.lines for one in line.discounts)
    return pays or (given and member.id in memory.coupons.values())


async def _make_sure(company: Company, needed: Sequence[Member], requests: dict[str, Save]) -> None:
    """Where two say yes or no, both are asked before the first is told. Raises Refused."""
    if len(needed) < 2:
        return

    async def hold_good(member: Member) -> None:
        request = requests[member.id]
        receipt, at = request.receipt, request.at
        if receipt.spend:
            bare = replace(receipt, spend=0)
            offer = await member.backend.points(ex.PointsRequest(receipt=bare, at=at))
            if offer.available < receipt.spend:
                raise ex.Refused(ex.Reason.LIMIT_EXCEEDED, _("the points are not there any more"))
        for one in receipt.coupons:
            others = tuple(other for other in receipt.coupons if other is not one)
            bare = replace(receipt, coupons=others)
            await member.backend.check_coupon(
                ex.CheckCouponRequest(receipt=bare, code=one.code, at=at)
            )

    for _member, answer in await company.ask(needed, hold_good):
        if answer is not None:
            raise answer


def _fail_if_nobody(came: dict[str, Came]) -> None:
    """A sale that nobody knows of is queued as a whole."""
    if not came or any(isinstance(one, Settled) for one in came.values()):
        return
    for kind in (ex.OutcomeUnknown, ex.Unavailable, ex.Refused):
        for one in came.values():
            if isinstance(one, kind):
                raise one


def _settled(
    members: Sequence[Member],
    came: dict[str, Came],
    requests: dict[str, Save],
    memory: Memory,
) -> Settled:
    heard = [(one, answer) for one in members if isinstance(answer := came[one.id], Settled)]
    home = next((answer for one, answer in heard if one.id == memory.payer), None)
    home = home or next((answer for _one, answer in heard if answer.balance is not None), None)
    home = home or next((answer for _one, answer in heard if answer.earned), Settled())
    messages: list[Message] = []
    feedback: list[Feedback] = []
    for one, answer in heard:
        messages.extend(answer.messages)
        feedback.extend(left_by(one, left) for left in answer.feedback)
        if answer is not home and answer.earned:
            text = _("{system}: {points} points are earned")
            words = text.format(system=one.name, points=points_text(answer.earned))
            messages.append(Message(MessageTo.SLIP, words))
    for one in members:
        error = came[one.id]
        if isinstance(error, ex.Refused | ex.Unavailable | ex.OutcomeUnknown):
            told = _not_told(one, error, requests[one.id], knows=one.id in memory.told)
            messages.append(told[0])
            feedback.extend(told[1])
    return replace(
        home,
        messages=tuple(messages),
        to_print=tuple(one for _member, answer in heard for one in answer.to_print),
        feedback=tuple(feedback),
    )


def _not_told(
    member: Member,
    error: ex.Refused | ex.Unavailable | ex.OutcomeUnknown,
    request: Save,
    *,
    knows: bool,
) -> tuple[Message, tuple[Feedback, ...]]:
    """Said to the cashier, and kept for later. A return of a sale that the member never heard of
    is nobody's business there; ``knows``: it was to hear of it, perhaps it still will."""
    text = _("{system} does not know of this receipt yet: {why}").format(
        system=member.name, why=explain(error)
    )
    message = Message(MessageTo.CASHIER, text)
    unheard_of = isinstance(error, ex.Refused) and error.reason is ex.Reason.NOT_FOUND
    if unheard_of and not knows and isinstance(request, ex.SaveReturnRequest):
        return message, error.feedback
    if isinstance(request, ex.SaveSaleRequest):
        untold = Untold(member=member.id, said=Sale(request=request))
    else:
        untold = Untold(member=member.id, said=Return(request=request))
    attempts = refused_by(error)
    return message, (untold.feedback(member.name, attempts), *error.feedback)


async def to_all(
    members: Sequence[Member],
    company: Company,
    act: Callable[[Member], Awaitable[None]],
) -> list[tuple[Member, ex.Refused | ex.Unavailable | ex.OutcomeUnknown]]:
    """Something without an answer, told to several at the same time; who did not take it."""
    answers = await company.ask(members, act)
    return [(one, error) for one, error in answers if error is not None]
