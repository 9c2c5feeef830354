"""The terminal for bank cards, simulated: it approves, declines, refers, is slow or silent.

Emulated: no bank is behind it, and it follows no protocol of a real one. A trainer chooses what
it answers; without a choice, special amounts do.
"""

from dataclasses import dataclass
from itertools import count
from typing import Protocol

from cashier.clock import Clock
from cashier.commands import CardAnswer
from cashier.errors import CashierError
from cashier.i18n import _
from cashier.money import Amount
from cashier.shop import TerminalRules


class Declined(CashierError):
    """The card was not charged."""


@dataclass(frozen=True)
class Approved:
    reference: str
    """By which the payment is cancelled or given back."""


@dataclass(frozen=True)
class Referred:
    """The bank wants to be called; with its code ``authorise`` charges the card."""

    reference: str


class CardTerminal(Protocol):
    async def pay(self, amount: Amount) -> Approved | Referred:
        """Raises Declined."""
        ...

    async def authorise(self, reference: str, code: str) -> Approved:
        """Raises Declined."""
        ...

    async def cancel(self, reference: str) -> None:
        """Give back a whole payment of the receipt that is open."""
        ...

    async def refund(self, amount: Amount) -> Approved:
        """Give money back for goods that came back. Raises Declined."""
        ...


_SPECIAL = {
    91: CardAnswer.DECLINE,
    92: CardAnswer.REFER,
    93: CardAnswer.SLOW,
    94: CardAnswer.SILENT,
}
"""By the kopecks of the amount."""


class SimulatedTerminal:
    """Nothing is charged anywhere."""

    def __init__(self, rules: TerminalRules, clock: Clock) -> None:
        self.answer: CardAnswer | None = None
        """What the trainer chose; None: by the amount."""
        self.times = 0
        """So often it is answered yet; 0: until something else is chosen."""
        self._before: CardAnswer | None = None
        self._rules, self._clock = rules, clock
        self._numbers = count(1)

    def choose(self, answer: CardAnswer, times: int = 0) -> None:
        """What is answered from now on; with ``times`` only so often, and then as before."""
        if not self.times:
            self._before = self.answer
        self.times = max(0, times)
        self.answer = None if answer is CardAnswer.BY_AMOUNT else answer

    def _used(self, answer: CardAnswer) -> CardAnswer:
        if self.times:
            self.times -= 1
            if not self.times:
                self.answer = self._before
        return answer

    def _reference(self) -> str:
        return f"{self._clock.now():%y%m%d%H%M%S}{next(self._numbers):04d}"

    async def pay(self, amount: Amount) -> Approved | Referred:
        match self._used(self._answer(amount)):
            case CardAnswer.DECLINE:
                raise Declined(_("The bank declined the card. Nothing was charged."))
            case CardAnswer.SILENT:
                await self._clock.sleep(self._rules.slow_seconds)
                raise Declined(_("The card terminal does not answer. Nothing was charged."))
            case CardAnswer.REFER:
                return Referred(self._reference())
            case CardAnswer.SLOW:
                await self._clock.sleep(self._rules.slow_seconds)
        return Approved(self._reference())

    def _answer(self, amount: Amount) -> CardAnswer:
        if self.answer is not None:
            return self.answer
        special = _SPECIAL if self._rules.special_amounts else {}
        return special.get(amount % 100, CardAnswer.APPROVE)

    async def authorise(self, reference: str, code: str) -> Approved:
        if not (code.isascii() and code.isalnum() and 4 <= len(code) <= 12):
            raise Declined(_("A bank's code has 4 to 12 letters and digits."))
        return Approved(f"{reference}-{code.upper()}")

    async def cancel(self, reference: str) -> None:
        """Always works: the payment was its own."""

    async def refund(self, amount: Amount) -> Approved:  # noqa: ARG002 - any sum
        if self._used(self.answer or CardAnswer.APPROVE) is CardAnswer.DECLINE:
            raise Declined(_("The bank declined the refund: give the money back in cash."))
        return Approved(self._reference())
