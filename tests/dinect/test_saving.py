"""Sales and returns whose answers are lost, or whose till or server dies in the middle."""

from dataclasses import replace
from pathlib import Path

import pytest
from dinect.stage import (
    BORIS,
    MAIN,
    RESERVE,
    VERA,
    Stage,
    as_it_is,
    is_commit,
    is_delete,
    lost,
    open_receipt,
    returning,
)
from stand import MORNING

from cashier.exchange import CancelSaleRequest, OutcomeUnknown, Refused, Unavailable
from cashier.money import ONE
from cashier.receipt import Receipt, line_of


async def test_a_lost_answer_is_one_sale_all_the_same(stage: Stage) -> None:
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    stage.between.spoil = lost(is_commit)
    with pytest.raises(OutcomeUnknown):
        await stage.save(receipt)
    settled = await stage.save(receipt, again=True)
    assert (settled.spent, stage.sales()) == (1000, 1)
    assert settled.earned == (receipt.applied.earn if receipt.applied else 0) > 0
    assert stage.available() == settled.available == before - 1000 + settled.earned
    assert len(stage.between.commits()) == 1, "the sale was found"


@pytest.mark.parametrize("noted", [True, False])
async def test_a_crash_of_both_is_one_sale_all_the_same(stage: Stage, noted: bool) -> None:
    """``noted``: the server died after it had noted the purchase, or before."""
    receipt = await stage.priced(open_receipt(), spend=1000)
    stage.between.spoil = lost(is_commit)
    with pytest.raises(OutcomeUnknown):
        await stage.save(receipt)
    balance = stage.available()
    (kept,) = stage.store.purchases.all()
    if not noted:
        assert stage.store.purchases.remove(kept.id)
    await stage.restart()
    settled = await stage.save(receipt, again=True)
    assert (settled.spent, settled.available, stage.sales()) == (1000, balance, 1)
    assert [(one.id, one.doc_id) for one in stage.store.purchases.all()] == [(kept.id, "doc-1")]


async def test_a_sale_that_was_cancelled_behind_its_back_is_not_found(stage: Stage) -> None:
    """By the back office, say, after a crash that left no note of it."""
    receipt = await stage.priced(open_receipt())
    await stage.save(receipt)
    (kept,) = stage.store.purchases.all()
    assert stage.store.purchases.remove(kept.id)
    cancel = CancelSaleRequest(operation_id="x", receipt=receipt, at=MORNING)
    await stage.house.cancel_sale(cancel)
    with pytest.raises(Refused, match="cancelled"):
        await stage.save(receipt, again=True)


async def test_a_commit_said_twice_by_a_till_that_does_not_look_is_one(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt(), spend=1000)
    first = await stage.save(receipt)
    await stage.restart()
    assert await stage.save(receipt) == first
    assert (stage.sales(), len(stage.between.commits())) == (1, 2)


async def test_a_balance_that_does_not_come_leaves_the_sale(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt())
    stage.between.spoil = lost(lambda request: request.url.path.endswith(BORIS))
    settled = await stage.save(receipt)
    assert settled.earned > 0
    assert settled.balance is None


async def test_the_document_of_another_customer_is_refused_and_his_stays(stage: Stage) -> None:
    """It was answered with the first one's purchase, which was then gone."""
    first = await stage.save(await stage.priced(open_receipt("doc-1")))
    kept = stage.store.purchases.all()
    other = await stage.priced(open_receipt("doc-1", card=VERA))
    with pytest.raises(Refused, match="saved already"):
        await stage.save(other)
    assert (stage.store.purchases.all(), stage.sales()) == (kept, 1)
    assert await stage.save(open_receipt("doc-1"), again=True) == first


async def test_nothing_is_told_of_a_sale_without_a_customer(stage: Stage) -> None:
    receipt = replace(open_receipt(), buyer=None)
    assert (await stage.save(await stage.priced(receipt))).earned == 0
    assert stage.between.said == []


# --- two servers


