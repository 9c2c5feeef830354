"""From scenarios to text: what ``reading`` reads back to the same steps, nice to read."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, get_args, get_type_hints

from cashier import commands as do
from cashier.commands import Command
from cashier.money import show, show_quantity
from cashier.scenario.facts import Expected, Same, written
from cashier.scenario.given import Given
from cashier.scenario.model import Deed, Restart, Return, ScenarioFile, Step, Wait
from cashier.scenario.units import REST
from cashier.scenario.vocabulary import OF_COMMAND
from cashier.scenario.yaml_text import Bare, Data, field, flow, item

DOLLAR = "dollar"
"""The variable that stands for a dollar where it would begin a variable."""
_VARIABLE = re.compile(r"\$(?=\{\s*([^}]*?)\s*\})")


def text_of(
    head: ScenarioFile,
    steps: Iterable[Step],
    *,
    setup: Sequence[Step] = (),
    notes: Sequence[str] = (),
) -> str:
    """The whole file. ``notes`` stand above it, as comments."""
    return assembled(head, map(step_text, steps), setup=map(step_text, setup), notes=notes)


def assembled(
    head: ScenarioFile,
    steps: Iterable[str],
    *,
    setup: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> str:
    """The same of steps that are text already."""
    known = tuple(head.vars)
    lines = ["\n".join(f"# {line}" for line in note.splitlines()) for note in notes]
    body = list(_head(head))
    if setup := list(setup):
        body += ["setup:", *setup]
    body += ["steps:", *steps]
    text = "\n".join(body)
    safe = _without_variables(text, known)
    if safe != text:
        line = field(DOLLAR, "$", 2)
        body.insert(_after_vars(body), line if "vars:" in body else f"vars:\n{line}")
        safe = _without_variables("\n".join(body), (*known, DOLLAR))
    return "\n".join([*lines, safe]) + "\n"


def _after_vars(body: list[str]) -> int:
    """Where a variable more has its place."""
    if "vars:" in body:
        return body.index("vars:") + 1
    return body.index("setup:" if "setup:" in body else "steps:")


def _without_variables(text: str, known: Sequence[str]) -> str:
    """What looks like a variable, and is none, is text."""
    return _VARIABLE.sub(lambda found: "$" if found[1] in known else f"${{{DOLLAR}}}", text)


# --- the head


def _head(head: ScenarioFile) -> Iterable[str]:
    given = head.model_fields_set
    for name, write in _FIELDS.items():
        value = getattr(head, name)
        if name == "scenario" or (name in given and value not in ((), {}, "", None)):
            yield write(name, value)


def _line(name: str, value: Any) -> str:
    return field(name, list(value) if isinstance(value, tuple) else value)


def _clock(name: str, value: Any) -> str:
    return f"{name}: {value.isoformat()}"


def _mapping(name: str, value: Any) -> str:
    pairs = (
        field(one, list(said) if isinstance(said, tuple) else said, 2)
        for one, said in value.items()
    )
    return "\n".join([f"{name}:", *pairs])


def _rows(name: str, value: Any) -> str:
    return "\n".join([f"{name}:", *(f"  - {flow(dict(row))}" for row in value)])


def _settings(name: str, value: Any) -> str:
    said = {one: getattr(value, one) for one in value.model_fields_set}
    plain = {one: list(it) if isinstance(it, tuple) else Bare(str(it)) for one, it in said.items()}
    return field(name, plain)


def _given(name: str, value: Given) -> str:
    lines = [f"{name}:"]
    if value.rules:
        lines.append(field("rules", value.rules, 2))
    if value.customers:
        lines.append("  customers:")
    for customer in value.customers:
        said: dict[str, Data] = {}
        for one, it in customer.model_dump(exclude_defaults=True, mode="python").items():
            if one in ("points", "turnover"):
                said[one] = Bare(show(it, group="").removesuffix(".00"))
            elif one == "birthdate":
                said[one] = Bare(it.isoformat())
            else:
                said[one] = list(it) if isinstance(it, tuple) else it
        lines.append(f"    - {flow(said)}")
    return "\n".join(lines)


_FIELDS: dict[str, Callable[[str, Any], str]] = {
    "scenario": _line,
    "language": _line,
    "about": _line,
    "shop": _line,
    "clock": _clock,
    "given": _given,
    "vars": _mapping,
    "examples": _rows,
    "tags": _line,
    "needs": _line,
    "checks": _settings,
    "limits": _settings,
    "lesson": _settings,
}


# --- steps


def step_text(step: Step) -> str:
    """An item of ``steps``."""
    return item(step_data(step), 2)


def step_data(step: Step) -> dict[str, Data]:
    """The fields of a step, in the order in which a person would write them."""
    data: dict[str, Data] = {}
    if step.say:
        data["say"] = step.say
    if step.deed is not None:
        word, value = deed_data(step.deed)
        if step.refusal is None:
            data[word] = value
        else:
            said = {"reason": step.refusal.reason, "text": step.refusal.text}
            more = {name: text for name, text in said.items() if text}
            data["expect_refused"] = {word: value, **more} if more or value is not None else word
    if step.name:
        data["as"] = step.name
    if step.expect:
        data["expect"] = _expected(step.expect)
    if step.hint:
        data["hint"] = step.hint
    return data


def deed_data(deed: Deed) -> tuple[str, Data]:
    """The word of a step, and what stands behind its colon."""
    match deed:
        case Wait(seconds):
            return "wait", _time(seconds)
        case Restart():
            return "restart", None
        case Return():
            data = _return(deed)
            return "return", deed.of if len(data) == 1 else data
        case do.PayPoints(points=None):
            return "pay_points", REST[0]
        case do.TakeTender(amount=None, reference=""):
            return "tender", deed.kind.value
    return _command(deed)


def _command(command: Command) -> tuple[str, Data]:
    verb = OF_COMMAND[type(command)]
    value: Any = verb.write(command)
    numbers = _numbers(verb.kind)
    if isinstance(value, dict):
        value = {name: _typed(one, number=name in numbers) for name, one in value.items()}
    elif isinstance(value, str):
        name = next(iter(verb.short(value)))
        value = _typed(value, number=name in numbers)
    return verb.name, value


def _typed(value: Any, *, number: bool) -> Data:
    is_number = number and isinstance(value, str) and value[-1:].isdigit()
    return Bare(value) if is_number else value


@cache
def _numbers(kind: type) -> frozenset[str]:
    """Fields of a step that hold no text."""
    if kind in _OWN_NUMBERS:
        return _OWN_NUMBERS[kind]
    hints = get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if str not in (hint, *get_args(hint)))


_OWN_NUMBERS: dict[type, frozenset[str]] = {
    do.Identify: frozenset(),
    do.TakeTender: frozenset(("cash", "card", "certificate")),
    do.SetFault: frozenset(("times", "every", "chance", "seed", "seconds", "status")),
}
_UNITS = (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def _time(seconds: int) -> Data:
    name, unit = next(one for one in _UNITS if not seconds % one[1] or one[1] == 1)
    return {name: Bare(str(seconds // unit))} if seconds else Bare("0")


def _return(deed: Return) -> dict[str, Data]:
    data: dict[str, Data] = {"of": deed.of}
    if deed.lines:
        data["lines"] = [Bare(str(number)) for number, _quantity in deed.lines]
        if (quantity := deed.lines[0][1]) is not None:
            data["quantity"] = Bare(show_quantity(quantity))
    if deed.refund is not None:
        data["refund"] = deed.refund.value
    return data


# --- expectations


def _expected(facts: Sequence[Expected]) -> Data:
    data: dict[str, Any] = {"of": facts[0].of} if facts[0].of else {}
    for one in facts:
        name = one.fact.name
        if one.how == "is":
            data[name] = _value(one)
        else:
            data.setdefault(name, {})[one.how] = _value(one)
    return data


def _value(one: Expected) -> Data:
    value = one.value
    if isinstance(value, Same):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Bare(written(one.fact.unit, value))
    return value
