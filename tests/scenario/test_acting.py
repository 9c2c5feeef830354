"""Steps on a real till: what they do, what is expected of them, and how they fail."""

import asyncio
import textwrap
from dataclasses import replace
from typing import TypeVar

import pytest
from scenario.played import HEAD, around, failed, play, read, troubles

from cashier import fixtures, i18n
from cashier.cli.staging import plug
from cashier.errors import ConfigError
from cashier.exchange import Backend, Frozen
from cashier.methods import CALCULATE, Method
from cashier.scenario.result import Verdict, worst
from cashier.scenario.running import run
from cashier.scenario.stage import Staging
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

BREAD, RYE = "4600000000015", "4600000000022"
GOLD = """
scenario: A test
language: en
given:
  customers:
    - {phone: "+79001234567", card: "2900000090018", level: gold, points: 500, name: Test Person}
"""


async def test_a_sale_from_the_phone_to_the_change() -> None:
    result = await play(
        f"""
        - identify: {{phone: "+79001234567"}}
          expect: {{question: ask_code}}
        - confirm: from-phone
          expect: {{card: "2900000090018", balance: 500, verified: true, level: Gold}}
        - scan: "{BREAD}"
        - scan: {{code: "{RYE}", quantity: 3}}
          expect:
            lines: 2
            pieces: 4
            amount: 220.60
            goods: [10102, 10101]
            line_totals: [49.90, 170.70]
            line_discounts: {{not: [1.00, 2.00]}}
        - calculate:
          expect: {{state: calculated, offline: false, discount: {{at_least: 1}}}}
        - pay_points: 50
          expect: {{spend: 50, paid_with_points: 50}}
        - tender: {{cash: 500}}
          as: sale
          expect: {{state: finished, spent: 50, outbox: 0, slips: 1}}
        - expect: {{of: sale, spent: 50}}
        """,
        GOLD,
    )
    assert troubles(result) == []
    assert result.verdict is Verdict.PASSED
    assert result.system == "Club Example"
    assert worst([result]) == 0
    assert result.steps[-2].slips, "what came out of the printer is in the result"


async def test_a_failed_expectation_does_not_stop_the_others() -> None:
    result = await play(
        f"""
        - scan: "{BREAD}"
          expect: {{total: 1.00, lines: 1, state: {{not: selling}}}}
        - calculate:
          expect: {{total: {{at_most: 5}}}}
        """
    )
    first, second = result.failed
    assert [(one.fact, one.expected, one.came) for one in first.differences] == [
        ("total", "1.00", "49.90"),
        ("state", "≠ selling", "selling"),
    ]
    assert second.differences[0].expected == "≤ 5.00"
    assert first.receipt is not None
    assert second.exchanges, "the exchange that brought it is there"
    assert worst([result]) == 1


async def test_what_was_said_can_be_expected_in_a_step_of_its_own() -> None:
    result = await play(
        """
        - scan: "4600000000015"
        - coupon: SPRING10
        - expect: {said: SPRING10}
        - expect: {said: accepted}
        - calculate
        - expect: {said: {not: accepted}}
        """
    )
    assert troubles(result) == []
    assert not result.steps[2].said, "it is told once, where it was said"


async def test_a_failed_command_stops_the_scenario() -> None:
    result = await play("- pay_points: 5\n- calculate")
    step = failed(result)
    assert step.why.startswith("refused (not_now)")
    assert result.steps[1].verdict is Verdict.NOT_RUN


async def test_what_must_be_refused() -> None:
    result = await play(
        """
        - expect_refused: calculate
        - expect_refused: {coupon: NOSUCH, reason: not_found}
        - expect_refused: {scan: "1", reason: bad_input}
        - expect_refused: {scan: "4600000000015"}
        """
    )
    assert troubles(result) == ["expect_refused: {scan: 4600000000015}: it was not refused"]


async def test_another_reason_than_expected_is_told() -> None:
    step = failed(await play("- expect_refused: {coupon: NOSUCH, reason: expired}"))
    assert "not_found" in step.why
    step = failed(await play("- expect_refused: {coupon: NOSUCH, text: tomorrow}"))
    assert "it says" in step.why


