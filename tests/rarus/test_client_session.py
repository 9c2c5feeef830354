"""Greeting, signing in, and signing in again when the token is refused."""

from pathlib import Path
from typing import Any

import pytest
from mapped.scripted import both
from rarus.scripted import (
    CARD_ID,
    GOOD,
    HASHED,
    OPENING,
    PASSWORD,
    PRICED,
    TOKEN,
    at_service,
    by,
    client,
    done,
    no,
    selling,
    strangers,
)
from stand import MORNING

from backends.http import Answer
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import Can, Cause, Reason, Refused, Unavailable
from cashier.receipt import IdentifierKind
from cashier.witness import Exchange, Witness

CARD = by(IdentifierKind.CARD, "2900000000018")
SIGN_IN = "POST /sign_in"
CARDS = "GET /organization/card"
PRICES = ex.CalculateRequest(receipt=PRICED, at=MORNING)


async def test_nothing_is_said_before_it_is_needed() -> None:
    async with strangers() as at:
        assert at.service.heard == []
        await at.backend.open(OPENING)
        assert at.service.lines[0] == SIGN_IN


async def test_the_password_goes_as_its_hash_with_the_role_of_an_organization() -> None:
    async with strangers() as at:
        await at.backend.open(OPENING)
    assert at.service.heard[0].json == {
        "login": "till", "password": HASHED, "role": "organization", "session_id": None,
    }  # fmt: skip
    assert not any(PASSWORD.encode() in one.body for one in at.service.heard)
    assert {one.headers.get("token") for one in at.service.heard[1:]} == {TOKEN}


async def test_nobody_is_shown_password_hash_or_token() -> None:
    seen: list[Exchange] = []
    async with strangers() as at:
        witness = Witness(at.backend, seen.append, at.clock)
        await witness.open(OPENING)
        await witness.identify(CARD)
    for call in seen[1].calls:
        assert {PASSWORD, HASHED, TOKEN} <= set(call.secrets)


async def test_the_system_is_what_the_service_says_of_itself() -> None:
    async with strangers() as at:
        system = await at.backend.open(OPENING)
    assert (system.name, system.currency, system.point_value) == ("Rarus of the test", "RUB", 100)
    assert system.can == ~(Can.CANCEL_SALE | Can.FEEDBACK)


async def test_certificates_stay_with_a_till_that_keeps_them_itself() -> None:
    async with strangers(certificates=False) as at:
        assert Can.CERTIFICATES not in (await at.backend.open(OPENING)).can


@pytest.mark.parametrize("answer", [no(404, 1000), (404, b"<html>"), (405, b"")])
async def test_a_service_without_the_oldest_methods_is_greeted_all_the_same(answer: Any) -> None:
    script = {"GET /organization": answer, "GET /organization/settings": answer}
    async with strangers(script) as at:
        system = await at.backend.open(OPENING)
    assert (system.name, system.registration) == ("Rarus", ex.Registration())


@pytest.mark.parametrize("shop", [no(), done(shop={"id": "01", "deleted": True})])
async def test_a_shop_that_is_not_there_is_no_shop_to_sell_in(shop: Any) -> None:
    async with strangers({"GET /organization/shop/01": shop}) as at:
        with pytest.raises(Refused, match="does not know the shop 01"):
            await at.backend.open(OPENING)


async def test_shop_and_till_may_have_other_names_in_the_service() -> None:
    script = {"GET /organization/shop/7f": done(shop={"id": "7f"})}
    options = {"shop_id": "7f", "kkm_id": "k-1", "kkm_name": "Till by the door"}
    async with at_service(script, **options) as at:
        await at.backend.save_sale(selling())
        body = at.body("POST /organization/process_bonus")
    assert (body["shop_id"], body["kkm_id"], body["kkm_name"]) == tuple(options.values())


# --- the token runs out


async def test_a_refused_token_is_asked_for_anew_in_the_middle_of_a_sale() -> None:
    """The prices come with the second token, and the cashier hears nothing of it."""
    script = {
        SIGN_IN: [done(token=TOKEN), done(token="B" * 36)],
        "POST /organization/calculate_document": [
            no(401, 1001),
            GOOD["POST /organization/calculate_document"],
        ],
    }
    async with at_service(script) as at:
        answer = await at.backend.calculate(PRICES)
        assert answer.earn == 464
        tokens = [one.headers.get("token") for one in at.service.heard[:3]]
        assert tokens == [TOKEN, None, "B" * 36]
        await at.backend.identify(CARD)
        assert at.service.heard[-1].headers["token"] == "B" * 36, "the new one is kept"


