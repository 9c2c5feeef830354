"""What is written about scenarios is all of it, and what is shown there runs."""

import re
from pathlib import Path

import pytest
from scenario.played import troubles

from cashier.checks import CHECKS
from cashier.cli import main
from cashier.cli.staging import plug
from cashier.exchange import Can
from cashier.scenario.facts import FACTS
from cashier.scenario.model import ScenarioFile
from cashier.scenario.reading import BESIDE, MORE, REFUSALS, scenarios_of
from cashier.scenario.running import run
from cashier.scenario.source import Source
from cashier.scenario.stage import Staging
from cashier.scenario.standing import MOVING
from cashier.scenario.vocabulary import VERBS

DOCS = [
    Path(__file__).resolve().parents[2] / "docs" / name
    for name in ("scenarios.md", "scenarios.ru.md")
]


@pytest.fixture(params=DOCS, ids=lambda path: path.name)
def text(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text(encoding="utf-8")


def rows(text: str) -> list[str]:
    return re.findall(r"(?m)^\| `(\w[\w-]*)` \|", text)


def test_every_word_fact_check_and_field_has_its_row(text: str) -> None:
    steps = {*VERBS, *MORE} - {"include", "expect_refused"}
    wanted = [*steps, *FACTS, *CHECKS, *MOVING, *ScenarioFile.model_fields]
    assert sorted(rows(text)) == sorted(wanted)


def test_the_fields_of_every_step_are_those_that_it_has(text: str) -> None:
    for name, verb in VERBS.items():
        found = re.search(rf"(?m)^\| `{name}` \| ([^|]*) \|", text)
        assert found, name
        fields = [
            field + ("" if it.is_required() else "?")
            for field, it in verb.shape.model_fields.items()
        ]
        assert found[1].strip() == ", ".join(fields), name


def test_reasons_and_words_beside_a_step_are_named(text: str) -> None:
    for word in (*REFUSALS, *BESIDE, "include", "expect_refused", "from-phone", "from-card"):
        assert word in text, word
    for word in re.findall(r"`needs` \|[^|]*\(([^)]*)\)", text)[0].replace("`", "").split(", "):
        assert word in ("...", "…") or word.upper() in Can.__members__, word


def test_every_option_is_named(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {
        "--help",
        "--data",
        "--lang",
    }
    assert options <= set(re.findall(r"--[a-z-]+", text))


async def test_the_example_runs(text: str) -> None:
    example = text.split("```yaml\n")[1].split("```")[0]
    (scenario,) = scenarios_of(Source.of(example, "docs.yaml", Path()))
    assert troubles(await run(scenario, Staging(plug))) == []
