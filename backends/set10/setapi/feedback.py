"""What the till keeps for plugins until they have it: their own feedback, and rollbacks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from backends.set10.setapi import contract as api
from backends.set10.setapi.book import Book, State, WriteOff
from backends.set10.setapi.plugins import Plugins
from backends.set10.setapi.saying import said
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Message, MessageTo, OnCancel, Saving
from cashier.words import points_text

MOST_REFUSALS = 5
"""After so many a rollback is given up."""


class Own(ex.Frozen):
    """A plugin's."""

    kind: Literal["plugin"] = "plugin"
    payload: str


class Undo(ex.Frozen):
    """A rollback that got no answer; the till's own, for the contract has no feedback for it."""

    kind: Literal["rollback"] = "rollback"
    id: str
    operation: str
    receipt: str
    card: str
    points: int
    answered: str


_PAYLOAD: TypeAdapter[Own | Undo] = TypeAdapter(Annotated[Own | Undo, Field(discriminator="kind")])


def of_plugin(told: Sequence[api.Feedback], receipt_id: str, link: str) -> tuple[Feedback, ...]:
    """As the till keeps them, under hidden ids: the same ones when the plugin says them again."""
    return tuple(
        Feedback(
            feedback_id=one.id or f"{receipt_id}:{place}:{one.payload[:80]}",
            link=link,
            receipt_id=receipt_id,
            payload=_PAYLOAD.dump_json(Own(payload=one.payload)).decode(),
            text=one.text,
            attempts=one.attempts,
            saving=one.saving,
            on_cancel=one.on_cancel,
        )
        for place, one in enumerate(told)
    )


def of_rollback(one: WriteOff, link: str, attempts: int = 0) -> Feedback:
    text = _("{points} points back to card {card}")
    undo = Undo(
        id=one.id,
        operation=one.operation,
        receipt=one.receipt,
        card=one.card,
        points=one.points,
        answered=one.answered,
    )
    return Feedback(
        feedback_id=f"{one.id}:rollback",
        link=_("{plugin}, cards").format(plugin=link),  # no feedback of the plugin replaces it
        receipt_id=one.receipt,
        payload=_PAYLOAD.dump_json(undo).decode(),
        text=text.format(points=points_text(one.points), card=one.card),
        attempts=attempts,
        saving=Saving.APPEND,
        on_cancel=OnCancel.PERSIST,
    )


async def undone(one: WriteOff, plugins: Plugins, book: Book, link: str) -> tuple[Feedback, ...]:
    """Roll a write-off back; what is left to do where the plugin does not."""
    book.keep(replace(one, state=State.UNDO))
    try:
        answer = await said(plugins.cards.rollback(one.transaction), changes=True)
    except ex.Refused:
        return (of_rollback(one, link, attempts=1),)
    except (ex.Unavailable, ex.OutcomeUnknown):
        return (of_rollback(one, link),)
    if answer.status is not api.WriteOffStatus.OK:
        refused = answer.status is api.WriteOffStatus.ERROR
        return (of_rollback(one, link, attempts=int(refused)),)
    book.keep(replace(one, state=State.OVER))
    return ()


async def send(
    request: ex.FeedbackRequest, plugins: Plugins, book: Book, link: str
) -> ex.FeedbackLeft:
    """The plugin's all at once, then the rollbacks. Raises what the plugin raises."""
    own: list[tuple[Feedback, Own]] = []
    undo: list[tuple[Feedback, Undo]] = []
    messages: list[Message] = []
    for one in request.feedback:
        try:
            read = _PAYLOAD.validate_json(one.payload)
        except ValidationError:
            messages.append(_given_up(one, _("nobody can read it")))
            continue
        if isinstance(read, Own):
            own.append((one, read))
        else:
            undo.append((one, read))
    left = []
    for one, wanted in undo:
        again = await _undo(one, wanted, plugins, book, link)
        if again is not None and again.attempts >= MOST_REFUSALS:
            messages.append(_given_up(again, _("the plugin refuses it")))
        elif again is not None:
            left.append(again)
    told, news = await _own(own, plugins, link)
    return ex.FeedbackLeft(feedback=(*told, *left), messages=(*messages, *news))


async def _undo(
    one: Feedback, wanted: Undo, plugins: Plugins, book: Book, link: str
) -> Feedback | None:
    known = {other.id: other for other in book.of_receipt(wanted.receipt)}
    write_off = known.get(wanted.id) or WriteOff(
        wanted.id,
        wanted.operation,
        wanted.receipt,
        wanted.card,
        wanted.points,
        State.UNDO,
        wanted.answered,
    )
    if write_off.state in (State.OVER, State.SOLD):
        return None
    left = await undone(write_off, plugins, book, link)
    return replace(one, attempts=one.attempts + left[0].attempts) if left else None


async def _own(
    own: Sequence[tuple[Feedback, Own]], plugins: Plugins, link: str
) -> tuple[tuple[Feedback, ...], tuple[Message, ...]]:
    """Silence leaves all of them waiting, uncounted."""
    if not own:
        return (), ()
    handed = tuple(
        api.Feedback(
            read.payload, one.text, one.attempts, one.saving, one.on_cancel, one.feedback_id
        )
        for one, read in own
    )
    try:
        answer = await said(plugins.loyalty.on_send_feedback(handed), changes=True)
    except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown):
        return tuple(one for one, _read in own), ()
    receipts = {one.feedback_id: one.receipt_id for one, _read in own}
    left: list[Feedback] = []
    for one in answer.again:
        if one.id in receipts:  # only what was handed out can come back
            left.extend(of_plugin((one,), receipts[one.id], link))
    return tuple(left), answer.messages


def _given_up(one: Feedback, why: str) -> Message:
    text = _("{link}: given up: {what}. {why}")
    return Message(MessageTo.CASHIER, text.format(link=one.link, what=one.text, why=why))
