"""Faults, shut doors and settings that cannot be right."""

import pytest
from manzana.receipts import sale
from manzana.service import answer, talking
from over import client
from stand import MORNING

from backends.soap import Code, Fault, Version, write_fault
from cashier.clock import ManualClock
from cashier.errors import ConfigError
from cashier.exchange import (
    CalculateRequest,
    Can,
    Cause,
    OutcomeUnknown,
    Refused,
    SaveSaleRequest,
    Unavailable,
)

WORD = "secret"
FINE = answer("ChequeResponse")
SALE = SaveSaleRequest(operation_id="op", receipt=sale(), at=MORNING)


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_a_request_that_makes_no_sense_did_nothing(status: int) -> None:
    fault = write_fault(Version.V11, Fault(Code.SENDER, "orgName is wrong"))
    async with talking((status, fault)) as talk:
        with pytest.raises(Refused, match="orgName is wrong"):
            await talk.till.save_sale(SALE)


async def test_a_broken_service_leaves_a_sale_open() -> None:
    fault = write_fault(Version.V11, Fault(Code.RECEIVER, "Object reference"))
    async with talking((500, fault)) as talk:
        with pytest.raises(OutcomeUnknown):
            await talk.till.save_sale(SALE)


async def test_names_are_shown_on_every_request() -> None:
    async with talking(FINE, auth="basic", login="till", password=WORD) as talk:
        await talk.till.calculate(CalculateRequest(receipt=sale(), at=MORNING))
        assert [one["authorization"] for one in talk.service.headers] == [
            "Basic dGlsbDpzZWNyZXQ="
        ] * 2


async def test_whoever_is_not_let_in_hears_why() -> None:
    async with talking((401, b"who are you?")) as talk:
        with pytest.raises(Unavailable) as shut:
            await talk.till.save_sale(SALE)
    assert shut.value.cause is Cause.CREDENTIALS


async def test_a_service_that_describes_no_registration_has_none() -> None:
    async with talking(FINE) as talk:
        assert Can.REGISTER in talk.system.can
        talk.service.description = b'<wsdl:definitions><x name="ChequeRequest"/></wsdl:definitions>'
        await talk.till._link.look()
        assert not talk.till._link.knows("ContactInfoUpdateRequest")
        assert talk.till._link.knows("ChequeRequest")


@pytest.mark.parametrize(
    ("option", "value"), [("auth", "kerberos"), ("soap", "2.0"), ("operation", "Process")]
)
def test_settings_that_cannot_be_right(option: str, value: str) -> None:
    with pytest.raises(ConfigError, match=option):
        client("manzana", ManualClock(MORNING), url="http://127.0.0.1:1", **{option: value})
