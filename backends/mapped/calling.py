"""One request of the till on its way through the calls of its method."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, Protocol, TypeVar

from backends.http import Answer, Call
from backends.mapped.functions.base import plain
from backends.mapped.language import Expression
from backends.mapped.plan import Mapping, MethodPlan, Refusal, StepPlan, Wire
from backends.mapped.scope import Nonsense, Scope
from backends.mapped.wiring import Came, came, made_ready
from cashier.exchange import Cause, OutcomeUnknown, Refused, Unavailable
from cashier.witness import note

A = TypeVar("A")
P = ParamSpec("P")

MOST_EACH = 500
"""A step is done for so many elements at most: an answer may hold any number of them."""
NO_CONTENT = 204
NO_RIGHT = 401


class Ask(Protocol):
    """Sends a request and reads its answer, as ``backends.http.Door.ask`` does."""

    def __call__(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> Awaitable[A]: ...


class Session(Protocol):
    """Who signs in."""

    value: Any
    """What the last sign-in brought; null before, or where nobody signs in."""

    async def ready(self) -> None: ...

    async def renewed(self, old: Any) -> None:
        """A new one, unless somebody has got one since ``old``."""
        ...

    def over(self, scope: Scope) -> bool:
        """Whether an answer, with its names in ``scope``, asks for a new session."""
        ...


class _Over(Exception):
    """No error: the session ran out, and nothing was done."""


@dataclass(frozen=True)
class Got:
    """What a step brought."""

    kept: Any
    ends: bool
    """Whether the method ends here, with ``answer``."""
    answer: Any = None
    came: Came | None = None
    """None: nothing was sent."""
    raw: bytes = b""


@dataclass
class Run:
    """``answer`` gives the JSON of the abstract answer.

    Raises Refused, Unavailable, OutcomeUnknown. What fails after a call that changed something was
    answered leaves the till unsure, whatever it was, unless the mapping takes the change back.
    """

    mapping: Mapping
    method: MethodPlan
    scope: Scope
    session: Session
    ask: Ask
    changes: bool
    """Whether the method changes something."""
    changed: list[StepPlan] = field(default_factory=list, init=False)
    """Steps that changed something, and were answered."""
    raw: bytes = field(default=b"", init=False)
    """The last answer, to the byte."""

    async def answer(self) -> Any:
        try:
            return await self._answer()
        except (Unavailable, Refused) as error:
            if await self._undone():
                raise
            cause = error.cause if isinstance(error, Unavailable) else Cause.PROTOCOL
            raise OutcomeUnknown(str(error), cause=cause, raw=self.raw) from error

    async def _answer(self) -> Any:
        for plan in self.method.steps:
            if plan.undoes:
                continue
            if plan.when is not None and not self.now(self.scope.holds, plan.when):
                self._keep(plan, None)
                continue
            got = await self._every(plan)
            if got is not None and got.ends:
                return got.answer
        return self.now(self.scope.fill, self.method.answer)

    async def _undone(self) -> bool:
        """Whether everything that was changed is taken back; the last change first."""
        back = {plan.undoes: plan for plan in self.method.steps if plan.undoes}
        changed = {id(plan): plan for plan in reversed(self.changed)}
        for plan in changed.values():
            undo = back.get(plan.name) if plan.name else None
            if undo is None:
                return False
            try:
                if undo.when is None or self.now(self.scope.holds, undo.when):
                    await self._every(undo)
            except (Refused, Unavailable, OutcomeUnknown) as error:
                note(f"{undo.place}: {error}")
                return False
        return True

    async def _every(self, plan: StepPlan) -> Got | None:
        """The step, or one for each element; what ended the method, if one did."""
        if plan.each is None:
            got = await self._maybe(plan, self.scope)
            self._keep(plan, got.kept if got else None)
            return got
        elements = self.now(self.scope.value, plan.each)
        if not isinstance(elements, list):
            raise self.nonsense(f"{plan.each.place}: expected a list")
        if len(elements) > MOST_EACH:
            raise self.nonsense(f"{plan.each.place}: a list of {len(elements)}")
        kept: list[Any] = []
        for element in elements:
            got = await self._maybe(plan, self.scope.with_names(item=element))
            kept.append(got.kept if got else None)
            if got is not None and got.ends:
                return got
        self._keep(plan, kept)
        return None

    def _keep(self, plan: StepPlan, value: Any) -> None:
        if plan.name:
            self.scope = self.scope.with_names(**{plan.name: value})

    def now(self, work: Callable[P, A], *args: P.args, **kwargs: P.kwargs) -> A:
        """Something done with the mapping, between the calls."""
        try:
            return work(*args, **kwargs)
        except Nonsense as error:
            raise self.nonsense(str(error)) from error

    def nonsense(self, why: str) -> Unavailable | OutcomeUnknown:
        """The mapping and what the system said do not go together."""
        kind = OutcomeUnknown if self.changed else Unavailable
        return kind(why, cause=Cause.PROTOCOL, raw=self.raw)

    # --- one step

    async def _maybe(self, plan: StepPlan, scope: Scope) -> Got | None:
        """None where it failed and need not have gone well."""
        try:
            got = await self._once(plan, scope)
        except (Refused, Unavailable, OutcomeUnknown) as error:
            if not plan.optional:
                raise
            note(f"{plan.place}: {error}")
            return None
        if got.came is not None:
            self.raw = got.raw
            if self._alters(plan):
                self.changed.append(plan)
            self.scope = self.scope.with_names(session=self.session.value, **got.came.names())
        return got

    def _alters(self, plan: StepPlan) -> bool:
        if plan.wire is None:
            return False
        if plan.changes is not None:
            return plan.changes
        return self.changes and plan.wire.verb != "GET"

    async def _once(self, plan: StepPlan, scope: Scope) -> Got:
        """The call; once more with a new session where the old one ran out."""
        if plan.wire is None:
            return self.now(_thought, plan, scope)
        await self.session.ready()
        old = self.session.value
        try:
            return await self._sent(plan, plan.wire, scope, last=False)
        except _Over:
            await self.session.renewed(old)
            return await self._sent(plan, plan.wire, scope, last=True)

    async def _sent(self, plan: StepPlan, wire: Wire, scope: Scope, *, last: bool) -> Got:
        scope = scope.with_names(session=self.session.value)
        call = self.now(made_ready, wire, scope, self.mapping)
        call = replace(call, changes=self._alters(plan))

        def read(answer: Answer) -> Got:
            found = came(answer, self.mapping)
            seen = scope.with_names(**found.names())
            if self.session.over(seen):
                if last:
                    raise Unavailable(str(found.status), cause=Cause.CREDENTIALS, raw=answer.body)
                raise _Over
            _check(plan, found, seen, self.mapping.refused)
            return replace(_thought(plan, seen), came=found, raw=answer.body)

        return await self.ask(call, read, wire)


def _check(plan: StepPlan, found: Came, scope: Scope, rules: tuple[Refusal, ...]) -> None:
    """Raises Refused, and ValueError for what makes no sense: the door knows what that means."""
    if found.unreadable is not None:
        raise found.unreadable
    if scope.holds(plan.accept):
        return
    if found.status != NO_RIGHT:  # whoever we are not: that is no business of the receipt
        refuse(scope, (*plan.refused, *rules))
    check_ok(found)
    if found.body is None and found.status != NO_CONTENT and not plan.empty:
        raise Nonsense(f"{plan.place}: the answer is empty")


def _thought(plan: StepPlan, scope: Scope) -> Got:
    """What a step makes of the names that there are. Raises Refused, Nonsense."""
    if plan.wire is None:
        refuse(scope, plan.refused)
    check_must(plan.must, scope)
    kept = scope.names.get("body") if plan.keep is None else scope.fill(plan.keep)
    if not scope.holds(plan.done):
        return Got(kept, ends=False)
    return Got(kept, ends=True, answer=scope.fill(plan.answer))


def refuse(scope: Scope, rules: tuple[Refusal, ...]) -> None:
    """Raises Refused by the first rule that holds."""
    for rule in rules:
        if not scope.holds(rule.when):
            continue
        told = scope.quiet()
        code = plain(told.value(rule.code)) if rule.code is not None else ""
        text = plain(told.value(rule.text)) if rule.text is not None else ""
        raise Refused(rule.reason or rule.reasons.get(code, rule.otherwise), text, code=code)


def check_ok(found: Came) -> None:
    """Raises ValueError for a status that nothing was said about."""
    if not found.ok:
        raise ValueError("the mapping says nothing of this answer")


def check_must(claims: Iterable[Expression], scope: Scope) -> None:
    """Raises Nonsense for what has to be true and is not."""
    for claim in claims:
        if not scope.holds(claim):
            raise Nonsense(f"{claim.place}: not true of the answer: {claim.text}")