async def test_a_wrong_code_is_a_refusal() -> None:
    result = await play(
        """
        - identify: "+79001234567"
        - expect_refused: {confirm: wrong, reason: wrong_code}
          expect: {question: ask_code, attempts: 2}
        - confirm: from-phone
        """,
        GOLD,
    )
    assert troubles(result) == []
    step = failed(await play('- identify: "+79001234567"\n- confirm: wrong', GOLD))
    assert step.why.startswith("refused (wrong_code)")


async def test_a_return_is_three_commands_and_one_step() -> None:
    result = await play(
        f"""
        - identify: {{card: "2900000090018"}}
        - scan: {{code: "{RYE}", quantity: 3}}
        - calculate
        - tender: cash
          as: sale
        - return: {{of: sale, lines: [1], quantity: 1}}
          as: back
          expect: {{kind: return, state: finished, pieces: 1}}
        - expect_refused: {{return: {{of: sale, lines: [1], quantity: 5}}, reason: limit_exceeded}}
          expect: {{state: idle}}
        - return: {{of: sale, lines: [1]}}
          expect: {{pieces: 2}}
        - expect_refused: {{return: sale, reason: already_processed}}
        - find_sale: "@back.number"
        """,
        GOLD,
    )
    assert troubles(result)[0].startswith("find_sale: @back.number: refused (not_found)")


async def test_time_goes_by_only_when_a_step_says_so() -> None:
    result = await play(
        """
        - identify: "+79001234567"
        - wait: {minutes: 5}
        - expect_refused: {confirm: from-phone, reason: expired}
        """,
        GOLD,
    )
    assert troubles(result) == []


async def test_a_slow_answer_is_not_waited_for() -> None:
    result = await play(
        f"""
        - fault: {{step: calculate, kind: slow, seconds: 600}}
        - scan: "{BREAD}"
        - calculate
        """
    )
    assert troubles(result) == []
    assert result.milliseconds < 60_000


async def test_killed_in_the_middle_the_receipt_is_there_again() -> None:
    result = await play(
        f"""
        - identify: {{card: "2900000090018"}}
        - scan: "{BREAD}"
        - restart:
          expect: {{question: ask_resume}}
        - resume_receipt: true
          expect: {{state: selling, lines: 1, card: "2900000090018"}}
        - calculate
        - tender: cash
        """,
        GOLD,
    )
    assert troubles(result) == []


async def test_what_waits_is_delivered_later() -> None:
    result = await play(
        f"""
        - identify: {{card: "2900000090018"}}
        - scan: "{BREAD}"
        - connection: offline
        - calculate:
          expect: {{offline: true}}
        - tender: cash
          as: sale
          expect: {{pending: true, outbox: 1, earned: 0}}
        - connection: online
          expect: {{outbox: 0}}
        - expect: {{of: sale, pending: false, earned: {{at_least: 0.01}}}}
        """,
        GOLD,
    )
    assert troubles(result) == []


async def test_the_same_twice_gives_the_same() -> None:
    steps = f'- identify: "+79001234567"\n- confirm: from-phone\n- scan: "{BREAD}"\n- calculate'
    one, other = await play(steps, GOLD), await play(steps, GOLD)
    for first, second in zip(one.steps, other.steps, strict=True):
        assert first.receipt == second.receipt
        assert first.said == second.said
        assert [it.request for it in first.exchanges] == [it.request for it in second.exchanges]


async def test_the_language_of_a_scenario_ends_with_it() -> None:
    i18n.set_language("en")
    result = await play("- scan: '1'", "scenario: Проба\nlanguage: ru\n")
    assert "Неизвестный" in failed(result).why or "код" in failed(result).why.lower()
    assert i18n.language() == "en"


async def test_given_in_another_system_is_skipped_with_a_note() -> None:
    (scenario,) = read("- scan: '4600000000015'", GOLD + "shop: demo\n")
    alone = replace(scenario, shop=str(fixtures.path("shop-offline.toml")))
    result = await run(alone, Staging(plug))
    assert result.verdict is Verdict.PASSED
    assert "skipped" in result.notes[0]


async def test_a_level_that_is_not_there_is_told() -> None:
    head = HEAD + 'given: {customers: [{card: "2900000090018", level: diamond}]}\n'
    result = await play("- scan: '4600000000015'\n- calculate", head)
    assert failed(result).why
    assert result.steps[1].verdict is Verdict.NOT_RUN


