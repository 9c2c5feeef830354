"""The client's two phases: answers that are lost, refusals in the middle, repetitions."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from loymax.stage import Came, Stage, as_it_is, instead, lost
from loymax_xml.stage_xml import open_receipt, priced, returning, selling
from stand import MORNING

from backends.exact_json import json_bytes, read_json
from cashier import exchange as ex
from cashier.exchange import OutcomeUnknown, Reason, Refused
from cashier.receipt import Identifier, IdentifierKind, Receipt


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path)
    yield made
    await made.house.close()


def greedy(receipt: Receipt) -> Receipt:
    """With more points on it than the customer has."""
    line = receipt.lines[0]
    points = replace(line.discounts[-1], amount=line.total + 1000)
    line = replace(line, discounts=(*line.discounts[:-1], points))
    return replace(receipt, lines=(line,), spend=points.amount)


@pytest.mark.parametrize("end", ["/Bonus/Payment", "/Bonus", "/Confirm"])
async def test_a_lost_answer_is_one_sale_all_the_same(stage: Stage, end: str) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    stage.between.spoil = lost(end)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(receipt))
    again = selling(receipt).model_copy(update={"again": True})
    settled = await stage.backend.save_sale(again)
    assert (settled.spent, stage.sales()) == (1000, 1)
    assert settled.earned == (receipt.applied.earn if receipt.applied else 0) > 0
    assert stage.available() == settled.available == before - 1000 + settled.earned


@pytest.mark.parametrize("end", ["/Bonus/Payment", "/Bonus", "/Confirm"])
async def test_a_crash_of_both_is_one_sale_all_the_same(stage: Stage, end: str) -> None:
    receipt = await priced(stage, spend=1000)
    stage.between.spoil = lost(end)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(receipt))
    await stage.restart()
    settled = await stage.till().save_sale(selling(receipt))
    assert (settled.spent, stage.sales()) == (1000, 1)


async def test_a_balance_that_does_not_come_leaves_the_sale(stage: Stage) -> None:
    receipt = await priced(stage)
    stage.between.spoil = lost("/Balance")
    settled = await stage.backend.save_sale(selling(receipt))
    assert settled.earned > 0
    assert settled.balance is None


async def test_a_refused_sale_leaves_nothing_held(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(greedy(receipt)))
    stage.between.said.clear()
    stage.between.spoil = instead("/Bonus", code="LimitGained")
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(receipt))
    assert stage.between.paths() == ["Payment", "Bonus", "Cancel"]
    stage.between.spoil = as_it_is
    assert (stage.available(), stage.sales()) == (before, 0)
    await stage.backend.save_sale(selling(receipt, "op-2"))
    assert stage.sales() == 1


async def test_a_refusal_that_cannot_be_cleared_up_is_unknown_until_it_is(stage: Stage) -> None:
    before = stage.available()
    receipt = greedy(await priced(stage, spend=1000))
    stage.between.spoil = lost("/Cancel")
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(receipt))
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(receipt))
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_fewer_points_than_asked_for_are_a_no_and_nothing_stays_held(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    stage.between.spoil = instead("/Payment", amount=9)
    with pytest.raises(Refused) as caught:
        await stage.backend.save_sale(selling(receipt))
    assert caught.value.reason is Reason.LIMIT_EXCEEDED
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_the_same_sale_under_another_id_is_told_of_and_not_undone(stage: Stage) -> None:
    receipt = await priced(stage)
    await stage.backend.save_sale(selling(receipt))
    with pytest.raises(Refused) as caught:
        await stage.backend.save_sale(selling(receipt, "op-2"))
    assert caught.value.reason is Reason.ALREADY_PROCESSED
    assert stage.sales() == 1


@pytest.mark.parametrize(
    "codes",
    [
        {"Payment": "ConfirmedPurchaseOperation"},
        {
            "Payment": "NotUniqueOperationID",
            "Bonus": "NotUniqueOperationID",
            "Confirm": "OperationIsConfirmed",
        },
        {
            "Payment": "NotUniqueOperationID",
            "Bonus": "NotUniqueOperationID",
            "Confirm": "NotUniqueOperationID",
        },
    ],
)
async def test_a_service_that_keeps_no_answers_says_that_it_was_done(
    stage: Stage, codes: dict[str, str]
) -> None:
    receipt = await priced(stage, spend=1000)
    await stage.backend.save_sale(selling(receipt))

    def spoil(path: str, status: int, body: bytes) -> Came:
        code = codes.get(path.rpartition("/")[2])
        no = {"result": {"state": "Error"}, "data": [{"code": code}]}
        return status, json_bytes(no) if code else body

    stage.between.spoil = spoil
    again = selling(receipt).model_copy(update={"again": True})
    settled = await stage.backend.save_sale(again)
    assert receipt.applied
    assert (settled.earned, settled.spent) == (receipt.applied.earn, 1000)
    assert "Cancel" not in stage.between.paths()
    with pytest.raises(Refused) as caught:  # one that was never said before is no repetition
        await stage.backend.save_sale(selling(receipt))
    assert caught.value.reason is Reason.ALREADY_PROCESSED
    assert stage.sales() == 1


async def test_an_offline_sale_of_a_number_that_is_nobodys_is_nobodys(stage: Stage) -> None:
    bare = replace(open_receipt(), number="R0101-000001", closed_at=MORNING)
    assert bare.buyer
    shown = Identifier(IdentifierKind.PHONE, "+79990000000")
    unknown = replace(bare.buyer, identifier=shown, card=None)
    await stage.backend.save_sale(selling(replace(bare, buyer=unknown)))
    assert stage.sales() == 1
    known = replace(unknown, identifier=Identifier(IdentifierKind.PHONE, "+79001234502"))
    other = replace(bare, buyer=known, receipt_id="r-2", number="R0101-000002")
    before = stage.available()
    settled = await stage.backend.save_sale(selling(other, "op-2"))
    assert settled.earned == stage.available() - before > 0


@pytest.mark.parametrize("end", ["/Refund", "/Confirm"])
async def test_a_return_in_parts_gives_all_back(stage: Stage, end: str) -> None:
    receipt = await priced(stage, spend=1000)
    sold = await stage.backend.save_sale(selling(receipt))
    stage.between.spoil = lost(end)
    first = returning(receipt, 1000)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_return(first)
    parts = [await stage.backend.save_return(one) for one in (first, returning(receipt, 2000, "b"))]
    assert sum(one.given_back for one in parts) == 1000
    assert sum(one.taken_back for one in parts) == sold.earned


async def test_a_sale_is_cancelled_and_its_points_come_back(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    await stage.backend.save_sale(selling(receipt))
    for name in ("c", "c", "d"):
        await stage.backend.cancel_sale(
            ex.CancelSaleRequest(operation_id=name, receipt=receipt, at=MORNING)
        )
    assert (stage.available(), stage.sales()) == (before, 0)
    never = replace(receipt, receipt_id="never")
    await stage.backend.cancel_sale(
        ex.CancelSaleRequest(operation_id="e", receipt=never, at=MORNING)
    )


async def test_tenders_are_told_without_the_change(stage: Stage) -> None:
    receipt = await priced(stage)
    (cash,) = receipt.tenders
    much = replace(receipt, tenders=(replace(cash, amount=cash.amount + 5000),))
    await stage.backend.save_sale(selling(much))
    (said,) = [one for one in stage.between.said if one.url.path.endswith("/Bonus")]
    told = read_json(said.content)["pays"]
    assert [(one["type"], one["amount"] * 100) for one in told] == [("Cash", cash.amount)]


async def test_points_that_were_let_go_unheard_are_not_in_the_way(stage: Stage) -> None:
    """Held for a receipt, and given back while nobody was there to hear it."""
    before = stage.available()
    held = ex.ReserveRequest(operation_id="h", receipt=open_receipt(), spend=1000, at=MORNING)
    await stage.backend.reserve(held)
    assert stage.available() == before - 1000
    receipt = await priced(stage)
    settled = await stage.backend.save_sale(selling(receipt))
    assert (settled.spent, stage.sales()) == (0, 1)
    assert stage.available() == before + settled.earned
