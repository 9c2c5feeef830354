"""The JSON Schema of a scenario, so that an editor completes steps and underlines what is wrong.

It is made of the same models, words and facts that read a scenario. What it cannot say (two words
in one step, a name that no step before gave) the reader says.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cashier.checks import CHECKS
from cashier.exchange import Can
from cashier.receipt import TenderKind
from cashier.scenario.facts import FACTS, HOWS, Fact
from cashier.scenario.given import Given, GivenCustomer
from cashier.scenario.model import Checks, LessonSettings, Limits, ScenarioFile
from cashier.scenario.reading import REFUSALS
from cashier.scenario.shapes import OneOf
from cashier.scenario.standing import MOVING
from cashier.scenario.vocabulary import VERBS, Verb

Schema: TypeAlias = dict[str, Any]

ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE: Schema = {"type": "string", "pattern": r"\$\{.+\}"}
"""A value that a variable gives."""
_TEXT: Schema = {"type": ["string", "number"]}
_NUMBER: Schema = {"type": ["number", "string"]}
_COUNT = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d+$"}]}
_KINDS = [kind.value for kind in TenderKind]


def schema_text() -> str:
    """As it is printed and published."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def schema() -> Schema:
    parts, places = _shapes()
    head = parts.pop("ScenarioFile")
    del head["description"]
    steps = {"type": "array", "items": {"$ref": "#/$defs/step"}}
    head["properties"] |= {
        "setup": {**steps, "description": _of(ScenarioFile, "setup")},
        "steps": {**steps, "description": _of(ScenarioFile, "steps")},
    }
    head["properties"]["needs"]["items"] = _one_of(
        mark + (it.name or "").lower() for mark in ("", "!") for it in Can
    )
    parts["Checks"]["properties"]["off"]["items"] = _one_of((*CHECKS, *MOVING))
    verbs = {
        name: _verb(verb, places[name], parts[places[name]].get("properties", {}))
        for name, verb in VERBS.items()
    }
    return {
        "$schema": ADDRESS,
        "title": "A scenario of the cashier emulator",
        **head,
        "required": ["scenario", "steps"],
        "$defs": {
            **parts,
            "step": _step(verbs),
            "expect": _expect(),
            "refused": _refused(verbs),
        },
    }


def _shapes() -> tuple[dict[str, Any], dict[str, str]]:
    """All definitions by name, and the name of the definition of each step."""
    models: list[type[BaseModel]] = [ScenarioFile, *(verb.shape for verb in VERBS.values())]
    found, whole = models_json_schema([(model, "validation") for model in models])
    names = {model: ref["$ref"].rpartition("/")[2] for (model, _mode), ref in found.items()}
    parts: dict[str, Any] = {name: _widened(part) for name, part in whole["$defs"].items()}
    for model, name in names.items():
        _describe(parts[name], model)
    for model in (Given, GivenCustomer, Checks, Limits, LessonSettings):
        _describe(parts[model.__name__], model)
    return parts, {name: names[verb.shape] for name, verb in VERBS.items()}


# --- what pydantic says, as people write it


def _widened(part: Any) -> Any:
    """Text may look like a number to a reader of YAML; and a variable may stand for anything."""
    if isinstance(part, list):
        return [_widened(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: _widened(one) for name, one in part.items() if name not in ("title", "default")}
    if made.get("type") == "string" and not {"enum", "const", "format", "pattern"} & set(made):
        return {**made, **_TEXT}
    if made.get("type") == "integer":
        return {**made, **_NUMBER}
    if made.get("type") == "boolean" or (made.get("type") == "string" and "pattern" not in made):
        words = {name: made.pop(name) for name in ("description",) if name in made}
        return {**words, "anyOf": [made, _VARIABLE]}
    return made


def _describe(part: Schema, model: type[Any]) -> None:
    """The docstrings of a model and its fields."""
    part.pop("description", None)
    if words := _words(model):
        part["description"] = words
    for name, field in part.get("properties", {}).items():
        words = _of(model, name)
        if words and "$ref" not in field:
            field["description"] = "; ".join(filter(None, (words, field.get("description"))))


# --- steps


def _verb(verb: Verb, place: str, fields: Schema) -> Schema:
    """The fields of a step, or a bare value, or nothing."""
    required = [name for name, it in verb.shape.model_fields.items() if it.is_required()]
    either = verb.shape.either if issubclass(verb.shape, OneOf) else ()
    forms: list[Schema] = [{"$ref": f"#/$defs/{place}"}]
    if fields:
        (name,) = verb.short(_ANY)
        if not set(required) - {name}:
            forms.append(fields.get(name) or {"enum": list(either)})
    if not required and not either:
        forms.append({"type": "null"})
    return {"description": _words(verb.kind) or verb.name.replace("_", " "), "anyOf": forms}


_ANY = "any"
"""A bare value, to see which field it is for."""


def _step(verbs: Schema) -> Schema:
    whole = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 5,
        "additionalProperties": False,
        "properties": {
            "say": {**_TEXT, "description": "A caption; the task of a lesson."},
            "hint": {**_TEXT, "description": "Help for the trainee."},
            "as": {**_TEXT, "description": "What the receipt is called further on."},
            "expect": {"$ref": "#/$defs/expect"},
            "expect_refused": {"$ref": "#/$defs/refused"},
            "include": {"type": "string", "description": "The steps of another file."},
            "wait": _wait(),
            "restart": {"type": "null", "description": "The program is killed and started again."},
            "return": _return(),
            **verbs,
        },
    }
    return {"anyOf": [_bare(verbs, "restart"), whole]}


