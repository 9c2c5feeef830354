"""Carrying out a step: on the till of a run, of a demonstration, or of a lesson's teacher."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from time import perf_counter_ns
from typing import Any, TypeAlias

from cashier import commands as do
from cashier.checks import Broken
from cashier.commands import Command
from cashier.errors import BadInput, CashierError, NotNow
from cashier.exchange import OutcomeUnknown, Refused, Unavailable
from cashier.i18n import _
from cashier.receipt import Identifier
from cashier.scenario.facts import FACTS, Difference, View, written
from cashier.scenario.model import Deed, Refusal, Restart, Return, Step, Wait
from cashier.scenario.result import StepResult, Verdict
from cashier.scenario.stage import Stage
from cashier.scenario.standing import Standing
from cashier.scenario.units import snake
from cashier.snapshot import State
from cashier.witness import Outcome
from cashier.words import explain

FROM_PHONE = "from-phone"
"""In place of a code: what the customer reads from the phone."""
WRONG = "wrong"
"""In place of a code: one that it is not."""
FROM_CARD = "from-card"
"""In place of a PIN: the first that stands on the shop card in digits."""


@dataclass(frozen=True)
class Refusing:
    """A step that was refused: the reason as a scenario names it, and the sentence."""

    reason: str
    text: str


Give: TypeAlias = Callable[[Command], Awaitable[object]]
"""How a command gets into the till; raises CashierError as ``Till.do`` does."""


async def act(
    step: Step, stage: Stage, checks: Standing, *, seconds: float, give: Give | None = None
) -> StepResult:
    """Carry out a step and look at what came of it. A bug of the program is raised.

    ``give``: somebody types the commands; None: they go into the till directly.
    """
    if step.deed is not None:
        stage.forget_step()  # a step that only looks sees what was said at the one before
    slips, began = len(stage.tray.slips), perf_counter_ns()
    why, refused = "", None
    broken: tuple[Broken, ...] = ()
    try:
        async with asyncio.timeout(seconds):
            if step.deed is not None:
                refused = await carried_out(step.deed, stage, checks, give)
                why = _judge(step.refusal, refused)
                broken = tuple(await checks.look(stage))
    except TimeoutError:
        why = _("no end after {n} s").format(n=round(seconds))
    if step.name and (receipt := stage.receipt()) is not None:
        stage.receipts[step.name] = receipt
    differences = differing(step, stage) if step.expect and not why else ()
    failed = bool(why or broken or differences)
    return StepResult(
        words=step.words,
        place=step.place,
        verdict=Verdict.FAILED if failed else Verdict.PASSED,
        say=step.say,
        why=why,
        differences=differences,
        broken=broken,
        state=stage.now.state.value,
        receipt=stage.now.receipt,
        offer=stage.now.offer,
        question=snake(type(stage.now.question).__name__) if stage.now.question else "",
        waiting=stage.desk.waiting,
        refused=refused.reason if refused else "",
        said=tuple(stage.said) if step.deed is not None else (),
        printed=tuple(stage.tray.slips[slips:]),
        exchanges=tuple(stage.exchanges) if step.deed is not None else (),
        milliseconds=(perf_counter_ns() - began) // 1_000_000,
    )


def differing(step: Step, stage: Stage) -> tuple[Difference, ...]:
    """What is not as the step expects it."""
    found = (one.differs(View(stage, stage.receipt(one.of))) for one in step.expect)
    return tuple(one for one in found if one is not None)


# --- doing


async def carried_out(
    deed: Deed, stage: Stage, checks: Standing, give: Give | None = None
) -> Refusing | None:
    """Do what a step does. Refusing: it was refused, and changed nothing."""
    match deed:
        case Wait():
            checks.forget_balances(stage)
            await wait(deed, stage)
            return None
        case Restart():
            await stage.restart()
            return None
    try:
        async for command in commands_of(deed, stage):
            await (give or stage.till.do)(command)
    except CashierError as error:
        if isinstance(deed, Return) and stage.now.state is State.RETURNING:
            await (give or stage.till.do)(do.CancelReceipt())  # the three commands are one step
        return Refusing(reason_of(error), explain(error))
    return refused_aside(stage)


def refused_aside(stage: Stage) -> Refusing | None:
    """A wrong code is no error of the till: it says so, and the question stays open."""
    for exchange in reversed(stage.exchanges):
        if exchange.outcome is Outcome.REFUSED and exchange.doing in _ASIDE:
            return Refusing(exchange.reason, "\n".join(stage.said))
    return None


_ASIDE = ("EnterCode",)


async def wait(deed: Wait, stage: Stage) -> None:
    """Let time go by; where it cannot be moved, the scenario is told."""
    move = getattr(stage.clock, "move", None)
    if move is None:
        stage.notes.append(_("Time cannot be moved on in this system: a wait is skipped."))
        return
    await move(seconds=deed.seconds)
    for _turn in range(20):  # whoever slept until now does his work
        await asyncio.sleep(0)


async def commands_of(deed: Deed, stage: Stage) -> AsyncIterator[Command]:
    """The commands of a step, each made when the one before is done.

    Raises CashierError where there is nothing to make it of: no code on the phone.
    """
    if not isinstance(deed, Return):
        assert not isinstance(deed, Wait | Restart)  # these are no commands
        yield heard(deed, stage) if speaks_of_others(deed) else deed
        return
    receipt = stage.receipts.get(deed.of)
    yield do.FindSale(number=receipt.number if receipt else deed.of)
    for command in _chosen(deed, stage):
        yield command
    yield do.Refund(deed.refund)


def _chosen(deed: Return, stage: Stage) -> Iterator[Command]:
    if not deed.lines:
        yield do.ReturnAll()
    for number, quantity in deed.lines:
        yield do.ReturnLine(number, _left(number, stage) if quantity is None else quantity)


def _left(number: int, stage: Stage) -> int:
    """How much of a line can come back; at least one piece, so that the till says why not."""
    sale = stage.now.sale
    line = sale.receipt.line(number) if sale else None
    back = {it.number: it.quantity for it in sale.returned} if sale else {}
    return max(1000, line.quantity - back.get(number, 0)) if line else 1000


# --- what is only known when the step begins


@cache
def speaks_of_others(command: Command) -> bool:
    """Whether something in it is only known when its turn comes."""
    texts = [getattr(command, field.name) for field in fields(command)]
    texts = [it.value if isinstance(it, Identifier) else it for it in texts]
    return any(
        isinstance(it, str) and (it.startswith("@") or it in (FROM_PHONE, WRONG, FROM_CARD))
        for it in texts
    )


def heard(command: Command, stage: Stage) -> Command:
    """The command with what was read from the phone, or from an earlier receipt, put in."""
    changes: dict[str, Any] = {}
    for field in fields(command):
        value = getattr(command, field.name)
        if isinstance(value, str) and not isinstance(value, do.CardAnswer):
            told = _told(value, command, stage)
            if told != value:
                changes[field.name] = told
        elif isinstance(value, Identifier):
            changes[field.name] = replace(value, value=_told(value.value, command, stage))
    return replace(command, **changes) if changes else command


def _told(text: str, command: Command, stage: Stage) -> str:
    if isinstance(command, do.EnterCode) and text in (FROM_PHONE, WRONG):
        return stage.code if text == FROM_PHONE else _other_than(stage.code)
    if isinstance(command, do.Allow) and text == FROM_CARD:
        return stage.pin
    if not text.startswith("@") or text.startswith("@@"):
        return text.replace("@@", "@", 1) if text.startswith("@@") else text
    name, _dot, fact = text[1:].partition(".")
    receipt = stage.receipt(name) if name in stage.receipts else None
    if receipt is None or fact not in FACTS:
        raise BadInput(_("There is no {what}.").format(what=text))
    value = FACTS[fact].get(View(stage, receipt))
    if value is None:
        raise BadInput(_("There is no {what}.").format(what=text))
    return written(FACTS[fact].unit, value)


def _other_than(code: str) -> str:
    """The same code with another last digit."""
    last = code[-1:]
    return code[:-1] + (str((int(last) + 1) % 10) if last.isdigit() else "0")


# --- judging


def reason_of(error: CashierError) -> str:
    """A refusal by the name that scenarios have for it."""
    match error:
        case Refused():
            return error.reason.value
        case NotNow():
            return "not_now"
        case BadInput():
            return "bad_input"
        case Unavailable():
            return "unavailable"
        case OutcomeUnknown():
            return "outcome_unknown"
        case _:
            return "other"


def _judge(expected: Refusal | None, refused: Refusing | None) -> str:
    """Why the step failed; empty: it did not."""
    if expected is None:
        if refused is None:
            return ""
        text = _("refused ({reason}): {why}")
        return text.format(reason=refused.reason, why=refused.text)
    if refused is None:
        return _("it was not refused")
    if expected.reason and refused.reason != expected.reason:
        text = _("refused, but with the reason {came}: {why}")
        return text.format(came=refused.reason, why=refused.text)
    if expected.text.casefold() not in refused.text.casefold():
        text = _('refused, but it says "{why}"')
        return text.format(why=refused.text)
    return ""
