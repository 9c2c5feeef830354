"""Prices of a receipt that passes the chain, and what it brings."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backends.chain.company import Company
from backends.chain.feedback import left_by
from backends.chain.memory import Memory
from backends.chain.passing import Step, Walk, prices, walk
from backends.chain.place import Member, Place, PricedInParts, WatchesChain
from backends.chain.views import Views
from cashier import exchange as ex
from cashier.i18n import _
from cashier.links import State
from cashier.money import Points
from cashier.receipt import Line, LinePoints, Message, MessageTo, Receipt
from cashier.words import points_text


async def calculate(
    company: Company, places: Sequence[Place], views: Views, request: ex.CalculateRequest
) -> ex.Calculation:
    """Raises Refused and Unavailable only where points are to be spent."""
    await company.ready()
    receipt, at = request.receipt, request.at
    memory = await company.remembered(receipt, at)
    heads = {one.id: views.head(one, receipt, memory) for one in company.members}
    await _tell_started(places, receipt, at)
    spending = _Spending(memory.payer, request.spend)
    way = await walk(places, Walk.begin(receipt, heads), at, spending)
    given = way.priced()
    answers = await _brought(company, way, memory, request)
    own = {step.place.member.id: step.answer for step in way.steps if step.answer is not None}
    answers = own | answers
    memory = _learnt(memory, way.steps, answers)
    home = _home(memory, answers)
    return ex.Calculation(
        lines=prices(receipt.lines, given),
        earn=max(0, answers[home].earn) if home else 0,
        gifts=tuple(one for step in way.steps if step.answer for one in step.answer.gifts),
        messages=(*_troubles(way.steps), *_said(answers, company, home)),
        to_print=tuple(one for answer in answers.values() for one in answer.to_print),
        distribution=_distribution(way.lines, answers.get(memory.payer)),
        context=memory.words(),
        hold=f"{receipt.receipt_id}:prices" if memory.holding else "",
        feedback=tuple(
            left_by(company[name], one)
            for name, answer in answers.items()
            for one in answer.feedback
        ),
    )


class _Spending:
    """Points go to the first link of the one who pays; a system in parts is told at the end."""

    def __init__(self, payer: str, spend: Points) -> None:
        self._payer, self._left = payer, spend

    def __call__(self, place: Place) -> Points:
        member = place.member
        if member.id != self._payer or member.in_parts is not None:
            return 0
        spend, self._left = self._left, 0
        return spend


async def _tell_started(places: Sequence[Place], receipt: Receipt, at: datetime) -> None:
    watching = _watching(places, receipt, at)
    if watching:
        told = [one.chain_started(receipt, at) for one in watching]
        await asyncio.gather(*told, return_exceptions=True)


def _watching(places: Sequence[Place], receipt: Receipt, at: datetime) -> list[WatchesChain]:
    able = [place for place in places if place.member.watches is not None]
    active = {place.member.id: place for place in able if not place.idle(receipt, at)}
    ready = [place.member for place in active.values() if place.member.known]
    return [one.watches for one in ready if one.watches is not None]


async def _brought(
    company: Company,
    way: Walk,
    memory: Memory,
    request: ex.CalculateRequest,
) -> dict[str, ex.Calculation]:
    """What those that are priced in parts say of the whole; those that watch hear of it too."""
    at, active = request.at, {step.place.member.id for step in way.steps if not step.is_idle}
    parts = [
        (one, one.in_parts)
        for one in company.members
        if one.known and one.in_parts is not None and one.id in active
    ]
    watching = [one.watches for one in company.members if one.watches and one.id in active]
    told = [one.chain_finished(way.whole(), at) for one in watching]

    async def ask(member: Member, backend: PricedInParts) -> ex.Calculation | None:
        spend = request.spend if memory.payer == member.id else 0
        seen = ex.CalculateRequest(receipt=way.seen_by(member.id), spend=spend, at=at)
        try:
            return await backend.brought(seen)
        except (ex.Refused, ex.Unavailable):
            if spend:
                raise
            return None

    if not told and len(parts) < 2:  # most often: no task is made for it
        answers = [await ask(*one) for one in parts]
    else:
        asked = asyncio.gather(*[ask(*one) for one in parts])
        finished = asyncio.gather(*told, return_exceptions=True)
        answers, _told = await asyncio.gather(asked, finished)
    return {
        member.id: answer
        for (member, _backend), answer in zip(parts, answers, strict=True)
        if answer is not None
    }


def _learnt(memory: Memory, steps: Sequence[Step], answers: dict[str, ex.Calculation]) -> Memory:
    told = [step.place.member.id for step in steps if step.state is not State.IDLE]
    contexts = {name: answer.context for name, answer in answers.items() if answer.context}
    holding = {name: answer.hold for name, answer in answers.items() if answer.hold}
    return replace(
        memory,
        told=tuple(dict.fromkeys(told)),
        contexts=memory.contexts | contexts,
        holding=holding | memory.holding,
    )


def _home(memory: Memory, answers: dict[str, ex.Calculation]) -> str:
    """Whose earnings are shown as the points of this receipt."""
    if memory.payer in answers:
        return memory.payer
    return next((name for name, answer in answers.items() if answer.earn > 0), "")


def _troubles(steps: Sequence[Step]) -> tuple[Message, ...]:
    """Which link gave nothing, or not all it said, and why."""
    down = _("{link} gives nothing, the receipt goes on without it. {why}")
    contained = _("{link} answered what cannot be, that does not count: {why}")
    return tuple(
        Message(
            MessageTo.CASHIER,
            (down if step.state is State.DOWN else contained).format(
                link=step.place.link.title, why=step.why
            ),
        )
        for step in steps
        if step.state in (State.DOWN, State.CONTAINED)
    )


def _said(answers: dict[str, ex.Calculation], company: Company, home: str) -> tuple[Message, ...]:
    text = _("{system}: {points} points will be earned")
    said = [message for answer in answers.values() for message in answer.messages]
    for name, answer in answers.items():
        if name != home and answer.earn > 0:
            words = text.format(system=company[name].name, points=points_text(answer.earn))
            said.append(Message(MessageTo.CASHIER, words))
    return tuple(said)


def _distribution(lines: Sequence[Line], answer: ex.Calculation | None) -> tuple[LinePoints, ...]:
    """As the payer spread the points, where the lines still bear it: later links may have lowered
    them. Else the till spreads, within the ceilings that ``points`` tells."""
    if answer is None or not answer.distribution:
        return ()
    most = {line.number: line.total - line.floor for line in lines}
    fits = all(0 <= part.amount <= most.get(part.number, -1) for part in answer.distribution)
    return answer.distribution if fits else ()
