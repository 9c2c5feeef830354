"""The private office, client and server: newcomers confirm themselves, cards are replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from lxml import etree
from manzana.at_server import ANNA, SOAP, At, at_server
from manzana.service import plain, talking
from over import client
from stand import MORNING

from backends.keeping import CardQuery
from backends.manzana.client import ManzanaBackend
from backends.manzana.wire import office
from cashier.exchange import (
    AttachCardRequest,
    Cause,
    Confirmation,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    Opening,
    OutcomeUnknown,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
)
from cashier.receipt import Identifier, IdentifierKind

PATH = "PrivateOfficeDataService.asmx"
PHONE = "+79005550011"
FREE = "2900000000995"


def newcomer(told: Confirmation | None = None, **more: Any) -> RegisterRequest:
    return RegisterRequest(
        operation_id="op", phone=PHONE, name="Petrova Anna", confirmation=told, at=MORNING, **more
    )


def envelope(inside: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><Execute xmlns="{office.NAMESPACE}">'
        f"{inside}</Execute></s:Body></s:Envelope>"
    ).encode()


def contract(name: str, **given: str) -> bytes:
    rows = "".join(
        f"<ServiceContractParameter><Name>{key}</Name><Value>{value}</Value>"
        "</ServiceContractParameter>"
        for key, value in given.items()
    )
    session = f"<sessionId>{office.NO_SESSION}</sessionId>"
    return envelope(f"{session}<contractName>{name}</contractName><parameters>{rows}</parameters>")


async def execute(at: At, name: str, **given: str) -> tuple[str, str]:
    """The code of a fault and what was told, whichever it is."""
    answer = await at.http.post(
        f"/{PATH}", content=contract(name, **given), headers={"Content-Type": "text/xml"}
    )
    root = etree.fromstring(answer.content)
    code, contact = root.findtext(".//details/code"), root.findtext(".//{*}ContactId")
    assert (answer.status_code == 500) == bool(code)
    return code or "", contact or ""


@asynccontextmanager
async def at_the_till(at: At) -> AsyncIterator[ManzanaBackend]:
    till = client("manzana", at.clock, url=at.url, private_office=PATH)
    assert isinstance(till, ManzanaBackend)
    await till.open(Opening(shop="01", till="01"))
    try:
        yield till
    finally:
        await till.close()


# --- what a till says


async def test_a_contract_goes_as_recorded() -> None:
    told = etree.tostring(etree.fromstring(contract("x"))).decode()
    done = told.replace("Execute", "ExecuteResponse").replace(
        "<contractName>x</contractName><parameters/>",
        "<ExecuteResult><XmlValue><Result><ContactId>c-1</ContactId></Result></XmlValue>"
        "</ExecuteResult>",
    )
    async with talking(done.encode(), private_office=PATH) as talk:
        answer = await talk.till.register(newcomer())
        (body,), headers = talk.service.bodies, talk.service.headers[-1]
    assert isinstance(answer, ConfirmationRequired)
    assert (answer.challenge, answer.masked) == ("c-1", "********0011")
    assert headers["soapaction"] == '"http://privateoffice.manzana.ru/Execute"'
    assert plain(etree.fromstring(body)[0][0]) == (
        "Execute",
        [
            ("sessionId", office.NO_SESSION),
            ("contractName", "contact_registration"),
            (
                "parameters",
                [
                    ("ServiceContractParameter", [("Name", name), ("Value", value)])
                    for name, value in [("mobile_phone", PHONE), ("orgunit_external_id", "shop")]
                ],
            ),
        ],
    )


def said_no(code: str, text: str = "No") -> tuple[int, bytes]:
    return 500, (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
        f"<faultstring>trouble</faultstring><detail><details><code>{code}</code>"
        f"<description>{text}</description></details></detail></s:Fault></s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("110043", Reason.WRONG_CODE),
        ("110051", Reason.BLOCKED),
        ("110055", Reason.OTHER),
        ("100940", Reason.OTHER),
        ("x", Reason.OTHER),
    ],
)
async def test_a_fault_with_a_code_is_a_no_in_its_words(code: str, reason: Reason) -> None:
    async with talking(said_no(code, "Код не найден"), private_office=PATH) as talk:
        with pytest.raises(Refused) as no:
            await talk.till.register(newcomer())
    assert (no.value.reason, no.value.code, no.value.text) == (reason, code, "Код не найден")


async def test_any_other_trouble_leaves_the_till_unsure() -> None:
    async with talking((500, b"<html/>"), private_office=PATH) as talk:
        with pytest.raises(OutcomeUnknown) as silence:
            await talk.till.register(newcomer())
    assert silence.value.cause is Cause.STATUS


async def test_a_registration_that_cannot_be_completed_is_taken_back() -> None:
    async with talking(said_no("110051"), private_office=PATH) as talk:
        with pytest.raises(Refused):
            await talk.till.register(newcomer(Confirmation(challenge="c-1", code="1")))
        last = talk.service.bodies[-1]
    assert b"rollback_registration" in last
    assert b"c-1" in last


# --- both sides


async def test_a_newcomer_confirms_himself_and_has_a_card_and_a_name() -> None:
    async with at_server() as at, at_the_till(at) as till:
        asked = await till.register(newcomer())
        assert isinstance(asked, ConfirmationRequired)
        again = await till.register(newcomer())
        assert isinstance(again, ConfirmationRequired)
        assert again.challenge == asked.challenge
        assert len(at.messages) == 2
        wrong = Confirmation(challenge=asked.challenge, code="no")
        with pytest.raises(Refused) as no:
            await till.register(newcomer(wrong))
        assert (no.value.reason, no.value.code) == (Reason.WRONG_CODE, "110043")
        right = Confirmation(challenge=asked.challenge, code=at.messages[-1].code)
        done = await till.register(newcomer(right))
        assert isinstance(done, Registered)
        assert (done.customer.name, len(done.cards)) == ("Petrova Anna", 1)
        assert await till.register(newcomer(right)) == done
        shown = Identifier(IdentifierKind.PHONE, PHONE)
        found = await till.identify(IdentifyRequest(identifier=shown, at=MORNING))
        assert isinstance(found, Found)
        assert found.cards == done.cards
        at.house.keeping().cards.add(FREE)
        given = await till.attach_card(
            AttachCardRequest(
                operation_id="a", customer_id=done.customer.customer_id, card=FREE, at=MORNING
            )
        )
        assert [one.number for one in given.cards] == [FREE]
        assert given.cards[0].balance == done.cards[0].balance


async def test_a_card_is_handed_out_by_its_number_only() -> None:
    async with at_server() as at, at_the_till(at) as till:
        for customer, card in (("nobody", FREE), ("nobody", None)):
            with pytest.raises(Refused):
                await till.attach_card(
                    AttachCardRequest(operation_id="a", customer_id=customer, card=card, at=MORNING)
                )


async def test_a_newcomer_may_have_a_card_of_plastic() -> None:
    async with at_server() as at:
        cards = at.house.keeping().cards
        assert (await execute(at, "contact_registration", mobile_phone=PHONE, card_number=ANNA))[
            0
        ] == "110051"
        cards.add(FREE)
        given = {"mobile_phone": PHONE, "card_number": FREE}
        _fine, contact = await execute(at, "contact_registration", **given)
        code = {"contact_id": contact, "temp_code": at.messages[-1].code}
        assert await execute(at, "complete_registration", **code) == ("", contact)
        assert await execute(at, "complete_registration", **code) == ("", contact)
        info = cards.card(FREE)
        assert info is not None
        assert [one.number for one in _cards_of(at, info.customer or "")] == [FREE]
        assert (await execute(at, "registration_code_send", contact_id=contact))[0] == "110000"
        assert await execute(at, "rollback_registration", contact_id=contact) == ("", "")
        waiting = cards.card(FREE)
        assert waiting is not None
        assert waiting.customer is None
        anew = await execute(at, "contact_registration", **given)
        assert anew == ("", contact)


def _cards_of(at: At, customer: str) -> list[Any]:
    return list(at.house.keeping().cards.cards(CardQuery(customer=customer)).rows)


async def test_with_two_cards_nothing_is_undone() -> None:
    async with at_server() as at:
        _fine, contact = await execute(at, "contact_registration", mobile_phone=PHONE)
        code = {"contact_id": contact, "temp_code": at.messages[-1].code}
        await execute(at, "complete_registration", **code)
        at.house.keeping().cards.add(FREE)
        swap = {"mobile_phone": PHONE, "card_number": FREE}
        assert await execute(at, "card_replace", **swap) == ("", "")
        assert await execute(at, "card_replace", **swap) == ("", "")
        assert (await execute(at, "rollback_registration", contact_id=contact))[0] == "110055"
        assert (await execute(at, "card_replace", mobile_phone=PHONE, card_number=ANNA))[
            0
        ] == "110051"
        stranger = {"mobile_phone": "+79990000000", "card_number": FREE}
        assert (await execute(at, "card_replace", **stranger))[0] == "110000"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        envelope(""),
        contract("give_me_all"),
        contract("complete_registration", contact_id="nobody"),
        contract("contact_registration"),
        contract("contact_registration", mobile_phone="<b/>"),
        envelope("<contractName>card_replace</contractName>"),
    ],
)
async def test_what_makes_no_sense_is_a_fault(body: bytes) -> None:
    async with at_server() as at:
        answer = await at.http.post(f"/{PATH}", content=body, headers={"Content-Type": "text/xml"})
    assert (answer.status_code, b"Fault" in answer.content) == (500, True)
    assert b"Traceback" not in answer.content
