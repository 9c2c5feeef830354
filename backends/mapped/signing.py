"""Signing in: one session for all requests under way, renewed when it runs out."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backends.http import Answer
from backends.mapped.calling import Ask, check_must, check_ok, refuse
from backends.mapped.functions.base import number
from backends.mapped.plan import Mapping, SignInPlan
from backends.mapped.scope import Nonsense, Scope
from backends.mapped.wiring import came, made_ready
from cashier.clock import Clock
from cashier.exchange import Cause, Refused, Unavailable

_EARLY = timedelta(seconds=5)
"""A session is renewed a little before its end."""
_LONGEST = 10**9


@dataclass
class SignedIn:
    """The session of a mapping; null where the service wants none."""

    mapping: Mapping
    ask: Ask
    scope: Scope
    """What the sign-in may use: the opening, the options."""
    clock: Clock
    value: Any = field(default=None, init=False)
    _ends: datetime | None = field(default=None, init=False)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def ready(self) -> None:
        """Raises Unavailable: nothing was told to the service but who we are."""
        if self.mapping.sign_in is None:
            return
        over = self._ends is not None and self.clock.now() >= self._ends
        if self.value is None or over:
            await self.renewed(self.value)

    async def renewed(self, old: Any) -> None:
        """A new session, unless another request got one since ``old``. Raises Unavailable."""
        plan = self.mapping.sign_in
        assert plan is not None  # who else would have found the old one over
        async with self._one:
            if self.value is old:
                await self._sign_in(plan)

    def over(self, scope: Scope) -> bool:
        plan = self.mapping.sign_in
        return plan is not None and scope.holds(plan.again)

    async def _sign_in(self, plan: SignInPlan) -> None:
        scope = self.scope.with_names(session=None)
        try:
            call = made_ready(plan.wire, scope, self.mapping)
        except Nonsense as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error

        def read(answer: Answer) -> tuple[Any, datetime | None]:
            found = came(answer, self.mapping)
            if found.unreadable is not None:
                raise found.unreadable
            seen = scope.with_names(**found.names())
            refuse(seen, self.mapping.refused)
            check_ok(found)
            check_must(plan.must, seen)
            session = seen.fill(plan.session)
            if session is None:
                raise Nonsense(f"{plan.wire.place}: there is no session in the answer")
            return session, self._end(plan, seen)

        try:
            self.value, self._ends = await self.ask(call, read, plan.wire)
        except Refused as refusal:
            raise Unavailable(str(refusal), cause=Cause.CREDENTIALS) from refusal

    def _end(self, plan: SignInPlan, scope: Scope) -> datetime | None:
        lasts = scope.quiet().value(plan.lasts) if plan.lasts is not None else None
        if lasts is None:
            return None
        seconds = int(number(lasts))
        if not 0 < seconds < _LONGEST:
            raise Nonsense(f"{plan.wire.place}: a session of {seconds} seconds")
        return self.clock.now() + timedelta(seconds=seconds) - _EARLY

    def secrets(self) -> list[str]:
        """What of it nobody is shown."""
        return _texts(self.value)


def _texts(value: Any) -> list[str]:
    """All texts in a value."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in parts for text in _texts(one)]
