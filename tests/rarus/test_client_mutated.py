"""Whatever the service answers, one of the three outcomes comes of it, or a true answer."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from rarus.bodies import ANNA, AT
from rarus.scripted import (
    CONFIRMATION,
    HELD,
    OPEN,
    OPENING,
    PRICED,
    WITH_CERTIFICATES,
    by,
    done,
    giving_back,
    no,
    registering,
    reserving,
    rising,
    selling,
)
from rarus.spoilt import Stage, on_stage

from backends.rarus.client import RarusBackend
from cashier import exchange as ex
from cashier import methods
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Buyer, Identifier, IdentifierKind

KIND = IdentifierKind
WITH_CODE = "POST /organization/card/with_confirmation"


@dataclass(frozen=True)
class Asked:
    """A request, and what is different about the service and the options meanwhile."""

    request: ex.Frozen
    script: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


PHONE = by(KIND.PHONE, "+79001234501")
UNVERIFIED = replace(
    WITH_CERTIFICATES, buyer=Buyer(Identifier(KIND.PHONE, "+79001234501")), spend=0
)
CONFIRMS = {
    "GET /organization/settings": done(
        settings=[
            {"name": "ConfirmationMethod", "value": "phone"},
            {"name": "AttachCardOnRegistration", "value": "false"},
        ]
    )
}
ASKED: dict[str, Asked] = {
    "open": Asked(OPENING),
    "identify by card": Asked(by(KIND.CARD, ANNA.number)),
    "identify by phone": Asked(PHONE),
    "identify, a code is sent": Asked(
        PHONE, {WITH_CODE: done(cards=[], confirmation=CONFIRMATION)}
    ),
    "identify with a code": Asked(by(KIND.PHONE, "+79001234501", "1234")),
    "identify without cards": Asked(PHONE, {WITH_CODE: no()}),
    "identify by coupon": Asked(by(KIND.COUPON, "SPRING10")),
    "register": Asked(registering()),
    "register, a code is sent": Asked(registering(), CONFIRMS),
    "register with a code": Asked(
        registering("1234"), {**CONFIRMS, "GET /organization/card": no()}, {"attach": "list"}
    ),
    "attach_card given": Asked(
        ex.AttachCardRequest(operation_id="a", customer_id="c01", card=ANNA.number, at=AT)
    ),
    "attach_card any": Asked(
        ex.AttachCardRequest(operation_id="a", customer_id="c01", at=AT),
        {"GET /organization/card": [no(), no()]},
    ),
    "upgrade_level": Asked(rising(confirm=False)),
    "upgrade_level confirmed": Asked(rising(confirm=True)),
    "check_coupon": Asked(ex.CheckCouponRequest(receipt=PRICED, code="SPRING10", at=AT)),
    "calculate": Asked(ex.CalculateRequest(receipt=OPEN, at=AT)),
    "calculate with points": Asked(ex.CalculateRequest(receipt=HELD, spend=5000, at=AT)),
    "points": Asked(ex.PointsRequest(receipt=PRICED, at=AT)),
    "reserve": Asked(reserving()),
    "release": Asked(ex.ReleaseRequest(operation_id="op-h", receipt=HELD, at=AT)),
    "save_sale": Asked(selling()),
    "save_sale again": Asked(selling(again=True)),
    "save_sale with certificates": Asked(selling(WITH_CERTIFICATES)),
    "save_sale unverified": Asked(selling(UNVERIFIED)),
    "certificate": Asked(ex.CertificateRequest(number="9800000001", at=AT)),
    "find_sale": Asked(ex.FindSaleRequest(card=ANNA.number, day=date(2026, 3, 3), at=AT)),
    "save_return": Asked(giving_back()),
    "save_return again": Asked(giving_back(again=True)),
    "save_return by the till": Asked(giving_back(), options={"refund": "till"}),
}


def method_of(asked: Asked) -> methods.AnyMethod:
    return next(one for one in methods.METHODS.values() if isinstance(asked.request, one.request))


async def answer(backend: RarusBackend, asked: Asked) -> Any:
    """An answer or one of the three; anything else is raised and fails the test."""
    try:
        return await getattr(backend, method_of(asked).name)(asked.request)
    except (Refused, Unavailable, OutcomeUnknown) as error:
        return error


def outcome(asked: Asked, stage: Stage, victim: int) -> Any:
    async def whole() -> Any:
        with on_stage(stage, **asked.options) as backend:
            if not isinstance(asked.request, ex.Opening):
                stage.again(-1)
                await backend.open(OPENING)
            stage.again(victim)
            return await answer(backend, asked)

    return asyncio.run(whole())


@pytest.mark.parametrize("name", ASKED)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_answer_has_one_of_three_outcomes(name: str, data: st.DataObject) -> None:
    asked = ASKED[name]
    stage = Stage(asked.script)
    good = outcome(asked, stage, -1)
    assert not isinstance(good, Exception), f"{good!r} of {stage.calls}"
    check(outcome(asked, stage, stage.choose(data)), asked, stage)


def check(found: Any, asked: Asked, stage: Stage) -> None:
    method = method_of(asked)
    if isinstance(found, Exception):
        assert methods.changes(method, asked.request) or not isinstance(found, OutcomeUnknown)
        if stage.changed:
            assert not isinstance(found, Unavailable), "it is told to change something, and did"
        return
    kind: TypeAdapter[Any] = TypeAdapter(method.answer)
    assert kind.validate_json(kind.dump_json(found), strict=True) == found


def test_every_method_is_asked() -> None:
    tried = {method_of(asked).name for asked in ASKED.values()}
    assert tried == methods.METHODS.keys() - {"cancel_sale", "send_feedback"}
