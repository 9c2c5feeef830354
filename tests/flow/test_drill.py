"""The lost-answer drill: the program tells whether the customer was charged twice."""

from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario.played import play, troubles
from stand import Stand, make_stand

from backends.faults import Faulty
from cashier import commands as do
from cashier import exchange as ex
from cashier.drill import Drill, Judgement, Moved, Verdict, exchange_of, judge, sentence
from cashier.faults import Connection, Fault, FaultKind
from cashier.methods import METHODS, Method
from cashier.money import ONE
from cashier.receipt import Card, Customer, Identifier, IdentifierKind, Settled, TenderKind
from cashier.uniform import Uniform, call
from cashier.witness import Exchange, Witness

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")

ANNA = "2900000000018"
GROATS = do.AddGoods("10801", 5 * ONE)
PAY = do.TakeTender(TenderKind.CARD)


class Careless(Uniform):
    """A loyalty system that does everything it is told as often as it is told."""

    def __init__(self, *, can: ex.Can = ex.Can.SPEND | ex.Can.RETURN | ex.Can.RETURN_PART) -> None:
        self.can = can
        self.have = 100_000
        self.careful = False
        """The same id twice is one."""
        self.later = False
        """What is earned is no part of the balance yet."""
        self.done: dict[str, Settled] = {}
        self.sold: list[ex.SaveSaleRequest] = []

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        answer: A = await getattr(self, f"_{method.name}")(request)
        return answer

    async def _open(self, request: ex.Opening) -> ex.System:  # noqa: ARG002
        return ex.System(name="Careless", can=self.can)

    async def _identify(self, request: ex.IdentifyRequest) -> ex.Found:
        card = Card(request.identifier.value, balance=self.have, available=self.have)
        return ex.Found(customer=Customer("c1", "Anna"), cards=(card,))

    async def _calculate(self, request: ex.CalculateRequest) -> ex.Calculation:  # noqa: ARG002
        return ex.Calculation(earn=300)

    async def _points(self, request: ex.PointsRequest) -> ex.PointsOffer:  # noqa: ARG002
        return ex.PointsOffer(balance=self.have, available=self.have, spendable=10_000)

    async def _save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        if self.careful and request.operation_id in self.done:
            return self.done[request.operation_id]
        self.sold.append(request)
        spent = request.receipt.spend
        self.have += (0 if self.later else 300) - spent
        settled = Settled(earned=300, spent=spent, balance=self.have)
        return self.done.setdefault(request.operation_id, settled)

    async def _save_return(self, request: ex.SaveReturnRequest) -> Settled:
        if not (self.careful and request.operation_id in self.done):
            self.have -= 300
        return self.done.setdefault(request.operation_id, Settled(taken_back=300))

    async def _find_sale(self, request: ex.FindSaleRequest) -> tuple[ex.FoundSale, ...]:
        fit = (one.receipt for one in self.sold if one.receipt.number == request.number)
        return tuple(ex.FoundSale(receipt=receipt) for receipt in fit)


async def at(system: Uniform) -> Stand:
    """The stand with another loyalty system behind it."""
    stand = make_stand()
    desk = stand.till.workplace
    faulty = Faulty(lambda: system, stand.clock)
    desk.backend = Drill(faulty, faulty.plan, stand.clock, desk.say)
    desk.plug = faulty.plan
    await stand.till.start()
    return stand


def fault(kind: FaultKind, **fields: object) -> do.SetFault:
    fields = {"step": "save_sale", "times": 1, **fields}
    return do.SetFault(Fault.model_validate({"kind": kind, **fields}))


DOUBTFUL = [FaultKind.LOST_ANSWER, FaultKind.CUT, FaultKind.GARBLED, FaultKind.TWICE]


@pytest.mark.parametrize("kind", DOUBTFUL)
@pytest.mark.parametrize("spend", [0, 1000])
async def test_the_embedded_system_charges_once(stand: Stand, kind: FaultKind, spend: int) -> None:
    await stand.do(fault(kind), do.Scan(ANNA), GROATS, do.Calculate())
    if spend:
        await stand.do(do.PayPoints(spend))
    await stand.do(PAY)
    assert stand.receipt.settled and not stand.receipt.settled.pending
    assert "Drill: the customer was charged once. 470.50" in stand.said
    assert stand.said.count("Drill") == 1
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    assert stand.said.count("Drill") == 1, "nothing struck the second sale"


