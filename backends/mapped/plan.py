"""A mapping made ready: everything compiled, nothing left to look up while a customer waits."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from backends.mapped.file import OptionFile, ServiceFile
from backends.mapped.language import Expression, Template
from cashier.exchange import Reason


@dataclass(frozen=True)
class Refusal:
    """How a no looks, and which reason of ours it is."""

    when: Expression
    reason: Reason | None
    code: Expression | None
    text: Expression | None
    reasons: Map[str, Reason]
    otherwise: Reason


@dataclass(frozen=True)
class Wire:
    """One request over HTTP and what is looked at in its answer."""

    verb: str
    path: tuple["str | Expression", ...]
    """Pieces as they stand, and expressions between them."""
    query: Template | None
    headers: Template | None
    body: Template | None
    form: Template | None
    place: str
    """'line 12, field sign_in'."""
    sample: str
    sample_status: int


@dataclass(frozen=True)
class StepPlan:
    wire: Wire | None
    """None: nothing is sent."""
    place: str
    name: str = ""
    when: Expression | None = None
    must: tuple[Expression, ...] = ()
    each: Expression | None = None
    accept: Expression | None = None
    refused: tuple[Refusal, ...] = ()
    keep: Template | None = None
    done: Expression | None = None
    answer: Template | None = None
    changes: bool | None = None
    optional: bool = False
    empty: bool = False
    undoes: str = ""


@dataclass(frozen=True)
class MethodPlan:
    steps: tuple[StepPlan, ...]
    answer: Template | None
    place: str
    settings: Template | None = None


@dataclass(frozen=True)
class SignInPlan:
    wire: Wire
    must: tuple[Expression, ...]
    session: Template
    lasts: Expression | None
    again: Expression


@dataclass(frozen=True)
class Mapping:
    """All of a file."""

    file: str
    service: ServiceFile
    options: Map[str, OptionFile]
    tables: Map[str, Map[str, Any]]
    parts: Map[str, Template]
    headers: Template | None
    sign_in: SignInPlan | None
    refused: tuple[Refusal, ...]
    methods: Map[str, MethodPlan] = field(default_factory=dict)
