"""What Kopilka has not heard yet: kept by the till as feedback, and said again."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from backends.set10.kopilka.line import Line
from backends.set10.kopilka.wire import Said, Word
from cashier import exchange as ex
from cashier.i18n import _
from cashier.receipt import Feedback, Message, MessageTo, OnCancel, Receipt, Saving
from cashier.words import explain, points_text

_SAID = TypeAdapter(Said)


def feedback(said: Said, receipt: Receipt, name: str, attempts: int = 0) -> Feedback:
    """The payload is the message: its word, uid, sum."""
    text = _words(said.word).format(
        points=points_text(said.amount), number=receipt.number or receipt.receipt_id
    )
    return Feedback(
        feedback_id=f"{said.uid or said.check}:{said.word}",
        link=name,
        receipt_id=receipt.receipt_id,
        payload=_SAID.dump_json(said).decode(),
        text=text,
        attempts=attempts,
        saving=Saving.APPEND,
        on_cancel=OnCancel.PERSIST,
    )


def _words(word: Word) -> str:
    return {
        Word.CONFIRM: _("{points} points are spent, receipt {number}"),
        Word.CANCEL: _("reserved points are not wanted any more, receipt {number}"),
        Word.ACCRUE: _("{points} points are earned, receipt {number}"),
    }[word]


async def send(request: ex.FeedbackRequest, line: Line, most: int) -> ex.FeedbackLeft:
    """In the order in which it happened, till there is silence. After ``most`` refusals one is
    given up; silence does not count."""
    left: list[Feedback] = []
    messages: list[Message] = []
    waiting = list(reversed(request.feedback))
    for place, one in enumerate(waiting):
        try:
            said = _SAID.validate_json(one.payload)
        except ValidationError:
            messages.append(_given_up(one, _("nobody can read it")))
            continue
        try:
            await line.ask(said)
        except ex.Refused as no:
            tried = replace(one, attempts=one.attempts + 1)
            if tried.attempts < most:
                left.append(tried)
            else:
                messages.append(_given_up(one, explain(no)))
        except (ex.Unavailable, ex.OutcomeUnknown):
            left.extend(waiting[place:])
            break
    return ex.FeedbackLeft(feedback=_newest_first(left), messages=tuple(messages))


def _newest_first(left: Sequence[Feedback]) -> tuple[Feedback, ...]:
    return tuple(reversed(left))


def _given_up(one: Feedback, why: str) -> Message:
    text = _("{link}: given up: {what}. {why}")
    return Message(MessageTo.CASHIER, text.format(link=one.link, what=one.text, why=why))
