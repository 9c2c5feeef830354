"""Faults on the wire: the real client meets real bytes, statuses and cuts."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product

import pytest
from asked import ANSWERS, REQUESTS, Wired, counting_server
from pydantic import TypeAdapter
from serving import served

from backends.faults import Faulty
from backends.http import Door, Network
from cashier import methods
from cashier.clock import ManualClock, SystemClock
from cashier.errors import CashierError
from cashier.exchange import Cause, OutcomeUnknown, Unavailable
from cashier.faults import Fault, FaultKind, Plan, spared
from cashier.methods import METHODS
from cashier.uniform import call
from cashier.witness import Exchange, Outcome, WireCall, Witness

BODIES = {
    name: TypeAdapter(method.answer).dump_json(ANSWERS[name]) for name, method in METHODS.items()
}
ON_WIRE = [kind for kind in FaultKind if kind not in (FaultKind.SLOW, FaultKind.REFUSED)]


class Line:
    """The system over HTTP, faults in between."""

    def __init__(self, base: str, done: Counter[str], network: Network, plan: Plan) -> None:
        self.done, self.plan = done, plan
        self.exchanges: list[Exchange] = []
        self.clock = SystemClock()
        made = Wired(Door(base, network, self.clock))
        self.faulty = Faulty(lambda: made, self.clock, plan)
        self.backend = Witness(self.faulty, self.exchanges.append, self.clock)

    async def ask(self, step: str) -> object:
        try:
            return await call(self.backend, METHODS[step], REQUESTS[step])
        except CashierError as error:
            return error

    def calls(self, step: str) -> list[WireCall]:
        return [one for one in self.exchanges[-1].calls if one.url.endswith(step)]


@asynccontextmanager
async def line(*faults: Fault, **network: object) -> AsyncIterator[Line]:
    done: Counter[str] = Counter()
    async with served(counting_server(done)) as base:
        settings = Network.model_validate({"again": 0, **network})
        made = Line(base, done, settings, Plan(faults))
        with spared():
            await made.ask("open")
        done.clear()
        made.exchanges.clear()
        yield made
        await made.backend.close()


@pytest.mark.parametrize(("kind", "step"), product(ON_WIRE, METHODS))
async def test_each_fault_at_each_step_has_its_outcome(kind: FaultKind, step: str) -> None:
    async with line(Fault(kind=kind, step=step, times=1)) as wire:
        answer = await wire.ask(step)
        changes = methods.changes(METHODS[step], REQUESTS[step])
        silence = OutcomeUnknown if changes else Unavailable
        match kind:
            case FaultKind.UNREACHABLE:
                assert type(answer) is Unavailable and answer.cause is Cause.SILENCE
                assert wire.done[step] == 0
                assert wire.exchanges[-1].calls[-1].status == 0
            case FaultKind.STATUS:
                assert type(answer) is silence and answer.cause is Cause.STATUS
                assert b"503" in answer.raw
                assert wire.done[step] == 0
            case FaultKind.CUT:
                assert type(answer) is silence and answer.cause is Cause.SILENCE
                assert wire.done[step] == 1
                (sent,) = wire.calls(step)
                whole = BODIES[step]
                assert sent.answer_body == answer.raw == whole[: len(whole) // 2]
                assert sent.status == 200 and sent.error
            case FaultKind.LOST_ANSWER:
                assert type(answer) is silence and answer.cause is Cause.SILENCE
                assert wire.done[step] == 1
                (sent,) = wire.calls(step)
                assert sent.status == 0 and not sent.answer_body
            case FaultKind.GARBLED:
                assert type(answer) is silence and answer.cause is Cause.PROTOCOL
                assert wire.done[step] == 1
                assert wire.calls(step)[0].answer_body == answer.raw != BODIES[step]
            case FaultKind.TWICE:
                assert answer == ANSWERS[step]
                assert wire.done[step] == 2
                assert any("second time" in text for text in wire.exchanges[-1].notes)
        assert any("fault" in text for text in wire.exchanges[-1].notes)
        wire.done.clear()
        assert await wire.ask(step) == ANSWERS[step], "it strikes once"
        assert (wire.done[step], wire.done["token"], wire.done["after"]) == (1, 1, 1)


async def test_signing_in_and_looking_are_not_what_a_fault_of_a_save_is_about() -> None:
    async with line(Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=1)) as wire:
        assert type(await wire.ask("save_sale")) is OutcomeUnknown
        assert (wire.done["token"], wire.done["save_sale"], wire.done["after"]) == (1, 1, 0)


async def test_a_fault_holds_for_all_attempts_of_its_step() -> None:
    async with line(Fault(kind=FaultKind.UNREACHABLE, step="calculate", times=1), again=1) as wire:
        assert type(await wire.ask("calculate")) is Unavailable
        assert [one.attempt for one in wire.exchanges[-1].calls] == [1, 2]
        assert wire.exchanges[-1].outcome is Outcome.UNAVAILABLE


async def test_a_save_that_is_answered_too_late_is_done_and_unknown() -> None:
    fault = Fault(kind=FaultKind.SLOW, step="save_sale", seconds=60)
    async with line(fault, steps={"save_sale": 1}) as wire:
        wire.faulty._clock = ManualClock(wire.clock.now())  # it stands: the answer never comes
        answer = await wire.ask("save_sale")
        assert type(answer) is OutcomeUnknown and answer.cause is Cause.SILENCE
        assert wire.done["save_sale"] == 1
        assert wire.calls("save_sale")[0].status == 0


async def test_a_refusal_on_purpose_needs_no_wire() -> None:
    async with line(Fault(kind=FaultKind.REFUSED, step="save_sale")) as wire:
        await wire.ask("save_sale")
        assert wire.exchanges[-1].outcome is Outcome.REFUSED
        assert wire.done["save_sale"] == 0