async def test_what_a_system_cannot_is_skipped() -> None:
    result = await play("- scan: '4600000000015'", HEAD + "needs: [certificates]\n")
    assert result.verdict is Verdict.SKIPPED
    assert result.notes == ("This system cannot: certificates.",)


class Stuck(Wrapper):
    """Never calculates."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if method is CALCULATE:
            await asyncio.get_running_loop().create_future()
        return await call(self._inner, method, request)


async def test_a_step_without_end_fails_in_time() -> None:
    head = HEAD + "limits: {step_seconds: 1}\n"
    result = await play("- scan: '4600000000015'\n- calculate\n- tender: cash", head, around(Stuck))
    assert failed(result).why == "no end after 1 s"
    assert result.steps[2].verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("- scann: 1", "line 4, field steps.1.scann: there is no step scann. Is it scan?"),
        ("- scan: 1\n  coupon: 2", "scan and coupon are two steps"),
        ("- expect: {totl: 5}", "field steps.1.expect.totl: there is no such fact"),
        ("- expect: {total: much}", "expect.total: expected a number"),
        ("- expect: {line_totals: 5}", "expected amounts"),
        ("- expect: {line_totals: [five]}", "expected amounts"),
        ("- expect: {offline: maybe}", "expected true or false"),
        ("- expect: {of: nobody, total: 1}", "no step before is named so (as: nobody)"),
        ("- expect: 5", "expected facts"),
        ("- expect: {total: {around: 5}}", "at_least, at_most, not"),
        ("- expect_refused: {coupon: X, reason: bored}", "reason: expected one of not_found"),
        ("- expect_refused: {reason: expired}", "there is no step"),
        ("- return: {lines: [1]}", "return.of: this field is required"),
        ("- return: {of: x, lines: [one]}", "expected numbers of lines"),
        ("- return: {of: x, refund: gold}", "expected one of cash"),
        ("- wait: {fortnights: 2}", "expected whole numbers of seconds"),
        ("- scan: '@sale.number'", "no step before is named so (as: sale)"),
        ("- scan: ${good}", "there is no variable good"),
        ("- [scan]", "expected a step"),
        ("- say: [x]", "say: expected text"),
        ("- include: nosuch.yaml", "nosuch.yaml: there is no such file"),
    ],
)
def test_a_bad_step_is_told_before_anything_runs(steps: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(steps)
    assert told in str(caught.value)
    assert str(caught.value).startswith("test.yaml, line ")


SALE = f"""
- scan: "{BREAD}"
- scan: "{RYE}"
- calculate
- as: sale
  tender: cash
"""


async def test_a_fact_is_compared_with_that_of_a_receipt_with_a_name() -> None:
    steps = """
    - return: sale
      expect: {refund: "@sale.total", earned: {at_most: "@sale.earned"}, kind: {not: "@sale.kind"}}
    """
    assert troubles(await play(SALE + textwrap.dedent(steps))) == []
    steps = """
    - return: {of: sale, lines: [1]}
      expect: {refund: {at_least: "@sale.total"}}
    """
    step = failed(await play(SALE + textwrap.dedent(steps)))
    (difference,) = step.differences
    assert difference.expected == "≥ 101.00 (@sale.total)"
    assert difference.came == "47.40"


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ('{total: "@nobody.total"}', "field steps.5.expect.total: no step before is named so"),
        ('{total: {at_least: "@sale.lines"}}', "total is money, lines is number: they cannot"),
        ('{total: "@sale"}', "expected a number like 12.50"),
    ],
)
def test_comparing_with_what_is_not_there(expected: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read(f"{SALE}- expect: {expected}\n")


async def test_a_result_knows_what_was_asked_offered_and_refused() -> None:
    result = await play(
        f"""
        - identify: {{phone: "+79001234567"}}
        - confirm: from-phone
        - scan: "{BREAD}"
        - calculate
        - expect_refused: {{pay_points: 4000, reason: limit_exceeded}}
        - connection: offline
        - tender: cash
        """,
        GOLD,
    )
    assert troubles(result) == []
    assert [step.question for step in result.steps[:2]] == ["ask_code", ""]
    assert [step.refused for step in result.steps] == [""] * 4 + ["limit_exceeded", "", ""]
    assert result.steps[3].offer is not None
    assert [step.waiting for step in result.steps] == [0] * 6 + [1]
