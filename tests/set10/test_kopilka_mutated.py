"""Whatever Kopilka answers, one of the three outcomes comes of it, or a true answer."""

import asyncio
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from mapped.mutated import RAW, STATUSES
from pydantic import TypeAdapter
from set10.kopilka_stage import (
    ANNA,
    OPENING,
    SPEND,
    bought,
    handed,
    releasing,
    reserving,
    returning,
    selling,
)
from set10.test_soap import HOSTILE
from stand import MORNING

from backends.http import Door, Network
from backends.set10.kopilka import wire
from backends.set10.kopilka.client import KopilkaBackend
from backends.set10.kopilka.client.later import feedback
from backends.set10.kopilka.line import HttpLine
from backends.set10.kopilka.translate import Held, cuid_of
from backends.set10.kopilka.wire import USUAL, Answer, Said, Word
from cashier import exchange as ex
from cashier import methods
from cashier.clock import ManualClock
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.receipt import Identifier, IdentifierKind, Settled

UID = "2#3#1772521200000"
CONTEXT = Held("op-h", UID, cuid_of(ANNA), SPEND).words()
SPENT = bought(spend=SPEND, context=CONTEXT, hold="op-h")
CONFIRM = Said(Word.CONFIRM, cuid_of(ANNA), "01.02", UID, SPEND)
ASKED: dict[str, ex.Frozen] = {
    "identify": ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, ANNA), at=MORNING),
    "calculate": ex.CalculateRequest(receipt=bought(), spend=SPEND, at=MORNING),
    "points": ex.PointsRequest(receipt=bought(), at=MORNING),
    "reserve": reserving(),
    "release": releasing(SPENT),
    "save_sale": selling(SPENT),
    "save_return": returning(SPENT),
    "send_feedback": handed(feedback(CONFIRM, SPENT, "Kopilka")),
}


class Stage:
    """Good answers but one, the victim (from 0), without sockets."""

    def __init__(self) -> None:
        self.victim, self.spoilt = -1, (200, b"")
        self.said: list[bytes] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        uid = etree.fromstring(request.content).findtext("uid") or ""
        status, body = 200, wire.write_answer(Answer(0, "", 47_050, 47_050, uid), USUAL)
        if len(self.said) == self.victim:
            status, body = self.spoilt
        self.said.append(body)
        return httpx.Response(status, stream=httpx.ByteStream(body))


def outcome(stage: Stage, request: ex.Frozen) -> Any:
    async def whole() -> Any:
        transport = httpx.MockTransport(stage.answer)
        door = Door(
            "http://kopilka.example", Network(again=0), ManualClock(MORNING), transport=transport
        )
        backend = KopilkaBackend(HttpLine(door, "/", USUAL))
        name = next(one.name for one in methods.METHODS.values() if type(request) is one.request)
        stage.said.clear()
        try:
            await backend.open(OPENING)
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


ODD = ("", " ", "x", "-1", "0.5", "NaN", "1e9", "9" * 30, "1,5", "<a/>", "\u202e", "0", "7", "42")


@st.composite
def spoilt(draw: st.DrawFn, body: bytes) -> tuple[int, bytes]:
    """A status and a body in place of a good answer."""
    match draw(st.sampled_from(("raw", "cut", "status", "no", "change", "change"))):
        case "raw":
            return 200, draw(st.sampled_from((*RAW, *HOSTILE.values())))
        case "cut":
            return 200, body[: draw(st.integers(0, len(body)))]
        case "status":
            return draw(st.sampled_from(STATUSES)), body
        case "no":
            code = draw(st.integers(1, 12))
            return 200, wire.write_answer(Answer(code, draw(st.sampled_from(("", "нет")))), USUAL)
        case _:
            return 200, _changed(draw, body)


def _changed(draw: st.DrawFn, body: bytes) -> bytes:
    """One element less, more, renamed, or with another text."""
    root = etree.fromstring(body)
    one = draw(st.sampled_from(list(root.iter("*"))))
    parent = one.getparent()
    match draw(st.sampled_from(("text", "text", "drop", "rename", "twice"))):
        case "drop" if parent is not None:
            parent.remove(one)
        case "rename":
            one.tag = draw(st.sampled_from(("answer", "code", "balance", "uid", "other")))
        case "twice" if parent is not None:
            parent.append(etree.fromstring(etree.tostring(one)))
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
    stage.spoilt = data.draw(spoilt(stage.said[victim]))
    stage.victim = victim
    check(outcome(stage, request), request)


def check(found: Any, request: ex.Frozen) -> None:
    method = next(one for one in methods.METHODS.values() if type(request) is one.request)
    if isinstance(found, Exception):
        assert method.changes or not isinstance(found, OutcomeUnknown)
        # The points of a sale are reserved: only a clear no stops it.
        assert not isinstance(request, ex.SaveSaleRequest) or isinstance(found, Refused)
        return
    kind: TypeAdapter[Any] = TypeAdapter(method.answer)
    assert kind.validate_json(kind.dump_json(found), strict=True) == found
    if isinstance(found, Settled) and isinstance(request, ex.SaveSaleRequest):
        assert found.spent == SPEND
        told = found.earned or found.messages  # whatever is not earned now is told of
        assert told