async def test_a_main_server_that_is_not_there_leaves_it_to_the_reserve_one() -> None:
    stage = Stage(url=MAIN, reserve_url=RESERVE)
    receipt = await stage.priced(open_receipt())
    stage.between.dead = {"main.example"}
    settled = await stage.save(receipt)
    assert (settled.earned > 0, stage.sales()) == (True, 1)
    assert stage.between.commits() == ["main.example", "reserve.example"]
    stage.between.said.clear()
    await stage.priced(open_receipt("doc-2"))
    assert {one.url.host for one in stage.between.said} == {"reserve.example"}
    await stage.close()


async def test_a_main_server_lost_in_the_middle_of_a_commit_is_one_sale() -> None:
    """Nobody else is told to commit before it was asked whether it is done."""
    stage = Stage(url=MAIN, reserve_url=RESERVE)
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    stage.between.spoil = lost(is_commit)
    with pytest.raises(OutcomeUnknown):
        await stage.save(receipt)
    assert stage.between.commits() == ["main.example"]
    stage.between.dead = {"main.example"}
    settled = await stage.save(receipt, again=True)
    assert (settled.spent, stage.sales()) == (1000, 1)
    assert stage.available() == before - 1000 + settled.earned
    assert stage.between.commits() == ["main.example"]
    await stage.close()


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_in_the_middle_of_a_commit_is_not_taken_elsewhere(status: int) -> None:
    stage = Stage(url=MAIN, reserve_url=RESERVE)
    receipt = await stage.priced(open_receipt())
    stage.between.spoil = lambda request, was, body: (
        (status if is_commit(request) else was),
        body,
    )
    with pytest.raises(OutcomeUnknown):
        await stage.save(receipt)
    assert stage.between.commits() == ["main.example"]
    stage.between.spoil = as_it_is
    await stage.save(receipt, again=True)
    assert (stage.sales(), stage.between.commits()) == (1, ["main.example"])
    await stage.close()


@pytest.mark.parametrize("told", [(401, b"{}"), (200, b"{")])
async def test_who_is_not_let_in_does_not_try_the_other_door(told: tuple[int, bytes]) -> None:
    """The reserve server knows the same tokens; nonsense is no silence either."""
    stage = Stage(url=MAIN, reserve_url=RESERVE)
    stage.between.spoil = lambda _request, _status, _body: told
    with pytest.raises(Unavailable):
        await stage.priced(open_receipt())
    assert {one.url.host for one in stage.between.said} == {"main.example"}
    await stage.close()


async def test_both_servers_gone_is_silence() -> None:
    stage = Stage(url=MAIN, reserve_url=RESERVE)
    receipt = await stage.priced(open_receipt())
    stage.between.dead = {"main.example", "reserve.example"}
    for again in (False, True):
        with pytest.raises(Unavailable):
            await stage.save(receipt, again=again)
    assert stage.sales() == 0
    await stage.close()


# --- it comes back


async def test_a_return_said_again_after_a_restart_says_what_the_first_said(stage: Stage) -> None:
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    sold = await stage.save(receipt)
    first = await stage.backend.save_return(returning(receipt))
    assert (first.given_back, first.taken_back) == (1000, sold.earned)
    assert sold.earned > 0
    assert first.available == before
    await stage.restart()
    assert await stage.backend.save_return(returning(receipt, again=True)) == first
    assert await stage.backend.save_return(returning(receipt)) == first
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_a_return_whose_answer_is_lost_is_one(stage: Stage) -> None:
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    sold = await stage.save(receipt)
    stage.between.spoil = lost(is_delete)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_return(returning(receipt))
    await stage.restart()
    settled = await stage.backend.save_return(returning(receipt, again=True))
    assert (settled.given_back, settled.taken_back) == (1000, sold.earned)
    assert stage.available() == before
    assert len([one for one in stage.between.said if is_delete(one)]) == 1


