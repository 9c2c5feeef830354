"""``cashier check``: the pack over every system there is, and over systems that are broken."""

import argparse
import asyncio
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from junitparser import JUnitXml
from scenario.broken import (
    Broken,
    CannotMuch,
    CreditsLess,
    DoesLostOnesTwice,
    DoublesOnRepeat,
    ForgetsReturns,
    KeepsPoints,
    LosesCoupons,
    RefusesNothing,
    WrongTotal,
)
from scenario.systems import behind_vouchers, over_rarus, over_rarus_mapped, plugged

from backends.house import HouseBackend
from cashier import fixtures
from cashier.cli import main
from cashier.cli.checking import CheckStaging, checked
from cashier.cli.crew import Orders
from cashier.cli.progress import Progress
from cashier.cli.staging import plug
from cashier.clock import Clock
from cashier.conformance.cards import Cards, load_cards
from cashier.conformance.grading import Grade, reasons
from cashier.conformance.pack import Level, trials
from cashier.exchange import (
    Backend,
    CheckCouponRequest,
    Frozen,
    Opening,
)
from cashier.methods import Method
from cashier.opening import Plug
from cashier.scenario.running import run
from cashier.uniform import call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
PACK = fixtures.path("conformance")
HOUSE = load_cards(PACK / "cards-house.toml")
TODAY = date(2026, 3, 3)


def graded(
    plug: Plug = plug, cards: Cards = HOUSE, level: Level = Level.FULL, *, live: bool = False
) -> Grade:
    stages = CheckStaging(plug, phone_code=cards.told)
    pack = list(trials(PACK, level, cards.values))
    shop = stages.shop_of(pack[0].scenario)[1].model_copy(update={"live": live})
    chosen = argparse.Namespace(unmasked=True)
    orders = Orders(chosen, frozenset(), False, "en", stages)
    return checked(pack, orders, Progress(len(pack), io.StringIO()), shop, TODAY, level)


def groups(grade: Grade, verdict: str) -> list[str]:
    return [one.shown.group for one in grade.tried if one.shown.verdict == verdict]


UNASKED = ["basic.02-phone-is-found", "full.01-registration"]
"""The embedded system sends codes to every phone."""


def test_the_embedded_system_is_full() -> None:
    grade = graded()
    assert groups(grade, "failed") == []
    assert groups(grade, "skipped") == UNASKED
    assert grade.badge == (
        "loyalty conformance: full, 2 skipped (basic 6/7, middle 9/9, full 11/12)"
        " - Club Example - 2026-03-03"
    )


@pytest.mark.parametrize("over", [over_rarus, over_rarus_mapped])
def test_over_the_rarus_wire(over: Callable[[HouseBackend, Clock], Backend]) -> None:
    """It has no code for spending points."""
    grade = graded(plugged(over), HOUSE.model_copy(update={"card_asked": ""}))
    assert groups(grade, "failed") == []
    assert groups(grade, "skipped") == [UNASKED[0], "middle.06-points-confirmed", UNASKED[1]]
    assert grade.short == "full, 3 skipped"


def test_over_the_mapping_of_vouchers() -> None:
    grade = graded(plugged(behind_vouchers))
    assert groups(grade, "failed") == []
    assert groups(grade, "skipped") == UNASKED
    assert grade.short == "full, 2 skipped"


# --- systems that are broken


@pytest.mark.parametrize(
    ("broken", "reached", "hinders"),
    [
        (DoublesOnRepeat, None, "basic.07-sale-is-saved"),
        (WrongTotal, None, "basic.06-prices"),
        (CreditsLess, None, "basic.07-sale-is-saved"),
        (RefusesNothing, Level.BASIC, "middle.02-coupon-used-up"),
        (LosesCoupons, Level.BASIC, "middle.01-coupon-works"),
        (KeepsPoints, Level.BASIC, "middle.05-points-in-part"),
        (ForgetsReturns, Level.MIDDLE, "full.03-return-whole"),
        (DoesLostOnesTwice, Level.MIDDLE, "full.08-answer-to-a-sale-is-lost"),
    ],
)
def test_a_broken_system_fails_where_it_should(
    broken: Callable[[HouseBackend, Clock], Backend], reached: Level | None, hinders: str
) -> None:
    grade = graded(plugged(broken))
    assert grade.reached is reached
    assert grade.missed is not None
    assert hinders in [one.shown.group for one in grade.hinders(grade.missed)]


# --- what is skipped, and what that is worth


def test_what_a_system_says_it_cannot_does_not_stand_in_its_way() -> None:
    grade = graded(plugged(CannotMuch))
    assert groups(grade, "failed") == []
    assert grade.short == "full, 16 skipped"
    assert "basic.05-nobody-is-known" in groups(grade, "passed")
    coupon = next(one for one in grade.tried if one.shown.group == "middle.01-coupon-works")
    assert coupon.shown.notes == ("This system cannot: coupons.",)
    assert coupon.why == ""


def test_it_is_asked_what_it_can_also_where_there_are_no_data() -> None:
    grade = graded(plugged(CannotMuch), HOUSE.model_copy(update={"coupon": ""}))
    assert grade.short == "full, 16 skipped"


