"""Signing in, and what is read when the till opens."""

import asyncio
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import Heard, both, scripted
from mapped.small import ANSWER, ASK, BARE, HEAD, READ, REFUSED, SALE, SAVE, SIGN_IN
from stand import MORNING

from cashier.clock import ManualClock
from cashier.exchange import Cause, Opening, PointsRequest, Unavailable

pytestmark = pytest.mark.usefixtures("no_waiting")


# --- signing in

LOGIN = {"POST /login": [{"token": "t1"}, {"token": "t2"}]}
OVER = (401, {"code": "late"})


async def test_one_session_serves_all_requests_and_a_new_one_replaces_it(tmp_path: Path) -> None:
    mapping = HEAD + SIGN_IN + REFUSED + READ + SALE
    script: dict[str, Any] = {
        **LOGIN,
        **ANSWER,
        "POST /sales": [{"earned": 1}, OVER, {"earned": 2}],
    }
    async with scripted(mapping, script, tmp_path) as (backend, service):
        await backend.open(Opening(shop="01", till="01"))
        await backend.certificate(ASK)
        assert (await backend.save_sale(SAVE)).earned == 100
        assert (await backend.save_sale(SAVE)).earned == 200  # in the middle of it, renewed
    assert service.lines == [
        "POST /login", "GET /certificates/98", "POST /sales", "POST /sales", "POST /login",
        "POST /sales",
    ]  # fmt: skip
    assert [one.headers.get("token") for one in service.heard] == [
        None,
        "t1",
        "t1",
        "t1",
        None,
        "t2",
    ]
    hashed = sha1(b"p4ss", usedforsecurity=False).hexdigest()
    assert service.heard[0].json == {"login": "till", "hash": hashed}


async def test_who_is_refused_with_a_new_session_too_has_wrong_credentials(tmp_path: Path) -> None:
    script: dict[str, Any] = {**LOGIN, "POST /sales": OVER}
    async with scripted(HEAD + SIGN_IN + REFUSED + SALE, script, tmp_path) as (backend, service):
        with pytest.raises(Unavailable) as caught:
            await backend.save_sale(SAVE)
    assert caught.value.cause is Cause.CREDENTIALS
    assert service.lines.count("POST /login") == 2


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ((401, {"text": "no"}), Cause.CREDENTIALS),
        ((422, {"code": "late"}), Cause.CREDENTIALS),
        ((404, b"<html>"), Cause.STATUS),
        ((200, b"<html>"), Cause.PROTOCOL),
        ((200, b""), Cause.PROTOCOL),
        ((500, b""), Cause.STATUS),
    ],
)
async def test_a_sign_in_that_fails_changed_nothing(
    told: Any, cause: Cause, tmp_path: Path
) -> None:
    mapping = HEAD + SIGN_IN.replace("{token: body.token}", "body") + REFUSED + SALE
    async with scripted(mapping, {"POST /login": told}, tmp_path) as (backend, service):
        with pytest.raises(Unavailable) as caught:
            await backend.save_sale(SAVE)
        assert caught.value.cause is cause
        with pytest.raises(Unavailable):
            await backend.open(Opening(shop="01", till="01"))
    assert "POST /sales" not in service.lines


async def test_requests_at_the_same_time_sign_in_once(tmp_path: Path) -> None:
    script: dict[str, Any] = {**LOGIN, "GET /certificates/98": [OVER, OVER, OVER, {"left": 1}]}
    waiting = asyncio.Barrier(3)
    mapping = HEAD + SIGN_IN + READ + SALE
    async with scripted(mapping, script, tmp_path) as (backend, service):

        async def together(heard: Heard) -> None:
            """All three are under way with the old session before any of them is answered."""
            if heard.headers.get("token") == "t1":
                await waiting.wait()

        service.before = together
        async with asyncio.timeout(10):
            found = await both(*(backend.certificate(ASK) for _turn in range(3)))
    assert [one.left for one in found] == [100, 100, 100]
    assert service.lines.count("POST /login") == 2


async def test_a_session_is_renewed_before_its_end_where_the_end_is_known(tmp_path: Path) -> None:
    mapping = HEAD + SIGN_IN + 'lasts = "body.seconds"\n' + READ + SALE
    script: dict[str, Any] = {
        "POST /login": [{"token": "t1", "seconds": 60}, {"token": "t2"}],
        "GET /certificates/98": {"left": 1},
    }
    async with scripted(mapping, script, tmp_path) as (backend, service):
        clock = backend._clock
        assert isinstance(clock, ManualClock)
        await backend.certificate(ASK)
        await clock.move(seconds=54)
        await backend.certificate(ASK)
        await clock.move(seconds=2)
        await backend.certificate(ASK)
        await clock.move(days=9)  # the second one has no end that is known
        await backend.certificate(ASK)
    assert [one.headers.get("token") for one in service.heard if one.verb == "GET"] == [
        "t1", "t1", "t2", "t2",
    ]  # fmt: skip


async def test_an_end_of_session_may_hide_in_an_answer_that_looks_well(tmp_path: Path) -> None:
    mapping = HEAD + SIGN_IN + 'again = "body.error == `12`"\n' + READ + SALE
    script: dict[str, Any] = {**LOGIN, "GET /certificates/98": [{"error": 12}, {"left": 1}]}
    async with scripted(mapping, script, tmp_path) as (backend, service):
        assert (await backend.certificate(ASK)).left == 100
    assert service.lines.count("POST /login") == 2


# --- opening


async def test_what_open_reads_is_kept_for_all_that_follows(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[open]
answer = "{name: body.name, point_value: minor(body.point), can: body.can}"
settings = "{shop: body.shop, till: opening.till}"
[[open.step]]
http = "GET /about"
query = "{training: opening.training}"
[points]
answer = "{balance: `0`, available: `0`, spendable: `0`}"
[[points.step]]
http = "GET /points/{settings.shop}/{settings.till}"
"""
    )
    script = {
        "GET /about": {"name": "Club", "point": "0.5", "shop": "s9", "can": ["coupons"]},
        "GET /points/s9/07": {},
    }
    async with scripted(mapping, script, tmp_path) as (backend, service):
        system = await backend.open(Opening(shop="01", till="07", training=True))
        await backend.points(PointsRequest(receipt=BARE, at=MORNING))
    assert (system.name, system.point_value) == ("Club", 50)
    assert [one.name for one in system.can] == ["COUPONS"]
    assert service.heard[0].query == "training=true"


async def test_an_ability_that_the_service_claims_and_nobody_knows_is_no_answer(
    tmp_path: Path,
) -> None:
    mapping = (
        HEAD
        + SALE
        + """
[open]
answer = "{can: body.can}"
[[open.step]]
http = "GET /about"
"""
    )
    script: dict[str, Any] = {
        "GET /about": [{"can": ["fly"]}, {"can": "coupons"}, {"can": [["x"]]}]
    }
    async with scripted(mapping, script, tmp_path) as (backend, _service):
        for _turn in range(3):
            with pytest.raises(Unavailable):
                await backend.open(Opening(shop="01", till="07"))
