"""Loyalty systems with something wrong: the embedded one, and one thing that it does otherwise."""

from dataclasses import replace
from typing import TypeVar

from backends.house import HouseBackend
from cashier.clock import Clock
from cashier.exchange import (
    Backend,
    CalculateRequest,
    Calculation,
    Can,
    CheckCouponRequest,
    Frozen,
    LinePrice,
    SaveReturnRequest,
    SaveSaleRequest,
    System,
)
from cashier.methods import Method
from cashier.receipt import Coupon, Discount, Settled, Source
from cashier.uniform import Wrapper, call
from cashier.witness import DOING

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")


class Broken(Wrapper):
    """The embedded system with something wrong."""

    def __init__(self, house: HouseBackend, _clock: Clock) -> None:
        self.inner_backend = house

    @property
    def inner(self) -> Backend:
        return self.inner_backend

    async def close(self) -> None:
        await self.inner.close()


class DoublesOnRepeat(Broken):
    """A sale that is said twice earns twice."""

    seen = ""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(request, SaveSaleRequest) and isinstance(answer, Settled):
            if request.operation_id == self.seen:
                return replace(answer, earned=2 * answer.earned)
            self.seen = request.operation_id
        return answer


class WrongTotal(Broken):
    """Every time it is asked the first line is a rouble cheaper."""

    times = 0

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(request, CalculateRequest) and isinstance(answer, Calculation):
            self.times += 1
            more = Discount(Source.PROMOTION, "more", "More", 100 * self.times)
            lines = {it.number: it.discounts for it in answer.lines}
            lines[1] = (*lines.get(1, ()), more)
            prices = tuple(LinePrice(number=n, discounts=given) for n, given in lines.items())
            return answer.model_copy(update={"lines": prices})
        return answer


class CreditsLess(Broken):
    """It promises more points than it credits."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(answer, Calculation):
            return answer.model_copy(update={"earn": answer.earn + 100})
        return answer


class RefusesNothing(Broken):
    """Every coupon is good."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, CheckCouponRequest):
            return Coupon(request.code)  # type: ignore[return-value]
        return await call(self.inner, method, request)


class LosesCoupons(Broken):
    """They are good, and change nothing."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, CalculateRequest):
            bare = replace(request.receipt, coupons=())
            request = request.model_copy(update={"receipt": bare})
        return await call(self.inner, method, request)


class KeepsPoints(Broken):
    """Points pay, and stay on the card."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(answer, Settled) and answer.spent and answer.balance is not None:
            return replace(answer, balance=answer.balance + answer.spent)
        return answer


class ForgetsReturns(Broken):
    """It says yes, and does nothing."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, SaveReturnRequest):
            return Settled()  # type: ignore[return-value]
        return await call(self.inner, method, request)


class DoesLostOnesTwice(Broken):
    """What the till says again, because no answer came, is done again: as another sale."""

    seen = ""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, SaveSaleRequest) and DOING.get() != "check":
            known, self.seen = self.seen, request.operation_id
            if known == request.operation_id:
                other = replace(request.receipt, receipt_id=f"{request.receipt.receipt_id}-2")
                more = {"operation_id": f"{request.operation_id}-2", "receipt": other}
                request = request.model_copy(update=more)
        return await call(self.inner, method, request)


class CannotMuch(Broken):
    """It sells and takes back; it says so."""

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer = await call(self.inner, method, request)
        if isinstance(answer, System):
            return answer.model_copy(update={"can": Can.RETURN | Can.FIND_SALE})
        return answer
