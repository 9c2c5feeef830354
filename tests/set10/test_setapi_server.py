"""The server of the example plugin by itself: bare requests, hostile ones, repeated ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped.mutated import answers
from set10.setapi_far import KEY
from set10.setapi_stand import ANNA, setup
from stand import MORNING, demo_shop

from backends import serving
from backends.exact_json import json_bytes
from backends.serving import Premises
from backends.set10.setapi.near import desk_of, house_of
from backends.set10.setapi.server import make_app, make_service
from cashier import fixtures
from cashier.clock import ManualClock, counted_ids

TRANSACTION = {"transactionId": "t-1", "number": ANNA, "amount": "10.00"}
REQUESTS: dict[str, dict[str, Any]] = {
    "/write-off": TRANSACTION,
    "/rollback": {"transactionId": "t-1"},
    "/accrue": TRANSACTION,
}


@asynccontextmanager
async def bare(folder: Path | None = None) -> AsyncIterator[httpx.AsyncClient]:
    mine = setup(ManualClock(MORNING), folder)
    desk = desk_of(mine, house_of(mine))
    transport = httpx.ASGITransport(make_service(desk, KEY))
    headers = {"X-Api-Key": KEY}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://plugin", headers=headers
    ) as client:
        try:
            yield client
        finally:
            await desk.close()


async def balance(client: httpx.AsyncClient, number: str = ANNA) -> str:
    told = (await client.get("/get-card", params={"number": number})).json()
    return str(told["cards"][0]["balance"])


async def test_cards_are_found_by_number_phone_and_mail() -> None:
    async with bare() as client:
        told = (await client.get("/get-card", params={"number": ANNA})).json()
        assert told["status"] == "OK"
        [card] = told["cards"]
        assert (card["holder"], card["balance"], card["status"], card["type"]) == (
            "Anna Sokolova", "470.50", "ACTIVE", "BONUS",
        )  # fmt: skip
        by_phone = (await client.get("/get-card", params={"phone": "+79001234501"})).json()
        assert by_phone["cards"][0]["number"] == ANNA
        nobody = (await client.get("/get-card", params={"number": "7"})).json()
        assert (nobody["status"], nobody["cards"]) == ("CARD_NOT_FOUND", [])


async def test_a_transaction_id_twice_is_one_transaction() -> None:
    async with bare() as client:
        for _turn in range(2):
            told = (await client.post("/write-off", json=TRANSACTION)).json()
            assert (told["status"], told["balance"]) == ("OK", "460.50")
        other = {**TRANSACTION, "amount": "5.00"}
        assert (await client.post("/write-off", json=other)).json()["status"] == "ERROR"
        for _turn in range(2):
            told = (await client.post("/rollback", json={"transactionId": "t-1"})).json()
            assert told["status"] == "OK"
            assert await balance(client) == "470.50"
        again = (await client.post("/write-off", json=TRANSACTION)).json()
        assert again["status"] == "ERROR", "it was cancelled"
        for _turn in range(2):
            told = (await client.post("/accrue", json=TRANSACTION)).json()
            assert (told["status"], told["balance"]) == ("OK", "480.50")


async def test_a_write_off_that_comes_after_its_rollback_does_nothing() -> None:
    async with bare() as client:
        assert (await client.post("/rollback", json={"transactionId": "t-1"})).json()[
            "status"
        ] == "OK"
        told = (await client.post("/write-off", json=TRANSACTION)).json()
        assert told["status"] == "ERROR"
        assert await balance(client) == "470.50"


async def test_what_is_refused_may_be_rolled_back_for_nothing() -> None:
    async with bare() as client:
        much = {**TRANSACTION, "amount": "100000.00"}
        told = (await client.post("/write-off", json=much)).json()
        assert (told["status"], told["message"]) == (
            "ERROR",
            "there are not so many points to spend",
        )
        await client.post("/rollback", json={"transactionId": "t-1"})
        assert await balance(client) == "470.50"


async def test_points_below_zero_are_taken_back_even_if_there_are_none() -> None:
    async with bare() as client:
        told = (await client.post("/accrue", json={**TRANSACTION, "amount": "-500.00"})).json()
        assert told["status"] == "OK"


@pytest.mark.parametrize(
    ("number", "why"), [("nobody", "there is no card nobody"), ("2900000000063", "blocked")]
)
async def test_cards_that_cannot_say_why(number: str, why: str) -> None:
    async with bare() as client:
        for path in ("/write-off", "/accrue"):
            told = (await client.post(path, json={**TRANSACTION, "number": number})).json()
            assert told["status"] == "ERROR"
            assert why in told["message"]


async def test_transactions_last(tmp_path: Path) -> None:
    async with bare(tmp_path) as client:
        await client.post("/write-off", json=TRANSACTION)
    async with bare(tmp_path) as client:
        assert await balance(client) == "460.50"
        await client.post("/rollback", json={"transactionId": "t-1"})
        assert await balance(client) == "470.50"


# --- who must not, and what must not ------------------------------------------------------------


async def test_nobody_is_served_without_the_key() -> None:
    async with bare() as client:
        for key in (b"", b"x", b"\xff"):
            told = await client.get(
                "/get-card", params={"number": ANNA}, headers={b"X-Api-Key": key}
            )
            assert (told.status_code, told.json()["status"]) == (401, "ERROR")


async def test_too_much_is_not_read() -> None:
    async with bare() as client:
        told = await client.post("/accrue", content=b'{"a": "' + b"x" * 200_000 + b'"}')
        assert (told.status_code, told.json()["status"]) == (413, "ERROR")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/write-off", {**TRANSACTION, "amount": "-1"}),
        ("/write-off", {**TRANSACTION, "amount": "1.001"}),
        ("/write-off", {**TRANSACTION, "amount": 10**30}),
        ("/write-off", {**TRANSACTION, "number": 7}),
        ("/write-off", {**TRANSACTION, "number": "7" * 41}),
        ("/write-off", {**TRANSACTION, "transactionId": " "}),
        ("/write-off", {**TRANSACTION, "transactionId": "t" * 201}),
        ("/rollback", {}),
        ("/rollback", []),
        ("/accrue", {**TRANSACTION, "amount": None}),
    ],
)
async def test_odd_bodies_are_told_what_was_expected(path: str, body: Any) -> None:
    async with bare() as client:
        told = await client.post(path, json=body)
        assert told.status_code == 400
        assert "expected" in told.json()["message"] or "required" in told.json()["message"]
        assert await balance(client) == "470.50"


async def said(path: str, body: bytes) -> httpx.Response:
    async with bare() as client:
        return await client.post(path, content=body)


@pytest.mark.parametrize("path", REQUESTS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_request_is_told_no(path: str, data: st.DataObject) -> None:
    _status, body = data.draw(answers(json_bytes(REQUESTS[path]), 200))
    told = asyncio.run(said(path, body))
    assert told.status_code < 500, told.text
    assert told.json()["status"] in ("OK", "ERROR")


@pytest.mark.parametrize(
    "address",
    ["/get-card", "/get-card?number=1&phone=2", "/get-card?number=%ff%00", "/get-card?number=",
     "/nowhere", "/get-card/%2e%2e/x", "/get-card?number=" + "7" * 500],
)  # fmt: skip
async def test_an_odd_address_is_told_no(address: str) -> None:
    async with bare() as client:
        told = await client.get(address)
        assert told.status_code < 500
        assert told.json()["status"] in ("ERROR", "CARD_NOT_FOUND")


async def test_it_is_served_by_its_name(tmp_path: Path) -> None:
    assert serving.find("set-api") is make_app
    premises = Premises(
        folder=tmp_path, card=fixtures.path("shop.toml"), shop=demo_shop(), login="till",
        password=KEY, clock=ManualClock(MORNING), ids=counted_ids(),
        phone=lambda _message: None, session=timedelta(hours=1),
    )  # fmt: skip
    app = make_app(premises)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://plugin") as client,
    ):
        assert (await client.get("/get-card")).status_code == 401
        told = await client.get("/get-card?number=7", headers={"X-Api-Key": KEY})
        assert told.json()["status"] == "CARD_NOT_FOUND"
