"""Any loyalty system with faults in front of it.

Where the system speaks HTTP a fault happens on the wire, so that the client meets what it would
meet in the street. Where nothing goes over a wire (the embedded system, a recording) its outcome is
played on the exchange: the one of the three that the same trouble would be there.
"""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from backends.meddler import MEDDLER, Send
from cashier import methods
from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.exchange import (
    Backend,
    Cause,
    Frozen,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from cashier.faults import Fault, FaultKind, Plan, kind_words, what_comes
from cashier.i18n import _
from cashier.methods import AnyMethod, Method
from cashier.uniform import Wrapper, call
from cashier.witness import note

if TYPE_CHECKING:
    from backends.http import Answer, Call, Seen

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

_BEFORE = (FaultKind.UNREACHABLE, FaultKind.STATUS)
"""With these nothing is done."""


class Faulty(Wrapper):
    """Stands for a loyalty system in everything, and lets go wrong what ``plan`` says.

    The system is made when it is opened, in a thread: the cashier scans meanwhile.
    """

    def __init__(self, make: Callable[[], Backend], clock: Clock, plan: Plan | None = None) -> None:
        self.plan = plan or Plan()
        self._make = make
        self._made: Backend | None = None
        self._making = asyncio.Lock()
        self._clock = clock
        self._on_wire = False
        """Whether the system was seen to speak over the network."""

    @property
    def inner(self) -> Backend:
        if self._made is None:
            raise Unavailable
        return self._made

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        """Raises ConfigError as well, when the system is opened and its settings are wrong."""
        late, fault = self.plan.strike(method.name)
        changes = methods.changes(method, request)
        if late:
            note(_("fault: slow by {seconds} s").format(seconds=late))
        if fault is not None:
            note(_("fault: {what}").format(what=kind_words(fault)))
        if late and not self._on_wire:
            await self._clock.sleep(late)
            late = 0
        if fault is not None and fault.kind is FaultKind.REFUSED:
            raise Refused(fault.reason, fault.text)
        if fault is not None and fault.kind in _BEFORE and not self._on_wire:
            raise _trouble(fault, changes=changes)
        if method is methods.OPEN:
            await self._be_made()
        meddling = _Meddling(late, fault, self._clock, changes=changes)
        return await self._asked(method, request, fault, meddling)

    async def _be_made(self) -> None:
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)

    async def _asked(
        self, method: Method[Q, A], request: Q, fault: Fault | None, meddling: "_Meddling"
    ) -> A:
        token = MEDDLER.set(meddling)
        answer: A | Refused
        try:
            answer = await call(self.inner, method, request)
        except Refused as refusal:
            if fault is None or meddling.struck:
                raise
            answer = refusal  # an answer, too: it can be lost
        finally:
            MEDDLER.reset(token)
            self._on_wire = self._on_wire or meddling.met
            if fault is not None and meddling.struck:
                self.plan.doubt(request, fault)
        if fault is not None and not meddling.struck:
            self.plan.doubt(request, fault)
            return await self._played(method, request, fault, answer)
        assert not isinstance(answer, Refused)  # raised above
        return answer

    async def _played(
        self, method: Method[Q, A], request: Q, fault: Fault, answer: A | Refused
    ) -> A:
        """Nothing went over a wire: what the till would hear of it if it had."""
        if fault.kind is not FaultKind.TWICE:
            raw = _raw(method, answer, fault)
            raise _trouble(fault, changes=methods.changes(method, request), raw=raw)
        if isinstance(answer, Refused):
            raise answer
        try:
            await call(self.inner, method, request)
            note(_("the second time it was answered as well"))
        except CashierError as error:
            text = _("the second time it was not answered: {why}")
            note(text.format(why=str(error) or type(error).__name__))
        return answer


class _Meddling:
    """A fault, where the door to the network asks for it: on all calls of the step that matter."""

    def __init__(self, late: int, fault: Fault | None, clock: Clock, *, changes: bool) -> None:
        self.met = False
        """Something went over the network."""
        self.struck = False
        self._late, self._fault, self._clock = late, fault, clock
        self._changes = changes

    async def __call__(self, call: "Call", send: Send, seen: "Seen") -> "Answer":
        self.met = True
        nothing_there = self._fault is not None and self._fault.kind is FaultKind.UNREACHABLE
        matters = not call.aside and (call.changes or not self._changes)
        if not (matters or nothing_there):
            return await send()
        if self._late:
            send = self._slowly(send, seen)
        if self._fault is None:
            return await send()
        from backends.wire_faults import meddle  # brings the network in: it is there now

        self.struck = True
        return await meddle(self._fault, send, seen)

    def _slowly(self, send: Send, seen: "Seen") -> Send:
        """The work is done in time; the answer comes late, once in a step."""
        late, self._late = self._late, 0

        async def sent() -> "Answer":
            answer = await send()
            seen.answer = None
            await self._clock.sleep(late)
            seen.answer = answer
            return answer

        return sent


def _trouble(fault: Fault, *, changes: bool, raw: bytes = b"") -> Unavailable | OutcomeUnknown:
    """The outcome that such a fault would be on the wire."""
    why = _("fault: {what}").format(what=kind_words(fault))
    silence: type[Unavailable | OutcomeUnknown] = OutcomeUnknown if changes else Unavailable
    match fault.kind:
        case FaultKind.UNREACHABLE:
            return Unavailable(why)
        case FaultKind.STATUS if fault.status in (401, 403):
            return Unavailable(why, cause=Cause.CREDENTIALS)
        case FaultKind.STATUS:
            kind = silence if fault.status >= 500 else Unavailable
            return kind(why, cause=Cause.STATUS)
        case FaultKind.GARBLED:
            return silence(why, cause=Cause.PROTOCOL, raw=raw)
        case _:
            return silence(why, raw=raw)


def _raw(method: AnyMethod, answer: Any, fault: Fault) -> bytes:
    """What would have come of the answer, as bytes; nothing for a refusal."""
    if isinstance(answer, Refused):
        return b""
    return what_comes(fault.kind, _adapter(method.answer).dump_json(answer))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
