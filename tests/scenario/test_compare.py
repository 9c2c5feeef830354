"""``cashier compare``: what is told as a difference, and what is the same on every system."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from scenario.broken import Broken, RefusesNothing
from scenario.systems import behind_vouchers, over_rarus, plugged

from backends.faults import Faulty
from cashier import fixtures
from cashier.checks import CHECKS
from cashier.cli import main
from cashier.cli.staging import plug
from cashier.clock import Clock
from cashier.exchange import (
    Backend,
    Calculation,
    Can,
    Frozen,
    LinePrice,
    System,
)
from cashier.faults import Plan
from cashier.masking.masker import Masker
from cashier.methods import Method
from cashier.opening import Plug
from cashier.receipt import Discount, Settled, Source
from cashier.recording import Recorder
from cashier.report.compared import compared
from cashier.scenario.comparing import Comparison, Difference, compare
from cashier.scenario.model import Scenario
from cashier.scenario.reading import load, scenarios_of
from cashier.scenario.running import run
from cashier.scenario.source import Source as File
from cashier.scenario.stage import Staging
from cashier.scenario.standing import MOVING
from cashier.uniform import call
from cashier.witness import Witness

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
SALE = """
scenario: A sale
language: en
steps:
  - identify: {card: "2900000000025"}
  - scan: "4600000000114"
  - scan: "4600000000015"
  - calculate
  - pay_points: 5
  - tender: {cash: 500}
    as: sale
    expect: {total: 1.00}
  - return: {of: sale, lines: [2]}
  - expect_refused: {coupon: NOSUCH}
"""


def scenario(text: str = SALE) -> Scenario:
    (found,) = scenarios_of(File.of(text, "sale.yaml", Path()))
    return found


def both(one: Scenario, other: Plug, first: Plug = plug) -> Comparison:
    bare = replace(one, off=frozenset((*CHECKS, *MOVING)))
    a, b = (asyncio.run(run(bare, Staging(plug))) for plug in (first, other))
    return compare(a, b, ("a", "b"))


# --- the law: what a wire carries is the same on its other end

CARRIED = (
    *(f"conformance/{level}/*.yaml" for level in ("basic", "middle", "full")),
    *(f"scenarios/{it}.yaml" for it in ("goods", "lost-answers", "newcomer", "outbox-order",
                                        "restart", "put-aside", "demo-saturday")),
)  # fmt: skip
NOT_CARRIED = {
    "06-points-confirmed": "Rarus: no code is asked for before points are spent",
}


def carried(*without: str) -> Iterator[Scenario]:
    for pattern in CARRIED:
        paths = sorted(fixtures.path("").glob(pattern))
        assert paths, pattern
        for path in paths:
            if path.stem not in without:
                yield from load(path)


@pytest.mark.parametrize("one", carried(*NOT_CARRIED), ids=lambda it: it.source.name)
def test_the_rarus_wire_makes_no_difference(one: Scenario) -> None:
    assert list(told(both(one, plugged(over_rarus)))) == []


@pytest.mark.parametrize("one", carried(), ids=lambda it: it.source.name)
def test_the_mapping_of_vouchers_makes_no_difference(one: Scenario) -> None:
    assert list(told(both(one, plugged(behind_vouchers)))) == []


def told(found: Comparison) -> Iterator[tuple[str, Difference]]:
    for step in found.differing:
        yield from ((step.place, it) for it in step.differences)


# --- what differs


class Cheaper(Broken):
    """A rouble off the first line, and another name for what makes it whole roubles."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(answer, Calculation):
            more = Discount(Source.PROMOTION, "x", "X day", 100)
            lines = tuple(
                LinePrice(number=it.number, discounts=(more, *it.discounts))
                if it.number == 1
                else it
                for it in answer.lines
            )
            return answer.model_copy(update={"lines": lines})
        return answer


