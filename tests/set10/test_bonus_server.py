"""The bonus account service and whoever speaks to it by hand, or means no good."""

import asyncio
import base64

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import served
from set10.bonus_stage import ANNA, at_bonus, envelope, post
from set10.test_soap import HOSTILE
from stand import MORNING, demo_rules
from starlette.types import Receive, Scope, Send

from backends import soap
from backends.house import HouseBackend
from backends.set10.bonus import wire
from backends.set10.bonus.server import make_service
from backends.set10.bonus.wire import NAMESPACE, PATH
from backends.soap import Code, Version
from cashier.clock import ManualClock, counted_ids

ASKED = f"<p:getActiveBonusAccounts><cardNumber>{ANNA}</cardNumber></p:getActiveBonusAccounts>"


def _fields() -> list[wire.Field]:
    return [field for method in wire.METHODS for field in method.asks]


async def test_the_answer_is_what_java_services_write() -> None:
    async with at_bonus() as at:
        came = await post(at.url, envelope(ASKED))
    assert came.status_code == 200
    assert came.headers["content-type"] == "text/xml; charset=utf-8"
    assert came.text == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<proc:getActiveBonusAccountsResponse xmlns:proc="{NAMESPACE}">'
        "<return><balance>470.50</balance><bonusAccountTypeCode>1</bonusAccountTypeCode></return>"
        "</proc:getActiveBonusAccountsResponse></soap:Body></soap:Envelope>"
    )


@pytest.mark.parametrize(
    "asked",
    [
        ASKED.replace("p:", ""),
        ASKED.replace("<cardNumber>", "<p:cardNumber>").replace("</card", "</p:card"),
        ASKED.replace(ANNA, f"\n  {ANNA}\n"),
        f"<!-- by hand -->{ASKED}",
    ],
)
async def test_whoever_writes_by_hand_is_understood(asked: str) -> None:
    async with at_bonus() as at:
        assert "<balance>470.50</balance>" in (await post(at.url, envelope(asked))).text


async def test_version_1_2_is_answered_in_its_words() -> None:
    body = envelope(ASKED).replace(Version.V11.encode(), Version.V12.encode())
    async with at_bonus() as at:
        came = await post(at.url, body, "application/soap+xml; charset=utf-8")
        assert came.headers["content-type"] == Version.V12.content_type
        assert "<balance>470.50</balance>" in came.text
        lost = await post(at.url, b"<html/>", "application/soap+xml")
    assert lost.status_code == 400
    fault = soap.read(lost.content).fault
    assert fault is not None and fault.code is Code.SENDER


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_envelopes_are_faults_of_the_sender(name: str) -> None:
    async with at_bonus() as at:
        came = await post(at.url, HOSTILE[name], "text/xml")
        assert came.status_code == 500
        fault = soap.read(came.content).fault
        assert fault is not None and fault.code is Code.SENDER
        assert "root:" not in came.text
        assert at.moved() == []
        assert (await post(at.url, envelope(ASKED))).status_code == 200


CHARGE = (
    f"<p:chargeOnBonusAccount><cardNumber>{ANNA}</cardNumber><shopNum>1</shopNum>"
    "<cashNum>2</cashNum><shiftNum>3</shiftNum><checkNum>4</checkNum><chargeSum>500</chargeSum>"
    "</p:chargeOnBonusAccount>"
)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "the body is empty"),
        ("<p:getEverything/>", "there is no method getEverything"),
        (CHARGE.replace("500", "5.5"), "expected a sum in kopecks"),
        (CHARGE.replace("500", "1e3"), "expected a sum in kopecks"),
        (CHARGE.replace("500", "NaN"), "expected a sum in kopecks"),
        (CHARGE.replace("500", "9" * 15), "too large"),
        (CHARGE.replace("500", "<b/>"), "expected text"),
        (CHARGE.replace("<checkNum>4</checkNum>", ""), "checkNum is missing"),
        (CHARGE.replace(">4<", ">four<"), "checkNum: expected a whole number"),
        (CHARGE.replace(">4<", ">" + "4" * 5000 + "<"), "checkNum: expected a whole number"),
        (
            CHARGE.replace("<chargeSum>", "<activatingDate>soon</activatingDate><chargeSum>"),
            "Invalid isoformat",
        ),
        (
            CHARGE.replace(
                "<chargeSum>",
                "<activatingDate>0001-01-01</activatingDate><chargeSum>",
            ),
            "expected a moment of our time",
        ),
    ],
)
async def test_requests_that_make_no_sense(asked: str, words: str) -> None:
    async with at_bonus() as at:
        came = await post(at.url, envelope(asked))
        fault = soap.read(came.content).fault
        assert fault is not None
        assert fault.code is Code.SENDER
        assert words in fault.text
        assert at.moved() == []