def test_data_that_are_missing_are_no_excuse() -> None:
    grade = graded(cards=HOUSE.model_copy(update={"coupon_expired": "", "phone_asked": ""}))
    assert groups(grade, "failed") == []
    assert grade.short == "basic, 2 skipped"
    assert list(reasons(grade)) == ["A coupon that has expired: required, but skipped"]
    assert "basic 5/7, middle 8/9, full 11/12" in grade.badge


def test_nothing_in_the_file_is_nothing_reached() -> None:
    grade = graded(cards=Cards())
    assert grade.short == "none"
    assert groups(grade, "passed") == []
    assert all(one.steps == () for one in grade.run.scenarios)


def test_only_the_cards_of_the_file_are_ever_used() -> None:
    """What stands in the pack is an example."""
    examples = {"SPRING10", "2900000000025", "4600000000114"}
    told: list[str] = []

    class Listens(Broken):
        async def ask(self, method: Method[Q, A], request: Q) -> A:
            told.append(request.model_dump_json())
            return await call(self.inner, method, request)

    mine = Cards(card="2900000000032", unknown_card="2900000077777", goods="4600000000169")
    grade = graded(plugged(Listens), mine.model_copy(update={"other_goods": "4600000000176"}))
    assert grade.reached is Level.BASIC
    assert told
    assert not any(one in text for one in examples for text in told)


def test_a_level_is_as_high_as_was_asked_for() -> None:
    grade = graded(level=Level.MIDDLE)
    assert grade.missed is None
    assert grade.badge.startswith("loyalty conformance: middle, 1 skipped (basic 6/7, middle 9/9)")


def test_nothing_goes_wrong_on_purpose_in_a_live_shop() -> None:
    grade = graded(live=True)
    assert grade.reached is Level.BASIC
    skipped = [one for one in grade.tried if "goes wrong on purpose" in str(one.shown.notes)]
    assert [one.shown.group[:9] for one in skipped] == [
        "middle.08", "middle.09", "full.08-a", "full.09-a", "full.10-a", "full.11-s",
    ]  # fmt: skip


def test_a_shop_for_training_stays_one(tmp_path: Path) -> None:
    marks: list[bool] = []

    class Listens(Broken):
        async def ask(self, method: Method[Q, A], request: Q) -> A:
            if isinstance(request, Opening):
                marks.append(request.training)
            return await call(self.inner, method, request)

    scenario = next(trials(PACK, Level.BASIC, HOUSE.values)).scenario
    card = tmp_path / "shop.toml"
    card.write_text(_card("training = true"))
    stages = CheckStaging(plugged(Listens), card=card)
    asyncio.run(run(scenario, stages))
    assert marks == [True]


def test_a_system_that_breaks_down_fails_and_the_others_are_tried() -> None:
    class Breaks(Broken):
        async def ask(self, method: Method[Q, A], request: Q) -> A:
            if isinstance(request, CheckCouponRequest):
                raise KeyError("coupon")
            return await call(self.inner, method, request)

    grade = graded(plugged(Breaks), level=Level.MIDDLE)
    assert grade.reached is Level.BASIC
    assert "middle.09-connection-lost" in groups(grade, "passed")


# --- the command


def _card(more: str = "", loyalty: str = 'system = "house"') -> str:
    return f"""
shop = "01"
till = "01"
name = "A shop"
cashier = "Ann"
language = "en"
currency = "RUB"
goods = "{fixtures.path("goods.csv")}"
{more}
[loyalty]
{loyalty}
[permissions]
needs = ["return", "cancel"]
[[permissions.people]]
name = "Vera"
pin = "4321"
"""


def check(*arguments: object) -> int:
    return main(["check", "--lang", "en", *map(str, arguments)])


def test_the_command_tells_all_in_one_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "shop.toml"
    card.write_text(_card())
    files = [tmp_path / name for name in ("x.xml", "x.html", "x.json", "x.svg")]
    reports = [part for pair in zip(OPTIONS, files, strict=True) for part in pair]
    assert check("--shop", card, "--cards", "house", "--level", "basic", *reports) == 0
    out, _err = capsys.readouterr()
    assert "basic: who is the buyer, what does it cost, it is sold  6/7" in out
    assert "-  A customer is found by phone" in out
    assert "skipped: no data: phone" in out
    last = out.splitlines()[-1]
    assert last.startswith("loyalty conformance: basic, 1 skipped (basic 6/7) - Club Example - 20")
    told = json.loads(files[2].read_text())
    assert told["conformance"]["grade"] == "basic"
    assert told["conformance"]["badge"] == last
    assert len(told["scenarios"]) == 7
    assert last in files[1].read_text()
    assert last in files[3].read_text()
    suites = JUnitXml.fromfile(str(files[0]))
    assert (suites.tests, suites.failures, suites.skipped) == (7, 0, 1)


OPTIONS = ("--junit", "--html", "--json", "--badge")