@pytest.mark.parametrize("kind", DOUBTFUL)
@pytest.mark.parametrize("spend", [0, 1000])
async def test_a_careless_system_charges_twice(kind: FaultKind, spend: int) -> None:
    system = Careless()
    stand = await at(system)
    await stand.do(fault(kind), do.Scan(ANNA), GROATS, do.Calculate())
    if spend:
        await stand.do(do.PayPoints(spend))
    await stand.do(PAY)
    assert len(system.sold) == 2
    once, twice = ("993", "986") if spend else ("1 003", "1 006")
    numbers = f"1 000 − 10 + 3 = {once}" if spend else f"1 000 + 3 = {once}"
    words = f"charged TWICE. {numbers}, but the system has {twice}."
    assert words.replace("1 0", "1 0") in stand.said.replace("\xa0", " ")
    await stand.till.close()


async def test_three_times_is_told_as_three_times() -> None:
    stand = await at(Careless())
    await stand.do(
        fault(FaultKind.LOST_ANSWER, times=2), do.Scan(ANNA), GROATS, do.Calculate(), PAY
    )
    assert stand.receipt.settled and stand.receipt.settled.pending
    await stand.do(do.Deliver())
    assert "charged 3 TIMES" in stand.said
    await stand.till.close()


async def test_a_sale_that_waited_in_the_queue_is_judged_when_it_is_delivered(
    stand: Stand,
) -> None:
    lost = do.SetConnection(Connection.LOST_ANSWERS)
    await stand.do(lost, GROATS, do.Scan(ANNA), do.Calculate(), PAY)
    await stand.do(GROATS, do.Scan(ANNA), do.Calculate(), PAY)
    assert "Drill" not in stand.said
    await stand.do(do.SetConnection(Connection.ONLINE))
    assert stand.said.count("Drill: the customer was charged once.") == 1, "both at once"


async def test_what_another_till_did_meanwhile_cannot_be_told() -> None:
    system = Careless()
    system.careful = True
    stand = await at(system)
    await stand.do(do.SetConnection(Connection.LOST_ANSWERS), do.Identify(_card()), GROATS)
    await stand.do(do.Calculate(), PAY)
    system.have -= 77_00
    await stand.do(do.SetConnection(Connection.ONLINE))
    assert "cannot be told: 1 000 + 3 = 1 003, the system has 926" in stand.said.replace(
        "\xa0", " "
    )
    await stand.till.close()


def _card() -> Identifier:
    return Identifier(IdentifierKind.CARD, ANNA)


async def test_points_that_are_earned_later_are_no_sign_of_anything() -> None:
    system = Careless()
    system.careful = system.later = True
    stand = await at(system)
    await stand.do(fault(FaultKind.LOST_ANSWER), do.Scan(ANNA), GROATS, do.Calculate())
    await stand.do(do.PayPoints(1000), PAY)
    assert "charged once" in stand.said
    assert "not active yet" in stand.said
    system.careful = False
    await stand.do(fault(FaultKind.LOST_ANSWER), do.Scan(ANNA), GROATS, do.Calculate())
    await stand.do(do.PayPoints(1000), PAY)
    assert "charged TWICE" in stand.said
    await stand.till.close()


async def test_without_a_card_the_system_is_asked_for_the_sale(stand: Stand) -> None:
    await stand.do(fault(FaultKind.TWICE), GROATS, do.Calculate(), PAY)
    assert "charged once. The system has the sale R0101-000001 once." in stand.said
    careless = await at(Careless(can=ex.Can.FIND_SALE))
    await careless.do(fault(FaultKind.TWICE), GROATS, do.Calculate(), PAY)
    assert "charged TWICE. The system has the sale R0101-000001 2 times." in careless.said
    mute = await at(Careless(can=ex.Can.SPEND))
    await mute.do(fault(FaultKind.TWICE), GROATS, do.Calculate(), PAY)
    assert "cannot be told: no card is on the receipt" in mute.said
    await careless.till.close()
    await mute.till.close()


@pytest.mark.parametrize("careful", [True, False])
async def test_a_return_is_judged_as_well(careful: bool) -> None:
    system = Careless()
    system.careful = careful
    stand = await at(system)
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    await stand.do(fault(FaultKind.CUT, step="save_return"))
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll(), do.Refund())
    assert ("charged once" if careful else "charged TWICE") in stand.said
    await stand.till.close()


async def test_a_return_of_the_embedded_system_is_judged_by_what_came_back(stand: Stand) -> None:
    await stand.do(GROATS, do.Calculate(), PAY, fault(FaultKind.CUT, step="save_return"))
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnLine(1, ONE), do.Refund())
    assert "charged once. The goods came back once." in stand.said


