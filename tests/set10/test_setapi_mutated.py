"""Whatever the other side answers, one of the three outcomes comes of it, or a true answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped.mutated import answers
from pydantic import TypeAdapter
from set10.setapi_far import on_stage
from set10.setapi_stand import (
    ANNA,
    CARD,
    handed,
    priced,
    releasing,
    returning,
    saving,
    with_points,
    written_off,
)
from stand import MORNING

from backends.exact_json import json_bytes
from backends.set10.setapi.backend import SetApiBackend
from cashier import exchange as ex
from cashier import methods
from cashier.receipt import Settled

DONE = {"status": "OK", "transactionId": "op-h", "message": "", "balance": "460.50"}
GOOD: dict[str, dict[str, Any]] = {
    "/get-card": {
        "status": "OK",
        "cards": [
            {"number": ANNA, "balance": "470.50", "status": "ACTIVE", "type": "BONUS",
             "level": "Gold", "holder": "Anna"},
        ],
    },
    "/write-off": DONE, "/rollback": DONE, "/accrue": DONE,
}  # fmt: skip


@dataclass
class Stage:
    """Good answers, but one: the call that is the ``victim`` (from 0) is answered spoilt."""

    victim: int = -1
    spoilt: tuple[int, bytes] = (200, b"")
    said: list[tuple[str, bytes]] = field(default_factory=list)
    armed: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json_bytes(GOOD[request.url.path])
        if not self.armed:
            return httpx.Response(200, stream=httpx.ByteStream(body))
        self.said.append((request.url.path, body))
        status, told = (
            self.spoilt if len(self.said) - 1 == self.victim else (200, body)
        )  # what is remembered is the good answer, to be spoilt
        return httpx.Response(status, stream=httpx.ByteStream(told))


Deed = Callable[[SetApiBackend, Stage], Awaitable[Any]]


async def identify(backend: SetApiBackend, stage: Stage) -> Any:
    stage.armed = True
    return await backend.identify(ex.IdentifyRequest(identifier=CARD, at=MORNING))


async def calculate(backend: SetApiBackend, stage: Stage) -> Any:
    receipt = await priced(backend)
    stage.armed = True
    return await backend.calculate(ex.CalculateRequest(receipt=receipt.uncalculated(), at=MORNING))


async def points(backend: SetApiBackend, stage: Stage) -> Any:
    receipt = await priced(backend)
    stage.armed = True
    return await backend.points(ex.PointsRequest(receipt=receipt, at=MORNING))


async def reserve(backend: SetApiBackend, stage: Stage) -> Any:
    receipt = await priced(backend)
    stage.armed = True
    request = ex.ReserveRequest(operation_id="op-h", receipt=receipt, spend=1000, at=MORNING)
    return await backend.reserve(request)


async def release(backend: SetApiBackend, stage: Stage) -> Any:
    held = await written_off(backend, await priced(backend))
    stage.armed = True
    return await backend.release(releasing(held))


async def save_sale(backend: SetApiBackend, stage: Stage) -> Any:
    held = with_points(await priced(backend))
    stage.armed = True
    return await backend.save_sale(saving(held))


async def save_return(backend: SetApiBackend, stage: Stage) -> Any:
    receipt = with_points(await priced(backend))
    await backend.save_sale(saving(receipt))
    stage.armed = True
    return await backend.save_return(returning(receipt, 1))


async def send_feedback(backend: SetApiBackend, stage: Stage) -> Any:
    receipt = await priced(backend)
    stage.armed, stage.victim, victim, spoilt = True, 0, stage.victim, stage.spoilt
    stage.spoilt = (503, b"")
    settled: Settled = await backend.save_sale(saving(receipt))
    assert settled.feedback
    stage.said.clear()
    stage.victim, stage.spoilt = victim, spoilt
    return await backend.send_feedback(handed(*settled.feedback))


DEEDS: dict[str, Deed] = {
    one.__name__: one
    for one in (
        identify, calculate, points, reserve, release, save_sale, save_return, send_feedback,
    )
}  # fmt: skip


def outcome(deed: Deed, stage: Stage) -> Any:
    async def whole() -> Any:
        with on_stage(stage) as backend:
            try:
                return await deed(backend, stage)
            except (ex.Refused, ex.Unavailable, ex.OutcomeUnknown) as error:
                return error
            finally:
                await backend.close()

    return asyncio.run(whole())


@pytest.mark.parametrize("name", DEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_answer_has_one_of_three_outcomes(name: str, data: st.DataObject) -> None:
    method = methods.METHODS[name]
    rehearsal = Stage()
    good = outcome(DEEDS[name], rehearsal)
    assert not isinstance(good, Exception), f"{good!r}"
    stage = Stage()
    if rehearsal.said:
        stage.victim = data.draw(st.integers(0, len(rehearsal.said) - 1))
        stage.spoilt = data.draw(answers(rehearsal.said[stage.victim][1], 200))
    found = outcome(DEEDS[name], stage)
    if isinstance(found, Exception):
        assert method.changes or not isinstance(found, ex.OutcomeUnknown)
        return
    if method.answer is not None:
        kind: TypeAdapter[Any] = TypeAdapter(method.answer)
        assert kind.validate_json(kind.dump_json(found), strict=True) == found