async def test_a_sale_with_a_refused_token_is_saved_once() -> None:
    saved = "POST /organization/process_bonus"
    script = {saved: [(401, b"<html>sign in</html>"), GOOD[saved]]}
    async with at_service(script) as at:
        settled = await at.backend.save_sale(selling())
        assert settled.earned == 464
        assert at.lines()[:3] == [
            "POST /process_bonus", "POST /process_bonus", f"GET /card/{CARD_ID}/balance_info",
        ]  # fmt: skip


async def test_several_calls_with_an_old_token_sign_in_once() -> None:
    script = {CARDS: [no(401), no(401), no(401), GOOD[CARDS]]}
    async with at_service(script) as at:
        found = await both(*(at.backend.identify(CARD) for _turn in range(3)))
        assert all(isinstance(one, ex.Found) for one in found)
        assert at.service.lines.count(SIGN_IN) == 1


async def test_a_token_that_stays_refused_is_told_once_and_not_for_ever() -> None:
    async with at_service({CARDS: no(401)}) as at:
        with pytest.raises(Unavailable) as caught:
            await at.backend.identify(CARD)
        assert caught.value.cause is Cause.CREDENTIALS
        assert at.service.lines == [CARDS, SIGN_IN, CARDS]


async def test_a_service_may_say_in_its_own_code_that_the_token_is_old() -> None:
    script = {CARDS: [no(400, 77, "token expired"), GOOD[CARDS]]}
    async with at_service(script, token_codes=[77]) as at:
        assert isinstance(await at.backend.identify(CARD), ex.Found)
        assert SIGN_IN in at.service.lines
    async with at_service(script) as at:
        with pytest.raises(Refused) as caught:
            await at.backend.identify(CARD)
        assert (caught.value.code, SIGN_IN in at.service.lines) == ("77", False)


@pytest.mark.parametrize(
    "answer",
    [
        no(401, 1002, "wrong password"),
        no(403, 1003),
        no(404, 114, "no such login"),
        no(400, 5),
        (200, {"code": 5, "message": "blocked"}),
        (401, b"<html>"),
    ],
)
async def test_a_wrong_password_is_told_as_such(answer: Any) -> None:
    async with strangers({SIGN_IN: answer}) as at:
        for _turn in range(2):
            with pytest.raises(Unavailable) as caught:
                await at.backend.open(OPENING)
            assert caught.value.cause is Cause.CREDENTIALS
        assert at.service.lines == [SIGN_IN, SIGN_IN], "nothing else is said meanwhile"


@pytest.mark.parametrize("token", ["", None, "a\nb: c", "ключ", ["x"]])
async def test_a_token_that_cannot_be_one_is_no_answer(token: Any) -> None:
    async with strangers({SIGN_IN: done(token=token)}) as at:
        with pytest.raises(Unavailable) as caught:
            await at.backend.open(OPENING)
        assert caught.value.cause is Cause.PROTOCOL


# --- options


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"login": ""}, "login"),
        ({"password": "env:NO_SUCH_VARIABLE"}, "NO_SUCH_VARIABLE"),
        ({"url": "loyalty.example"}, "https://loyalty.example"),
        ({"point_step": "0.1"}, "point_step"),
        ({"refund": "nobody"}, "refund"),
        ({"hold_minutes": 0}, "hold_minutes"),
        ({"colour": "red"}, "colour"),
        ({"network": {"steps": {"dance": 5}}}, "dance"),
    ],
)
def test_options_that_cannot_be_are_named(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        client(**{"url": "http://127.0.0.1:1", "clock": ManualClock(MORNING), **options})


def test_the_built_in_systems_know_it(tmp_path: Path) -> None:
    from cashier.registered import find_backend

    found = find_backend("rarus")
    assert found.__name__ == "RarusBackend"
    assert tmp_path.is_dir()


def test_reading_an_answer_needs_no_network() -> None:
    import httpx

    from backends.rarus.client.link import reads
    from backends.rarus.wire.base import Reply

    def answer(status: int, body: bytes) -> Answer:
        return Answer(status, httpx.Headers(), body)

    read, lenient = reads(Reply), reads(Reply, empty=True)
    assert read(answer(202, b'{"code": "0"}')).code == 0
    assert lenient(answer(404, b'{"code": 114}')).code == 114
    for status, body, reason in (
        (404, b'{"code": 114, "message": "x"}', Reason.NOT_FOUND),
        (400, b'{"code": 12}', Reason.OTHER),
        (200, b'{"code": 12}', Reason.OTHER),
    ):
        with pytest.raises(Refused) as caught:
            read(answer(status, body))
        assert caught.value.reason is reason
    for status, body in (
        (200, b"{}"), (200, b'{"code": null}'), (200, b'{"code": [0]}'), (200, b"[]"), (200, b""),
        (201, b'{"code": 0}'), (204, b'{"code": 0}'), (302, b'{"code": 0}'), (404, b'{"code": 0}'),
        (404, b'{"message": "no"}'), (200, b'{"code": true}'), (401, b'{"code": 114}'),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            read(answer(status, body))
