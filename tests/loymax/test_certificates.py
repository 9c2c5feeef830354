"""Gift certificates of the service: sold, paid with, given back, each once whatever is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from loymax.gifts import CASH, CERTIFICATE, GIFT, OTHER, UNKNOWN, gift, milk
from loymax.stage import Stage, as_it_is, instead, lost
from loymax.way import LoymaxWay
from loymax_xml.stage_xml import returning, selling
from stand import MORNING, going, make_stand

from backends.exact_json import read_json
from backends.loymax.common.numbers import major
from cashier import commands as do
from cashier import exchange as ex
from cashier.exchange import OutcomeUnknown, Reason, Refused
from cashier.money import ONE
from cashier.receipt import Kind, Receipt, SaleRef, Tender
from cashier.snapshot import State


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path)
    yield made
    await made.house.close()


async def known(stage: Stage, number: str = GIFT) -> ex.Certificate:
    return await stage.backend.certificate(ex.CertificateRequest(number=number, at=MORNING))


async def left(stage: Stage, number: str = GIFT) -> int:
    return (await known(stage, number)).left


async def sell(stage: Stage, number: str = GIFT, name: str = "r-gift") -> Receipt:
    receipt = gift(number, name)
    await stage.backend.save_sale(selling(receipt, f"op-{name}"))
    return receipt


def back(sale: Receipt, paid: int, name: str = "back-1") -> ex.SaveReturnRequest:
    """One of three comes back, and so much to the certificate."""
    request = returning(sale, ONE, name)
    tenders = (Tender(CERTIFICATE, paid, GIFT),) if paid else ()
    return request.model_copy(update={"receipt": replace(request.receipt, tenders=tenders)})


def gift_back(sale: Receipt, name: str = "back-gift") -> ex.SaveReturnRequest:
    line = replace(sale.lines[0], sale_line=1)
    of = SaleRef(sale.receipt_id, sale.number, MORNING)
    receipt = replace(sale, receipt_id=name, kind=Kind.RETURN, lines=(line,), of=of)
    lines = (ex.LineReturned(number=1, quantity=ONE),)
    return ex.SaveReturnRequest(operation_id=f"{name}-op", receipt=receipt, lines=lines, at=MORNING)


async def test_one_is_sold_once_and_pays_once(stage: Stage) -> None:
    with pytest.raises(Refused) as caught:
        await known(stage, UNKNOWN)
    assert caught.value.reason is Reason.NOT_FOUND
    assert not (await known(stage)).sold
    await sell(stage)
    one = await known(stage)
    assert (one.sold, one.left) == (True, 50_000)
    with pytest.raises(Refused):
        await sell(stage, name="r-2")
    with pytest.raises(Refused):
        await sell(stage, UNKNOWN, "r-3")
    await stage.backend.save_sale(selling(milk(20_000)))
    await stage.backend.save_sale(selling(milk(20_000)))
    assert await left(stage) == 30_000
    with pytest.raises(Refused):  # never sold
        await stage.backend.save_sale(selling(milk(100, "r-4", OTHER), "op-4"))
    assert stage.sales() == 2


async def test_what_is_said_of_them(stage: Stage) -> None:
    await sell(stage)
    bonus = next(one for one in stage.between.said if one.url.path.endswith("/Bonus"))
    (line,) = read_json(bonus.content)["cheque"]["lines"]
    assert line["params"]["paramsList"] == [
        {"name": "giftCertificate", "value": GIFT, "type": "String"}
    ]
    stage.between.said.clear()
    sale = milk(20_000)
    await stage.backend.save_sale(selling(sale))
    asked = [one for one in stage.between.said if "Processing" in one.url.path]
    payment, bonus = (read_json(one.content) for one in asked[:2])
    assert payment["giftCertificateIdentifierModel"] == {
        "type": "Number",
        "value": GIFT,
    }
    assert payment["amount"] == 200
    assert bonus["pays"] == [
        {"type": "GiftCertificate", "amount": Decimal("0.01"), "details": GIFT},
        {"type": "GiftCertificate", "amount": Decimal("199.99"), "details": GIFT},
        {"type": "Cash", "amount": major(sale.total - 20_000)},
    ]
    stage.between.said.clear()
    await stage.backend.save_return(back(sale, 5_000))
    assert read_json(stage.between.said[0].content)["params"]["paramsList"] == [
        {"name": f"giftCertificate:{GIFT}", "value": "50.00", "type": "Decimal"}
    ]


async def test_more_than_it_holds_is_refused_and_nothing_is_held(stage: Stage) -> None:
    await sell(stage)
    await stage.backend.save_sale(selling(milk(20_000, "r-a"), "op-a"))
    await stage.backend.save_sale(selling(milk(20_000, "r-b"), "op-b"))
    with pytest.raises(Refused) as caught:
        await stage.backend.save_sale(selling(milk(10_001, "r-c"), "op-c"))
    assert caught.value.reason is Reason.LIMIT_EXCEEDED
    stage.between.spoil = instead("/Bonus", code="LimitGained")
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(milk(10_000, "r-d"), "op-d"))
    stage.between.spoil = as_it_is
    assert (await left(stage), stage.sales()) == (10_000, 3)
    await stage.backend.save_sale(selling(milk(10_000, "r-d"), "op-d"))
    one = await known(stage)
    assert (one.left, one.sold) == (0, True)


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("end", ["/Bonus/Payment", "/Bonus", "/Confirm"])
async def test_it_pays_once_whatever_is_lost(stage: Stage, end: str, crash: bool) -> None:
    await sell(stage)
    stage.between.spoil = lost(end)
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(milk(20_000)))
    assert await left(stage) == 30_000, "held, or paid"
    if crash:
        await stage.restart()
    again = selling(milk(20_000)).model_copy(update={"again": True})
    await stage.till().save_sale(again)
    assert (await left(stage), stage.sales()) == (30_000, 2)


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("end", ["/Bonus", "/Confirm"])
async def test_it_is_sold_once_whatever_is_lost(stage: Stage, end: str, crash: bool) -> None:
    stage.between.spoil = lost(end)
    with pytest.raises(OutcomeUnknown):
        await sell(stage)
    with pytest.raises(Refused):  # promised, or sold
        await sell(stage, name="another")
    if crash:
        await stage.restart()
    await stage.till().save_sale(selling(gift(), "op-r-gift"))
    assert (await left(stage), stage.sales()) == (50_000, 1)


async def test_a_return_gives_back_what_it_paid(stage: Stage) -> None:
    await sell(stage)
    sale = milk(20_000)
    await stage.backend.save_sale(selling(sale))
    for wrong in (20_001, 50_000):
        with pytest.raises(Refused):
            await stage.backend.save_return(back(sale, wrong, f"wrong-{wrong}"))
    assert await left(stage) == 30_000
    stage.between.spoil = lost("/Confirm")
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_return(back(sale, 15_000))
    await stage.restart()
    await stage.till().save_return(back(sale, 15_000))
    assert await left(stage) == 45_000
    with pytest.raises(Refused):
        await stage.backend.save_return(back(sale, 5_001, "back-2"))
    await stage.backend.save_return(back(sale, 5_000, "back-2"))
    assert await left(stage) == 50_000


async def test_one_comes_back_untouched_only(stage: Stage) -> None:
    sale = await sell(stage)
    await stage.backend.save_sale(selling(milk(20_000)))
    with pytest.raises(Refused):
        await stage.backend.save_return(gift_back(sale))
    await stage.backend.save_return(back(milk(20_000), 20_000))
    await stage.backend.save_return(gift_back(sale))
    one = await known(stage)
    assert (one.left, one.sold) == (0, True), "it is worth nothing, and is not sold again"
    with pytest.raises(Refused):
        await stage.backend.save_return(gift_back(sale, "once-more"))
    with pytest.raises(Refused):
        await stage.backend.save_sale(selling(milk(100, "r-9"), "op-9"))


async def test_a_cancelled_sale_never_was(stage: Stage) -> None:
    bought = await sell(stage)
    sale = milk(20_000)
    await stage.backend.save_sale(selling(sale))
    await stage.backend.cancel_sale(
        ex.CancelSaleRequest(operation_id="no", receipt=sale, at=MORNING)
    )
    assert await left(stage) == 50_000
    await stage.backend.cancel_sale(
        ex.CancelSaleRequest(operation_id="no-gift", receipt=bought, at=MORNING)
    )
    assert not (await known(stage)).sold
    await sell(stage, name="r-anew")
    await stage.backend.save_sale(selling(milk(100, "r-5"), "op-5"))
    anew = replace(bought, receipt_id="r-anew")
    request = ex.CancelSaleRequest(operation_id="no-2", receipt=anew, at=MORNING)
    with pytest.raises(Refused):
        await stage.backend.cancel_sale(request)
    assert await left(stage) == 49_900


async def test_what_one_may_pay_is_told_of_a_cheque(stage: Stage) -> None:
    """Our till asks for the balance; others ask so."""
    await sell(stage)
    await stage.backend.save_sale(selling(milk(20_000, "r-a"), "op-a"))
    stage.between.spoil = lost("/Bonus")
    with pytest.raises(OutcomeUnknown):
        await stage.backend.save_sale(selling(milk(20_000, "r-b"), "op-b"))
    told = await stage.asked(GIFT)
    assert told["amount"] == 100
    assert told["giftCertificates"] == [{"number": GIFT, "amount": 100}]


async def test_a_till_sells_one_pays_with_it_and_takes_it_back() -> None:
    way = LoymaxWay(certificates=True)
    with going(way):
        stand = make_stand()
        try:
            await stand.till.start()
            await stand.refused(do.CheckCertificate(GIFT))
            await stand.do(do.AddGoods("11801"), do.SellCertificate(GIFT))
            await stand.do(do.Calculate(), do.TakeTender(CASH))
            number = stand.receipt.number
            await stand.do(do.AddGoods("11801"))
            assert isinstance(await stand.refused(do.SellCertificate(GIFT)), Refused)
            await stand.refused(do.SellCertificate(UNKNOWN))
            await stand.do(do.Dismiss(), do.AddGoods("10101", 4 * ONE), do.Calculate())
            await stand.do(do.TakeTender(CERTIFICATE, 5000, GIFT), do.TakeTender(CASH))
            assert stand.is_in(State.FINISHED)
            milk_number = stand.receipt.number
            await stand.do(do.CheckCertificate(GIFT))
            assert "450.00" in stand.said
            await stand.do(do.FindSale(number=number))
            assert isinstance(await stand.refused(do.ReturnAll()), Refused)
            await stand.do(do.CancelReceipt())
            await stand.do(do.FindSale(number=milk_number), do.ReturnAll(), do.Refund())
            await stand.do(do.FindSale(number=number), do.ReturnAll(), do.Refund())
            await stand.do(do.AddGoods("11801"))
            assert isinstance(await stand.refused(do.SellCertificate(GIFT)), Refused)
        finally:
            await way.close()
