"""Sales of other tills: found, come back, and what of the service is not the till's business."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from loymax.gifts import CASH, CERTIFICATE, GIFT, gift, milk
from loymax.stage import Stage, instead
from loymax.way import LoymaxWay
from loymax_xml.stage_xml import BORIS, open_receipt, priced, returning, selling
from stand import MORNING, going, make_stand

from backends.exact_json import json_bytes, read_json
from cashier import commands as do
from cashier import exchange as ex
from cashier.exchange import Can, Refused, Unavailable
from cashier.money import ONE
from cashier.receipt import Discount, Receipt, Source, Tender, TenderKind

ROW = {"position": 1, "price": 1, "quantity": 1, "amount": 1}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.house.close()


async def sold(stage: Stage, name: str = "r-1", number: str = "N-1", **more: Any) -> Receipt:
    """At another till, with points and something off by hand, partly by card."""
    receipt = await priced(stage, spend=900, receipt_id=name)
    by_hand = Discount(Source.HAND, "hand", "", 700)
    line = receipt.lines[0]
    line = replace(line, discounts=(by_hand, *line.discounts))
    receipt = replace(receipt, lines=(line,), number=number, cashier="Anna", **more)
    tenders = (Tender(TenderKind.CARD, 10_000), Tender(CASH, receipt.total - 10_000 + 1))
    receipt = replace(receipt, tenders=tenders, rounding=1)
    await stage.till(client_id="till-02").save_sale(selling(receipt, f"op-{name}"))
    return receipt


def by_number(number: str = "N-1") -> ex.FindSaleRequest:
    return ex.FindSaleRequest(number=number, at=MORNING)


async def test_a_sale_of_another_till_is_found_whole(stage: Stage) -> None:
    sale = await sold(stage)
    (found,) = await stage.backend.find_sale(by_number())
    got = found.receipt
    assert (got.receipt_id, got.number, got.till, got.closed_at) == (
        "r-1",
        "N-1",
        "till-02",
        MORNING,
    )
    assert (got.total, got.spend, got.rounding) == (sale.total, 900, 1)
    assert [one.source for one in got.lines[0].discounts] == [
        one.source for one in sale.lines[0].discounts
    ]
    assert [(one.kind, one.amount) for one in got.tenders] == [
        (one.kind, one.amount) for one in sale.tenders
    ]
    assert got.buyer and got.buyer.card and got.buyer.card.number == BORIS
    assert got.settled and got.settled.earned > 0
    await stage.backend.save_return(returning(sale, ONE))
    (found,) = await stage.backend.find_sale(by_number())
    assert found.returned == (ex.LineReturned(number=1, quantity=ONE),)
    await stage.backend.cancel_sale(
        ex.CancelSaleRequest(operation_id="x", receipt=await sold(stage, "r-2", "N-2"), at=MORNING)
    )
    assert await stage.backend.find_sale(by_number("N-2")) == ()
    assert await stage.backend.find_sale(by_number("N-3")) == ()


async def test_sales_of_a_card_on_a_day_the_newest_first(stage: Stage) -> None:
    for day in range(3):
        at = MORNING + timedelta(days=day, hours=1)
        await sold(stage, f"r-{day}", f"N-{day}", closed_at=at)
    await sold(
        stage, "r-late", "N-late", closed_at=MORNING + timedelta(days=1, hours=13, minutes=59)
    )
    asked = ex.FindSaleRequest(
        card=BORIS, day=(MORNING + timedelta(days=1)).date(), at=MORNING + timedelta(days=3)
    )
    found = await stage.backend.find_sale(asked)
    assert [one.receipt.receipt_id for one in found] == ["r-late", "r-1"]
    other = asked.model_copy(update={"card": "2900000000032"})
    assert await stage.backend.find_sale(other) == ()


async def test_certificates_are_told_with_their_numbers(stage: Stage) -> None:
    other = stage.till(client_id="till-02")
    await other.save_sale(selling(replace(gift(), number="G-1"), "op-g"))
    await other.save_sale(selling(replace(milk(20_000), number="N-1"), "op-n"))
    (bought,) = await stage.backend.find_sale(by_number("G-1"))
    assert [line.certificate for line in bought.receipt.lines] == [GIFT]
    (paid,) = await stage.backend.find_sale(by_number("N-1"))
    assert paid.receipt.tenders[0] == Tender(CERTIFICATE, 1, GIFT)


async def test_of_its_own_sales_those_it_knows_more_of_are_left_to_the_till(stage: Stage) -> None:
    """A deposit, paid for with the goods, is not told."""
    receipt = replace(open_receipt(), closed_at=MORNING, number="N-1")
    receipt = replace(receipt, tenders=(Tender(CASH, receipt.total + 1000),))
    more = replace(receipt.lines[0], number=2, sku="7", amount=1000, quantity=ONE, deposit=True)
    receipt = replace(receipt, lines=(*receipt.lines, more))
    await stage.backend.save_sale(selling(receipt))
    assert await stage.backend.find_sale(by_number()) == ()
    (found,) = await stage.till(client_id="till-09").find_sale(by_number())
    assert [one.amount for one in found.receipt.tenders] == [found.receipt.total]


async def test_without_a_token_of_an_administrator_nobody_looks(stage: Stage) -> None:
    bare = await stage.till(admin_token="").open(ex.Opening(shop="01", till="01"))
    assert Can.FIND_SALE not in bare.can
    assert Can.FIND_SALE in (await stage.backend.open(ex.Opening(shop="01", till="01"))).can
    with pytest.raises(Unavailable):
        await stage.till(admin_token="wrong").find_sale(by_number())  # noqa: S106


@pytest.mark.parametrize(
    "rows",
    [
        [{"position": 1, "price": 1, "quantity": 0, "amount": 1}],
        [
            {
                "position": 1,
                "price": 1,
                "quantity": 1,
                "amount": 1,
                "discounts": [{"type": "x", "amount": 2}],
            }
        ],
        [{"position": 1, "price": 1, "quantity": 1, "amount": 1}] * 2,
        [{"position": 1, "price": 1, "quantity": 1, "amount": "1.001"}],
    ],
)
async def test_positions_that_make_no_sense_are_no_sale(stage: Stage, rows: Any) -> None:
    await sold(stage)

    def spoil(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if not path.endswith("/chequePositions"):
            return status, body
        return status, json_bytes({**read_json(body), "data": rows})

    stage.between.spoil = spoil
    with pytest.raises(Unavailable):
        await stage.backend.find_sale(by_number())


async def test_a_no_is_a_no(stage: Stage) -> None:
    await sold(stage)
    stage.between.spoil = instead("/operationPay", type="Points of another system")
    (found,) = await stage.backend.find_sale(by_number())
    assert found.receipt.tenders[0].kind is CASH

    def spoil(_path: str, status: int, _body: bytes) -> tuple[int, bytes]:
        return status, json_bytes({"result": {"state": "Error", "messageCode": "BusinessError"}})

    stage.between.spoil = spoil
    with pytest.raises(Refused):
        await stage.backend.find_sale(by_number())


async def test_a_till_takes_back_what_another_sold() -> None:
    way = LoymaxWay()
    with going(way):
        stand = make_stand()
        try:
            await stand.till.start()
            await stand.do(do.Scan(BORIS), do.AddGoods("10101", 3 * ONE), do.Calculate())
            other = way.made[-1].another(client_id="till-02")
            sale = replace(open_receipt(), number="R0102-000007", closed_at=MORNING, till="02")
            sale = replace(sale, tenders=(Tender(CASH, sale.total),))
            await other.save_sale(selling(sale))
            await other.close()
            await stand.do(do.CancelReceipt(), do.FindSale(number="R0102-000007"))
            await stand.do(do.ReturnLine(1, 2 * ONE), do.Refund())
            assert stand.receipt.total == 2 * 74_900
            await stand.do(do.FindSale(number="R0102-000007"))
            await stand.refused(do.ReturnLine(1, 2 * ONE))
        finally:
            await way.close()
