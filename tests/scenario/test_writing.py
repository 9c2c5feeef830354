"""What is written is read back as it was; and a person likes to look at it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier import commands as do
from cashier.commands import Command
from cashier.faults import Fault
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.scenario.facts import FACTS, Expected
from cashier.scenario.given import Given, GivenCustomer
from cashier.scenario.model import Refusal, Restart, Return, Scenario, ScenarioFile, Step, Wait
from cashier.scenario.reading import load, scenarios_of
from cashier.scenario.source import Source
from cashier.scenario.writing import text_of

NOWHERE = Source("", Path(), None, {})
HEAD = ScenarioFile(scenario="A test", language="en")


def step(deed: Any = None, **more: Any) -> Step:
    return Step(NOWHERE, (), deed, **more)


def read(text: str) -> Scenario:
    (scenario,) = scenarios_of(Source.of(text, "written.yaml", Path()))
    return scenario


odd = st.sampled_from(
    ["0101", "12.50", "null", "true", "No", "~", "a: b", "# x", '"', "'", "${name}", "$", "- x",
     "two\nlines", "\tt", "46 00", "😀", "[x]", "{y}", "a, b", "from the shop", "2026-03-01", ""]
)  # fmt: skip
texts = st.one_of(odd, st.text(st.characters(exclude_categories=["Cs"]), max_size=20)).filter(
    lambda text: not text.startswith("@")
)
"""What begins with @ speaks of a receipt: who writes such a text puts another @ before it."""
amounts = st.integers(0, 10_000_000)


def values(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name == "birthdate" or date in get_args(hint):
        return st.none() | st.dates(date(1900, 1, 1))
    if hint is str:
        return texts
    if hint is bool:
        return st.booleans()
    if hint is int:
        return amounts
    if int in get_args(hint):
        return st.none() | amounts
    return st.sampled_from(hint) if isinstance(hint, type) else st.sampled_from(get_args(hint)[0])


def commands_of(kind: type) -> st.SearchStrategy[Any]:
    if kind is do.Identify:
        kinds = st.sampled_from(IdentifierKind)
        return st.builds(do.Identify, st.builds(Identifier, kinds, texts))
    if kind is do.SetFault:
        return st.builds(
            lambda kind, step, times, text: do.SetFault(
                Fault(kind=kind, step=step, times=times, text=text)
            ),
            st.sampled_from(get_type_hints(Fault)["kind"]),
            st.sampled_from(["", "save_sale"]),
            st.integers(0, 9),
            texts,
        )
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: values(name, hint) for name, hint in hints.items()})


commands = st.one_of(*map(commands_of, get_args(Command)))


@given(st.lists(commands, min_size=1, max_size=4), texts, texts)
def test_every_command_is_read_back(done: list[Command], say: str, hint: str) -> None:
    steps = [step(one, say=say, hint=hint) for one in done]
    text = text_of(HEAD, steps)
    back = read(text).steps
    assert [one.deed for one in back] == done, text
    assert {(one.say, one.hint) for one in back} == {(say, hint)}, text


@given(st.lists(commands, min_size=1, max_size=3))
def test_what_must_be_refused_is_read_back(done: list[Command]) -> None:
    steps = [step(one, refusal=Refusal("not_now", "no: ${x}")) for one in done]
    back = read(text_of(HEAD, steps)).steps
    assert [(one.deed, one.refusal) for one in back] == [(one.deed, one.refusal) for one in steps]


def expected(name: str, value: Any, how: str = "is", of: str = "") -> Expected:
    return Expected(FACTS[name], value, how, of)


def test_a_whole_scenario_as_a_person_would_write_it(tmp_path: Path) -> None:
    buyer = GivenCustomer(phone="+79001234567", card="2900000090018", level="gold", points=500)
    head = ScenarioFile(
        scenario="Pay part with points, return one line",
        language="en",
        shop="demo",
        clock=datetime.fromisoformat("2026-03-01T10:00:00+03:00"),
        given=Given(customers=(buyer,)),
        vars={"pin": "from-card"},
        tags=("points",),
    )
    who = Identifier(IdentifierKind.PHONE, "+79001234567")
    steps = [
        step(do.Identify(who), say="The buyer gives a phone number.", hint="F2, then the number."),
        step(do.EnterCode("from-phone"), expect=(expected("question", "none"),)),
        step(do.Scan("4600000000022", 3000)),
        step(do.CancelReceipt()),
        step(do.Allow("${pin}", "wrong goods")),
        step(do.ApplyCoupon("NOSUCH"), refusal=Refusal("not_found")),
        step(do.Calculate(), expect=(expected("total", 51300), expected("reasons", ("spring10",)))),
        step(do.PayPoints(5050)),
        step(do.TakeTender(TenderKind.CASH)),
        step(
            do.TakeTender(TenderKind.CASH, 50000),
            name="sale",
            expect=(expected("change", 8700), expected("spent", 100, "at_least")),
        ),
        step(Wait(120)),
        step(Restart()),
        step(Return("sale", ((1, 1000),), TenderKind.CASH), expect=(expected("refund", 8910),)),
        step(Return("sale"), refusal=Refusal("already_processed")),
        step(expect=(expected("offline", False, of="sale"), expected("card", None, of="sale"))),
    ]
    text = text_of(head, steps, notes=["Recorded."])
    assert text == Path(__file__).with_name("written.yaml").read_text()
    path = tmp_path / "written.yaml"
    path.write_text(text)
    (back,) = load(path)
    known = {"${pin}": "from-card"}
    assert [one.deed for one in back.steps][4] == do.Allow(known["${pin}"], "wrong goods")
    for one, other in zip(back.steps, steps, strict=True):
        assert (one.expect, one.name, one.say, one.hint) == (
            other.expect, other.name, other.say, other.hint
        )  # fmt: skip
        assert one.deed == other.deed or isinstance(other.deed, do.Allow)
    assert (back.given, back.clock, back.tags) == (head.given, head.clock, head.tags)


@pytest.mark.parametrize("width", [3, 40])
def test_a_step_that_is_too_long_has_its_fields_below_each_other(width: int) -> None:
    facts = tuple(expected(name, 100) for name in list(FACTS)[:10] if FACTS[name].unit == "money")
    text = text_of(HEAD, [step(do.Register(name="x" * width, phone="+7"), expect=facts * 2)])
    assert all(len(line) <= 100 for line in text.splitlines())
    assert read(text).steps[0].expect == facts