async def test_a_repeat_that_is_refused_is_judged_by_what_was_promised() -> None:
    class Rude(Careless):
        async def _save_sale(self, request: ex.SaveSaleRequest) -> Settled:
            if self.sold:
                raise ex.Refused(ex.Reason.ALREADY_PROCESSED, "seen that")
            return await super()._save_sale(request)

    stand = await at(Rude())
    await stand.do(fault(FaultKind.LOST_ANSWER), do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    assert "Drill: the customer was charged once." in stand.said
    await stand.till.close()


async def test_a_save_that_did_not_happen_is_not_judged(stand: Stand) -> None:
    await stand.do(fault(FaultKind.UNREACHABLE, times=5), fault(FaultKind.LOST_ANSWER))
    await stand.do(do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    assert stand.till.workplace.outbox.waiting == 1
    await stand.do(do.ClearFaults())
    assert stand.till.workplace.outbox.waiting == 0
    assert "Drill" not in stand.said


async def test_the_questions_of_the_drill_are_seen_and_strike_no_fault() -> None:
    system, exchanges = Careless(), list[Exchange]()
    stand = make_stand()
    desk = stand.till.workplace
    faulty = Faulty(lambda: system, stand.clock)
    witness = Witness(faulty, exchanges.append, stand.clock)
    kept: list[Exchange] = []

    def keep(judgement: Judgement, receipt: object, text: str) -> None:
        kept.append(exchange_of(judgement, receipt, text, stand.clock.now()))  # type: ignore[arg-type]

    desk.backend = Drill(witness, faulty.plan, stand.clock, desk.say, keep)
    desk.plug = faulty.plan
    await stand.till.start()
    await stand.do(
        do.Scan(ANNA), GROATS, do.Calculate(), fault(FaultKind.LOST_ANSWER, step=""), PAY
    )
    assert [one.hits for one in faulty.plan.standing] == [1]
    names = [one.method for one in exchanges]
    assert names == [
        "open", "identify", "calculate", "points", "identify", "save_sale", "save_sale", "identify",
    ]  # fmt: skip
    (verdict,) = kept
    assert verdict.receipt_id == stand.receipt.receipt_id
    assert b'"twice"' in verdict.answer and "TWICE" in verdict.notes[0]
    await stand.till.close()


# --- the judgement alone

moves = st.builds(
    Moved,
    number=st.just("N"),
    plus=st.integers(0, 50_000),
    minus=st.integers(0, 50_000),
    later=st.just(True),
    doubtful=st.booleans(),
)


@given(st.integers(0, 10**6), st.lists(moves, min_size=1, max_size=4))
def test_what_was_done_once_is_never_called_twice(before: int, moves: list[Moved]) -> None:
    found = judge(before, before + sum(one.net for one in moves), moves)
    wanted = Verdict.ONCE if any(one.net for one in moves) else Verdict.UNTOLD
    assert found.verdict is wanted
    assert "Drill" in sentence(found)


@given(st.integers(0, 10**6), st.lists(moves, max_size=3), moves)
def test_one_that_was_done_twice_is_never_called_once(
    before: int, others: list[Moved], doubtful: Moved
) -> None:
    doubtful = replace(doubtful, doubtful=True)
    every = [*others, doubtful]
    now = before + sum(one.net for one in every) + doubtful.net
    found = judge(before, now, every)
    if doubtful.net and now - before != sum(one.now for one in every):
        assert found.verdict is Verdict.TWICE
    elif doubtful.net:
        assert found.verdict is Verdict.UNTOLD, "it may be that nothing earned is active yet"


async def test_the_drill_is_a_backend_like_any_other(stand: Stand) -> None:
    backend = stand.till.workplace.backend
    assert backend is not None
    request = ex.IdentifyRequest(identifier=_card(), at=stand.clock.now())
    assert isinstance(await call(backend, METHODS["identify"], request), ex.Found)


async def test_two_returns_of_one_sale_that_waited_together_are_each_done_once() -> None:
    result = await play(
        """
        - add_goods: {sku: "10101", quantity: 2}
        - add_goods: {sku: "10101", quantity: 2}
        - calculate
        - tender: cash
          as: sale
        - connection: lost_answers
        - return: {of: sale, lines: [2], quantity: 1}
        - return: sale
        - connection: online
          expect: {outbox: 0, said: charged once}
        """
    )
    assert troubles(result) == []
