"""The standing checks of a run find what is wrong with a system, and nothing in one that is right."""

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from scenario.played import HEAD as PLAIN
from scenario.played import around, play, troubles

from cashier.errors import ConfigError
from cashier.exchange import Backend, Calculation, Frozen, PointsOffer, SaveSaleRequest
from cashier.methods import Method
from cashier.receipt import Discount, Settled, Source
from cashier.scenario.result import Verdict
from cashier.scenario.standing import BALANCE, ONCE, REPEAT
from cashier.uniform import Wrapper, call

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")

HEAD = PLAIN + 'given: {customers: [{card: "2900000090018", level: gold, points: 500}]}\n'
SALE = """
- identify: {card: "2900000090018"}
- scan: {code: "4600000000022", quantity: 3}
- calculate
- pay_points: 20
- tender: cash
  as: sale
- identify: {card: "2900000090018"}
- scan: "4600000000015"
- calculate
- tender: cash
- return: sale
"""


class Honest(Wrapper):
    """Changes nothing; those below do."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer: Any = await call(self._inner, method, request)
        return self.spoil(answer, request)  # type: ignore[no-any-return]

    def spoil(self, answer: Any, request: Any) -> Any:
        return answer


class EarnsAgain(Honest):
    """A save that is said twice earns twice."""

    def spoil(self, answer: Any, request: Any) -> Any:
        if isinstance(answer, Settled) and getattr(request, "again", False):
            return replace(answer, balance=(answer.balance or 0) + 100)
        return answer


class Miscounts(Honest):
    """The balance after a sale is not what it should be."""

    def spoil(self, answer: Any, request: Any) -> Any:
        if isinstance(answer, Settled) and answer.earned:
            return replace(answer, balance=(answer.balance or 0) - 1)
        return answer


class Promises(Honest):
    """Earned is less than was promised."""

    def spoil(self, answer: Any, request: Any) -> Any:
        if isinstance(answer, Settled) and isinstance(request, SaveSaleRequest):
            return replace(answer, earned=answer.earned - 1)
        return answer


class Generous(Honest):
    """More points can be spent than are there."""

    def spoil(self, answer: Any, request: Any) -> Any:
        if isinstance(answer, PointsOffer):
            return answer.model_copy(update={"spendable": answer.available + 100})
        return answer


class Negative(Honest):
    """A discount below zero."""

    def spoil(self, answer: Any, request: Any) -> Any:
        if not isinstance(answer, Calculation):
            return answer
        bad = Discount(Source.PROMOTION, "bad", "bad", -100)
        first, *others = answer.lines
        spoilt = first.model_copy(update={"discounts": (*first.discounts, bad)})
        return answer.model_copy(update={"lines": (spoilt, *others)})


async def test_an_honest_system_breaks_nothing() -> None:
    result = await play(SALE, HEAD, around(Honest))
    assert troubles(result) == []


@pytest.mark.parametrize(
    ("system", "check"),
    [
        (EarnsAgain, REPEAT),
        (Miscounts, BALANCE),
        (Promises, "earned-as-promised"),
        (Generous, "spent-within-the-offer"),
    ],
)
async def test_what_a_system_does_wrong_is_found(system: type[Honest], check: str) -> None:
    result = await play(SALE, HEAD, around(system))
    broken = {one.name for step in result.steps for one in step.broken}
    assert check in broken
    silenced = await play(SALE, HEAD + f"checks: {{off: [{', '.join(broken)}]}}\n", around(system))
    assert [step for step in silenced.steps if step.broken] == [], "each can be switched off"


async def test_prices_that_cannot_be_are_not_sold() -> None:
    """The till itself refuses them: what stays is a receipt without discounts, and it says so."""
    result = await play(SALE, HEAD, around(Negative))
    calculated = result.steps[2]
    assert calculated.receipt is not None
    assert calculated.receipt.applied is not None
    assert calculated.receipt.applied.offline


async def test_charged_twice_after_a_lost_answer() -> None:
    class Careless(Honest):
        """Books every save anew."""

        async def ask(self, method: Method[Q, A], request: Q) -> A:
            if isinstance(request, SaveSaleRequest):
                receipt = replace(
                    request.receipt, receipt_id=f"{request.receipt.receipt_id}-{id(request)}"
                )
                changed: Any = request.model_copy(
                    update={"operation_id": f"op-{id(request)}", "receipt": receipt}
                )
                request = changed
            return await call(self._inner, method, request)

    steps = """
    - identify: {card: "2900000090018"}
    - scan: {code: "4600000000022", quantity: 3}
    - calculate
    - fault: {step: save_sale, kind: lost_answer, times: 1}
    - tender: cash
    """
    result = await play(steps, HEAD, around(Careless))
    assert ONCE in {one.name for step in result.steps for one in step.broken}
    assert result.verdict is Verdict.FAILED
    assert troubles(await play(steps, HEAD)) == []


async def test_a_name_that_is_no_check_is_told() -> None:
    with pytest.raises(ConfigError, match="checks.off.1: expected one of .*lines-add-up"):
        await play("- scan: 1", HEAD + "checks: {off: [nonsense]}\n")
