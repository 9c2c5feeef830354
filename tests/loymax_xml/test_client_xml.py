"""The client: answers that are lost, every code, and what it says."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import stamina
from loymax_xml.stage_xml import BORIS, Stage, open_receipt, priced, returning, selling
from lxml import etree
from stand import MORNING

from backends.keeping import SaleQuery
from backends.loymax.common.codes import FINE, Code, cause_of, name_of, reason_of
from cashier import exchange as ex
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind

OPENING = ex.Opening(shop="01", till="till-01")
WHO = ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, BORIS), at=MORNING)


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    stamina.set_testing(True, attempts=1)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.backend.open(OPENING)
    made.between.said.clear()
    yield made
    await made.house.close()


def lost(*numbers: int) -> Any:
    """These answers never come."""

    def spoil(number: int, body: bytes) -> bytes | Exception:
        return httpx.ReadTimeout("silence") if number in numbers else body

    return spoil


@pytest.mark.parametrize("number", [0, 1])
async def test_a_lost_answer_is_one_sale_all_the_same(stage: Stage, number: int) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    stage.between.said.clear()
    stage.between.spoil = lost(number)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(receipt))
    settled = await stage.backend.save_sale(selling(receipt))
    assert (settled.spent, stage.sales()) == (1000, 1)
    assert settled.earned == (receipt.applied.earn if receipt.applied else 0) > 0
    assert settled.balance is not None
    assert stage.available() == settled.available == before - 1000 + settled.earned


async def test_a_refused_sale_leaves_nothing_held(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    greedy = replace(receipt, number="R0101-000002", spend=receipt.total + 1000)
    *others, points = greedy.lines[0].discounts
    everything = (*others, replace(points, amount=greedy.spend))
    greedy = replace(greedy, lines=(replace(greedy.lines[0], discounts=everything),))
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(greedy))
    assert (stage.available(), stage.sales()) == (before, 0)
    await stage.backend.save_sale(selling(receipt, "op-2"))
    assert stage.sales() == 1


async def test_a_refusal_that_cannot_be_cleared_up_is_unknown_until_it_is(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    line = receipt.lines[0]
    greedy = replace(line.discounts[-1], amount=line.total + 1000)
    receipt = replace(
        receipt,
        lines=(replace(line, discounts=(*line.discounts[:-1], greedy)),),
        spend=greedy.amount,
    )
    stage.between.said.clear()
    stage.between.spoil = lost(1)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(receipt))
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(receipt))
    assert (stage.available(), stage.sales()) == (before, 0)


async def test_fewer_points_than_asked_for_are_a_no_and_nothing_stays_held(stage: Stage) -> None:
    before = stage.available()
    receipt = await priced(stage, spend=1000)
    stage.between.spoil = lambda _number, body: body.replace(b' Amount="10.00"', b' Amount="9.00"')
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


@pytest.mark.parametrize("number", [0, 1])
async def test_a_return_in_parts_gives_all_back(stage: Stage, number: int) -> None:
    receipt = await priced(stage, spend=1000)
    sold = await stage.backend.save_sale(selling(receipt))
    stage.between.said.clear()
    stage.between.spoil = lost(number)
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
    cancel = ex.CancelSaleRequest(operation_id="c", receipt=receipt, at=MORNING)
    await stage.backend.cancel_sale(cancel)
    await stage.backend.cancel_sale(cancel)
    assert (stage.available(), stage.sales()) == (before, 0)
    never = replace(receipt, receipt_id="never")
    await stage.backend.cancel_sale(
        ex.CancelSaleRequest(operation_id="d", receipt=never, at=MORNING)
    )


async def test_the_moment_of_the_prices_is_remembered_by_the_server(stage: Stage) -> None:
    receipt = await priced(stage)
    await stage.clock.move(hours=3)
    late = replace(receipt, closed_at=stage.clock.now())
    settled = await stage.backend.save_sale(selling(late))
    assert receipt.applied is not None
    assert settled.earned == receipt.applied.earn
    (sale,) = stage.keeper.sales.sales(SaleQuery())
    assert sale.receipt.context == MORNING.isoformat()


async def test_a_sale_without_the_system_is_not_priced_anew(stage: Stage) -> None:
    bare = open_receipt()
    sold = replace(bare, number="R0101-000001", closed_at=MORNING)
    settled = await stage.backend.save_sale(selling(sold))
    assert settled.earned > 0
    (sale,) = stage.keeper.sales.sales(SaleQuery())
    assert sale.receipt.total == bare.total


async def test_a_windows_1251_device_sells(stage: Stage) -> None:
    other = Stage(encoding="Windows-1251")
    receipt = await priced(other)
    receipt = replace(receipt, lines=(replace(receipt.lines[0], name="Молоко 🥛"),))
    assert (await other.backend.save_sale(selling(receipt))).earned
    said, _told = other.between.said[-2]
    assert "Молоко".encode("cp1251") in said
    (sale,) = other.keeper.sales.sales(SaleQuery())
    assert sale.receipt.lines[0].name == "Молоко 🥛"
    await other.house.close()


async def test_requests_of_one_till_follow_each_other(stage: Stage) -> None:
    at_once = most = 0
    inner = stage.between.inner

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            response = await inner.handle_async_request(request)
            at_once -= 1
            return response

    stage.between.inner = Counting()
    await asyncio.gather(*(stage.backend.identify(WHO) for _turn in range(5)))
    assert (most, len(stage.between.said)) == (1, 5)


async def test_known_items_are_enough_to_know_a_card(stage: Stage) -> None:
    def only_known(_number: int, body: bytes) -> bytes:
        root = etree.fromstring(body)
        for data in root.iter("IdentifierData"):
            for item in list(data):
                if item.get("Name", "") not in ("Holder", "CardType", "MaskedNumber"):
                    data.remove(item)
        return etree.tostring(root)

    stage.between.spoil = only_known
    found = await stage.backend.identify(WHO)
    assert isinstance(found, ex.Found)
    (card,) = found.cards
    assert (card.number, card.balance, card.available) == (BORIS, 124_000, 124_000)
    assert card.level
    assert found.customer
    assert found.customer.name


async def test_whoever_says_no_to_an_empty_document_is_there(stage: Stage) -> None:
    said = b"<XMLResponse><ErrorCode>777</ErrorCode></XMLResponse>"
    stage.between.spoil = lambda _number, _body: said
    assert (await stage.backend.open(OPENING)).notes
    stage.between.spoil = lambda _number, _body: httpx.ConnectError("nobody")
    with pytest.raises(Unavailable):
        await stage.backend.open(OPENING)


# --- codes


@pytest.mark.parametrize("code", [one for one in Code if one not in FINE], ids=lambda one: one.name)
async def test_every_code_is_one_of_the_outcomes(stage: Stage, code: Code) -> None:
    stage.between.spoil = lambda _number, body: body.replace(
        b'ErrorCode="0"', f'ErrorCode="{int(code)}"'.encode()
    )
    receipt = replace(open_receipt(), number="R0101-000001", closed_at=MORNING)
    with pytest.raises((Refused, OutcomeUnknown)) as caught:
        await stage.backend.save_sale(selling(receipt))
    listened = code != Code.SYSTEM_ERROR and cause_of(code) is None
    assert isinstance(caught.value, Refused) is listened
    if isinstance(caught.value, Refused):
        assert (caught.value.reason, caught.value.code) == (reason_of(code), name_of(code))


@pytest.mark.parametrize("code", [Code.DEVICE_NOT_FOUND, Code.SIGNATURE_ERROR, Code.PARSE_ERROR])
async def test_a_till_that_was_not_listened_to_has_done_nothing(stage: Stage, code: Code) -> None:
    text = f"<XMLResponse><ErrorCode>{int(code)}</ErrorCode></XMLResponse>".encode()
    stage.between.spoil = lambda _number, _body: text
    with pytest.raises(Unavailable) as caught:
        await stage.backend.save_sale(selling(replace(open_receipt(), closed_at=MORNING)))
    assert caught.value.cause is cause_of(code)
    assert cause_of(code) in (Cause.CREDENTIALS, Cause.PROTOCOL)


async def test_points_that_were_let_go_unheard_are_not_in_the_way(stage: Stage) -> None:
    """Held for a receipt, and given back while nobody was there to hear it."""
    before = stage.available()
    held = ex.ReserveRequest(operation_id="h", receipt=open_receipt(), spend=1000, at=MORNING)
    await stage.backend.reserve(held)
    assert stage.available() == before - 1000
    settled = await stage.backend.save_sale(selling(await priced(stage)))
    assert (settled.spent, stage.sales()) == (0, 1)
    assert stage.available() == before + settled.earned
