"""Everything that is said to the loyalty system is witnessed: what was asked, what came of it.

The witness stands right before the till and sees the abstract request and answer. Below it,
whatever goes over a network or meddles with the exchange tells the ``Tap`` of the request under
way: wrappers leave notes, the door to the network leaves every call to the byte.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from time import perf_counter_ns
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.exchange import Backend, Frozen, OutcomeUnknown, Refused, Unavailable
from cashier.methods import AnyMethod, Method
from cashier.receipt import Feedback
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


@dataclass(frozen=True)
class WireCall:
    """One request over the network and its answer, to the byte."""

    method: str
    """``GET``, ``POST``."""
    url: str
    at: datetime
    milliseconds: int
    attempt: int = 1
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: bytes = b""
    status: int = 0
    """0: no answer came."""
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer_body: bytes = b""
    error: str = ""
    """Why there is no answer, or why it could not be used."""
    secrets: tuple[str, ...] = ()
    """Texts in it that nobody is shown: tokens, passwords and what is made of them."""


class Outcome(StrEnum):
    ANSWERED = "answered"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    PENDING = "pending"
    """Nothing came of it yet."""
    CANCELLED = "cancelled"
    """The cashier did not want to wait, or the till was closed."""
    BROKEN = "broken"
    """A bug in the adapter."""


@dataclass(frozen=True)
class Exchange:
    """One request to the loyalty system and what came of it."""

    at: datetime
    doing: str
    """The command that asked: ``Calculate``; ``queue``: the outbox by itself; ``open``: the
    greeting."""
    method: str
    outcome: Outcome
    request: bytes
    """JSON of the abstract request."""
    answer: bytes = b""
    """JSON of the abstract answer; of trouble, of the feedback that it left; empty: there is
    none."""
    text: str = ""
    """What the trouble was, as the adapter put it."""
    reason: str = ""
    """Of a refusal, its common reason; of silence, its cause."""
    code: str = ""
    """The system's own code."""
    raw: bytes = b""
    """Bytes that broke the protocol."""
    receipt_id: str = ""
    operation_id: str = ""
    attempt: int = 1
    """How often this operation was asked for, this time included."""
    milliseconds: int = 0
    notes: tuple[str, ...] = ()
    """What meddled with it: 'fault: answer lost', 'from the recording'."""
    calls: tuple[WireCall, ...] = ()


@dataclass
class Tap:
    """What is gathered about the request under way."""

    method: AnyMethod
    notes: list[str] = field(default_factory=list)
    calls: list[WireCall] = field(default_factory=list)


_TAP: ContextVar[Tap | None] = ContextVar("tap", default=None)
DOING: ContextVar[str] = ContextVar("doing", default="")
"""Name of the command under way; set by the till."""


@contextmanager
def doing(name: str) -> Iterator[None]:
    """What is said to the system inside is said for this."""
    token = DOING.set(name)
    try:
        yield
    finally:
        DOING.reset(token)


def tap() -> Tap | None:
    """Of the request under way in this task; None: nobody listens."""
    return _TAP.get()


def note(text: str) -> None:
    """Tell whoever looks at the exchange what was done to it."""
    listening = tap()
    if listening is not None:
        listening.notes.append(text)


class Witness(Wrapper):
    """The loyalty system, with everything that is said to it handed to whoever keeps it."""

    def __init__(
        self,
        inner: Backend,
        keep: Callable[[Exchange], None],
        clock: Clock,
        timer: Callable[[], int] = perf_counter_ns,
        begun: Callable[[Exchange], None] | None = None,
    ) -> None:
        """``timer`` gives nanoseconds. ``begun`` hears of a request before it is made; ``keep``
        hears of the same one (the very bytes of its request) when it is over. None of them may
        raise."""
        self._inner, self._clock, self._timer = inner, clock, timer
        self._keep, self._begun = [keep], begun

    @property
    def inner(self) -> Backend:
        return self._inner

    def watch(self, keep: Callable[[Exchange], None]) -> None:
        """One more who is handed every exchange."""
        self._keep.append(keep)

    def remark(self, exchange: Exchange) -> None:
        """Something that the program itself found out, kept among what was said."""
        for keep in self._keep:
            keep(exchange)

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        heard = Tap(method)
        asked, began = self._asked(method, request), self._timer()
        token = _TAP.set(heard)
        seen: dict[str, Any] = {"outcome": Outcome.CANCELLED}
        try:
            answer = await call(self._inner, method, request)
            seen = {"outcome": Outcome.ANSWERED, "answer": _json(method.answer, answer)}
        except CashierError as error:
            seen = _trouble(error)
            raise
        except Exception as error:
            seen = {"outcome": Outcome.BROKEN, "text": f"{type(error).__name__}: {error}"}
            raise
        finally:
            _TAP.reset(token)
            done = Exchange(
                at=asked.at,
                doing=asked.doing,
                method=asked.method,
                request=asked.request,
                receipt_id=asked.receipt_id,
                operation_id=asked.operation_id,
                milliseconds=(self._timer() - began) // 1_000_000,
                notes=tuple(heard.notes),
                calls=tuple(heard.calls),
                **seen,
            )
            for keep in self._keep:
                keep(done)
        return answer

    def _asked(self, method: Method[Q, A], request: Q) -> Exchange:
        receipt = getattr(request, "receipt", None)
        asked = Exchange(
            at=self._clock.now(),
            doing=DOING.get(),
            method=method.name,
            outcome=Outcome.PENDING,
            request=_json(method.request, request),
            receipt_id=receipt.receipt_id if receipt else "",
            operation_id=getattr(request, "operation_id", ""),
        )
        if self._begun is not None:
            self._begun(asked)
        return asked


def _trouble(error: CashierError) -> dict[str, Any]:
    match error:
        case Refused():
            return {
                "outcome": Outcome.REFUSED,
                "answer": _left(error.feedback),
                "text": error.text,
                "reason": error.reason.value,
                "code": error.code,
            }
        case Unavailable() | OutcomeUnknown():
            known = isinstance(error, Unavailable)
            return {
                "outcome": Outcome.UNAVAILABLE if known else Outcome.UNKNOWN,
                "answer": _left(error.feedback),
                "text": str(error),
                "reason": error.cause.value,
                "raw": error.raw,
            }
        case _:
            return {"outcome": Outcome.BROKEN, "text": str(error)}


def _left(feedback: tuple[Feedback, ...]) -> bytes:
    """As ``FeedbackLeft`` is read."""
    return _json(dict[str, tuple[Feedback, ...]], {"feedback": feedback}) if feedback else b""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _json(kind: Any, value: object) -> bytes:
    """Empty where there is text in it that no file can hold; the sale goes on all the same."""
    try:
        return _adapter(kind).dump_json(value)
    except PydanticSerializationError:
        return b""