def test_a_level_that_is_not_reached(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cards = tmp_path / "cards.yaml"
    cards.write_text("card: 2900000000025\ngoods: 4600000000114\nother_goods: 4600000000015\n")
    assert check("--cards", cards, "--level", "basic") == 1
    out = capsys.readouterr().out
    assert "The level basic is not reached:\n  Nobody is found: required, but skipped" in out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("c.toml", "card = 5\n", "c.toml, line 1, field card: expected text in quotes, got 5"),
        ("c.toml", 'x = 1\ncrd = "5"\n', "c.toml, line 2, field crd: unknown field"),
        ("c.toml", "", "c.toml: the file is empty"),
        ("c.toml", "card =", "c.toml: not TOML"),
        ("c.toml", '\nphone = "8900"\n', "line 2, field phone: expected a phone like"),
        ("c.toml", 'points = "many"\n', "line 1, field points: expected a number like 12.50"),
        ("c.toml", 'pieces = "0"\n', "line 1, field pieces: expected a number"),
        ("c.toml", 'coupon = "@sale.number"\n', "field coupon: expected plain text"),
        ("c.toml", 'coupon = "${card}"\n', "field coupon: expected plain text"),
        ("c.yaml", "card: 1\ncards: [1]\n", "c.yaml, line 2, field cards: unknown field"),
        ("c.yaml", "- card\n", "c.yaml, line 1, field -: expected fields: card, goods"),
        ("c.yaml", "card: [1]\n", "c.yaml, line 1, field card: expected text"),
        ("c.yaml", "card: {\n", "c.yaml, line 2: not YAML"),
    ],
)
def test_a_file_of_cards_that_is_wrong(
    name: str, text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(text)
    assert check("--cards", tmp_path / name) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""


@pytest.mark.parametrize(
    ("card", "arguments", "told"),
    [
        (_card(), (), "Which cards may be used? --cards FILE; ready ones are dinect"),
        (_card(), ("--cards", "nosuch"), "nosuch: there is no such file"),
        (_card(loyalty='system = ""'), ("--cards", "house"), "This shop has no loyalty system."),
        (_card(loyalty='system = "x"'), ("--cards", "house"), "There is no loyalty system x"),
        (_card(), ("--cards", "house", "--html", "/no/such/x.html"), "cannot be written"),
        (_card("live = true"), ("--cards", "house"), "A shop is live, and the check writes"),
        (_card("live = true"), ("--cards", "house", "--live"), "only checked from a terminal"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_runs(
    card: str,
    arguments: tuple[str, ...],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("A shop\n"))
    (tmp_path / "shop.toml").write_text(card)
    assert check("--shop", tmp_path / "shop.toml", *arguments) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""


@pytest.mark.parametrize(("typed", "code"), [("A shop", 0), ("yes", 2), ("\x04", 2)])
def test_a_live_system_is_asked_about_twice(typed: str, code: int, tmp_path: Path) -> None:
    card = tmp_path / "shop.toml"
    card.write_text(_card("live = true"))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cashier.cli", "check", "--lang", "en", "--shop", str(card)]
    command += ["--cards", "house", "--live", "--level", "basic"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.write(ours, f"{typed}\n".encode())
    out, err = process.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == code, err
    assert "Type the name of the shop to agree (A shop):" in err
    assert "card: 2900000000025" in err
    assert ("loyalty conformance: basic" in out) is (code == 0)


@pytest.mark.parametrize("system", ["rarus", "vouchers"])
def test_the_ready_cards_fit_the_served_systems_more_than_once(system: str, tmp_path: Path) -> None:
    """As docs/check.md has it: the server in one window, the check in another."""
    server = subprocess.Popen(
        [sys.executable, "-m", "cashier.cli", "serve", system, "--port", "0", "--lang", "en",
         "--data", str(tmp_path / "data")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        options = f'[loyalty.options]\nurl = "{url}"\nlogin = "till"\npassword = "secret"\n'
        name = "rarus"
        if system == "vouchers":
            name = "mapped"
            options += f'file = "{fixtures.path("mappings/vouchers.toml")}"\n'
        (tmp_path / "shop.toml").write_text(_card(loyalty=f'system = "{name}"\n{options}'))
        for _time in range(2):
            command = [sys.executable, "-m", "cashier.cli", "check", "--lang", "en", "--cards",
                       system, "--shop", str(tmp_path / "shop.toml")]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
            last = done.stdout.splitlines()[-1]
            assert "full, 6 skipped (basic 5/7, middle 8/9, full 9/12)" in last, done.stdout
            assert done.returncode == 0
    finally:
        server.terminate()
        server.communicate(timeout=60)


@pytest.mark.parametrize("name", ["check.md", "check.ru.md"])
def test_the_document_tells_of_every_field_and_what_comes_of_the_ready_files(name: str) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / name).read_text()
    table = text[text.index("<!-- fields -->") : text.index("<!-- /fields -->")]
    assert re.findall(r"(?m)^\| `(\w+)` \|", table) == list(Cards.model_fields)
    assert graded().badge.rpartition(" - ")[0] in text


def test_the_pack_asks_for_nothing_that_a_file_cannot_tell() -> None:
    asked = {name for one in trials(PACK, Level.FULL, {}) for name in one.lacking}
    assert asked == set(Cards.model_fields)