def _bare(verbs: Schema, *more: str) -> Schema:
    """Steps that are nothing but a word."""
    return {
        "enum": [*(name for name, it in verbs.items() if {"type": "null"} in it["anyOf"]), *more]
    }


def _refused(verbs: Schema) -> Schema:
    about = {
        "reason": _one_of(REFUSALS),
        "text": {**_TEXT, "description": "What the sentence must contain."},
    }
    whole = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 3,
        "additionalProperties": False,
        "properties": {"return": _return(), **verbs, **about},
    }
    return {"description": "A step that must be refused.", "anyOf": [_bare(verbs), whole]}


def _wait() -> Schema:
    parts = dict.fromkeys(("seconds", "minutes", "hours", "days"), _COUNT)
    table = {"type": "object", "properties": parts, "additionalProperties": False}
    return {
        "description": "Time goes by; a bare number is seconds.",
        "anyOf": [*_COUNT["anyOf"], table],
    }


def _return() -> Schema:
    fields = {
        "of": {**_TEXT, "description": "The name of a step (as), or the number of a receipt."},
        "lines": {"type": "array", "items": _COUNT, "description": "Which lines; none: all."},
        "quantity": {**_NUMBER, "description": "How much of each line; none: what is left."},
        "refund": _one_of(_KINDS),
    }
    whole = {
        "type": "object",
        "required": ["of"],
        "properties": fields,
        "additionalProperties": False,
    }
    words = "Find the sale, choose what comes back, give the money back."
    return {"description": words, "anyOf": [_TEXT, whole]}


# --- facts


def _expect() -> Schema:
    of = {**_TEXT, "description": "The name of the receipt that is asked about."}
    return {
        "description": "What must be so after the step.",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {"of": of, **{name: _fact(fact) for name, fact in FACTS.items()}},
    }


def _fact(fact: Fact) -> Schema:
    values: dict[str, Schema] = {
        "flag": {"anyOf": [{"type": "boolean"}, _VARIABLE]},
        "text": _TEXT,
        "words": _TEXT,
        "list": {"anyOf": [{"type": "array", "items": _TEXT}, _TEXT]},
        "sums": {"anyOf": [{"type": "array", "items": _NUMBER}, _NUMBER]},
    }
    value = values.get(fact.unit, _NUMBER)
    compared = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {how: {"anyOf": [value, {"type": "null"}]} for how in HOWS},
    }
    return {
        "description": f"{fact.words} ({fact.unit})",
        "anyOf": [value, {"type": "null"}, compared],
    }


def _one_of(names: Iterable[str]) -> Schema:
    return {"anyOf": [{"enum": list(names)}, _VARIABLE]}


# --- words for people


def _words(kind: type) -> str:
    """The docstring; a dataclass without one has its signature there."""
    text = inspect.cleandoc(kind.__doc__ or "")
    return "" if text.startswith(f"{kind.__name__}(") else _plain(text)


def _plain(text: str) -> str:
    text = " ".join(text.split()).replace("``", "")
    text = text.replace("None: ", "left out: ").replace("None ", "left out, it ")
    return text[:1].upper() + text[1:]


@cache
def _fields_of(model: type) -> dict[str, str]:
    """The docstrings below the fields of a class."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    except (OSError, TypeError):  # one that was made at run time
        return {}
    found, field = {}, ""
    for node in tree.body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            field = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and field:
            found[field] = _plain(str(node.value.value))
        else:
            field = ""
    return found


def _of(model: type, field: str) -> str:
    """The docstring below a field; of a step, below that of its command."""
    kinds = [verb.kind for verb in VERBS.values() if verb.__dict__.get("shape") is model]
    ours = [one for one in model.__mro__ if one.__module__.startswith("cashier.")]
    return next((words for kind in (*ours, *kinds) if (words := _fields_of(kind).get(field))), "")