async def test_a_server_that_died_before_it_noted_that_a_sale_is_gone(stage: Stage) -> None:
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    sold = await stage.save(receipt)
    (kept,) = stage.store.purchases.all()
    first = await stage.backend.save_return(returning(receipt))
    stage.store.purchases.put(kept)
    await stage.restart()
    assert await stage.backend.save_return(returning(receipt, again=True)) == first
    assert (first.given_back, first.taken_back) == (1000, sold.earned)
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_another_return_of_the_same_sale_is_refused(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt())
    await stage.save(receipt)
    await stage.backend.save_return(returning(receipt, "b"))
    for again in (False, True):
        with pytest.raises(Refused, match="came back"):
            await stage.backend.save_return(returning(receipt, "c", again=again))


async def test_a_sale_that_came_back_is_not_saved_again(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt())
    await stage.save(receipt)
    await stage.backend.save_return(returning(receipt))
    with pytest.raises(Refused, match="cancelled"):
        await stage.save(receipt, again=True)
    assert stage.sales() == 0


async def test_a_part_is_refused_and_nothing_is_deleted(stage: Stage) -> None:
    receipt = await stage.priced(open_receipt(pieces=3))
    await stage.save(receipt)
    with pytest.raises(Refused, match="whole only"):
        await stage.backend.save_return(returning(receipt, pieces=2))
    assert stage.sales() == 1
    await stage.backend.save_return(returning(receipt, pieces=3))
    assert stage.sales() == 0


def with_a_deposit() -> Receipt:
    """Of the two lines dinect knows one: deposits are the till's own business."""
    receipt = open_receipt(pieces=2)
    bottle = replace(line_of(2, "11911", "Bottle", 1000, 2 * ONE), deposit=True)
    return replace(receipt, lines=(*receipt.lines, bottle))


async def test_what_dinect_does_not_know_of_makes_no_part_whole(stage: Stage) -> None:
    """One piece and one deposit are as many as the two pieces that were sold."""
    receipt = await stage.priced(with_a_deposit())
    await stage.save(receipt)
    with pytest.raises(Refused, match="whole only"):
        await stage.backend.save_return(returning(receipt, pieces=1))
    assert stage.sales() == 1
    await stage.backend.save_return(returning(receipt))
    assert stage.sales() == 0


async def test_nothing_that_dinect_knows_of_comes_back_without_a_word(stage: Stage) -> None:
    receipt = with_a_deposit()
    receipt = replace(receipt, lines=receipt.lines[1:])
    assert (await stage.save(await stage.priced(receipt))).earned == 0
    settled = await stage.backend.save_return(returning(receipt))
    assert (settled.given_back, settled.taken_back) == (0, 0)
    assert [one.method for one in stage.between.said] == ["GET"], "who the buyer is"


@pytest.mark.parametrize("listed", ["", '"items": [], '])
async def test_goods_that_the_list_leaves_out_are_asked_for(stage: Stage, listed: str) -> None:
    receipt = await stage.priced(open_receipt(pieces=3))
    await stage.save(receipt)
    (kept,) = stage.store.purchases.all()
    url = f"{MAIN}/users/{BORIS}/purchases/{kept.id}"
    row = f'{{{listed}"doc_id": "doc-1", "url": "{url}", "items_url": "{url}/items/"}}'
    stage.between.spoil = lambda request, status, body: (
        status,
        f'{{"results": [{row}]}}'.encode() if "doc_id" in request.url.params else body,
    )
    with pytest.raises(Refused, match="whole only"):
        await stage.backend.save_return(returning(receipt, pieces=2))
    assert stage.sales() == 1


async def test_a_cancelled_sale_is_gone_however_often_it_is_said(stage: Stage) -> None:
    before = stage.available()
    receipt = await stage.priced(open_receipt(), spend=1000)
    await stage.save(receipt)
    asked = CancelSaleRequest(operation_id="x", receipt=receipt, at=MORNING)
    stage.between.spoil = lost(is_delete)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.cancel_sale(asked)
    await stage.backend.cancel_sale(asked)
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_a_return_that_cannot_be_noted_is_not_begun(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    receipt = await stage.priced(open_receipt())
    await stage.save(receipt)
    (tmp_path / "loyalty.dinect.db").mkdir()
    with pytest.raises(Unavailable) as caught:
        await stage.backend.save_return(returning(receipt))
    assert caught.value.ours
    assert stage.sales() == 1
    await stage.close()
