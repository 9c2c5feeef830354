"""Faults by step, counted: what the plan says, and what comes of it on the exchange."""

from itertools import product
from pathlib import Path

import pytest
from asked import ANSWERS, REQUESTS, Counting

from backends.faults import Faulty
from cashier import methods
from cashier.clock import ManualClock
from cashier.config import load
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Cause, OutcomeUnknown, Reason, Refused, Unavailable
from cashier.faults import (
    Connection,
    Fault,
    FaultFile,
    FaultKind,
    Plan,
    kind_words,
    often_words,
    spared,
    step_words,
)
from cashier.fixtures import path
from cashier.methods import METHODS
from cashier.uniform import call
from cashier.witness import Exchange, Outcome, Witness

CLOCK = ManualClock(REQUESTS["identify"].at)  # type: ignore[attr-defined]
BEFORE = {FaultKind.UNREACHABLE, FaultKind.STATUS, FaultKind.REFUSED}
"""With these the work is not done."""


class Seen:
    """A system with faults, and the exchanges that the witness saw."""

    def __init__(self, *faults: Fault) -> None:
        self.system, self.plan = Counting(), Plan(faults)
        self.faulty = Faulty(lambda: self.system, CLOCK, self.plan)
        self.exchanges: list[Exchange] = []
        self.backend = Witness(self.faulty, self.exchanges.append, CLOCK)

    async def open(self) -> "Seen":
        with spared():
            await self.backend.open(REQUESTS["open"])  # type: ignore[arg-type]
        self.system.done.clear()
        self.exchanges.clear()
        return self

    async def ask(self, step: str) -> object:
        """The answer, or the error."""
        try:
            return await call(self.backend, METHODS[step], REQUESTS[step])
        except CashierError as error:
            return error


def expected(kind: FaultKind, step: str) -> tuple[type, Cause | None]:
    """Which of the outcomes it is, and its cause."""
    silence = OutcomeUnknown if methods.changes(METHODS[step], REQUESTS[step]) else Unavailable
    match kind:
        case FaultKind.UNREACHABLE:
            return Unavailable, Cause.SILENCE
        case FaultKind.STATUS:
            return silence, Cause.STATUS
        case FaultKind.GARBLED:
            return silence, Cause.PROTOCOL
        case FaultKind.REFUSED:
            return Refused, None
        case FaultKind.CUT | FaultKind.LOST_ANSWER:
            return silence, Cause.SILENCE
        case _:
            return type(ANSWERS[step]), None


@pytest.mark.parametrize(
    ("kind", "step"), product([kind for kind in FaultKind if kind is not FaultKind.SLOW], METHODS)
)
async def test_each_fault_at_each_step_has_its_outcome(kind: FaultKind, step: str) -> None:
    seen = await Seen(Fault(kind=kind, step=step, times=1)).open()
    answer = await seen.ask(step)
    wanted, cause = expected(kind, step)
    assert type(answer) is wanted
    if cause is not None:
        assert isinstance(answer, Unavailable | OutcomeUnknown) and answer.cause is cause
    times = 0 if kind in BEFORE else 2 if kind is FaultKind.TWICE else 1
    assert seen.system.done[step] == times, "the work is done, or not, as the fault says"
    (exchange,) = seen.exchanges
    assert any("fault" in text for text in exchange.notes)
    assert bool(exchange.raw) == (kind in (FaultKind.CUT, FaultKind.GARBLED))
    assert await seen.ask(step) == ANSWERS[step], "it strikes once"
    assert [one.hits for one in seen.plan.standing] == [1]


@pytest.mark.parametrize("step", METHODS)
async def test_a_slow_answer_comes_in_the_end(step: str) -> None:
    class Waits(ManualClock):
        slept = 0

        async def sleep(self, seconds: int) -> None:
            self.slept += seconds

    clock = Waits(CLOCK.now())
    system = Counting()
    plan = Plan([Fault(kind=FaultKind.SLOW, step=step, seconds=7)])
    faulty = Faulty(lambda: system, clock, plan)
    with spared():
        await faulty.open(REQUESTS["open"])  # type: ignore[arg-type]
    assert await call(faulty, METHODS[step], REQUESTS[step]) == ANSWERS[step]
    assert clock.slept == 7


async def test_a_refusal_is_an_answer_that_can_be_lost() -> None:
    seen = await Seen(Fault(kind=FaultKind.LOST_ANSWER, step="save_sale", times=1)).open()
    seen.system.refuses = Refused(Reason.BLOCKED, "no")
    assert type(await seen.ask("save_sale")) is OutcomeUnknown
    assert type(await seen.ask("save_sale")) is Refused


async def test_what_arrives_twice_is_answered_once_though_the_second_is_refused() -> None:
    seen = await Seen(Fault(kind=FaultKind.TWICE, step="save_sale")).open()

    async def once(method: object, request: object) -> object:
        seen.system.done["save_sale"] += 1
        if seen.system.done["save_sale"] > 1:
            raise Refused(Reason.ALREADY_PROCESSED, "seen that")
        return ANSWERS["save_sale"]

    seen.system.ask = once  # type: ignore[method-assign,assignment]
    assert await seen.ask("save_sale") == ANSWERS["save_sale"]
    assert "the second time it was not answered: seen that" in seen.exchanges[0].notes


