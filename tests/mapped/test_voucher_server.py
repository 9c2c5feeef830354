"""The voucher service by itself: what it says to whom, and no request that breaks it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped.mutated import answers
from mapped.services import LOGIN, PASSWORD, VOUCHERS, voucher_client
from serving import served
from stand import MORNING, demo_shop

from backends import serving
from backends.http import Answer, Call, Network
from backends.mapped import samples
from backends.mapped.backend import MappedBackend
from backends.mapped.loading import load_mapping
from backends.mapped.options import Given
from backends.mapped.plan import Wire
from backends.serving import Premises
from backends.vouchers.server import make_app
from cashier import fixtures
from cashier.clock import ManualClock, counted_ids
from cashier.uniform import call

A = TypeVar("A")
MAPPING = load_mapping(VOUCHERS)


class Overheard:
    """Stands for the network: sample answers, and the requests that were made."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A:
        self.calls.append(call)
        return read(Answer(wire.sample_status, httpx.Headers(), wire.sample.encode()))

    def keep_secret(self, *texts: str) -> None:
        """Nothing is shown."""

    async def close(self) -> None:
        """Nothing is open."""


async def _overheard() -> dict[str, Call]:
    way = Overheard()
    given_ = Given("http://a.example", Network(), {"url": "", "login": LOGIN, "password": PASSWORD})
    backend = MappedBackend(MAPPING, given_, ManualClock(samples.AT), way)
    found: dict[str, Call] = {}
    for one in samples.requests():
        if one.method.name in MAPPING.methods:
            way.calls.clear()
            await call(backend, one.method, one.request)
            found |= {f"{it.method} {it.url} {one.title}".strip(): it for it in way.calls}
    return found


REQUESTS = asyncio.run(_overheard())
"""What a till says to the service, by verb and address."""


async def _said(call: Call, body: bytes, path: str = "") -> httpx.Response:
    headers = [pair for pair in call.headers if pair[0] != "Authorization"]
    async with voucher_client() as service:
        return await service.request(call.method, path or call.url, content=body, headers=headers)


def _is_an_answer(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code == 204:
        return
    told = answer.json()
    if answer.status_code >= 400:
        assert told["error"].keys() == {"code", "detail"}
        assert told["error"]["detail"]


@pytest.mark.parametrize("name", REQUESTS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_request_is_told_no(name: str, data: st.DataObject) -> None:
    call = REQUESTS[name]
    _status, body = data.draw(answers(call.body, 200))
    _is_an_answer(asyncio.run(_said(call, body)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(sorted(REQUESTS)),
    st.sampled_from(
        ("?", "?day=", "?day=x&at=y", "?shop=a&shop=b", "/..", "/%2e%2e/%00", "%ff", "?%ff=%00")
    ),
)
def test_an_odd_address_is_told_no(name: str, more: str) -> None:
    call = REQUESTS[name]
    path = call.url.partition("?")[0]
    _is_an_answer(asyncio.run(_said(call, call.body, path + more)))


async def test_nobody_is_served_without_a_session() -> None:
    async with voucher_client() as service:
        for header in (b"", b"Bearer", b"Bearer nothing", b"Basic eDp5", b"Bearer \xff"):
            answer = await service.get("/v1/sales", headers={b"Authorization": header})
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
        for told in ({"login": LOGIN, "password": "x"}, {"login": "", "password": PASSWORD}):
            assert (await service.post("/v1/sessions", json=told)).status_code == 401


async def test_what_changes_something_needs_a_key_and_the_same_key_twice_is_one() -> None:
    sale = REQUESTS["POST /v1/sales"]
    async with voucher_client() as service:
        bare = await service.post("/v1/sales", content=sale.body)
        assert bare.status_code == 400
        both = [
            await service.post("/v1/sales", content=sale.body, headers={"Idempotency-Key": "k-1"})
            for _time in range(2)
        ]
        assert [one.status_code for one in both] == [201, 201]
        assert both[0].json() == both[1].json()
        found = await service.get("/v1/sales", params={"number": "R0102-000007"})
        assert len(found.json()["sales"]) == 1


async def test_a_sentence_says_what_is_wrong_with_a_request() -> None:
    async with voucher_client() as service:
        wrong = {"by": "card", "value": 17}
        answer = await service.post("/v1/lookups", json=wrong)
        assert answer.json()["error"] == {
            "code": "malformed",
            "detail": "value: text of at most 500 letters is expected",
        }


async def test_it_is_served_with_data_that_last(tmp_path: Path) -> None:
    assert serving.find("vouchers") is make_app

    def app() -> Any:
        return make_app(
            Premises(
                folder=tmp_path,
                card=fixtures.path("shop.toml"),
                shop=demo_shop(),
                login=LOGIN,
                password=PASSWORD,
                clock=ManualClock(MORNING),
                ids=counted_ids(),
                phone=lambda _message: None,
                session=timedelta(minutes=1),
            )
        )

    async def ask(address: str, call: Call) -> httpx.Response:
        async with httpx.AsyncClient(base_url=address) as service:
            told = {"login": LOGIN, "password": PASSWORD}
            session = (await service.post("/v1/sessions", json=told)).json()["session"]
            assert session["seconds"] == 60
            headers = {**dict(call.headers), "Authorization": f"Bearer {session['token']}"}
            return await service.request(call.method, call.url, content=call.body, headers=headers)

    async with served(app()) as address:
        assert (await ask(address, REQUESTS["POST /v1/sales"])).status_code == 201
    by_card = next(one for name, one in REQUESTS.items() if name.startswith("GET /v1/sales"))
    async with served(app()) as address:
        found = await ask(address, by_card)
    assert [one["basket"]["number"] for one in found.json()["sales"]] == ["R0102-000007"]
