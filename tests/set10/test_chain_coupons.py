"""Coupons that travel between machines, at a till with a chain."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from set10.chains import goods, opened, server_file
from stand import MORNING

from backends.set10.backend import Set10Backend
from backends.set10.coupons import Topology
from cashier import exchange as ex
from cashier import fixtures
from cashier.receipt import Coupon, Kind, Receipt, SaleRef, Settled

TABLE3 = fixtures.path("chain/table3.xml")
COUPONS = f'coupons = "{fixtures.path("chain/coupons.toml")}"\n'
BREAD, MILK, CAKE = "4600000000015", "4600000000114", "4600000000077"
PRESENT = "9940000001"


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Set10Backend]:
    made = await opened(TABLE3, server_file(tmp_path, {}, more=COUPONS), tmp_path / "data")
    yield made
    await made.close()


def machines(till: Set10Backend) -> Topology:
    found = till.coupons()
    assert isinstance(found, Topology)
    return found


async def check(till: Set10Backend, receipt: Receipt, code: str) -> Coupon:
    request = ex.CheckCouponRequest(receipt=receipt, code=code, at=MORNING)
    return await till.check_coupon(request)


async def sold(till: Set10Backend, receipt: Receipt, *codes: str) -> tuple[Receipt, Settled]:
    """Priced with these coupons, and saved."""
    bare = replace(receipt, coupons=tuple(Coupon(code) for code in codes))
    answer = await till.calculate(ex.CalculateRequest(receipt=bare, at=MORNING))
    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(line.with_more(given.get(line.number, ())) for line in bare.lines)
    done = replace(bare, lines=lines, context=answer.context)
    operation = f"{done.receipt_id}:sale"
    request = ex.SaveSaleRequest(operation_id=operation, receipt=done, at=MORNING)
    return done, await till.save_sale(request)


def dear(name: str) -> Receipt:
    """Above 1,500."""
    return goods(*[CAKE] * 35, name=name)


async def test_a_one_time_coupon_is_used_once_and_everybody_hears_where(till: Set10Backend) -> None:
    await check(till, dear("r1"), PRESENT)
    done, _settled = await sold(till, dear("r1"), PRESENT)
    assert (
        sum(
            one.amount
            for line in done.lines
            for one in line.discounts
            if one.rule == "one-time-300"
        )
        == 30_000
    )
    with pytest.raises(ex.Refused, match="N-r1") as no:
        await check(till, dear("r2"), PRESENT)
    assert no.value.reason is ex.Reason.USED_UP
    events = machines(till).trace(PRESENT)
    used = {one.machine for one in events if one.turn == "used"}
    assert len(used) == 3  # its shop's server, the centre, the other shop's server


async def test_a_printed_coupon_has_a_number_of_the_till_and_works_at_the_next_one(
    till: Set10Backend, tmp_path: Path
) -> None:
    _done, settled = await sold(till, dear("r1"))
    (printed,) = settled.to_print
    assert len(printed.code) == 21
    assert printed.code.startswith("23")
    other = await opened(TABLE3, tmp_path / "server.toml", tmp_path / "data")
    await other.open(ex.Opening(shop="01", till="02"))
    coupon = await check(other, goods("4600000000916", name="r2"), printed.code)
    assert coupon.code == printed.code
    await other.close()


async def test_a_coupon_for_one_line_follows_its_line(till: Set10Backend) -> None:
    with pytest.raises(ex.Refused, match="right after the line"):
        await check(till, goods(MILK, BREAD), "9950000001")
    assert (await check(till, goods(BREAD, MILK), "9950000001")).code == "9950000001"


async def test_without_its_machine_a_coupon_is_refused_with_the_reason_and_the_till_sells_on(
    till: Set10Backend,
) -> None:
    name = next(
        one.name for one in machines(till).connections() if one.name.startswith("till-01-01/")
    )
    machines(till).stop(name)
    with pytest.raises(ex.Refused, match="cannot be checked now"):
        await check(till, dear("r1"), PRESENT)
    _done, settled = await sold(till, dear("r1"))
    assert settled.messages is not None
    machines(till).start(name)
    await check(till, dear("r2"), PRESENT)


async def test_a_whole_return_makes_a_coupon_usable_again(till: Set10Backend) -> None:
    done, _settled = await sold(till, dear("r1"), PRESENT)
    of = SaleRef(done.receipt_id, done.number, MORNING, context=done.context)
    back = replace(done, receipt_id="r2", kind=Kind.RETURN, number="N-r2", of=of, context="")
    lines = tuple(ex.LineReturned(number=line.number, quantity=1000) for line in done.lines)
    await till.save_return(
        ex.SaveReturnRequest(operation_id="r2:return", receipt=back, lines=lines, at=MORNING)
    )
    await check(till, dear("r3"), PRESENT)


async def test_a_coupon_used_meanwhile_stops_the_sale(till: Set10Backend) -> None:
    """It gave a discount, and holds no more: nobody is told of a sale."""
    bare = replace(dear("r1"), coupons=(Coupon(PRESENT),))
    answer = await till.calculate(ex.CalculateRequest(receipt=bare, at=MORNING))
    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(line.with_more(given.get(line.number, ())) for line in bare.lines)
    late = replace(bare, lines=lines, context=answer.context)
    await sold(till, dear("r2"), PRESENT)
    request = ex.SaveSaleRequest(operation_id="r1:sale", receipt=late, at=MORNING)
    with pytest.raises(ex.Refused):
        await till.save_sale(request)
    assert await till.find_sale(ex.FindSaleRequest(number="N-r1", at=MORNING)) == ()
