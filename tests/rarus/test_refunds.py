"""Returns at the real server: whichever id is the sale's, and whoever reckons the points."""

from dataclasses import replace
from typing import Any

import pytest
from rarus.deeds import ANNA, At, at_server, priced, sell, with_points
from stand import MORNING, demo_rules

from cashier import exchange as ex
from cashier.money import ONE
from cashier.receipt import Kind, Receipt, SaleRef, Settled
from cashier.steps.returning import returned_line

IDS = ("sale_in_doc_id", "sale_in_doc_id_refund")


async def come_back(at: At, sold: Receipt, name: str, before: int, quantity: int) -> Settled:
    line = returned_line(sold.lines[0], before, quantity)
    receipt = Receipt(
        name, MORNING, kind=Kind.RETURN, shop="01", till="01", buyer=sold.buyer, number=name,
        lines=(replace(line, number=1),), of=SaleRef("doc-1", "R1", MORNING), closed_at=MORNING,
    )  # fmt: skip
    request = ex.SaveReturnRequest(
        operation_id=f"{name}:return",
        receipt=receipt,
        lines=(ex.LineReturned(number=1, quantity=quantity),),
        at=MORNING,
    )
    return await at.backend.save_return(request)


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("refund", ["server", "till"])
async def test_parts_add_up_to_the_whole(refund: str, ids: str) -> None:
    options: dict[str, Any] = {"refund": refund, "refund_ids": ids, "point_step": "0.01"}
    async with at_server(demo_rules(), **options) as at:
        before = at.service.keeper.cards.card(ANNA)
        sold = await sell(at, with_points(await priced(at)))
        first = await come_back(at, sold, "back-1", 0, ONE)
        assert 0 < first.given_back < 5000
        second = await come_back(at, sold, "back-2", ONE, 3 * ONE)
        assert sold.settled is not None
        assert first.given_back + second.given_back == sold.settled.spent == 5000
        assert first.taken_back + second.taken_back == sold.settled.earned > 0
        assert at.service.keeper.cards.card(ANNA) == before
        request = ex.FindSaleRequest(card=ANNA, day=MORNING.date(), at=MORNING)
        (found,) = await at.backend.find_sale(request)
        assert found.returned == (ex.LineReturned(number=1, quantity=4 * ONE),)


@pytest.mark.parametrize("ids", IDS)
async def test_whole_points_go_back_by_the_till_and_what_is_broken_stays(ids: str) -> None:
    options: dict[str, Any] = {"refund": "till", "refund_ids": ids}
    async with at_server(demo_rules(), **options) as at:
        sold = await sell(at, with_points(await priced(at)))
        first = await come_back(at, sold, "back-1", 0, ONE)
        second = await come_back(at, sold, "back-2", ONE, 3 * ONE)
        assert sold.settled is not None
        assert all(one.given_back % 100 == one.taken_back % 100 == 0 for one in (first, second))
        assert first.given_back + second.given_back == 5000
        assert first.taken_back + second.taken_back == sold.settled.earned // 100 * 100


@pytest.mark.parametrize("ids", IDS)
async def test_a_repeated_return_is_one_return(ids: str) -> None:
    async with at_server(demo_rules(), refund_ids=ids) as at:
        sold = await sell(at, with_points(await priced(at)))
        first = await come_back(at, sold, "back-1", 0, ONE)
        again = await come_back(at, sold, "back-1", 0, ONE)
        assert (again.given_back, again.taken_back) == (first.given_back, first.taken_back)
        assert at.state["sales"] == [("doc-1", ["back-1"])]
