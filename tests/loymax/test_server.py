"""The server of Processing v1.2 over its own HTTP application."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from loymax.service import AT, WORD, Service, cheque
from loymax_xml.stage_xml import BORIS, MILK
from stand import MORNING

from backends.keeping import SaleQuery
from backends.loymax.wire import processing
from backends.loymax.wire.base import Envelope
from cashier import exchange as ex
from cashier.receipt import Line, Receipt


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    await made.enter(BORIS)
    yield made
    await made.http.aclose()
    await made.house.close()


async def paid(service: Service, purchase: str, points: int) -> dict[str, Any]:
    """Calculated, and paid with so many points; gives the cheque as it is sold."""
    told = await service.told(f"{purchase}/Calculate", "c", cheque=cheque(), paymentAmount=points)
    assert told["code"] == "Ok"
    line = told["cheque"]["lines"][0]
    pays = {"paramsList": [{"name": "payAmount", "type": "Decimal", "value": str(points)}]}
    held = await service.told(f"{purchase}/Bonus/Payment", "p", cheque=cheque(), amount=points)
    assert (held["code"], held["bonusAmount"]) == ("Ok", points)
    return cheque(discount=line["discount"], appliedOffers=line["appliedOffers"], params=pays)


async def test_a_purchase_is_held_and_confirmed_once(service: Service) -> None:
    before = service.available()
    sold = await paid(service, "1", 10)
    assert (service.available(), service.sales()) == (before - 1000, 0)
    earned = await service.told("1/Bonus", "b", cheque=sold, pays=[{"type": "Cash", "amount": 1}])
    assert (earned["code"], service.sales()) == ("Ok", 0)
    first = await service.told("1/Confirm", "f")
    assert (first["code"], service.sales()) == ("Ok", 1)
    assert await service.told("1/Confirm", "f") == first
    assert (await service.told("1/Confirm", "g"))["code"] == "OperationIsConfirmed"
    assert service.sales() == 1


async def test_cancel_frees_the_points(service: Service) -> None:
    before = service.available()
    await paid(service, "1", 10)
    assert (await service.told("1/Operations/p/Cancel", "x"))["code"] == "Ok"
    assert service.available() == before
    await service.told("1/Bonus/Payment", "q", cheque=cheque(), amount=10)
    assert (await service.told("1/Cancel", "y"))["code"] == "Ok"
    assert (service.available(), service.sales()) == (before, 0)


async def test_what_a_crash_cut_off_is_cancelled_as_well(service: Service) -> None:
    """The embedded system has the sale, and the purchase does not know it."""
    before = service.available()
    sold = await paid(service, "1", 10)
    await service.told("1/Bonus", "b", cheque=sold)
    line = Line(3, MILK, "", 7_500, 3000, 22_500)
    receipt = Receipt("1", MORNING, lines=(line,), closed_at=MORNING)
    await service.house.save_sale(
        ex.SaveSaleRequest(operation_id="1:sale", receipt=receipt, at=MORNING)
    )
    assert (await service.told("1/Cancel", "y"))["code"] == "Ok"
    assert service.available() == before
    (known,) = service.house.keeping().sales.sales(SaleQuery())
    assert known.cancelled


async def test_an_operation_said_again(service: Service) -> None:
    first = await service.told("1/Bonus/Payment", "p", cheque=cheque(), amount=10)
    assert await service.told("1/Bonus/Payment", "p", cheque=cheque(), amount=10) == first
    other = await service.told("1/Bonus/Payment", "p", cheque=cheque(), amount=11)
    assert other["code"] == "NotUniqueOperationID"


async def test_a_refund_is_a_purchase_that_is_confirmed(service: Service) -> None:
    start = service.available()
    sold = await paid(service, "1", 10)
    await service.told("1/Bonus", "b", cheque=sold)
    done = await service.told("1/Confirm", "f")
    before = service.available()
    assert before != start
    again = await service.told("1/Bonus/Payment", "p", cheque=cheque(), amount=10)
    back = await service.told("2/Refund", "r", cheque=cheque(), refundPurchaseId="1")
    assert (back["code"], back["amount"]) == ("Ok", 10)
    assert service.available() == before
    assert (await service.told("2/Confirm", "s"))["code"] == "Ok"
    assert service.available() == start
    missing = await service.told("3/Refund", "t", cheque=cheque())
    assert missing["code"] == "RequereFieldException"
    assert [again["transactionId"], done["transactionId"], back["transactionId"]] == [1, 3, 4]


async def test_a_refund_may_name_a_transaction(service: Service) -> None:
    sold = await paid(service, "1", 10)
    await service.told("1/Bonus", "b", cheque=sold)
    number = (await service.told("1/Confirm", "f"))["transactionId"]
    for wrong in ({"refundTransactionId": 99}, {"refundTransactionId": -1}):
        told = await service.told("2/Refund", "r", cheque=cheque(), **wrong)
        assert told["code"] == "PurchaseNotFound"
    other = {"refundPurchaseId": "other", "refundTransactionId": number}
    assert (await service.told("2/Refund", "r", cheque=cheque(), **other))["code"] != "Ok"
    back = await service.told("2/Refund", "r", cheque=cheque(), refundTransactionId=number)
    assert (back["code"], back["amount"]) == ("Ok", 10)


async def test_an_unknown_coupon_is_told_to_the_cashier(service: Service) -> None:
    told = await service.told("1/Calculate", "c", cheque=cheque(), coupons=[{"number": "no-such"}])
    assert told["code"] == "Ok"
    assert "no-such" in told["cashierMessage"]


async def test_held_points_outlive_the_server(tmp_path: Path) -> None:
    first = Service(tmp_path)
    await first.enter(BORIS)
    sold = await paid(first, "1", 10)
    await first.told("1/Bonus", "b", cheque=sold)
    second = Service(tmp_path)  # nobody closed the first one
    await second.enter(BORIS)
    assert (await second.told("1/Confirm", "f"))["code"] == "Ok"
    assert second.sales() == 1
    for one in (first, second):
        await one.http.aclose()
        await one.house.close()


async def test_the_way_in(service: Service) -> None:
    await service.enter()
    assert (await service.authorize("nobody-1")).status_code == 404
    sent = await service.authorize(BORIS, redirect_uri="http://shop.example/back")
    assert sent.status_code == 302
    code = sent.headers["location"].partition("code=")[2]
    form = {"grant_type": "authorization_code", "code": code}
    assert (await service.token(**form, client_secret=WORD[:-1])).status_code == 400
    assert (await service.token(**form, client_secret=WORD)).status_code == 200
    assert (await service.token(**form, client_secret=WORD)).status_code == 400
    service.bearer = "stranger"
    assert (await service.authorize(BORIS)).status_code == 401


async def test_a_customer_is_known_by_his_phone(service: Service) -> None:
    await service.enter("79001234502")
    body = {"operationId": "1", "operationDate": AT}
    told = await service.post("/Balance", body)
    heard = Envelope[processing.Balance].model_validate(told)
    assert (heard.data[0].code, heard.data[0].currency) == ("Ok", "RUB")
    assert heard.data[0].amount == 1240
    for number, code in (("1", "GiftCertificateError"), ("", "RequereFieldException")):
        certificate = {"giftCertificateIdentifierModel": {"value": number}}
        (refused,) = (await service.post("/Balance", {**body, **certificate}))["data"]
        assert refused["code"] == code


HALF_A_LETTER = json.dumps(
    {"operationId": "\ud800", "operationDate": AT, "cheque": cheque()}
).encode()


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"", "Fail"),
        (b"\xff", "Fail"),
        (b"[]", "ValidationError"),
        ({"operationId": "1", "operationDate": AT}, "ValidationError"),
        ({"operationId": "1", "operationDate": AT, "cheque": cheque(amount=-1)}, "Error"),
        ({"operationId": "1", "operationDate": AT, "cheque": cheque(price="0.001")}, "Error"),
        ({"operationId": "", "operationDate": AT, "cheque": cheque()}, "Error"),
        ({"operationId": "\x00", "operationDate": AT, "cheque": cheque(name="\x00")}, "Success"),
        (HALF_A_LETTER, "Fail"),
    ],
)
async def test_nonsense_is_answered(service: Service, body: Any, state: str) -> None:
    assert (await service.post("/Purchases/1/Bonus", body))["result"]["state"] == state


@pytest.mark.parametrize(
    "end", ["Calculate", "Bonus/Available", "Bonus/Payment", "Bonus", "Refund"]
)
@pytest.mark.parametrize(
    "line",
    [
        {"price": "1e-999999"},
        {"quantity": "1e12", "amount": "1e12"},
        {"quantity": 0},
        {"quantity": -1},
        {"position": -(10**30)},
        {"goodsId": "\x00"},
        {"discount": 1},
        {"params": {"paramsList": [{"name": "payAmount", "value": "NaN"}]}},
        {"appliedOffers": [{"prerefenceValue": -1}]},
    ],
)
async def test_hostile_lines_are_answered(service: Service, end: str, line: Any) -> None:
    for moment in (AT, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        body = {
            "operationId": f"{end}{moment}",
            "operationDate": moment,
            "cheque": {**cheque(**line), "date": moment},
            "amount": 1,
            "refundPurchaseId": "nothing",
        }
        told = await service.post(f"/Purchases/1/{end}", body)
        assert told["result"]["state"] in {"Success", "Error", "Fail", "ValidationError"}
    assert service.sales() == 0
