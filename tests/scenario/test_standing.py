"""The standing checks find what is wrong with a system, and nothing in one that is right."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

import pytest
from scenario.played import HEAD as PLAIN
from scenario.played import around, play, troubles

from cashier.errors import ConfigError
from cashier.exchange import (
    Backend,
    Calculation,
    Can,
    Certificate,
    CertificateRequest,
    Frozen,
    PointsOffer,
    SaveSaleRequest,
    System,
)
from cashier.methods import Method
from cashier.receipt import Discount, Settled, Source
from cashier.scenario.result import Verdict
from cashier.scenario.stage import Staging
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


Spoil: TypeAlias = Callable[[Any, Any], Any]
"""An answer, and what was asked: the answer that is given in its place."""


class Spoilt(Wrapper):
    """The embedded system with its answers spoilt."""

    def __init__(self, inner: Backend, spoil: Spoil) -> None:
        self._inner, self._spoil = inner, spoil

    @property
    def inner(self) -> Backend:
        return self._inner

    async def close(self) -> None:
        await self._inner.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer: A = self._spoil(await call(self._inner, method, request), request)
        return answer


def staging(spoil: Spoil) -> Staging:
    return around(lambda inner: Spoilt(inner, spoil))


def honest(answer: Any, request: Any) -> Any:
    return answer


def earns_again(answer: Any, request: Any) -> Any:
    """A save that is said twice earns twice."""
    if isinstance(answer, Settled) and getattr(request, "again", False):
        return replace(answer, balance=(answer.balance or 0) + 100)
    return answer


def miscounts(answer: Any, request: Any) -> Any:
    """The balance after a sale is not what it should be."""
    if isinstance(answer, Settled) and answer.earned:
        return replace(answer, balance=(answer.balance or 0) - 1)
    return answer


def breaks_promises(answer: Any, request: Any) -> Any:
    """Earned is less than was promised."""
    if isinstance(answer, Settled) and isinstance(request, SaveSaleRequest):
        return replace(answer, earned=answer.earned - 1)
    return answer


def is_generous(answer: Any, request: Any) -> Any:
    """More points can be spent than are there."""
    if isinstance(answer, PointsOffer):
        return answer.model_copy(update={"spendable": answer.available + 100})
    return answer


def takes_more(answer: Any, request: Any) -> Any:
    """A discount below zero."""
    if not isinstance(answer, Calculation):
        return answer
    bad = Discount(Source.PROMOTION, "bad", "bad", -100)
    first, *others = answer.lines
    spoilt = first.model_copy(update={"discounts": (*first.discounts, bad)})
    return answer.model_copy(update={"lines": (spoilt, *others)})


class Careless(Wrapper):
    """Books every save anew."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, SaveSaleRequest):
            anew = f"{request.receipt.receipt_id}-{id(request)}"
            receipt = replace(request.receipt, receipt_id=anew)
            request = request.model_copy(update={"operation_id": anew, "receipt": receipt})
        return await call(self._inner, method, request)


async def test_an_honest_system_breaks_nothing() -> None:
    result = await play(SALE, HEAD, staging(honest))
    assert troubles(result) == []


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (earns_again, REPEAT),
        (miscounts, BALANCE),
        (breaks_promises, "earned-as-promised"),
        (is_generous, "spent-within-the-offer"),
    ],
)
async def test_what_a_system_does_wrong_is_found(spoil: Spoil, check: str) -> None:
    result = await play(SALE, HEAD, staging(spoil))
    broken = {one.name for step in result.steps for one in step.broken}
    assert check in broken
    silenced = await play(SALE, HEAD + f"checks: {{off: [{', '.join(broken)}]}}\n", staging(spoil))
    assert [step for step in silenced.steps if step.broken] == [], "each can be switched off"


async def test_prices_that_cannot_be_are_not_sold() -> None:
    """The till itself refuses them: what stays is a receipt without discounts, and it says so."""
    result = await play(SALE, HEAD, staging(takes_more))
    calculated = result.steps[2]
    assert calculated.receipt is not None
    assert calculated.receipt.applied is not None
    assert calculated.receipt.applied.offline


async def test_charged_twice_after_a_lost_answer() -> None:
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
    with pytest.raises(ConfigError, match=r"checks\.off\.1: expected one of .*lines-add-up"):
        await play("- scan: 1", HEAD + "checks: {off: [nonsense]}\n")


class SoldElsewhere(Spoilt):
    """Every certificate is the system's, and was sold with 500 in another shop."""

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner, _with_certificates)

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, CertificateRequest):
            answer: Any = Certificate(number=request.number, left=500_00, sold=True)
            return answer  # type: ignore[no-any-return]  # what this method answers
        return await super().ask(method, request)


def _with_certificates(answer: Any, _request: Any) -> Any:
    if isinstance(answer, System):
        return answer.model_copy(update={"can": answer.can | Can.CERTIFICATES})
    return answer


async def test_a_certificate_of_the_system_may_be_sold_elsewhere() -> None:
    steps = """
    - scan: {code: "4600000000022", quantity: 3}
    - calculate
    - tender: {certificate: 100, number: "9800000000012"}
    - tender: card
    """
    assert troubles(await play(steps, staging=around(SoldElsewhere))) == []
