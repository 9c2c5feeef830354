"""What the server is asked besides ``Processing``: purchases for an administrator, newcomers and
their cards."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loymax.service import AT, WORD, Service, cheque
from loymax_xml.stage_xml import BORIS

from backends.exact_json import json_bytes, read_json

API = "/publicapi/v1.2"
HOME = "+79001234502"
NONE = {
    "deviceIds": ["other"],
    "merchantIds": ["02"],
    "state": "Created",
    "startChequeTime": "2026-03-03T10:00:01+03:00",
    "lastChequeTime": AT,
}
"""Filters that nothing fits."""
DOORS = (
    "/purchases", "/Registration/BeginRegistration", "/Registration/TryFinishRegistration",
    "/Cards/Attach", "/Cards/EmitVirtual",
)  # fmt: skip


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    await made.enter(BORIS)
    yield made
    await made.http.aclose()
    await made.house.close()


async def asked(service: Service, path: str, body: Any = None, token: str = WORD) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    if body is None:
        came = await service.http.get(API + path, headers=headers)
    else:
        data = body if isinstance(body, bytes) else json_bytes(body)
        came = await service.http.post(API + path, content=data, headers=headers)
    return read_json(came.content) if came.content else came.status_code


async def sold(service: Service, purchase: str, number: str) -> None:
    row = {**cheque(), "number": number}
    pays = [{"type": "Cash", "amount": 225, "details": ""}]
    await service.told(f"{purchase}/Bonus", f"b{purchase}", cheque=row, pays=pays)
    await service.told(f"{purchase}/Confirm", f"f{purchase}")


async def found(service: Service, **words: Any) -> list[str]:
    told = await asked(service, "/purchases", words)
    return [one["externalId"] for one in told["data"]]


async def test_the_filter_is_kept_to(service: Service) -> None:
    for name in ("1", "2", "3"):
        await sold(service, name, f"N-{name}")
    assert await found(service) == ["3", "2", "1"]
    assert await found(service, count=1, **{"from": 1}) == ["2"]
    assert await found(service, chequeNumber="N-2") == ["2"]
    assert await found(service, chequeNumber="N-2", cardNumber="2900000000018") == []
    assert await found(service, cardNumber=BORIS, deviceIds=["till-01"]) == ["3", "2", "1"]
    assert await found(service, personIdentifier=HOME.removeprefix("+")) == ["3", "2", "1"]
    assert await found(service, personId="c01") == []
    assert await found(service, personId="c02", merchantIds=["01", "02"]) == ["3", "2", "1"]
    for name, value in NONE.items():
        assert await found(service, **{name: value}) == []
    await service.told("2/Cancel", "x")
    assert await found(service, state="Canceled") == ["2"]
    assert await found(service, state="Confirmed") == ["3", "1"]


async def test_a_purchase_is_told_as_it_was_sold(service: Service) -> None:
    await sold(service, "1", "N-1")
    (row,) = (await asked(service, "/purchases", {}))["data"]
    assert row == {
        "id": "1", "externalId": "1", "chequeNumber": "N-1", "chequeTime": AT, "merchantId": "01",
        "deviceId": "till-01", "cardNumber": BORIS, "state": "Confirmed", "cashback": 11.25,
    }  # fmt: skip
    (position,) = (await asked(service, "/purchases/1/chequePositions"))["data"]
    assert position == {
        "position": 3, "goodsId": "10301", "barcode": "", "name": position["name"], "price": 75,
        "quantity": 3, "amount": 225, "discounts": [], "refunds": [], "giftCertificate": "",
    }  # fmt: skip
    (pay,) = (await asked(service, "/operationPay?purchaseId=1"))["data"]
    assert pay == {"type": "Cash", "amount": 225, "details": ""}


@pytest.mark.parametrize(
    "path", ["/purchases/9/chequePositions", "/operationPay?purchaseId=9", "/operationPay"]
)
async def test_what_is_not_there_is_not_found(service: Service, path: str) -> None:
    assert await asked(service, path) == 404
    assert await asked(service, path, token="other") == 401  # noqa: S106


@pytest.mark.parametrize("door", DOORS)
async def test_strangers_are_sent_away(service: Service, door: str) -> None:
    assert await asked(service, door, {}, token="other") == 401  # noqa: S106


async def test_a_purchase_that_got_stuck_is_cleared(service: Service) -> None:
    before = service.available()
    for name, deed in (("1", "cancel"), ("2", "confirm")):
        await service.told(f"{name}/Bonus/Payment", f"p{name}", cheque=cheque(), amount=10)
        assert service.available() == before - 1000
        clear = f"/purchases/{deed}/till-01/{name}"
        assert await asked(service, clear, {}, token="other") == 401  # noqa: S106
        told = await asked(service, clear, {})
        if deed == "confirm":  # a payment alone is no sale
            assert told["data"][0]["code"] == "IncorrectOperationOrder"
            continue
        assert (told["data"][0]["code"], service.available()) == ("Ok", before)
        assert (await asked(service, clear, {}))["data"][0]["code"] == "PurchaseNotFound"
    await service.told("3/Bonus", "b", cheque=cheque())
    assert (await asked(service, "/purchases/confirm/till-01/3", {}))["data"][0]["code"] == "Ok"
    assert await found(service) == ["3"]
    assert (await service.told("3/Confirm", "f"))["code"] == "OperationIsConfirmed"


async def test_a_card_is_for_a_person(service: Service) -> None:
    await service.enter()
    told = await asked(
        service, "/Cards/EmitVirtual", {"operationId": "1", "operationDate": AT}, service.bearer
    )
    assert told["result"]["messageCode"] == "CardNotFound"


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=3,
)
_KEYS = st.sampled_from(
    ["login", "operationId", "operationDate", "phone", "email", "name", "birthDate", "challenge",
     "confirmCode", "agreement", "cardNumber", "from", "count", "state", "startChequeTime",
     "personId", "personIdentifier", "chequeNumber", "deviceIds"]
)  # fmt: skip
_VALUES = st.sampled_from([AT, "+79001239999", "0", "\x00", "a@b.c", -1, 10**30]) | _JUNK


@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.dictionaries(_KEYS, _VALUES, max_size=6) | _JUNK)
async def test_nonsense_is_answered(service: Service, door: str, body: Any) -> None:
    token = WORD if door == "/purchases" else service.bearer
    told = await asked(service, door, json_bytes(body), token)
    assert told["result"]["state"] in {"Success", "Error", "Fail", "ValidationError"}
