"""Sales and returns as they were saved, told to a server."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from house.counter import Counter, line
from house.keeper import keeper

from backends.keeping import SaleInfo, SaleQuery
from cashier.exchange import CancelSaleRequest, LineReturned
from cashier.money import ONE
from cashier.receipt import Receipt


def sales(counter: Counter, query: SaleQuery, most: int = 500) -> list[SaleInfo]:
    return list(keeper(counter).sales.sales(query, most))


async def sold(counter: Counter, card: str = "A1", spend: int = 0) -> Receipt:
    """Two lines; as it was sent to be saved."""
    receipt = await counter.receipt(line("1", 200_00, 2 * ONE), line("2", 50_00), card=card)
    receipt = replace(await counter.priced(receipt, spend), closed_at=counter.now)
    await counter.save(receipt)
    return receipt


async def test_a_sale_is_told_whole_with_what_was_settled(counter: Counter) -> None:
    receipt = await sold(counter, spend=100_00)
    (sale,) = sales(counter, SaleQuery(receipt_id=receipt.receipt_id))
    assert (sale.card, sale.at, sale.cancelled, sale.returns) == ("A1", counter.now, False, ())
    assert sale.receipt.lines == receipt.lines
    assert sale.receipt.settled is not None
    assert sale.receipt.settled.spent == 100_00


async def test_returns_are_kept_with_their_lines_and_points(counter: Counter) -> None:
    receipt = await sold(counter, spend=90_00)
    await counter.clock.move(days=1)
    first = await counter.bring_back(receipt, {1: ONE})
    await counter.clock.move(days=1)
    second = await counter.bring_back(receipt, {1: ONE, 2: ONE}, "own-name")
    (sale,) = sales(counter, SaleQuery(receipt_id=receipt.receipt_id))
    one, other = sale.returns
    assert one.lines == (LineReturned(number=1, quantity=ONE),)
    assert other.lines == (
        LineReturned(number=1, quantity=ONE),
        LineReturned(number=2, quantity=ONE),
    )
    assert (one.receipt.settled, other.receipt.settled) == (first, second)
    assert first.given_back + second.given_back == 90_00
    assert (one.at, other.at) == (counter.now - timedelta(days=1), counter.now)
    assert one.sale == receipt.receipt_id
    by_return = sales(counter, SaleQuery(receipt_id=other.receipt.receipt_id))
    assert by_return == [sale], "a sale is found by the receipt of its return"


async def test_a_return_said_twice_is_kept_once(counter: Counter) -> None:
    receipt = await sold(counter)
    await counter.bring_back(receipt, {2: ONE}, "same")
    await counter.bring_back(receipt, {2: ONE}, "same")
    (sale,) = sales(counter, SaleQuery(receipt_id=receipt.receipt_id))
    assert len(sale.returns) == 1


async def test_a_cancelled_sale_says_so(counter: Counter) -> None:
    receipt = await sold(counter)
    await counter.house.cancel_sale(
        CancelSaleRequest(operation_id="c", receipt=receipt, at=counter.now)
    )
    assert [one.cancelled for one in sales(counter, SaleQuery(card="A1"))] == [True]


async def test_sales_are_found_by_card_and_time(counter: Counter) -> None:
    begun = counter.now
    first = await sold(counter)
    await counter.clock.move(hours=30)
    other = await sold(counter, "N1")
    await counter.clock.move(hours=30)
    last = await sold(counter)

    def found(query: SaleQuery, most: int = 500) -> list[str]:
        return [one.receipt.receipt_id for one in sales(counter, query, most)]

    all_of_them = [first.receipt_id, other.receipt_id, last.receipt_id]
    assert found(SaleQuery()) == all_of_them, "oldest first"
    assert found(SaleQuery(), most=2) == all_of_them[1:], "of too many the newest"
    assert found(SaleQuery(card="A1")) == [first.receipt_id, last.receipt_id]
    assert found(SaleQuery(card="?")) == found(SaleQuery(receipt_id="?")) == []
    assert found(SaleQuery(since=begun, until=counter.now)) == all_of_them[:2]
    assert found(SaleQuery(since=begun + timedelta(seconds=1))) == all_of_them[1:]
    assert found(SaleQuery(card="N1", until=begun)) == []
    await counter.bring_back(first, {1: ONE})
    assert found(SaleQuery(since=counter.now)) == [first.receipt_id, last.receipt_id]


@pytest.mark.parametrize("hours", [0, 23])
async def test_days_of_other_time_zones_lose_nothing(counter: Counter, hours: int) -> None:
    await counter.clock.move(hours=hours)
    await sold(counter)
    for offset in range(-12, 15, 3):
        at = counter.now.astimezone(timezone(timedelta(hours=offset)))
        assert len(sales(counter, SaleQuery(since=at, until=at + timedelta(seconds=1)))) == 1
