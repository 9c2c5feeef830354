"""Every code, every state, and silence: which outcome the till hears."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from loymax.stage import Came, Stage, instead, lost
from loymax_xml.stage_xml import open_receipt, selling
from stand import MORNING

from backends.exact_json import json_bytes, read_json
from backends.loymax.common.codes import NAMES, cause_named, fine, reason_named
from cashier import exchange as ex
from cashier.exchange import OutcomeUnknown, Reason, Refused, Unavailable

OPENING = ex.Opening(shop="01", till="01")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    await made.backend.open(OPENING)
    made.between.said.clear()
    yield made
    await made.house.close()


@pytest.mark.parametrize("name", [one for one in NAMES.values() if not fine(one)])
async def test_every_code_is_one_of_the_outcomes(stage: Stage, name: str) -> None:
    receipt = replace(open_receipt(), number="R0101-000001", closed_at=MORNING)
    stage.between.spoil = instead("/Bonus", code=name, errorMessage="why")
    with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as caught:
        await stage.backend.save_sale(selling(receipt))
    if name == "SystemError":
        assert isinstance(caught.value, OutcomeUnknown)
    elif cause := cause_named(name):
        assert isinstance(caught.value, Unavailable)
        assert caught.value.cause is cause
    else:
        assert isinstance(caught.value, Refused)
        told = (caught.value.reason, caught.value.code, caught.value.text)
        assert told == (reason_named(name), name, "why")


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"state": "Fail", "message": "away"}, OutcomeUnknown),
        ({"state": "Other"}, OutcomeUnknown),
        ({"state": "Success"}, OutcomeUnknown),
        ({"state": "Error", "messageCode": "CardBlocked"}, Refused),
        ({"state": "Error", "message": "no"}, Refused),
        (
            {
                "state": "ValidationError",
                "validationErrors": [{"field": "cheque", "errorMessages": ["odd"]}],
            },
            Unavailable,
        ),
    ],
)
async def test_states_without_data(
    stage: Stage, result: dict[str, Any], outcome: type[Exception]
) -> None:
    def spoil(path: str, status: int, body: bytes) -> Came:
        return status, json_bytes({"result": result}) if path.endswith("/Bonus") else body

    stage.between.spoil = spoil
    with pytest.raises(outcome) as caught:
        await stage.backend.save_sale(selling(replace(open_receipt(), closed_at=MORNING)))
    if result["state"] == "ValidationError":
        assert str(caught.value) == "cheque: odd"


async def test_every_program_has_to_agree(stage: Stage) -> None:
    def spoil(path: str, status: int, body: bytes) -> Came:
        if not path.endswith("/Calculate"):
            return status, body
        told = read_json(body)
        told["data"].append({"code": "CardBlocked"})
        return status, json_bytes(told)

    stage.between.spoil = spoil
    with pytest.raises(Refused) as caught:
        await stage.backend.calculate(ex.CalculateRequest(receipt=open_receipt(), at=MORNING))
    assert caught.value.reason is Reason.BLOCKED


async def test_silence_of_a_question_did_nothing(stage: Stage) -> None:
    stage.between.spoil = lost("/Calculate")
    with pytest.raises(Unavailable):
        await stage.backend.calculate(ex.CalculateRequest(receipt=open_receipt(), at=MORNING))
