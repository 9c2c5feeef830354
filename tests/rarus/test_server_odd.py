"""Requests that no till should make: each gets a plain no, in the words of the wire."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from rarus.bare import ANNA, Bare, at_server
from serving import served

from backends.exact_json import read_json
from backends.rarus.server.app import ROUTES, Server
from backends.rarus.server.routing import LARGEST

CALCULATE = "/organization/calculate_document"


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with at_server() as made:
        yield made


def refusal(answer: httpx.Response, status: int) -> dict[str, Any]:
    """A no of this status, whole: JSON with a code and words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    told: dict[str, Any] = read_json(answer.content)
    assert isinstance(told["code"], int)
    assert told["code"] != 0
    assert isinstance(told["message"], str)
    assert told["message"]
    return told


# --- bodies -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1, 2",
        b'{"shop_id": NaN}',
        b'{"shop_id": Infinity}',
        b'{"shop_id": "\\ud800"}',
        b'{"shop_id": "\xff\xfe"}',
        b"\x00",
        b'{"a": 1e99999999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b"<xml/>",
        b"login=till&password=x",
        '{"shop_id": "01"}'.encode("utf-16"),
    ],
    ids=range(18),
)
async def test_a_body_that_is_no_request_is_refused(bare: Bare, body: bytes) -> None:
    refusal(await bare.http.post(CALCULATE, content=body), 400)


@pytest.mark.parametrize("body", [b"", b"  \n", b"{}", b"\xef\xbb\xbf{}"])
async def test_an_empty_body_is_an_empty_request(bare: Bare, body: bytes) -> None:
    told = refusal(await bare.http.post(CALCULATE, content=body), 404)
    assert told["code"] == 114


async def test_a_body_without_end_is_not_swallowed(bare: Bare) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < LARGEST * 3:
            sent += 1_000_000
            yield b" " * 1_000_000

    refusal(await bare.http.post(CALCULATE, content=endless()), 413)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense", "", "text/xml"]
)
async def test_the_type_of_a_body_does_not_matter(bare: Bare, kind: str) -> None:
    answer = await bare.http.post(
        "/organization/card_group/add", content=b'{"name": "G"}', headers={"content-type": kind}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({}, "line_number"),
        ({"line_number": 1, "article": "a", "quantity": "many", "price": 1}, "quantity"),
        ({"line_number": 1, "article": "a", "quantity": True, "price": 1}, "quantity"),
        ({"line_number": "x", "article": "a", "quantity": 1, "price": 1}, "line_number"),
        ({"line_number": 1, "article": ["a"], "quantity": 1, "price": 1}, "article"),
        ({"line_number": 1, "article": "a", "quantity": 1, "price": {}}, "price"),
    ],
)
async def test_what_is_wrong_is_named(bare: Bare, row: dict[str, Any], field: str) -> None:
    told = await bare.post("calculate_document", 400, cheque_items=[row])
    assert f"cheque_items.0.{field}" in told["message"]


@pytest.mark.parametrize(
    ("quantity", "price"), [(0, 1), (-1, 1), (1, -1), ("1e30", 1), (1, "1e30"), ("1e400", "1e400")]
)
async def test_a_row_that_sells_nothing_is_refused(
    bare: Bare, quantity: int | str, price: int | str
) -> None:
    row = {"line_number": 1, "article": "a", "quantity": quantity, "price": price}
    await bare.post("calculate_document", 400, cheque_items=[row])


async def test_null_is_nothing_everywhere(bare: Bare) -> None:
    row = {"line_number": 1, "article": "10101", "name": None, "quantity": 1, "price": 50}
    row |= {"summ": None, "discount_summ": None, "bonus_payment_sum": None}
    told = await bare.post(
        "calculate_document",
        shop_id=None,
        cheque_items=[row],
        payment_types=None,
        cert_payments=None,
        hold_id=None,
        coupon=None,
        card_barcode=ANNA,
        bonus_payment=None,
    )
    assert [one["line_number"] for one in told["cheque_items"]] == [1]


