"""Plugins as a link of a chain: hooks around it, and later links that lower prices."""

from dataclasses import replace
from typing import Any

from set10.setapi_stand import ANNA, Heard, setup, silent
from stand import MORNING, Stand, make_stand

from backends.chain import ChainBackend, Member, Place
from backends.house import HouseBackend
from backends.house.rules import Promotion
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.book import Book
from backends.set10.setapi.near import make
from cashier import commands as do
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.links import Link, chain_of
from cashier.money import ONE
from cashier.receipt import Source, TenderKind
from cashier.snapshot import State

SALE: list[do.Command] = [
    do.Scan("4600000000015", 3 * ONE), do.Scan(ANNA), do.Calculate()
]  # fmt: skip
FULL = 47_050


class Linked:
    """Set API first, then the embedded system, which takes another ten percent off."""

    def __init__(self, **settings: Any) -> None:
        clock = ManualClock(MORNING)
        self.heard = Heard(make(setup(clock, **settings)))
        self.backend = SetApiBackend(self.heard.plugins, Book(None))
        self.stand: Stand = make_stand(around=self.chain)

    def chain(self, house: ex.Backend) -> ChainBackend:
        assert isinstance(house, HouseBackend)
        api = Member("set-api", self.backend)
        own = Member("set10", house)
        return ChainBackend(
            "Chain",
            [
                Place(Link("set-api-1", "Set API", "set-api"), api, self.backend.calculate),
                Place(Link("set10-2", "Set10", "set10"), own, house.part(_any)),
            ],
            payer="set-api",
        )

    @property
    def calls(self) -> list[str]:
        return self.heard.calls

    async def points(self) -> int:
        from backends.set10.setapi.contract import CardQuery

        found = await self.heard.inner.cards.search_card(CardQuery(number=ANNA))
        return found.cards[0].balance


def _any(promotion: Promotion) -> bool:
    return True


async def test_the_plugin_hears_the_start_before_its_place_and_the_end_after_the_whole_chain() -> (
    None
):
    link = Linked()
    await link.stand.till.start()
    finals: list[int] = []
    inner = link.heard.inner.loyalty.on_discount_calculation_finished

    async def finished(receipt: Any, result: Any) -> Any:
        finals.append(sum(line.cost for line in receipt.lines))
        return await inner(receipt, result)

    link.heard.inner.loyalty.on_discount_calculation_finished = finished  # type: ignore[method-assign]
    await link.stand.do(*SALE)
    life = [one for one in link.calls if one != "search_card"]
    assert life == [
        "on_discount_calculation_started",
        "do_discount",
        "on_discount_calculation_finished",
    ]
    assert finals == [link.stand.receipt.total], "with what the later link took off"
    assert link.stand.receipt.total < 149_70 - 7_49


async def test_ceilings_are_corrected_for_what_later_links_took_off() -> None:
    link = Linked()
    await link.stand.till.start()
    await link.stand.do(*SALE)
    offer = link.stand.till.now.offer
    assert offer is not None
    assert offer.spendable == link.stand.receipt.total * 99 // 100


async def test_points_are_spent_through_the_chain_written_off_at_once_and_earned() -> None:
    link = Linked()
    stand = link.stand
    await stand.till.start()
    await stand.do(*SALE, do.PayPoints(10_00))
    assert await link.points() == FULL - 1000
    await stand.do(do.TakeTender(TenderKind.CASH))
    assert stand.is_in(State.FINISHED)
    settled = stand.receipt.settled
    assert settled is not None
    assert (settled.spent, settled.earned) == (1000, 397)
    assert await link.points() == FULL - 1000 + 397


async def test_points_taken_off_in_a_chain_are_rolled_back() -> None:
    link = Linked()
    await link.stand.till.start()
    await link.stand.do(*SALE, do.PayPoints(10_00), do.UndoPoints())
    assert await link.points() == FULL
    assert "cancel_discount" in link.calls


async def test_the_consistency_rule_holds_in_a_chain() -> None:
    link = Linked()
    stand = link.stand
    await stand.till.start()
    await stand.do(*SALE)
    link.heard.after["do_discount"] = lambda result: replace(result, discounts=())
    error = await stand.refused(do.PayPoints(10_00))
    assert "10 points were written off and 0 became" in str(error)
    assert await link.points() == FULL
    assert not any(one.source is Source.POINTS for one in stand.receipt.lines[0].discounts)


async def test_another_order_is_looked_at_without_moving_points() -> None:
    link = Linked()
    stand = link.stand
    await stand.till.start()
    await stand.do(*SALE, do.PayPoints(10_00))
    chain = chain_of(stand.till.workplace.backend)
    assert chain is not None
    before = await link.points()
    await chain.passage(stand.receipt, MORNING, ("set10-2", "set-api-1"))
    await chain.orders(stand.receipt, MORNING)
    assert await link.points() == before == FULL - 1000
    assert "rollback" not in link.calls


async def test_a_rollback_without_an_answer_goes_through_the_chain_and_comes_back() -> None:
    link = Linked()
    stand = link.stand
    await stand.till.start()
    await stand.do(*SALE)
    link.heard.after["write_off"] = lambda _answer: silent()
    link.heard.before["rollback"] = silent
    error = await stand.refused(do.PayPoints(10_00))
    assert isinstance(error, ex.OutcomeUnknown)
    assert await link.points() == FULL - 1000
    link.heard.after.clear()
    link.heard.before.clear()
    backend = stand.till.workplace.backend
    request = ex.FeedbackRequest(operation_id="f", feedback=error.feedback, at=MORNING)
    assert backend is not None
    left = await backend.send_feedback(request)
    assert left == ex.FeedbackLeft()
    assert await link.points() == FULL
