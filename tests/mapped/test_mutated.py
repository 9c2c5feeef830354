"""Whatever a service answers, one of the three outcomes comes of it, or a true answer."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped.mutated import answers
from mapped.services import RARUS, VOUCHERS
from pydantic import TypeAdapter

from backends.http import Answer, Call, Door, Network
from backends.mapped import samples
from backends.mapped.backend import MappedBackend
from backends.mapped.loading import load_mapping
from backends.mapped.options import Given
from backends.mapped.plan import Mapping, Wire
from cashier.clock import ManualClock
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.methods import changes
from cashier.uniform import call

A = TypeVar("A")

MAPPINGS = {path.stem: load_mapping(path) for path in (VOUCHERS, RARUS)}
ASKED = {
    f"{name} {one.method.name} {one.title}".strip(): (mapping, one)
    for name, mapping in MAPPINGS.items()
    for one in samples.requests(context='{"card": "2900000000018", "card_id": "7d1c"}')
    if one.method.name in mapping.methods
}


class Stage:
    """Stands for the network: sample answers, one of them spoilt, through the real door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.spoil: Callable[[bytes, int], tuple[int, bytes]] = lambda body, status: (status, body)
        self.victim = -1
        self.calls: list[tuple[Call, int]] = []

    async def ask(self, call: Call, read: Callable[[Answer], A], wire: Wire) -> A:
        status, body = wire.sample_status, wire.sample.encode()
        if len(self.calls) == self.victim:
            status, body = self.spoil(body, status)
        self.calls.append((call, status))
        NEXT[:] = [(status, body)]
        return await self._door.ask(call, read)

    def keep_secret(self, *texts: str) -> None:
        """Nothing is shown."""

    async def close(self) -> None:
        """The door stays open for the next."""


NEXT: list[tuple[int, bytes]] = []


def _answered(_request: httpx.Request) -> httpx.Response:
    status, body = NEXT[0]
    kind = {"content-type": "application/json"}
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=kind)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    stamina.set_testing(True, attempts=1)
    made = Door(
        "http://service.example",
        Network(again=0),
        ManualClock(samples.AT),
        transport=httpx.MockTransport(_answered),
    )
    yield made
    asyncio.run(made.close())
    stamina.set_testing(False)


def backend_at(stage: Stage, mapping: Mapping) -> MappedBackend:
    told = {"url": "", "login": "till", "password": "p4ss"}
    options = {name: one.default for name, one in mapping.options.items()}
    given_ = Given("http://service.example", Network(), {**told, **options})
    return MappedBackend(mapping, given_, ManualClock(samples.AT), stage)


async def outcome(backend: MappedBackend, stage: Stage, one: samples.Asked, victim: int) -> Any:
    """An answer or an error of the three; anything else is raised and fails the test."""
    await backend.open(samples.OPENING)
    stage.calls.clear()
    stage.victim = victim
    try:
        return await call(backend, one.method, one.request)
    except (Refused, Unavailable, OutcomeUnknown) as error:
        return error
    finally:
        stage.victim = -1


@pytest.mark.parametrize("name", ASKED)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_answer_has_one_of_three_outcomes(
    name: str, door: Door, data: st.DataObject
) -> None:
    mapping, one = ASKED[name]
    stage = Stage(door)
    backend = backend_at(stage, mapping)
    good = asyncio.run(outcome(backend, stage, one, -1))
    assert not isinstance(good, Unavailable | OutcomeUnknown)
    victim = data.draw(st.integers(0, max(0, len(stage.calls) - 1)))
    stage.spoil = lambda body, status: data.draw(answers(body, status))
    found = asyncio.run(outcome(backend, stage, one, victim))
    _check(found, one, stage)


def _check(found: Any, one: samples.Asked, stage: Stage) -> None:
    may_change = changes(one.method, one.request)
    if isinstance(found, Exception):
        assert may_change or not isinstance(found, OutcomeUnknown)
        # What changes something was answered well: then nobody may say that nothing happened.
        changed = any(made.changes and status < 300 for made, status in stage.calls)
        urls = [made.url for made, _status in stage.calls]
        undone = any(url.endswith("/delete") for url in urls) or sum("/pay" in u for u in urls) > 1
        if changed and not undone:
            assert not isinstance(found, Unavailable)
        return
    kind: TypeAdapter[Any] = TypeAdapter(one.method.answer)
    assert kind.validate_json(kind.dump_json(found), strict=True) == found


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_answer_to_the_greeting_changes_nothing(
    name: str, door: Door, data: st.DataObject
) -> None:
    mapping = MAPPINGS[name]
    stage = Stage(door)
    stage.victim = data.draw(st.integers(0, 1 + len(mapping.methods["open"].steps)))
    stage.spoil = lambda body, status: data.draw(answers(body, status))
    backend = backend_at(stage, mapping)
    try:
        system = asyncio.run(backend.open(samples.OPENING))
    except (Refused, Unavailable):
        return
    assert system.name


def test_the_examples_are_looked_at_whole() -> None:
    paths: list[Path] = [VOUCHERS, RARUS]
    assert [MAPPINGS[path.stem].service.name for path in paths] == ["Voucher service", "Rarus"]
    tried = {one.method.name for _mapping, one in ASKED.values()}
    assert tried == {name for one in MAPPINGS.values() for name in one.methods}
