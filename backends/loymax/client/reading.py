"""What came back, as one of the messages. Raises Refused for a no, Unavailable where the till was
not listened to, ValueError where nobody knows what was done."""

from functools import cache
from typing import TypeVar

from backends.http import Answer as Came
from backends.loymax.client.tokens import Stale
from backends.loymax.common.codes import OK, cause_named, fine, reason_named
from backends.loymax.wire.base import Envelope, Message, Reply, Result, State
from cashier.exchange import Cause, Refused, Unavailable

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Reply)
_SYSTEM_ERROR = "SystemError"


def reply(came: Came, model: type[R]) -> R:
    """The first answer."""
    told = messages(came, model)
    for one in told:
        _check(one, came.body)
    if not told:
        raise ValueError("data: there is no answer in it")
    return told[0]


def messages(came: Came, model: type[M]) -> tuple[M, ...]:
    """All that is in it, none perhaps; of answers with a code each is to be looked at."""
    if came.status == 401:
        raise Stale("401", cause=Cause.CREDENTIALS, raw=came.body)
    if not came.ok:
        raise ValueError("there is no answer in it")
    envelope = _form(model).model_validate(came.json())
    _check_state(envelope.result, came.body)
    if envelope.result.state == State.ERROR:
        for one in envelope.data:
            if isinstance(one, Reply):
                _check(one, came.body)
        code = envelope.result.messageCode
        _check(Reply(code=code if code != OK else "", errorMessage=envelope.result.message))
    return envelope.data


@cache
def _form(model: type[M]) -> type[Envelope[M]]:
    return Envelope[model]  # type: ignore[valid-type]


def _check_state(result: Result, raw: bytes) -> None:
    if result.state == State.VALIDATION_ERROR:
        fields = (f"{one.field}: {' '.join(one.errorMessages)}" for one in result.validationErrors)
        why = "; ".join(fields) or result.message or result.state
        raise Unavailable(why[:500], cause=Cause.PROTOCOL, raw=raw)
    if result.state not in (State.SUCCESS, State.ERROR):
        raise ValueError(f"{result.state}: {result.message}".rstrip(": "))


def _check(told: Reply, raw: bytes = b"") -> None:
    if fine(told.code):
        return
    why = f"{told.code}: {told.errorMessage}".rstrip(": ")
    if told.code == _SYSTEM_ERROR:
        raise ValueError(why)
    cause = cause_named(told.code)
    if cause is not None:
        raise Unavailable(why, cause=cause, raw=raw)
    raise Refused(reason_named(told.code), told.errorMessage or told.code, code=told.code)
