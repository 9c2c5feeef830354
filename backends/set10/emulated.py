"""A named place of the chain with an emulated provider in it.

How SetRetail10 asks Smart Checkout, Manzana and Loymax is not public. In a demo some other loyalty
system stands in their place, under their name, and says that it does: *emulated*. Manzana and
Loymax have adapters of their own (``manzana``, ``loymax``), by what else is known of their wires.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from backends.options import read_options
from cashier.clock import Clock, Ids
from cashier.config import Settings
from cashier.exchange import Backend, Calculation, Frozen, LinePrice, PhoneMessage, System
from cashier.i18n import _
from cashier.methods import Method
from cashier.registered import find_backend
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
_OWN = "house"


class EmulatedOptions(Settings):
    """``[loyalty.options]`` of a shop card, or ``options`` of an external system of a chain."""

    name: str = Field(min_length=1, max_length=60)
    """Whose place it is: ``Loymax``."""
    rules: str = ""
    """What it gives: a rules file of the embedded system; empty: the demo rules."""
    system: str = Field(default=_OWN, min_length=1, max_length=100)
    """What stands in the place: a loyalty system by the name it is registered under."""
    options: dict[str, Any] = {}
    """Of that system."""

    @model_validator(mode="after")
    def _one_way(self) -> "EmulatedOptions":
        if self.system == "emulated":
            words = _("system: expected one that is not emulated itself")
            raise PydanticCustomError("system", "{why}", {"why": words})
        if self.rules and (self.system != _OWN or "rules" in self.options):
            words = _("rules: only the embedded system has them; expected options of the other one")
            raise PydanticCustomError("rules", "{why}", {"why": words})
        return self


class EmulatedBackend(Wrapper):
    """Any loyalty system under another name."""

    def __init__(self, name: str, inner: Backend) -> None:
        self._name, self._inner = name, inner

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[PhoneMessage], None],
    ) -> "EmulatedBackend":
        """As a shop card asks. Raises ConfigError."""
        read = read_options(options, EmulatedOptions, card)
        given = {"rules": read.rules} if read.rules else read.options
        inner: Backend = find_backend(read.system).from_options(
            given, folder=folder, card=card, clock=clock, ids=ids, phone=phone
        )
        return cls(read.name, inner)

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self._inner, method, request)
        match answer:
            case System():
                return answer.model_copy(update={"name": self._name, "emulated": True})
            case Calculation(lines=lines) if lines:
                named = tuple(self._named(one) for one in lines)
                return answer.model_copy(update={"lines": named})
            case _:
                return answer

    def _named(self, price: LinePrice) -> LinePrice:
        given = tuple(replace(one, system=self._name) for one in price.discounts)
        return price.model_copy(update={"discounts": given})
