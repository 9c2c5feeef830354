"""Whatever the service answers, one of the three outcomes comes of it, or a true answer."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from mapped.mutated import RAW, STATUSES
from pydantic import TypeAdapter
from set10.bonus_stage import (
    ANNA,
    OPENING,
    bought,
    envelope,
    returned,
    returning,
    selling,
)
from set10.test_soap import HOSTILE
from stand import MORNING

from backends.http import Door, Network
from backends.set10.bonus import wire
from backends.set10.bonus.client import BonusBackend
from backends.set10.bonus.client.ledger import Ledger
from backends.set10.bonus.client.link import Link
from backends.set10.bonus.options import BonusOptions
from backends.soap import Code, Fault, Operation, Version, describe, write_fault
from cashier import exchange as ex
from cashier import methods
from cashier.clock import ManualClock
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind

DONE = "<return><errorCode>0</errorCode><transactionId>77</transactionId></return>"
ACCOUNT = "<return><balance>470.50</balance><bonusAccountTypeCode>1</bonusAccountTypeCode></return>"
BURNING = (
    "<return><bonusAccountTypeCode>1</bonusAccountTypeCode><nextBurningSum>5.00</nextBurningSum>"
    "<nextBurningDate>2026-03-06T10:00:00+03:00</nextBurningDate></return>"
)
GOOD = {wire.ACTIVE.role: ACCOUNT, wire.INFORMATION.role: BURNING}
CONTEXT = '{"account": "1", "before": 47050}'
SPENT = bought(spend=5000, context=CONTEXT)
ASKED: dict[str, ex.Frozen] = {
    "open": OPENING,
    "identify": ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, ANNA), at=MORNING),
    "calculate": ex.CalculateRequest(receipt=bought(), spend=5000, at=MORNING),
    "points": ex.PointsRequest(receipt=bought(), at=MORNING),
    "reserve": ex.ReserveRequest(operation_id="op", receipt=SPENT, spend=5000, at=MORNING),
    "release": ex.ReleaseRequest(operation_id="op", receipt=SPENT, at=MORNING),
    "save_sale": selling(SPENT),
    "save_sale again": selling(SPENT, again=True),
    "save_return": returning(returned(SPENT, "R0102-000008")),
}


class Stage:
    """Good answers but one, the victim (from 0), without sockets."""

    def __init__(self) -> None:
        self.victim, self.spoilt = -1, (200, b"")
        self.said: list[tuple[str, int, bytes]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            names = [Operation(one.role) for one in wire.METHODS]
            schema = wire.schema(wire.USUAL)
            name, body = "", describe("S", wire.NAMESPACE, schema, names, "http://x")
        else:
            root = etree.fromstring(request.content)
            name = root[0][0].tag.rpartition("}")[2]
            body = envelope(f"<p:{name}Response>{GOOD.get(name, DONE)}</p:{name}Response>")
        status = 200
        if len(self.said) == self.victim:
            status, body = self.spoilt
        self.said.append((name, status, body))
        return httpx.Response(status, stream=httpx.ByteStream(body))


def outcome(stage: Stage, request: ex.Frozen) -> Any:
    async def whole() -> Any:
        transport = httpx.MockTransport(stage.answer)
        door = Door(
            "http://set10.example", Network(again=0), ManualClock(MORNING), transport=transport
        )
        options = BonusOptions(url="http://set10.example")
        backend = BonusBackend(Link(door, options), options, Ledger(None))
        name = next(one.name for one in methods.METHODS.values() if type(request) is one.request)
        stage.said.clear()
        try:
            return await getattr(backend, name)(request)
        except (Refused, Unavailable, OutcomeUnknown) as error:
            return error
        finally:
            await backend.close()

    stamina.set_testing(True, attempts=1)
    try:
        return asyncio.run(whole())
    finally:
        stamina.set_testing(False)


ODD = (
    "", " ", "x", "-1", "0.001", "NaN", "1e9", "9" * 30, "1,5", "2026-13-45", "true",
    "<a/>", "<return/>", "\u202e", "0", "7",
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, body: bytes) -> tuple[int, bytes]:
    """A status and a body in place of a good answer."""
    how: Callable[[], tuple[int, bytes]] = draw(
        st.sampled_from(
            (
                lambda: (200, draw(st.sampled_from((*RAW, *HOSTILE.values())))),
                lambda: (200, body[: draw(st.integers(0, len(body)))]),
                lambda: (draw(st.sampled_from(STATUSES)), body),
                lambda: (draw(st.sampled_from((200, 400, 500))), _fault(draw)),
                lambda: (200, _changed(draw, body)),
                lambda: (200, _changed(draw, body)),
                lambda: (200, _changed(draw, body)),
            )
        )
    )
    return how()


def _fault(draw: st.DrawFn) -> bytes:
    code, version = draw(st.sampled_from(Code)), draw(st.sampled_from(Version))
    return write_fault(version, Fault(code, draw(st.sampled_from(("", "no", "нет"))), word="Own"))


def _changed(draw: st.DrawFn, body: bytes) -> bytes:
    """One element more, less, renamed, or with another text."""
    root = etree.fromstring(body)
    one = draw(st.sampled_from(list(root.iter("*"))))
    parent = one.getparent()
    match draw(st.sampled_from(("text", "text", "drop", "rename", "twice", "nil"))):
        case "drop" if parent is not None:
            parent.remove(one)
        case "rename":
            one.tag = draw(st.sampled_from(("return", "errorCode", "balance", "Fault", "other")))
        case "twice" if parent is not None:
            parent.append(etree.fromstring(etree.tostring(one)))
        case "nil":
            one.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
        case _:
            odd = draw(st.sampled_from(ODD))
            if odd.startswith("<"):
                one.append(etree.fromstring(odd))
            else:
                one.text = odd
    return etree.tostring(root)


@pytest.mark.parametrize("name", ASKED)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_answer_has_one_of_three_outcomes(name: str, data: st.DataObject) -> None:
    request, stage = ASKED[name], Stage()
    good = outcome(stage, request)
    assert not isinstance(good, Exception), repr(good)
    victim = data.draw(st.integers(0, len(stage.said) - 1))
    stage.spoilt = data.draw(spoilt(stage.said[victim][2]))
    stage.victim = victim
    check(outcome(stage, request), request, stage)


MOVING = {wire.WRITE_OFF.role, wire.GIVE_BACK.role}


def check(found: Any, request: ex.Frozen, stage: Stage) -> None:
    method = next(one for one in methods.METHODS.values() if type(request) is one.request)
    if not isinstance(found, Exception):
        kind: TypeAdapter[Any] = TypeAdapter(method.answer)
        assert kind.validate_json(kind.dump_json(found), strict=True) == found
        return
    assert method.changes or not isinstance(found, OutcomeUnknown)
    moved = [name for name, status, _body in stage.said[:-1] if name in MOVING and status == 200]
    if moved and stage.said[-1][0] not in MOVING:  # something is done, and the next one failed
        assert isinstance(found, OutcomeUnknown)
