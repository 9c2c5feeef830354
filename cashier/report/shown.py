"""What a report shows of a scenario that was run: plain texts, amounts as people write them.

These shapes are the JSON of a report: ``FORMAT`` goes up when one of them changes its meaning or
loses a field. Everything in them is masked already, unless somebody asked for all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class ShownDiscount:
    rule: str
    """Id of the rule that gave it; without one, its source: ``points``, ``hand``."""
    name: str
    amount: str
    why: str = ""
    """The arithmetic."""


@dataclass(frozen=True)
class ShownLine:
    number: int
    sku: str
    name: str
    quantity: str
    price: str
    amount: str
    total: str
    discounts: tuple[ShownDiscount, ...] = ()


@dataclass(frozen=True)
class ShownReceipt:
    kind: str
    """``sale`` or ``return``."""
    number: str
    lines: tuple[ShownLine, ...]
    amount: str
    discount: str
    total: str
    to_pay: str
    tenders: tuple[str, ...] = ()
    """'cash 500.00'."""
    change: str = ""
    card: str = ""
    customer: str = ""
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownCall:
    """A request over the network."""

    method: str
    url: str
    status: int
    """0: no answer came."""
    milliseconds: int
    request: str
    answer: str
    error: str
    curl: str


@dataclass(frozen=True)
class ShownExchange:
    """What was said to the loyalty system."""

    method: str
    doing: str
    """The command that asked."""
    outcome: str
    """``answered``, ``refused``, ``unavailable``, ``unknown``, ``cancelled``, ``broken``."""
    told: str
    """The outcome in words."""
    reason: str
    code: str
    text: str
    milliseconds: int
    notes: tuple[str, ...]
    request: Any
    """The abstract request."""
    answer: Any
    """The abstract answer; None: there is none."""
    calls: tuple[ShownCall, ...] = ()


@dataclass(frozen=True)
class ShownDifference:
    fact: str
    expected: str
    came: str


@dataclass(frozen=True)
class ShownBroken:
    """A standing check that does not hold."""

    check: str
    text: str


@dataclass(frozen=True)
class ShownStep:
    words: str
    place: str
    """File and line."""
    verdict: str
    milliseconds: int = 0
    say: str = ""
    why: str = ""
    differences: tuple[ShownDifference, ...] = ()
    broken: tuple[ShownBroken, ...] = ()
    state: str = ""
    receipt: ShownReceipt | None = None
    said: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    exchanges: tuple[ShownExchange, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A scenario that was run."""

    name: str
    file: str
    group: str
    """The file without the folder that was asked for: the same on every machine."""
    verdict: str
    """``passed``, ``failed``, ``skipped``, ``not_run``."""
    steps: tuple[ShownStep, ...] = ()
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    system: str = ""
    shop: str = ""
    language: str = ""
    milliseconds: int = 0
    opening: tuple[ShownExchange, ...] = ()
    """What was said to the system before the first step."""

    def failures(self) -> Iterator[tuple[ShownStep, tuple[ShownExchange, ...]]]:
        """The steps that failed, each with the exchanges that led to it: its own, or the last ones
        before it."""
        exchanges = self.opening
        for step in self.steps:
            exchanges = step.exchanges or exchanges
            if step.verdict == "failed":
                yield step, exchanges


@dataclass(frozen=True)
class Run:
    """All scenarios of a run."""

    scenarios: tuple[Shown, ...]
    seed: int = 0
    milliseconds: int = 0
    """By the clock on the wall."""
    interrupted: bool = False

    def count(self, verdict: str) -> int:
        return sum(one.verdict == verdict for one in self.scenarios)

    @property
    def well(self) -> bool:
        """Everything that can be tried here was, and went as expected."""
        return all(one.verdict in ("passed", "skipped") for one in self.scenarios)