async def test_a_refusal_on_purpose_says_what_it_was_told_to_say() -> None:
    seen = await Seen(Fault(kind=FaultKind.REFUSED, reason=Reason.EXPIRED, text="since May")).open()
    answer = await seen.ask("check_coupon")
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.text) == (Reason.EXPIRED, "since May")
    assert seen.exchanges[0].outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("status", "cause", "kind"),
    [
        (401, Cause.CREDENTIALS, Unavailable),
        (404, Cause.STATUS, Unavailable),
        (429, Cause.STATUS, Unavailable),
        (500, Cause.STATUS, OutcomeUnknown),
    ],
)
async def test_a_status_of_a_save_is_what_it_would_be_on_the_wire(
    status: int, cause: Cause, kind: type
) -> None:
    seen = await Seen(Fault(kind=FaultKind.STATUS, status=status)).open()
    answer = await seen.ask("save_sale")
    assert type(answer) is kind
    assert answer.cause is cause  # type: ignore[attr-defined]


async def test_a_system_that_is_not_reached_is_not_even_made() -> None:
    plan = Plan([Fault(kind=FaultKind.UNREACHABLE, step="open", times=1)])

    def make() -> Counting:
        made.append(Counting())
        return made[-1]

    made: list[Counting] = []
    faulty = Faulty(make, CLOCK, plan)
    with pytest.raises(Unavailable):
        await faulty.open(REQUESTS["open"])  # type: ignore[arg-type]
    assert not made
    await faulty.open(REQUESTS["open"])  # type: ignore[arg-type]
    await faulty.open(REQUESTS["open"])  # type: ignore[arg-type]
    assert len(made) == 1


# --- the plan


def struck(plan: Plan, step: str, count: int) -> str:
    """For each request a sign: X where something struck."""
    return "".join("X" if plan.strike(step)[1] else "." for _turn in range(count))


def lost(**fields: object) -> Plan:
    return Plan([Fault.model_validate({"kind": FaultKind.LOST_ANSWER, **fields})])


def test_a_fault_is_counted_at_its_step_only() -> None:
    plan = lost(step="save_sale", times=2)
    assert struck(plan, "calculate", 3) == "..."
    assert struck(plan, "save_sale", 4) == "XX.."
    assert plan.armed == 0
    assert struck(lost(every=3), "points", 7) == "..X..X."
    assert struck(lost(every=2, times=2), "points", 8) == ".X.X...."
    assert struck(lost(), "points", 3) == "XXX"


def test_chance_is_the_same_at_every_run_and_about_as_much_as_it_says() -> None:
    runs = [struck(lost(chance=30, seed=seed), "points", 1000) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert all(250 < run.count("X") < 350 for run in runs)


def test_slowness_adds_up_and_of_the_rest_the_first_that_is_due_strikes() -> None:
    slow = Fault(kind=FaultKind.SLOW, seconds=3)
    first = Fault(kind=FaultKind.UNREACHABLE, times=1)
    second = Fault(kind=FaultKind.TWICE, times=1)
    plan = Plan([slow, first, slow, second])
    assert [plan.strike("points") for _turn in range(3)] == [(6, first), (6, second), (6, None)]


def test_the_plug_stands_on_every_step_and_what_is_spared_goes_past_it() -> None:
    plan = Plan()
    plan.connection = Connection.OFFLINE
    assert struck(plan, "points", 2) == "XX"
    with spared():
        assert struck(plan, "points", 2) == ".."
    plan.connection = Connection.ONLINE
    assert struck(plan, "points", 2) == ".."


def test_only_what_may_double_a_save_threatens_it() -> None:
    assert not Plan([Fault(kind=FaultKind.UNREACHABLE)]).threatens_saves("save_sale")
    assert not lost(step="calculate").threatens_saves("save_sale")
    plan = lost(times=1)
    assert plan.threatens_saves("save_sale")
    plan.strike("save_sale")
    assert not plan.threatens_saves("save_sale")
    plan.connection = Connection.LOST_ANSWERS
    assert plan.threatens_saves("save_return")


# --- files


def test_the_example_file_holds_every_kind() -> None:
    plan = Plan.load(path("faults.toml"))
    assert {one.fault.kind for one in plan.standing} == set(FaultKind)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[fault]]\nkind = "gone"', "line 2, field fault.1.kind: expected"),
        ('[[fault]]\nkind = "slow"\nstep = "sell"', "line 3, field fault.1.step: expected one of"),
        ('[[fault]]\nkind = "slow"\nseconds = 0', "line 3, field fault.1.seconds: expected 1 or"),
        ('[[fault]]\nkind = "slow"\nfoo = 0', "line 3, field fault.1.foo: unknown field"),
        ('[[fault]]\nstep = "open"', "field fault.1.kind: this field is required"),
        ('[[fault]]\nkind = "status"\nstatus = 200', "field fault.1.status: expected 400 or"),
        ("[[fault]\n", "not TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, FaultFile)
    assert why in str(caught.value)


def test_a_fault_is_made_of_plain_words() -> None:
    plain = {"step": "save_sale", "kind": "lost_answer", "times": 1}
    assert Fault.model_validate(plain) == Fault(
        step="save_sale", kind=FaultKind.LOST_ANSWER, times=1
    )


def test_everything_has_words() -> None:
    assert all(step_words(step) for step in ("", *METHODS))
    assert all(kind_words(Fault(kind=kind)) for kind in FaultKind)
    assert often_words(Fault(kind=FaultKind.SLOW, times=2, every=3, chance=50)) == (
        "2 times, one request in 3, 50 %"
    )
    assert often_words(Fault(kind=FaultKind.SLOW)) == "always"