async def test_half_a_letter_in_a_query_or_a_path_is_refused_or_not_found(bare: Bare) -> None:
    for path in ("/organization/card?barcode=%ff", "/organization/card/%ff", "/organization/%ed"):
        answer = await bare.http.get(path)
        refusal(answer, answer.status_code)
        assert answer.status_code in (400, 404)


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/organization/card/?barcode={0}",
        "/organization/card?&barcode={0}",
        "/organization/card?barcode={0}&&page=1",
        "/organization/card?page=1&barcode={0}&",
        "//organization//card//?barcode={0}&page=",
        "/organization/card?barcode={0}&unknown=1&unknown=2",
        "/organization/card?barcode=1&barcode={0}",
        "/organization/card?barcode={0}&active=&blocked=",
    ],
)
async def test_odd_addresses_mean_what_they_say(bare: Bare, path: str) -> None:
    answer = await bare.http.get(f"http://rarus.example{path.format(ANNA)}")
    assert answer.status_code == 200
    assert [card["barcode"] for card in answer.json()["cards"]] == [ANNA]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 200),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=1.5", 400),
        ("page=99999999999999999999", 400),
        ("per_page=0", 200),
        ("per_page=-5", 400),
        ("per_page=100000", 400),
        ("page=1000", 404),
    ],
)
async def test_pages_that_are_none(bare: Bare, query: str, status: int) -> None:
    answer = await bare.http.get(f"/organization/card?{query}")
    assert answer.status_code == status
    if status != 200:
        refusal(answer, status)


async def test_too_many_parts_of_a_query_are_refused(bare: Bare) -> None:
    query = "&".join(f"a{number}=1" for number in range(5000))
    refusal(await bare.http.get(f"/organization/card?{query}"), 400)


@pytest.mark.parametrize(
    "path",
    ["/", "/organisation", "/organization/nothing", "/openapi", "/organization/card/a/b/c/d"],
)
async def test_there_is_no_such_method(bare: Bare, path: str) -> None:
    refusal(await bare.http.get(path), 404)


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
async def test_another_verb_is_refused_and_the_right_one_named(bare: Bare, verb: str) -> None:
    answer = await bare.http.request(verb, CALCULATE)
    refusal(answer, 405)
    assert answer.headers["allow"] == "POST"
    refusal(await bare.http.request(verb, "/organization/nothing"), 404)


async def test_nothing_wrong_in_an_answer_is_shown_whole(bare: Bare) -> None:
    """What was asked comes back shortened: nobody is answered with his own megabyte."""
    for answer in (
        await bare.http.get(f"/organization/{'x' * 5000}"),
        await bare.http.post(CALCULATE, json={"cheque_items": "y" * 100_000}),
        await bare.http.post(CALCULATE, json={"card_barcode": "z" * 100_000}),
    ):
        assert len(answer.content) < 1000


# --- who asks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "A" * 36, "\t"])
async def test_every_method_wants_a_token(bare: Bare, token: str) -> None:
    bare.http.headers["token"] = token
    for route in ROUTES:
        answer = await bare.http.request(route.method, route.path)
        if route.roles:
            assert refusal(answer, 401)["code"] == 1001
        else:
            assert answer.status_code == 400


async def test_a_token_that_has_run_out_is_none(bare: Bare) -> None:
    await bare.get("settings")
    await bare.clock.move(hours=12)
    assert (await bare.get("settings", 401))["code"] == 1001


@pytest.mark.parametrize(
    ("login", "password", "role", "status"),
    [
        ("till", "wrong", "organization", 401),
        ("nobody", "p4ss", "organization", 401),
        ("", "", "organization", 401),
        ("till", "p4ss", "emperor", 400),
    ],
)
async def test_only_the_right_password_signs_in(
    bare: Bare, login: str, password: str, role: str, status: int
) -> None:
    told = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
    body = {"login": login, "password": told, "role": role}
    refusal(await bare.http.post("/sign_in", json=body), status)
    body["password"] = password
    refusal(await bare.http.post("/sign_in", json=body), status)


async def test_a_hash_may_be_in_large_letters(bare: Bare) -> None:
    told = hashlib.sha1(b"p4ss", usedforsecurity=False).hexdigest().upper()
    answer = await bare.http.post("/sign_in", json={"login": "till", "password": told})
    assert answer.status_code == 200
    assert len(answer.json()["token"]) == 36


# --- over a real connection -------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /organization HTTP/1.1\r\nHost: x\r\ntoken: \xff\xfe\r\n\r\n",
        b"GET /organization?\xff=\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /sign_in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{",
        b"GET /organization HTTP/1.1\r\nHost: [:::\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["token", "query", "body", "host", "null", "long"],
)
async def test_bytes_that_are_no_text_are_refused(bare: Bare, sent: bytes) -> None:
    async with served(Server(bare.service)) as address:
        host, _colon, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        status = (await reader.readline()).split()[1]
        writer.close()
        await writer.wait_closed()
        assert 400 <= int(status) < 500


async def test_a_client_that_hangs_up_harms_nobody(bare: Bare) -> None:
    async with served(Server(bare.service)) as address:
        host, _colon, port = address.removeprefix("http://").partition(":")
        _reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /sign_in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=address) as http:
            assert (await http.get("/openapi.json")).status_code == 200
