"""Bugs put into the loyalty system on purpose are found, and told in a handful of steps."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from scenario.played import around, play, troubles

from cashier.cli.program import main
from cashier.cli.staging import plug
from cashier.exchange import (
    Backend,
    CalculateRequest,
    CheckCouponRequest,
    Frozen,
    PointsOffer,
    SaveReturnRequest,
    SaveSaleRequest,
)
from cashier.methods import Method
from cashier.receipt import Settled
from cashier.scenario.explore import CRASH, NO_END, Exploring, Found, Wish
from cashier.scenario.reading import scenarios_of
from cashier.scenario.result import Result, Verdict
from cashier.scenario.running import run
from cashier.scenario.source import Source
from cashier.scenario.stage import Staging
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


class Bug(Wrapper):
    """The embedded system, wrong in one thing."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        return await call(self._inner, method, request)


class ChargesAgain(Bug):
    """A save that is said again is done again."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        said: Any = request
        if isinstance(request, SaveSaleRequest) and request.again:
            other = f"{request.receipt.receipt_id}-again"
            receipt = replace(request.receipt, receipt_id=other, number=other)
            update = {"receipt": receipt, "operation_id": f"{other}:sale"}
            said = request.model_copy(update=update)
        return await call(self._inner, method, said)


class ForgetsReturns(Bug):
    """A return is answered, and not done."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, SaveReturnRequest):
            forgotten: Any = Settled()
            return forgotten  # type: ignore[no-any-return]
        return await call(self._inner, method, request)


class EarnsMore(Bug):
    """Sales over a hundred roubles earn a point more than was promised."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer: Any = await call(self._inner, method, request)
        if isinstance(request, SaveSaleRequest) and request.receipt.total > 10_000:
            answer = replace(answer, earned=answer.earned + 100)
        return answer  # type: ignore[no-any-return]


class OffersMore(Bug):
    """More points are offered than there are."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer: Any = await call(self._inner, method, request)
        if isinstance(answer, PointsOffer):
            answer = answer.model_copy(update={"available": answer.spendable // 2})
        return answer  # type: ignore[no-any-return]


class Crashes(Bug):
    """A coupon on two lines is too much for it."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, CheckCouponRequest) and len(request.receipt.lines) > 1:
            raise KeyError("no such line")
        return await call(self._inner, method, request)


class NeverAnswers(Bug):
    """Prices with a promo code never come."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, CalculateRequest) and request.receipt.coupons:
            await asyncio.get_running_loop().create_future()
        return await call(self._inner, method, request)


WISH = Wish(seed=3, runs=40, steps=80)
BUGS = [
    (ChargesAgain, "charged-once", 5),
    (ForgetsReturns, "a-whole-return-undoes-the-sale", 6),
    (EarnsMore, "earned-as-promised", 5),
    (OffersMore, "spent-within-the-offer", 4),
    (Crashes, CRASH, 3),
    (NeverAnswers, NO_END, 4),
]


async def explored(staging: Staging, wish: Wish = WISH) -> Found:
    found = await Exploring(staging, wish).explore()
    assert found is not None
    return found


async def repeated(found: Found, staging: Staging) -> Result:
    (scenario,) = scenarios_of(Source.of(found.text, "found.yaml", Path()))
    return await run(scenario, staging)


@pytest.mark.parametrize(("bug", "check", "most"), BUGS, ids=[bug[0].__name__ for bug in BUGS])
async def test_a_bug_is_found_and_told_in_a_few_steps(
    bug: Callable[[Backend], Backend], check: str, most: int
) -> None:
    wish = replace(WISH, step_seconds=0.5) if check == NO_END else WISH
    found = await explored(around(bug), wish)
    assert found.broke.check == check, found.text
    assert len(found.broke.steps) <= most, found.text
    assert f"# {check}" in found.text
    if check == CRASH:
        with pytest.raises(KeyError):
            await repeated(found, around(bug))
    else:
        result = await repeated(found, around(bug))
        assert result.verdict is Verdict.FAILED, found.text
        last = result.steps[-1]
        assert last.why if check == NO_END else check in [one.name for one in last.broken]
    healthy = await repeated(found, Staging(plug))
    assert not any(step.broken for step in healthy.steps), found.text


async def test_the_same_seed_finds_the_same_file() -> None:
    one, other = await explored(around(EarnsMore)), await explored(around(EarnsMore))
    assert one == other
    assert one.name == "explored-earned-as-promised-3"
    another = await explored(around(EarnsMore), replace(WISH, seed=4))
    assert another.broke.check == one.broke.check


async def test_what_is_switched_off_is_not_looked_for() -> None:
    off = frozenset(("earned-as-promised", "balance-is-the-sum-of-movements"))
    wish = Wish(seed=3, runs=2, steps=60, off=off)
    assert await Exploring(around(EarnsMore), wish).explore() is None


def test_a_healthy_system_is_explored_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["explore", "--lang", "en", "--runs", "2", "--steps", "40", "--save", str(tmp_path)]
    assert main(command) == 0
    told = capsys.readouterr()
    assert told.out == "Nothing broke.\n"
    assert told.err.startswith("2 sessions, 80 commands, ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--off", "nosuch"], "There is no check nosuch; there are lines-are-numbered"),
        (["--runs", "0"], "--runs: expected a number from 1"),
        (["--steps", "0"], "--steps: expected a number from 1"),
        (["--save", "nowhere"], "nowhere: there is no such folder"),
        (["--cards", "nosuch.toml"], "nosuch.toml: there is no such file"),
        (["--shop", "nosuch.toml"], "nosuch.toml"),
    ],
)
def test_what_cannot_be_explored_is_told(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "--lang", "en", *options]) == 2
    assert told in capsys.readouterr().err


def test_people_and_coupons_come_from_a_file_of_cards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = tmp_path / "cards.toml"
    cards.write_text('cards = ["2900000000025"]\nphones = ["+79001234501"]\ncoupons = ["DOUBLE"]\n')
    options = ["--runs", "1", "--steps", "30", "--cards", str(cards), "--save", str(tmp_path)]
    assert main(["explore", "--lang", "en", *options]) == 0
    cards.write_text("cards = 5\n")
    assert main(["explore", "--lang", "en", *options]) == 2
    assert "line 1, field cards" in capsys.readouterr().err


async def test_the_cashier_does_not_wait_forever_for_a_slow_queue() -> None:
    result = await play(
        """
        - add_goods: "10101"
        - connection: lost_answers
        - calculate
        - tender: cash
        - connection: slow
        - wait: {minutes: 10}
        - connection: online
          expect: {outbox: 0}
        """,
        "scenario: Slow\nlanguage: en\nlimits: {step_seconds: 5}\n",
    )
    assert troubles(result) == []
