"""The JSON Schema that editors use: it is current, it knows every word, it accepts what runs."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cashier.cli import main
from cashier.errors import ConfigError
from cashier.scenario.facts import FACTS
from cashier.scenario.reading import scenarios_of
from cashier.scenario.schema import schema, schema_text
from cashier.scenario.source import Source
from cashier.scenario.vocabulary import VERBS

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path
    for folder in (ROOT / "fixtures", ROOT / "docs")
    for path in folder.rglob("*.yaml")
    if "scenario:" in path.read_text(encoding="utf-8")
]
HEAD = "scenario: A test\nsteps:\n"


class Ordinary(yaml.SafeLoader):
    """YAML 1.2, as editors read it: ``on`` is a word."""


Ordinary.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in known if not tag.endswith(":bool")]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Ordinary.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def by_an_ordinary_loader(text: str) -> Any:
    """As an editor reads it: numbers are numbers; JSON has no dates."""

    def plain(value: object) -> str:
        assert isinstance(value, date | datetime)
        return value.isoformat()

    value = yaml.load(text, Ordinary)  # noqa: S506  (a safe one)
    return json.loads(json.dumps(value, default=plain))


VALIDATOR = Draft202012Validator(schema())


def wrong(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(by_an_ordinary_loader(text))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_what_is_published_is_current() -> None:
    published = ROOT / "docs" / "scenario.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), (
        "cashier run --schema > docs/scenario.schema.json"
    )


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


def test_every_word_and_fact_is_there_and_told_about() -> None:
    steps = schema()["$defs"]["step"]["anyOf"][1]["properties"]
    assert set(VERBS) <= set(steps)
    assert all(steps[name]["description"] for name in VERBS)
    facts = schema()["$defs"]["expect"]["properties"]
    assert set(facts) == {"of", *FACTS}
    head = schema()["properties"]
    assert all(it.get("description") or "$ref" in it for it in head.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_fixtures_fit(path: Path) -> None:
    assert wrong(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "step",
    [
        "scan: 4600000000015",
        "scan: {code: 4600000000015, quantity: 0.450}",
        "calculate",
        "calculate:",
        "tender: cash",
        "tender: {cash: 500}",
        "tender: {card: rest}",
        "identify: +79001234567",
        "identify: {phone: '+79001234567'}",
        "connection: offline",
        "connection: ${how}",
        "fault: lost_answer",
        "fault: {step: save_sale, kind: lost_answer, times: 1}",
        "pay_points: max",
        "pay_points",
        "pay_points: 12.5",
        "confirm_age: true",
        "set_quantity: {line: 1, quantity: 2}",
        "find_sale: {card: 29, day: 2026-03-01}",
        "wait: 5",
        "wait: {minutes: 5}",
        "restart",
        "return: sale",
        "return: {of: sale, lines: [1], quantity: 1, refund: cash}",
        "include: other.yaml",
        "say: Words",
        "as: sale",
        "expect: {total: 5.00, offline: false, reasons: [a], card: null, said: {not: x}}",
        "expect: {of: sale, earned: {at_least: 1}}",
        "expect_refused: calculate",
        "expect_refused: {coupon: X, reason: expired, text: late}",
        "expect_refused: {return: {of: sale}}",
    ],
)
def test_steps_that_fit(step: str) -> None:
    assert wrong(f"{HEAD}  - {step}\n") == []


@pytest.mark.parametrize(
    "step",
    [
        "dance",
        "dance: 1",
        "scan",
        "scan: {cod: 1}",
        "scan: {quantity: 1}",
        "scan: [1]",
        "tender: gold",
        "tender",
        "set_quantity: 2",
        "connection: away",
        "fault: {kind: boredom}",
        "confirm_age: maybe",
        "expect: {totl: 5}",
        "expect: 5",
        "expect: {total: [1]}",
        "expect: {total: {around: 5}}",
        "expect_refused: {coupon: X, reason: bored}",
        "return: {lines: [1]}",
        "wait: {fortnights: 2}",
        "calculate: 5",
    ],
)
def test_what_cannot_be_read_does_not_fit(step: str) -> None:
    text = f"{HEAD}  - {step}\n"
    assert wrong(text)
    with pytest.raises(ConfigError):
        scenarios_of(Source.of(text, "x.yaml", Path()))


@pytest.mark.parametrize(
    "head",
    ["steps: [calculate]", "scenario: x", "scenario: x\nstepz: 1\nsteps: [calculate]"],
)
def test_heads_that_do_not_fit(head: str) -> None:
    assert wrong(head)
