"""Tokens of the real server run out in the middle of a sale, and nobody at the till notices."""

from collections.abc import AsyncIterator

import pytest
from rarus.ways import OverRarus, RarusWay
from stand import Stand, going, make_stand

from backends.keeping import SaleQuery
from cashier import commands as do
from cashier.checks import check_receipt
from cashier.money import ONE
from cashier.receipt import TenderKind
from cashier.snapshot import State

ANNA = "2900000000018"
SALE = (
    do.Scan(ANNA),
    do.AddGoods("10201", 2 * ONE),
    do.Calculate(),
    do.PayPoints(1000),
    do.TakeTender(TenderKind.CASH),
)


@pytest.fixture
async def over() -> AsyncIterator[tuple[Stand, OverRarus]]:
    way = RarusWay()
    with going(way):
        stand = make_stand()
        await stand.till.start()
        yield stand, way.made[0]
        await stand.till.close()
    await way.close()


def sold_once(stand: Stand, over: OverRarus) -> bool:
    assert stand.is_in(State.FINISHED)
    assert check_receipt(stand.receipt) == []
    settled = stand.receipt.settled
    assert settled is not None
    assert (settled.spent, settled.pending) == (1000, False)
    (sale,) = over.service.keeper.sales.sales(SaleQuery(card=ANNA))
    return sale.receipt.receipt_id == stand.receipt.receipt_id


async def test_every_step_of_a_sale_with_a_token_that_is_forgotten(
    over: tuple[Stand, OverRarus],
) -> None:
    stand, server = over
    for command in SALE:
        server.service.tokens.forget()
        await stand.do(command)
    assert sold_once(stand, server)


async def test_a_receipt_that_stays_open_for_longer_than_a_token(
    over: tuple[Stand, OverRarus],
) -> None:
    stand, server = over
    await stand.do(*SALE[:4])
    await stand.clock.move(hours=13)
    await stand.do(SALE[4])
    assert sold_once(stand, server)