@pytest.mark.parametrize(
    ("when", "starts"),
    [
        ("2026-03-05", "2026-03-05T00:00:00+03:00"),
        ("2026-03-05T10:00:00Z", "2026-03-05T13:00:00+03:00"),
    ],
)
async def test_dates_in_any_dress(when: str, starts: str) -> None:
    dated = CHARGE.replace("<chargeSum>", f"<activatingDate>{when}</activatingDate><chargeSum>")
    async with at_bonus() as at:
        assert "<errorCode>0</errorCode>" in (await post(at.url, envelope(dated))).text
        (moved,) = at.moved()
        assert moved.starts is not None
        assert moved.starts.isoformat() == starts
        told = ASKED.replace("getActiveBonusAccounts", "getBonusAccountsInformation")
        said = (await post(at.url, envelope(told))).text
        assert "<nextActivationSum>5.00</nextActivationSum>" in said
        assert f"<nextActivationDate>{starts}</nextActivationDate>" in said


async def test_headers_that_must_be_understood_are_not() -> None:
    body = envelope(ASKED).replace(
        b"<s:Body",
        b'<s:Header><w:Security xmlns:w="urn:w" s:mustUnderstand="1"/></s:Header><s:Body',
    )
    async with at_bonus() as at:
        fault = soap.read((await post(at.url, body)).content).fault
    assert fault is not None and fault.code is Code.UNDERSTAND
    assert "Security" in fault.text


async def test_other_addresses_and_verbs() -> None:
    async with at_bonus() as at, httpx.AsyncClient(base_url=at.url) as web:
        assert (await web.get("/")).status_code == 404
        assert (await web.get(PATH)).status_code == 405
        assert (await web.delete(PATH)).status_code == 405
        described = await web.get(f"{PATH}?WSDL", headers={"Host": 'sho"p.example'})
        assert described.status_code == 200
        assert soap.local(soap.parse(described.content)) == "definitions"


async def test_whoever_comes_from_elsewhere_signs_in() -> None:
    clock = ManualClock(MORNING)
    house = HouseBackend(
        None, demo_rules(), clock=clock, ids=counted_ids("house"), phone=lambda _message: None
    )
    word = "пароль"
    app = make_service(house, clock=clock, ids=counted_ids(), login="till", password=word)

    async def from_elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["client"] = ("192.0.2.7", 40000)
        await app(scope, receive, send)

    told = base64.b64encode("till:пароль".encode()).decode()
    async with (
        served(from_elsewhere) as url,
        served(app) as here,
        httpx.AsyncClient() as web,
    ):
        description = f"{url}{PATH}?wsdl"
        assert (await web.get(description)).status_code == 401
        for given, status in ((f"Basic {told}", 200), ("Basic bm8=", 401), ("Bearer ё", 401)):
            headers = {b"Authorization": given.encode()}
            assert (await web.get(description, headers=headers)).status_code == status
        assert (await web.get(f"{here}{PATH}?wsdl")).status_code == 200
        wrong = {"Authorization": "Basic bm8="}
        assert (await web.get(f"{here}{PATH}?wsdl", headers=wrong)).status_code == 401


TEXTS = st.sampled_from(
    (ANNA, "2900000001015", "1", "0", "-1", "1.5", "9" * 13, "9" * 19, "x", "ё" * 600, "a'b%",
     "2026-03-03", "9999-12-31T23:59:59Z", "1971-01-01T00:00:00+14:00", "<a>1</a>")
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(wire.METHODS),
    st.dictionaries(st.sampled_from([one.name for one in _fields()]), TEXTS, max_size=9),
)
def test_whatever_is_asked_an_envelope_comes(method: wire.Method, said: dict[str, str]) -> None:
    """Sensible but for what is said, so that most get behind the reading."""
    sensible = {"cardNumber": ANNA, "accountTypeCode": "1", "blockId": "b"}
    words = {one.name: sensible.get(one.name, "7") for one in method.asks if not one.optional}
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in {**words, **said}.items())
    body = envelope(f"<p:{method.role}>{fields}</p:{method.role}>")

    async def ask() -> httpx.Response:
        clock = ManualClock(MORNING)
        ids = counted_ids()
        house = HouseBackend(None, demo_rules(), clock=clock, ids=ids, phone=lambda _message: None)
        app = make_service(house, clock=clock, ids=ids)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as web:
            came = await web.post(PATH, content=body)
            balance = envelope(ASKED.replace("getActiveBonusAccounts", wire.INFORMATION.role))
            assert (await web.post(PATH, content=balance)).status_code == 200
        await house.close()
        return came

    message = soap.read(asyncio.run(ask()).content)
    assert message.fault is None or message.fault.code is Code.SENDER