class Richer(Broken):
    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(answer, Settled) and answer.earned:
            return replace(answer, earned=answer.earned + 700)
        return answer


def test_a_difference_is_told_by_line_and_reason_and_only_once() -> None:
    found = both(scenario(), plugged(Cheaper))
    assert not found.same
    first, *others = found.differing
    assert first.words == "calculate"
    assert [(it.what, it.a, it.b) for it in first.differences] == [
        ("line 1 Lugovoye milk 2.5%, 930 ml", "69.60", "68.60"),
        ("  1: X day", "-", "-1.00"),
        ("all discounts", "17.80", "18.80"),
        ("total", "117.00", "116.00"),
        ("points that can be spent", "46.80", "46.40"),
    ]
    again = [it.what for step in others for it in step.differences]
    assert "  1: X day" not in again
    assert "slip: TOTAL" in again
    assert found.a.unmet == found.b.unmet == 1
    text = "\n".join(compared([found], every=False))
    assert "Expectations of the file that are not met: A 1, B 1." in text
    assert text.count("sale.yaml:") == len(found.differing)
    assert "\n".join(compared([found], every=True)).count("sale.yaml:") == 8


def test_points_are_told() -> None:
    found = both(scenario(), plugged(Richer))
    (step,) = (it for it in found.steps if it.words.startswith("tender"))
    assert Difference("points earned", "5.60", "12.60") in step.differences
    assert Difference("slip: Points earned", "5.60", "12.60") in step.differences


def test_a_refusal_and_a_scenario_that_ends_there() -> None:
    found = both(scenario(SALE + "  - scan: '11701'\n  - scan: '11702'\n"), plugged(RefusesNothing))
    ends = [(it.a, it.b) for _place, it in told(found) if it.what == "how it went"]
    assert ends == [("refused (not_found)", "it was not refused"), ("goes on", "not run")]


def test_a_question_and_what_was_skipped() -> None:
    one = scenario("scenario: x\nlanguage: en\nneeds: [register]\nsteps:\n  - scan: '11701'\n")

    class CannotRegister(Broken):
        async def ask(self, method: Method[Q, A], request: Q) -> A:
            answer = await call(self.inner, method, request)
            if isinstance(answer, System):
                return answer.model_copy(update={"can": answer.can & ~Can.REGISTER})
            return answer

    found = both(one, plugged(CannotRegister))
    assert [it for _place, it in told(found)] == [Difference("how it went", "goes on", "not run")]
    assert found.b.notes == ("This system cannot: register.",)
    asks = "scenario: x\nlanguage: en\nsteps:\n  - expect_refused: {identify: {card: '29077'}}\n"
    assert Difference("the till asks", "offer_registration", "-") in [
        it for _place, it in told(both(scenario(asks), plugged(CannotRegister)))
    ]


# --- the command


