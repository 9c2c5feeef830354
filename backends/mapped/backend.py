"""Any loyalty system over HTTP, as a mapping describes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from backends.http import Answer, Call, Door
from backends.mapped import names, options
from backends.mapped.answers import read_answer, read_system
from backends.mapped.calling import Run
from backends.mapped.functions import Surroundings
from backends.mapped.loading import load_mapping
from backends.mapped.plan import Mapping, MethodPlan, Wire
from backends.mapped.scope import Scope
from backends.mapped.signing import SignedIn
from cashier.clock import Clock, Ids
from cashier.exchange import (
    Calculation,
    Frozen,
    NotFound,
    Opening,
    PhoneMessage,
    Reason,
    Refused,
    System,
)
from cashier.methods import CALCULATE, IDENTIFY, OPEN, Method, changes
from cashier.shop import beside
from cashier.uniform import Uniform

A = TypeVar("A")
Q = TypeVar("Q", bound=Frozen)


class MappedBackend(Uniform):
    """Speaks to a service as its mapping says. Holds no state of a receipt.

    Raises Refused, Unavailable, OutcomeUnknown. What the mapping cannot make of an answer breaks
    the protocol: the bytes are kept, and the text names the line of the mapping.
    """

    def __init__(
        self,
        mapping: Mapping,
        given: "options.Given",
        clock: Clock,
        way: "Way",
        *,
        nulls: list[str] | None = None,
    ) -> None:
        """``nulls`` is filled with what is null for want of a name."""
        self.mapping, self._clock, self._way = mapping, clock, way
        self.nulls = nulls
        self._secrets = set(given.secrets)
        self._names: dict[str, Any] = {
            "options": given.values,
            "opening": names.plain(Opening(shop="", till="")),
            "settings": None,
            "session": None,
        }
        self._digits = 2
        self.session = SignedIn(mapping, self._ask, self._scope(), clock)

    @classmethod
    def from_options(
        cls,
        options_: dict[str, Any],
        *,
        folder: Path,  # noqa: ARG003 - nothing is stored
        card: Path,
        clock: Clock,
        ids: Ids,  # noqa: ARG003 - ids come with the requests
        phone: Callable[[PhoneMessage], None],  # noqa: ARG003 - the system's own phone rings
    ) -> "MappedBackend":
        """As a shop card asks: ``file`` names the mapping, beside it. Raises ConfigError."""
        file = options.file_of(options_, card)
        return cls.make(beside(card, file), options_, clock=clock, card=card)

    @classmethod
    def make(
        cls, path: Path, options_: dict[str, Any], *, clock: Clock, card: Path = Path()
    ) -> "MappedBackend":
        """From a mapping and the options of a shop card. Raises ConfigError."""
        mapping = load_mapping(path)
        given = options.read(mapping, options_, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(mapping, given, clock, ThroughDoor(door))

    async def close(self) -> None:
        await self._way.close()

    # --- the exchange

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, Opening):
            opened: Any = await self._opened(request)
            return opened  # type: ignore[no-any-return] # the answer of OPEN
        plan = self.mapping.methods.get(method.name)
        if plan is None:
            return _without(method)
        run = self._run(plan, request, changes=changes(method, request))
        value = await run.answer()
        return run.now(read_answer, method, plan.place, value)  # type: ignore[no-any-return]

    async def _opened(self, opening: Opening) -> System:
        self._names["opening"] = names.plain(opening)
        self._digits = opening.digits
        self.session.scope = self._scope()
        await self.session.ready()
        plan = self.mapping.methods.get("open")
        if plan is None:
            return read_system(self.mapping, OPEN, None, None)
        run = self._run(plan, opening, changes=False)
        told = await run.answer()
        system = run.now(read_system, self.mapping, OPEN, plan, told)
        self._names["settings"] = run.now(run.scope.fill, plan.settings)
        return system

    def _run(self, plan: MethodPlan, request: Frozen, *, changes: bool) -> Run:
        asked = names.request_names(request)
        scope = self._scope().with_names(**asked, session=self.session.value)
        return Run(self.mapping, plan, scope, self.session, self._ask, changes)

    def _scope(self) -> Scope:
        now = self._clock.now()
        around = Surroundings(self._digits, now, self.mapping.tables, self._secrets)
        told = {**self._names, "now": now.isoformat(), "request": None, "context": None}
        return Scope(told, around, self.mapping.parts, self.nulls)

    async def _ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A:
        """Over the way, which is told what nobody may see."""
        self._way.keep_secret(*self._secrets, *self.session.secrets())
        sign_in = self.mapping.sign_in
        aside = sign_in is not None and wire is sign_in.wire
        return await self._way.ask(replace(call, aside=aside), read, wire)


class Way(Protocol):
    """How requests get to the service."""

    async def ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A: ...
    def keep_secret(self, *texts: str) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class ThroughDoor:
    """Over the network."""

    door: Door

    async def ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A:  # noqa: ARG002
        return await self.door.ask(call, read)

    def keep_secret(self, *texts: str) -> None:
        self.door.keep_secret(*texts)

    async def close(self) -> None:
        await self.door.close()


def _without(method: Method[Q, A]) -> A:
    """What a system without this method answers."""
    nothing: Any = {CALCULATE.name: Calculation(), IDENTIFY.name: NotFound()}.get(method.name)
    if nothing is None and method.answer is not None:
        raise Refused(Reason.OTHER, method.name)
    return nothing  # type: ignore[no-any-return]
