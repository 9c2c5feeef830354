"""What a mapping read from the system, as an abstract answer: exact, or it is none."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from backends.exact_json import json_bytes
from backends.mapped.file import ABILITIES
from backends.mapped.functions.base import shown
from backends.mapped.lenient import mended
from backends.mapped.plan import Mapping, MethodPlan
from backends.mapped.scope import Nonsense
from cashier.exchange import Can, Frozen, System
from cashier.methods import AnyMethod

FEEDBACK = frozenset(("feedback", "feedback_seconds", "feedback_batch"))
"""Fields that no mapped answer has: nothing could be handed back to it."""


@cache
def _model(kind: Any) -> type[BaseModel]:
    """The answer inside a model of the exchange: exact, and a misspelt field is none."""
    return create_model("Told", __base__=Frozen, told=(kind, ...))


def read_answer(method: AnyMethod, place: str, value: Any) -> Any:
    """The abstract answer from its JSON. Raises Nonsense that names ``place``."""
    if method.answer is None:
        return None
    if isinstance(value, dict) and (found := FEEDBACK & value.keys()):
        raise Nonsense(f"{place}: a mapped system has no {min(found)}")
    if isinstance(value, dict) and "context" in value:
        value = {**value, "context": _context(value["context"])}
    value = mended(method.answer, value)
    try:
        model = _model(method.answer).model_validate_json(json_bytes({"told": value}))
        answer: Any = model.told  # type: ignore[attr-defined] # just made
    except ValidationError as error:
        raise Nonsense(f"{place}: {_complaint(error)}") from error
    except ValueError as error:  # NotJson: a number that is none
        raise Nonsense(f"{place}: {error}") from error
    if _has_naive_time(answer):
        raise Nonsense(f"{place}: a time without an offset")
    return answer


def _context(value: Any) -> str:
    """A context may be anything; the till keeps text."""
    if value is None or isinstance(value, str):
        return value or ""
    return json_bytes(value).decode()


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "-"
    given = first.get("input")
    told = "null" if given is None else str(given)
    return f"{where}: {first['msg']}, got {told[:60]}"


def _has_naive_time(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is None
    if isinstance(value, BaseModel):
        return any(_has_naive_time(one) for _name, one in value)
    if is_dataclass(value):
        return any(_has_naive_time(getattr(value, one.name)) for one in fields(value))
    return isinstance(value, tuple) and any(_has_naive_time(one) for one in value)


def read_system(mapping: Mapping, method: AnyMethod, plan: MethodPlan | None, told: Any) -> System:
    """What ``open`` brings: as the file says, with what the system told on top. Raises Nonsense."""
    service, place = mapping.service, plan.place if plan else mapping.file
    if told is not None and not isinstance(told, dict):
        raise Nonsense(f"{place}: expected a table")
    told = dict(told or {})
    can = _abilities(told.pop("can", list(service.can)), place)
    base = {
        "name": service.name,
        "can": can.value,
        "registration": service.registration.model_dump(mode="json"),
        "point_value": service.point_value,
        "currency": service.currency,
        "emulated": service.emulated,
    }
    system: System = read_answer(method, place, {**base, **told})
    return system


def _abilities(names: Any, place: str) -> Can:
    can = Can(0)
    if not isinstance(names, list):
        raise Nonsense(f"{place}: expected a list of abilities, got {shown(names)}")
    for name in names:
        if not isinstance(name, str) or name not in ABILITIES:
            raise Nonsense(f"{place}: there is no ability {shown(name)}")
        can |= ABILITIES[name]
    return can
