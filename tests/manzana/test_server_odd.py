"""Strangers at the service: an ordinary SOAP client, and whoever says anything at all."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from manzana.at_server import ANNA, SOAP, At, at_server, cheque
from stand import MORNING
from zeep import Client

from backends.manzana.wire.parts import NAMESPACE


@pytest.mark.parametrize("binding", ["POSProcessingSoap", "POSProcessingSoap12"])
async def test_an_ordinary_client_sells_by_the_description_alone(binding: str) -> None:
    async with at_server() as at:
        told = await asyncio.to_thread(_with_zeep, at.url, binding)
    (balance,) = told
    assert balance.ReturnCode == 0
    assert isinstance(balance.CardBalance, Decimal)
    assert isinstance(balance.Processed, datetime)


@pytest.mark.parametrize("binding", ["POSProcessingSoap", "POSProcessingSoap12"])
async def test_an_ordinary_client_posts_a_cheque(binding: str) -> None:
    """By ``ProcessRequestInfo``, and with one line, which comes back as a list."""
    async with at_server() as at:
        (told,) = await asyncio.to_thread(_cheque_with_zeep, at.url, binding)
    assert (told.ReturnCode, told.SummDiscounted) == (0, Decimal("200.00"))
    assert -(2**63) <= told.TransactionID < 2**63
    assert [one.Article for one in told.Item] == ["10201"]


def _cheque_with_zeep(url: str, binding: str) -> list[Any]:
    line = {"PositionNumber": 1, "Article": "10201", "Price": Decimal(100), "Quantity": 2}
    sums = {"Summ": Decimal(200), "Discount": 0, "SummDiscounted": Decimal(200)}
    asked = {
        "ChequeType": "Fiscal",
        "RequestID": "1",
        "DateTime": MORNING,
        "Card": {"CardNumber": ANNA},
        "BusinessUnit": "01",
        "POS": "01",
        "Number": "n-1",
        "OperationType": "Sale",
        **sums,
        "Item": [{**line, **sums}],
    }
    with Client(f"{url}/POSProcessing.asmx?wsdl") as made:  # type: ignore[no-untyped-call]
        service = made.create_service(f"{{{NAMESPACE}}}{binding}", f"{url}/POSProcessing.asmx")
        answer = service.ProcessRequestInfo(
            request={"Requests": {"_value_1": [{"ChequeRequest": asked}]}}, orgName="ORG"
        )
        return [one["ChequeResponse"] for one in answer._value_1]


def _with_zeep(url: str, binding: str) -> list[Any]:
    with Client(f"{url}/POSProcessing.asmx?wsdl") as made:  # type: ignore[no-untyped-call]
        service = made.create_service(f"{{{NAMESPACE}}}{binding}", f"{url}/POSProcessing.asmx")
        asked = {"RequestID": "1", "DateTime": MORNING, "Card": {"CardNumber": ANNA}}
        answer = service.ProcessRequest(
            request={"_value_1": [{"BalanceRequest": asked}]}, orgName="ORG"
        )
        return [one["BalanceResponse"] for one in answer._value_1]


WORDS = st.sampled_from(
    ["", "0", "-1", "1e999", "NaN", "я", "2900000000018", "Soft", "<a/>", "9" * 40]
)
NAMES = [one.tag.rpartition("}")[2] for one in etree.fromstring(cheque()).iter()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), WORDS), min_size=1, max_size=3))
def test_whatever_is_said_a_code_or_a_fault_comes_back(spoilt: list[tuple[str, str]]) -> None:
    asyncio.run(_spoilt(spoilt))


async def _spoilt(spoilt: list[tuple[str, str]]) -> None:
    root = etree.fromstring(cheque())
    for name, word in spoilt:
        for one in root.iter(name):
            if word == "<a/>":
                etree.SubElement(one, "a")
            elif not len(one):
                one.text = word
    async with at_server() as at:
        answer = await at.post(_envelope(etree.tostring(root).decode()))
    assert answer.status_code in (200, 500)
    assert b"ReturnCode" in answer.content or b"Fault" in answer.content
    assert b"Traceback" not in answer.content


def _envelope(inside: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><ProcessRequest xmlns="{NAMESPACE}"><request>'
        f"{inside}</request></ProcessRequest></s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    "body",
    [b"", b"<a/>", _envelope(""), _envelope("<GiftRequest/>"), _envelope("<x/>" * 101)],
    ids=["nothing", "no envelope", "no request", "another request", "too many"],
)
async def test_what_is_no_request_is_a_fault(body: bytes) -> None:
    async with at_server() as at:
        answer = await at.post(body)
    assert (answer.status_code, b"faultstring" in answer.content) == (500, True)


async def test_who_comes_with_a_wrong_password_is_not_let_in() -> None:
    async with at_server() as at:
        assert await _status(at, ("till", "wrong")) == 401


async def _status(at: At, auth: tuple[str, str]) -> int:
    return (await at.http.get("/POSProcessing.asmx?wsdl", auth=auth)).status_code
