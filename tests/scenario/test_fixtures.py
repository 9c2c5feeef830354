"""The lessons and scenarios that come with the program: they pass, and say what they should."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from scenario.played import troubles

from cashier import commands as do
from cashier.cli.choosing import files
from cashier.cli.staging import plug
from cashier.fixtures import demo_card
from cashier.scenario.model import Deed, Restart, Return, Scenario, Step, Wait
from cashier.scenario.reading import load
from cashier.scenario.running import run
from cashier.scenario.stage import Staging
from cashier.scenario.vocabulary import VERBS
from screens.deeds import DEEDS

FOLDER = demo_card("en").parent
SCENARIOS = [one.path for one in files([FOLDER / "scenarios"])]
LESSONS = [one.path for one in files([FOLDER / "lessons"])]
NAMES = sorted({path.name for path in LESSONS})
SEEDS = (0, 1, 2)

NOT_IN_A_FILE = {"confirm_live": "asked before the first write to a live system, which none is"}
TRAINERS = (
    do.SetConnection,
    do.SetFault,
    do.ClearFaults,
    do.SetCardTerminal,
    do.SetPrinter,
    Wait,
    Restart,
)
"""What happens to a trainee, and is nothing to do for him."""
IN_WORDS = ("level", "said", "slip", "message", "customer")
"""Facts that are in the language of the lesson."""


def of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def lesson(language: str, name: str, seed: int = 0) -> Scenario:
    (scenario,) = load(FOLDER / "lessons" / language / name, seed)
    return scenario


@pytest.mark.parametrize("path", [*SCENARIOS, *LESSONS], ids=of)
@pytest.mark.parametrize("seed", SEEDS)
async def test_it_passes(path: Path, seed: int) -> None:
    for scenario in load(path, seed):
        result = await run(scenario, Staging(plug, seed=seed))
        assert troubles(result) == []
        assert result.notes == ()
        assert len(result.steps) == len(scenario.steps)


@pytest.mark.parametrize("path", [*SCENARIOS, *LESSONS], ids=of)
def test_it_expects_something_and_says_what_it_is_about(path: Path) -> None:
    for scenario in load(path):
        assert sum(len(step.expect) for step in scenario.steps) >= 3
        assert scenario.tags
        assert scenario.clock is not None, "prices depend on the hour"
        assert scenario.about or "demo" in scenario.tags or path.stem == "part-return"


def test_every_command_has_a_scenario() -> None:
    used = {type(deed) for path in SCENARIOS for one in load(path) for deed in deeds(one.steps)}
    lacking = {name for name, verb in VERBS.items() if verb.kind not in used}
    assert lacking == NOT_IN_A_FILE.keys()
    assert {Return, Wait, Restart} <= used


def test_scenarios_use_all_that_a_file_can_have() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SCENARIOS]
    for word in ("given", "vars", "examples", "setup", "needs", "about", "tags", "shop"):
        assert any(re.search(rf"(?m)^{word}:", text) for text in texts), word
    for word in ("include:", "at_least:", "at_most:", "not:", "of:", "as:", "expect_refused:"):
        assert any(word in text for text in texts), word
    assert {load(path)[0].language for path in SCENARIOS} == {"en", "ru"}
    assert sum("demo" in load(path)[0].tags for path in SCENARIOS) >= 2


# --- lessons


def test_there_are_enough_lessons_in_both_languages() -> None:
    assert len(NAMES) >= 14
    for language in ("en", "ru"):
        paths = sorted((FOLDER / "lessons" / language).glob("*.yaml"))
        assert [path.name for path in paths] == NAMES
        assert {load(path)[0].language for path in paths} == {language}
        assert len({load(path)[0].title for path in paths}) == len(NAMES)


def test_lessons_are_numbered_by_difficulty() -> None:
    assert [name[:3] for name in NAMES] == [f"{n:02}-" for n in range(1, len(NAMES) + 1)]
    grades = [lesson("en", name).lesson.difficulty for name in NAMES]
    assert grades == sorted(grades)
    assert set(grades) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_lesson_is_the_same_in_both_languages(name: str, seed: int) -> None:
    english, russian = lesson("en", name, seed), lesson("ru", name, seed)
    assert [core(step) for step in english.steps] == [core(step) for step in russian.steps]
    for field in ("setup", "shop", "clock", "given", "tags", "lesson", "limits", "off"):
        assert getattr(english, field) == getattr(russian, field), field


def core(step: Step) -> object:
    """A step without what is in a language."""
    deed = step.deed
    if isinstance(deed, do.Register):
        deed = replace(deed, name="")
    expected = [
        (one.fact.name, one.how, one.of, None if one.fact.name in IN_WORDS else one.value)
        for one in step.expect
    ]
    return step.word, deed, step.refusal, step.name, bool(step.say), bool(step.hint), expected


@pytest.mark.parametrize("path", LESSONS, ids=of)
def test_every_task_can_be_done_and_has_a_hint(path: Path) -> None:
    (scenario,) = load(path)
    steps = scenario.steps[scenario.setup :]
    assert steps[0].say, "a lesson begins with a task"
    found = list(tasks(steps))
    assert len(found) >= 4
    for task in found:
        assert task[0].hint, task[0].place
        assert any(it.deed is not None and not isinstance(it.deed, TRAINERS) for it in task)
        assert any(step.expect or step.refusal for step in task), task[0].place
    assert not any(step.hint and not step.say for step in steps)


@pytest.mark.parametrize("path", LESSONS, ids=of)
def test_a_task_tells_what_the_buyer_does_and_no_keys(path: Path) -> None:
    (scenario,) = load(path)
    keys = re.compile(r"\bF\d\d?\b|Enter|Ctrl|Alt\+|Esc\b")
    letters = re.compile(r"[А-Яа-яЁё]")
    words = [scenario.title, scenario.about]
    for step in scenario.steps:
        assert not keys.search(step.say), step.place
        words += [step.say, step.hint]
    for text in filter(None, words):
        if re.search(r"[a-z]{4}|[а-я]{4}", text.replace("Enter", "")):
            assert bool(letters.search(text)) is (scenario.language == "ru"), text


@pytest.mark.parametrize("path", LESSONS, ids=of)
def test_a_hint_names_keys_that_there_are(path: Path) -> None:
    known = {key for deed in DEEDS for key in deed.keys.split(",")}
    (scenario,) = load(path)
    for step in scenario.steps:
        for key in re.findall(r"\bF\d+|(?:Ctrl|Alt)\+\w", step.hint):
            assert key.lower() in known, f"{step.place}: {key}"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_task_asks_for_stands_in_it(name: str) -> None:
    """Goods, cards, coupons and phones are told: nobody can guess them."""
    for seed in SEEDS:
        scenario = lesson("en", name, seed)
        told = " ".join(step.say for step in scenario.steps)
        for step in scenario.steps[scenario.setup :]:
            for code in codes(step.deed):
                assert code in told, f"{step.place}: {code}"


@pytest.mark.parametrize("path", LESSONS, ids=of)
def test_chance_gives_an_exam_and_a_variable_is_used(path: Path) -> None:
    head = path.read_text(encoding="utf-8")
    variables = re.findall(
        r"(?m)^  (\w+): \[", head.partition("\nvars:\n")[2].partition("steps:")[0]
    )
    assert variables
    for name in variables:
        assert f"${{{name}}}" in head, name


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_list_of_lessons_is_in_step(language: str) -> None:
    ending = "" if language == "en" else ".ru"
    page = (FOLDER.parent / "docs" / f"lesson-list{ending}.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d\d) \| \[(.+?)\]\((.+?)\) \| (\d) \| (\d+) \| (.+) \|$", page)
    assert [row[:5] for row in rows] == [
        (
            name[:2],
            (it := lesson(language, name)).title,
            f"../fixtures/lessons/{language}/{name}",
            str(it.lesson.difficulty),
            str(it.lesson.minutes),
        )
        for name in NAMES
    ]


def deeds(steps: tuple[Step, ...]) -> Iterator[Deed]:
    return (step.deed for step in steps if step.deed is not None)


def tasks(steps: tuple[Step, ...]) -> Iterator[list[Step]]:
    """From each ``say`` to the next."""
    count = 0

    def number(step: Step) -> int:
        nonlocal count
        count += bool(step.say)
        return count

    return (list(task) for _number, task in groupby(steps, number))


def codes(deed: Deed | None) -> Iterator[str]:
    """What has to be known to do it."""
    match deed:
        case do.Scan(code) | do.CheckPrice(code) | do.ApplyCoupon(code):
            yield from () if code.startswith("@") else (code,)
        case do.Identify(identifier):
            yield identifier.value
        case do.ChooseCard(number):
            yield number
        case do.Register(phone=phone, name=name):
            yield phone
            yield name.split()[0]