def run_compare(*arguments: object) -> int:
    return main(["compare", "--lang", "en", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sale.yaml"
    path.write_text(SALE)
    return path


def card(folder: Path, name: str, more: str = "", options: str = "") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(
        f"""
shop = "07"
till = "03"
name = "{name}"
cashier = "Ann"
language = "en"
currency = "RUB"
goods = "{fixtures.path("goods.csv")}"
{more}
[loyalty]
system = "house"
{options}
[slip]
footer = ["Bye from {name}"]
"""
    )
    return path


def test_shops_that_look_otherwise_are_the_same(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_compare(file, "house", card(tmp_path, "Corner")) == 0
    out = capsys.readouterr().out
    assert "A: Club Example (house)\nB: Club Example (Corner.toml)" in out
    assert "The same: 8 steps." in out


def test_other_rules_are_told_in_all_reports(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = fixtures.path("loyalty.toml").read_text()
    (tmp_path / "rules.toml").write_text(rules.replace('price = "69.90"', 'price = "70.90"'))
    other = card(tmp_path, "Other", options='[loyalty.options]\nrules = "rules.toml"')
    page, data = tmp_path / "x.html", tmp_path / "x.json"
    assert run_compare(file, "house", other, "--html", page, "--json", data) == 1
    out = capsys.readouterr().out
    assert ["1:", "Red", "price:", "milk", "-15.00", "-14.00"] in map(str.split, out.splitlines())
    assert "Different: 4 of 8 steps bring differences." in out
    assert "2900000000025" not in out
    found = json.loads(data.read_text())
    assert found["same"] is False
    (step,) = (it for it in found["scenarios"][0]["steps"] if it["words"] == "calculate")
    assert {"what": "  1: Red price: milk", "a": "-15.00", "b": "-14.00"} in step["differences"]
    text = page.read_text()
    assert "Red price: milk" in text
    assert "2900000000025" not in text


def recorded(file: Path, tape: Path, *, masked: bool) -> None:
    """What the embedded system says when the scenario is played."""

    mask = Masker().live if masked else None
    recorder = Recorder(tape, system="house", shop="01", mask=mask, troubled=pytest.fail)

    def plug(make: Callable[[], Backend], clock: Clock) -> tuple[Backend, Plan]:
        faulty = Faulty(make, clock)
        return Witness(faulty, recorder, clock), faulty.plan

    asyncio.run(run(load(file)[0], Staging(plug)))
    recorder.close()


@pytest.mark.parametrize("masked", [False, True])
def test_a_recording_is_compared(
    masked: bool,
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tape = tmp_path / "tape.jsonl"
    recorded(file, tape, masked=masked)
    assert run_compare(file, "house", tape) == 0, capsys.readouterr().out
    assert run_compare(file, tape, tape) == 0
    file.write_text(SALE.replace("4600000000114", "4600000000121"))
    assert run_compare(file, "house", tape) == 1
    assert "prices of the system" in capsys.readouterr().out


def test_a_code_is_that_of_the_recording(file: Path, tmp_path: Path) -> None:
    file.write_text(
        'scenario: x\nsteps:\n  - identify: {phone: "+79001234502"}\n  - confirm: from-phone\n'
        "  - scan: '11701'\n  - calculate\n"
    )
    recorded(file, tmp_path / "tape", masked=False)
    assert run_compare(file, "house", tmp_path / "tape") == 0


def test_ctrl_c_is_quiet(file: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        slow = card(tmp_path, "slow")
        text = f'url = "http://127.0.0.1:{port}"\nlogin = "a"\npassword = "b"\n'
        slow.write_text(slow.read_text().replace('"house"', f'"rarus"\n[loyalty.options]\n{text}'))
        command = [sys.executable, "-m", "cashier.cli", "compare", "--lang", "en"]
        process = subprocess.Popen(
            [*command, str(file), "house", str(slow)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(60)
        connection, _address = silent.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        connection.close()
    assert (process.returncode, out, err) == (1, "", "interrupted\n")


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        ("house", "nosuch", "nosuch: there is no such file. There is no loyalty system nosuch"),
        ("nosuch.toml", "house", "nosuch.toml: there is no such file"),
        ("house", "{here}/sale.yaml", "sale.yaml is no recording of an exchange"),
        ("house", "{here}/live.toml", "live is live: nothing is compared there"),
        ("house", "{here}", "there is no such file"),
        ("house", "{here}/odd.toml", "odd.toml, line 2, field x: unknown field"),
        ("house", "{here}/strange.toml", "There is no loyalty system strange"),
    ],
)
def test_what_cannot_be_compared_is_told_before_anything_runs(
    a: str, b: str, told: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card(tmp_path, "live", "live = true")
    odd = card(tmp_path, "odd")
    odd.write_text("\nx = 1" + odd.read_text())
    strange = card(tmp_path, "strange")
    strange.write_text(strange.read_text().replace('"house"', '"strange"'))
    assert run_compare(file, a.format(here=tmp_path), b.format(here=tmp_path)) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""
