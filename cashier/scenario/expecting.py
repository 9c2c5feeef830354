"""What of all that was seen after a command is worth being expected."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, cast

from cashier import commands as do
from cashier.acts import Act
from cashier.receipt import Kind
from cashier.scenario.facts import FACTS, Expected, Value, View
from cashier.scenario.units import snake
from cashier.snapshot import AskCode, AskSupervisor, PriceChecked, State

if TYPE_CHECKING:
    from cashier.scenario.stage import Stage


def seen(act: Act, before: Act | None, but: Collection[str] = ()) -> tuple[Expected, ...]:
    """The expectations of a step, ``but`` facts that are others in other data."""
    names = dict.fromkeys(name for name in _worth(act, before) if name not in but)
    return tuple(Expected(FACTS[name], _value(name, act)) for name in names)


def _worth(act: Act, before: Act | None) -> Iterator[str]:
    """Names of facts."""
    was, now = act.before, act.after
    if now.question is not None and now.question is not was.question:
        yield "question"
        if isinstance(now.question, AskCode | AskSupervisor) and type(now.question) is type(
            was.question
        ):
            yield "attempts"
        if isinstance(now.question, PriceChecked):
            yield "price"
    if act.error is not None:
        return
    yield from _of_the_receipt(act)
    if before is not None and act.waiting != before.waiting:
        yield "outbox"
    if before is not None and act.parked != before.parked:
        yield "parked"
    if isinstance(act.command, do.SuspendReceipt | do.RecallReceipt):
        yield "held"
    if isinstance(act.command, do.OpenShift | do.CloseShift):
        yield "state"


def _of_the_receipt(act: Act) -> Iterator[str]:
    was, now = act.before, act.after
    if now.receipt is None or now.receipt == was.receipt:
        return
    receipt, old = now.receipt, was.receipt
    buyer = receipt.buyer
    if buyer and buyer.card and (old is None or old.buyer is None or old.buyer.card != buyer.card):
        yield from ("card", "balance") if receipt.kind is Kind.SALE else ()
    if receipt.coupons != (old.coupons if old else ()) and receipt.kind is Kind.SALE:
        yield "coupons"
    match now.state:
        case State.CALCULATED:
            yield from ("discount", "total")
            yield from ("reasons",) if any(line.discounts for line in receipt.lines) else ()
            yield from ("spend",) if receipt.spend or (old and old.spend) else ()
            if receipt.applied is not None:
                yield "offline" if receipt.applied.offline else "earn"
        case State.PAYING:
            yield "due"
        case State.FINISHED if receipt.kind is Kind.SALE:
            yield from ("total", "change") if receipt.change else ("total",)
            yield from _settled(act, "earned", "spent")
        case State.FINISHED:
            yield "refund"
            yield from _settled(act, "points_back", "points_taken")


def _settled(act: Act, *names: str) -> Iterator[str]:
    """What the system said of it, if it did."""
    receipt = act.after.receipt
    assert receipt is not None  # it is finished
    if receipt.settled is not None and receipt.settled.pending:
        yield "pending"
    elif receipt.settled is not None and receipt.buyer is not None:
        yield from names
    if receipt.settled is not None:
        yield "outbox"


def _value(name: str, act: Act) -> Value:
    match name:
        case "question":
            return snake(type(act.after.question).__name__)
        case "attempts":
            return getattr(act.after.question, "attempts", None)
        case "price":
            return getattr(act.after.question, "now", None)
        case "outbox":
            return act.waiting
        case "parked":
            return act.parked
        case "held":
            return act.held
        case "state":
            return act.after.state.value
    nowhere = cast("Stage", None)  # facts of a receipt look at nothing else
    return FACTS[name].get(View(nowhere, act.after.receipt))
