"""From files to scenarios: variables, examples, includes; every step is checked before any runs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from cashier.checks import CHECKS
from cashier.config import Where, fit
from cashier.errors import ConfigError
from cashier.exchange import Can, Reason
from cashier.i18n import _
from cashier.money import BadNumber, Quantity, parse_quantity
from cashier.receipt import TenderKind
from cashier.scenario.facts import expectations
from cashier.scenario.model import (
    Deed,
    Refusal,
    Restart,
    Return,
    Scenario,
    ScenarioFile,
    Step,
    Wait,
)
from cashier.scenario.source import Source
from cashier.scenario.standing import MOVING
from cashier.scenario.vocabulary import VERBS

_NOTHING: Mapping[str, str] = {}
MOST_STEPS = 20_000
DEEPEST_INCLUDE = 20
BESIDE = ("say", "hint", "as", "expect")
"""What may stand beside a step, and by itself."""
MORE = ("return", "wait", "restart", "expect_refused", "include")
"""Words that are no command of the till."""
REFUSALS = (*(reason.value for reason in Reason), "not_now", "bad_input", "unavailable",
            "outcome_unknown")  # fmt: skip
_VARIABLE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


def load(path: Path, seed: int = 0, variables: Mapping[str, str] = _NOTHING) -> list[Scenario]:
    """The scenarios of a file: one, or one for each row of its examples. Raises ConfigError.

    ``seed`` chooses where a variable has several values: the same ones at every run.
    ``variables`` take the place of those in the file.
    """
    return scenarios_of(Source.load(path), seed, variables)


def scenarios_of(
    source: Source, seed: int = 0, variables: Mapping[str, str] = _NOTHING
) -> list[Scenario]:
    """Raises ConfigError."""
    head = head_of(source)
    rows = head.examples or ({},)
    return [_scenario(source, head, {**variables, **row}, row, seed) for row in rows]


def head_of(source: Source) -> ScenarioFile:
    """The file as it is written: its steps are not read yet. Raises ConfigError."""
    head = _head(source)
    if not head.scenario:
        raise source.wrong(("scenario",), _("this field is required"))
    return head


def _head(source: Source) -> ScenarioFile:
    if not isinstance(source.data, dict):
        raise source.wrong((), _("expected fields: scenario, steps"))
    return fit(source.data, ScenarioFile, source.name, source)


def _scenario(
    source: Source, head: ScenarioFile, given: dict[str, str], row: dict[str, str], seed: int
) -> Scenario:
    variables = {**_variables(head, seed), **given}
    source = _filled(source, variables)
    head = _head(source)
    reading = _Reading(variables, seed)
    setup = tuple(reading.steps(source, head.setup, ("setup",)))
    steps = tuple(reading.steps(source, head.steps, ("steps",)))
    if not steps:
        raise source.wrong(("steps",), _("there are no steps"))
    _check_names(source, head)
    return Scenario(
        source=source,
        title=head.scenario,
        steps=(*setup, *steps),
        setup=len(setup),
        language=head.language,
        about=head.about,
        shop=head.shop,
        clock=head.clock,
        given=head.given,
        tags=head.tags,
        needs=head.needs,
        example=row.get("name") or ", ".join(row.values()),
        off=frozenset(head.checks.off),
        limits=head.limits,
        lesson=head.lesson,
    )


def _check_names(source: Source, head: ScenarioFile) -> None:
    """Names in the head that must be known."""
    known = {"off": (*CHECKS, *MOVING), "needs": tuple(can.name or "" for can in Can)}
    for place, name in enumerate(head.checks.off):
        if name not in known["off"]:
            raise _unknown(source, ("checks", "off", place), known["off"])
    for place, name in enumerate(head.needs):
        if name.removeprefix("!").upper() not in known["needs"]:
            raise _unknown(source, ("needs", place), [one.lower() for one in known["needs"]])


def _unknown(source: Source, at: Where, known: Any) -> ConfigError:
    return source.wrong(at, _("expected one of {known}").format(known=", ".join(known)))


# --- variables


def _variables(head: ScenarioFile, seed: int) -> dict[str, str]:
    """Each with its value, or with the one that the seed chooses for it."""
    chosen = {}
    for name, value in head.vars.items():
        dice = Random(f"{seed} {name}")  # noqa: S311  # the same at every run
        chosen[name] = value if isinstance(value, str) else dice.choice(value or ("",))
    return chosen


def _filled(source: Source, variables: dict[str, str]) -> Source:
    """Every ``${name}`` in it replaced."""

    def fill(value: Any, at: Where) -> Any:
        if isinstance(value, str) and "${" in value:
            return _VARIABLE.sub(lambda found: known(found[1], at), value)
        if isinstance(value, list):
            return [fill(one, (*at, place)) for place, one in enumerate(value)]
        if isinstance(value, dict):
            return {name: fill(one, (*at, name)) for name, one in value.items()}
        return value

    def known(name: str, at: Where) -> str:
        if name not in variables:
            text = _("there is no variable {name}; known are: {known}")
            raise source.wrong(at, text.format(name=name, known=", ".join(variables) or "-"))
        return variables[name]

    kept = {name: source.data.get(name) for name in ("vars", "examples") if name in source.data}
    return replace(source, data={**fill({**source.data, **dict.fromkeys(kept)}, ()), **kept})


# --- steps


@dataclass
class _Reading:
    """One scenario while it is read."""

    variables: dict[str, str]
    seed: int = 0
    names: set[str] = field(default_factory=set)
    """Receipts that can be spoken of."""
    count: int = 0

    def steps(
        self, source: Source, data: list[Any], at: Where, inside: tuple[str, ...] = ()
    ) -> Iterator[Step]:
        for place, one in enumerate(data):
            here = (*at, place)
            self.count += 1
            if self.count > MOST_STEPS:
                text = _("more than {n} steps").format(n=MOST_STEPS)
                raise source.wrong(here, text)
            if isinstance(one, dict) and "include" in one:
                yield from self._included(source, one, (*here, "include"), inside)
            else:
                step = self._step(source, one, here)
                if step.name:
                    self.names.add(step.name)
                yield step

    def _included(
        self, source: Source, step: dict[str, Any], at: Where, inside: tuple[str, ...]
    ) -> Iterator[Step]:
        name = step["include"]
        if not isinstance(name, str) or not name or len(step) > 1:
            raise source.wrong(at, _("expected the name of a file, and nothing beside it"))
        path = (source.folder / name).resolve()
        inside = inside or (str(Path(source.name).resolve()),)
        if str(path) in inside:
            raise source.wrong(at, _("{file} includes itself").format(file=name))
        if len(inside) > DEEPEST_INCLUDE:
            raise source.wrong(at, _("includes of includes, too deep"))
        try:
            other = Source.load(path)
            head = _head(other)
            other = _filled(other, {**_variables(head, self.seed), **self.variables})
        except ConfigError as error:
            raise source.wrong(at, str(error)) from error
        yield from self.steps(other, _head(other).steps, ("steps",), (*inside, str(path)))

    def _step(self, source: Source, data: Any, at: Where) -> Step:
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict) or not data:
            raise source.wrong(at, _("expected a step, like scan: 4600000000015"))
        words = [word for word in data if word not in BESIDE]
        for word in words:
            if word not in VERBS and word not in MORE:
                raise _unknown_word(source, (*at, word), word)
        if len(words) > 1:
            text = _("{one} and {other} are two steps: begin each with a dash")
            raise source.wrong(at, text.format(one=words[0], other=words[1]))
        word = words[0] if words else ""
        expected = data.get("expect")
        step = Step(
            source,
            at,
            word=word,
            say=_words(source, data, "say", at),
            hint=_words(source, data, "hint", at),
            name=_words(source, data, "as", at),
        )
        if word == "expect_refused":
            deed, refusal = self._refused(source, data[word], (*at, word))
            step = replace(step, deed=deed, refusal=refusal)
        elif word:
            step = replace(step, deed=self._deed(source, word, data[word], (*at, word)))
        if "expect" in data:
            known = frozenset(self.names | {step.name} - {""})
            step = replace(step, expect=expectations(expected, source, (*at, "expect"), known))
        return step

    def _refused(self, source: Source, data: Any, at: Where) -> tuple[Deed, Refusal]:
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict):
            raise source.wrong(at, _("expected a step, like scan: 4600000000015"))
        words = [word for word in data if word not in ("reason", "text")]
        if len(words) != 1 or (words[0] not in VERBS and words[0] != "return"):
            raise _unknown_word(source, at, ", ".join(words))
        reason = _words(source, data, "reason", at)
        if reason and reason not in REFUSALS:
            raise _unknown(source, (*at, "reason"), REFUSALS)
        deed = self._deed(source, words[0], data[words[0]], (*at, words[0]))
        return deed, Refusal(reason, _words(source, data, "text", at))

    def _deed(self, source: Source, word: str, data: Any, at: Where) -> Deed:
        match word:
            case "wait":
                return _wait(source, data, at)
            case "restart":
                return Restart()
            case "return":
                return self._return(source, data, at)
        deed = VERBS[word].read(data, source, at)
        self._check_references(source, data, at)
        return deed

    def _check_references(self, source: Source, data: Any, at: Where) -> None:
        """``@sale.number`` speaks of a receipt that has a name by then; ``@@`` is a plain @."""
        for value in data.values() if isinstance(data, dict) else (data,):
            if isinstance(value, str) and value.startswith("@") and not value.startswith("@@"):
                name = value[1:].partition(".")[0]
                if name not in self.names:
                    text = _("no step before is named so (as: {name})")
                    raise source.wrong(at, text.format(name=name))

    def _return(self, source: Source, data: Any, at: Where) -> Return:
        if isinstance(data, str):
            data = {"of": data}
        if not isinstance(data, dict) or set(data) - {"of", "lines", "quantity", "refund"}:
            raise source.wrong(at, _("expected of, lines, quantity, refund"))
        of = _words(source, data, "of", at)
        if not of:
            raise source.wrong((*at, "of"), _("this field is required"))
        quantity = _quantity(source, data.get("quantity"), (*at, "quantity"))
        lines = data.get("lines", [])
        if not isinstance(lines, list) or not all(
            isinstance(one, str) and one.isascii() and one.isdigit() and len(one) < 6
            for one in lines
        ):
            raise source.wrong((*at, "lines"), _("expected numbers of lines: [1, 2]"))
        refund = _words(source, data, "refund", at)
        kinds = [kind.value for kind in TenderKind]
        if refund and refund not in kinds:
            raise _unknown(source, (*at, "refund"), kinds)
        return Return(
            of,
            tuple((int(one), quantity) for one in lines),
            TenderKind(refund) if refund else None,
        )


def _unknown_word(source: Source, at: Where, word: str) -> ConfigError:
    import difflib

    known = [*VERBS, *MORE, *BESIDE]
    near = difflib.get_close_matches(word, known, 1)
    why = _("there is no step {word}").format(word=word[:60] or "-")
    if near:
        why += ". " + _("Is it {word}?").format(word=near[0])
    return source.wrong(at, why)


def _words(source: Source, data: dict[str, Any], name: str, at: Where) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise source.wrong((*at, name), _("expected text"))
    return value


def _quantity(source: Source, value: Any, at: Where) -> Quantity | None:
    if value is None:
        return None
    try:
        return parse_quantity(value if isinstance(value, str) else "")
    except BadNumber as error:
        raise source.wrong(at, _("expected a number like 12.50")) from error


def _wait(source: Source, data: Any, at: Where) -> Wait:
    parts = data if isinstance(data, dict) else {"seconds": data}
    seconds = 0
    for name, value in parts.items():
        if name not in _SECONDS or not (
            isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8
        ):
            text = _("expected whole numbers of {known}")
            raise source.wrong((*at, name), text.format(known=", ".join(_SECONDS)))
        seconds += int(value) * _SECONDS[name]
    return Wait(seconds)
